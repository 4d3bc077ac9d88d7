//! Starting a lab: control plane, DNS, what an installer applies, certificates, programs.

use std::{fs, path::PathBuf, process::Stdio, sync::Arc, thread};

use mailward_sandbox::{
    balancer,
    bind::{Bind, Options, Zone},
    control_plane::{ControlPlane, StartOptions, client},
    issuer,
    pki::{self, Authority},
    scratch::StateDir,
    steps::operator::{NAMESPACE, POLICY_NAMESPACE},
};
use serde_json::json;
use tokio::process::Command;

use super::{Lab, NEGATIVE_TTL, PROVIDER, objects};

impl Lab {
    /// A lab of its own, whose controller gets these flags besides the usual ones.
    pub(crate) async fn start(flags: &[&str]) -> Self {
        let plane = ControlPlane::start(StartOptions::default()).await.unwrap();
        let zones = vec![Zone::primary("lab.", "")];
        let bind = Bind::start(Options { zones, ..Options::default() }).await.unwrap();
        let soa = format!("update add lab. {NEGATIVE_TTL} SOA ns1.lab. hostmaster.lab. 100 2 1 600 {NEGATIVE_TTL}");
        bind.update(&soa).await.unwrap();
        install(&plane).await;
        let authority = Arc::new(Authority::new("Mailward lifecycle tests").unwrap());
        let mut lab = Self {
            plane,
            bind,
            authority,
            policy_servers: vec![],
            controller: std::sync::Mutex::default(),
            state: StateDir::open(None).unwrap(),
        };
        lab.provider(PROVIDER).await;
        lab.certify();
        lab.policy_servers = lab.start_policy_servers().await;
        lab.start_controller(flags).await;
        lab
    }

    /// A ClusterDNSProvider of this name that may write `lab`, with a Secret of its own.
    pub(crate) async fn provider(&self, name: &str) {
        let client = self.plane.client().await.unwrap();
        let (key, server) = (self.bind.key(), self.bind.address().to_string());
        let secret = json!({
            "apiVersion": "v1", "kind": "Secret",
            "metadata": {"name": format!("{name}-tsig"), "namespace": NAMESPACE},
            "stringData": {"secret": key.secret_base64()},
        });
        let tsig = json!({"keyName": key.name(), "secretRef": {"name": format!("{name}-tsig"), "key": "secret"}});
        let provider = json!({
            "apiVersion": "mailward.dev/v1alpha1", "kind": "ClusterDNSProvider",
            "metadata": {"name": name},
            "spec": {
                "rfc2136": {"server": server, "tsig": tsig},
                "allowedNamespaces": {},
                "verification": {"nameservers": [server]},
            },
        });
        for object in [secret, provider] {
            objects::apply(&client, &object).await.unwrap();
        }
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

/// Definitions, namespaces and roles, as they stand in the repository.
async fn install(plane: &ControlPlane) {
    for path in ["crds", "deploy/namespaces.yaml", "deploy/rbac.yaml"] {
        let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path).display().to_string();
        kubectl(plane, &["apply", "--server-side", "--filename", &file]).await;
    }
    let ours = ["maildomains", "dnsproviders", "clusterdnsproviders"].map(|kind| format!("crd/{kind}.mailward.dev"));
    let wait = ["wait", "--for=condition=Established", "--timeout=60s"];
    kubectl(plane, &wait.into_iter().chain(ours.iter().map(String::as_str)).collect::<Vec<_>>()).await;
}

async fn kubectl(plane: &ControlPlane, arguments: &[&str]) {
    let mut command = Command::new(plane.kubectl());
    command.env("KUBECONFIG", plane.kubeconfig_path()).args(arguments).stdin(Stdio::null());
    let output = command.output().await.unwrap();
    assert!(output.status.success(), "kubectl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}
