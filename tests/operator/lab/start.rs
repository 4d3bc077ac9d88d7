//! Starting a lab: control plane, DNS, what an installer applies, certificates, programs.

use std::{fs, net::SocketAddr, sync::Arc, thread};

use mailward_sandbox::{
    balancer,
    bind::{Options, Zone},
    control_plane::{ControlPlane, StartOptions, client},
    issuer,
    pki::{self, Authority},
    scratch::StateDir,
    steps::{
        install::{self, Provider},
        operator::POLICY_NAMESPACE,
    },
};

use super::{Lab, Server};

/// The provider that may write `lab` for every namespace.
pub(super) const PROVIDER: &str = "lab";
/// TTL and minimum of the SOA of `lab` in seconds: how long a resolver may remember that a name did not exist (RFC 2308 5).
pub(crate) const NEGATIVE_TTL: u32 = 3;

impl Lab {
    /// A lab of its own, whose controller gets these flags besides the usual ones.
    pub(crate) async fn start(flags: &[&str]) -> Arc<Self> {
        let plane = ControlPlane::start(StartOptions::default()).await.unwrap();
        let mut lab = Self {
            plane,
            dns: zone_of_all().await,
            authority: Arc::new(Authority::new("Mailward operator tests").unwrap()),
            policy_servers: vec![],
            controller: std::sync::Mutex::default(),
            state: StateDir::open(None).unwrap(),
        };
        install::apply_kinds(&lab.plane).await.unwrap();
        lab.provider(PROVIDER, &lab.dns, &[lab.dns.address()]).await;
        lab.certify();
        lab.start_policy_servers().await;
        lab.start_controller(flags).await;
        Arc::new(lab)
    }

    /// A ClusterDNSProvider for every namespace, with a Secret of its own, that writes to `server` and verifies at `nameservers`.
    pub(crate) async fn provider(&self, name: &str, server: &Server, nameservers: &[SocketAddr]) {
        let provider = Provider { name, server: server.address(), key: server.key(), nameservers };
        install::apply_provider(&self.plane, &provider).await.unwrap();
    }

    /// Certificates for policy hosts and addresses for their Ingresses, now and later: what a cluster has others for.
    fn certify(&self) {
        fs::create_dir(self.certificates()).unwrap();
        pki::write(&self.ca_file(), self.authority.certificate()).unwrap();
        let (kubeconfig, authority, into) = (self.plane.kubeconfig_path(), self.authority.clone(), self.certificates());
        // A runtime of its own: that of the test that came first ends with it.
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let client = client(&kubeconfig).await.unwrap();
                let issuing = issuer::run(client.clone(), &authority, &into);
                // Ends with an error when the control plane does.
                let _ended = tokio::try_join!(issuing, balancer::run(client, POLICY_NAMESPACE));
            });
        });
    }
}

async fn zone_of_all() -> Server {
    let options = Options { zones: vec![Zone::primary("lab.", "")], ..Options::default() };
    let server = Server::start_with(options, "lab").await;
    server.nsupdate(&format!("update add lab. {NEGATIVE_TTL} SOA ns1.lab. hostmaster.lab. 100 2 1 600 {NEGATIVE_TTL}")).await;
    server
}
