//! The real binary, as controller and as policy servers, each with the rights of its ServiceAccount.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use mailward_sandbox::{
    balancer,
    control_plane::ControlPlane,
    issuer, pki,
    pki::Authority,
    plain_http,
    ports::{self, LOOPBACK},
    process::{Launch, Process},
    steps::operator::{CONTROLLER, NAMESPACE, POLICY_NAMESPACE, POLICY_SERVER},
};

const READY_WITHIN: Duration = Duration::from_mins(1);

/// What the programs are pointed at.
pub(super) struct Programs<'a> {
    pub(super) plane: &'static ControlPlane,
    pub(super) directory: &'a Path,
    pub(super) dns: SocketAddr,
}

impl Programs<'_> {
    /// Certificates for the policy hosts and addresses for their Ingresses, now and later: what a cluster has others for.
    pub(super) fn certificates(&self, authority: Authority) -> PathBuf {
        let directory = self.directory.join("certificates");
        std::fs::create_dir(&directory).unwrap();
        pki::write(&self.ca_file(), authority.certificate()).unwrap();
        let (plane, into) = (self.plane, directory.clone());
        // A runtime of its own: that of the test that came first ends with it.
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let client = plane.client().await.unwrap();
                let issuing = issuer::run(client.clone(), &authority, &into);
                tokio::try_join!(issuing, balancer::run(client, POLICY_NAMESPACE)).unwrap();
            });
        });
        directory
    }

    fn ca_file(&self) -> PathBuf {
        self.directory.join("ca.crt")
    }

    /// Two policy servers that end TLS themselves, and where they listen.
    pub(super) async fn policy_servers(&self, certificates: &Path) -> Vec<(Process, SocketAddr)> {
        let mut servers = vec![];
        for number in 1..=2 {
            let listen = SocketAddr::new(LOOPBACK, ports::free_tcp().unwrap());
            let launch = Launch::new(&format!("policy-server-{number}"), env!("CARGO_BIN_EXE_mailward"), self.directory)
                .args(["policy-server", "--namespace", POLICY_NAMESPACE, "--listen", &listen.to_string()])
                .args(["--tls-reload-interval", "1s", "--shutdown-delay", "0s", "--tls-directory"])
                .arg(certificates);
            servers.push((self.start(launch, POLICY_NAMESPACE, POLICY_SERVER).await, listen));
        }
        servers
    }

    /// The controller, with the shortest drift interval it takes.
    pub(super) async fn controller(&self, policy_servers: &[(Process, SocketAddr)]) -> Process {
        let dns = self.dns.to_string();
        let mut launch = Launch::new("controller", env!("CARGO_BIN_EXE_mailward"), self.directory)
            .args(["controller", "--namespace", NAMESPACE, "--policy-namespace", POLICY_NAMESPACE])
            .args(["--resolver", &dns, "--authoritative-port", &self.dns.port().to_string()])
            .args(["--allow-private-addresses", "--allow-local-dns-servers", "--policy-servers-tls"])
            .args(["--drift-interval", "10s", "--unreachable-after", "1m", "--delete-cap", "1000", "--ca-bundle"])
            .arg(self.ca_file());
        for (_, address) in policy_servers {
            launch = launch.args(["--policy-endpoint", &address.to_string()]);
        }
        launch = launch.args(["--policy-connect-address", &policy_servers[0].1.to_string()]);
        self.start(launch, NAMESPACE, CONTROLLER).await
    }

    async fn start(&self, launch: Launch, namespace: &str, account: &str) -> Process {
        let kubeconfig = self.plane.service_account_kubeconfig(namespace, account).await.unwrap();
        let health = SocketAddr::new(LOOPBACK, ports::free_tcp().unwrap());
        let launch = launch.args(["--health-listen", &health.to_string()]).env("KUBECONFIG", kubeconfig);
        let mut process = launch.spawn().unwrap();
        let what = format!("{} to be ready", process.name());
        let ready = async || plain_http::get(health, "/readyz").await.is_ok_and(|(status, _)| status == 200);
        process.wait_ready(&what, READY_WITHIN, ready).await.unwrap();
        process
    }
}
