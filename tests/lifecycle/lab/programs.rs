//! The real binary, as controller and as policy servers, each with the rights of its ServiceAccount.

use std::{net::SocketAddr, time::Duration};

use mailward_sandbox::{
    plain_http,
    ports::{self, LOOPBACK},
    process::{Launch, Process},
    steps::operator::{CONTROLLER, NAMESPACE, POLICY_NAMESPACE, POLICY_SERVER},
};

use super::{Controller, Lab};

const READY_WITHIN: Duration = Duration::from_mins(1);

impl Lab {
    /// Starts the controller and waits until it says that it is ready.
    pub(crate) async fn start_controller(&self, flags: &[&str]) {
        let mut controller = self.spawn_controller(flags).await;
        wait_ready(&mut controller).await;
        *self.lock() = Some(controller);
    }

    /// Starts the controller and lets it run: it may be killed before it is ready.
    pub(crate) async fn throw_in_controller(&self, flags: &[&str]) {
        let controller = self.spawn_controller(flags).await;
        *self.lock() = Some(controller);
    }

    async fn spawn_controller(&self, flags: &[&str]) -> Controller {
        let dns = self.bind.address();
        let mut launch = Launch::new("controller", env!("CARGO_BIN_EXE_mailward"), self.state.path())
            .args(["controller", "--namespace", NAMESPACE, "--policy-namespace", POLICY_NAMESPACE])
            .args(["--resolver", &dns.to_string(), "--authoritative-port", &dns.port().to_string()])
            .args(["--allow-private-addresses", "--allow-local-dns-servers", "--policy-servers-tls", "--ca-bundle"])
            .arg(self.ca_file())
            .args(flags);
        for (_, address) in &self.policy_servers {
            launch = launch.args(["--policy-endpoint", &address.to_string()]);
        }
        launch = launch.args(["--policy-connect-address", &self.policy_servers[0].1.to_string()]);
        self.spawn(launch, NAMESPACE, CONTROLLER).await
    }

    /// Two policy servers that end TLS themselves, and where they listen.
    pub(super) async fn start_policy_servers(&self) -> Vec<(Process, SocketAddr)> {
        let mut servers = vec![];
        for number in 1..=2 {
            let listen = SocketAddr::new(LOOPBACK, ports::free_tcp().unwrap());
            let launch = Launch::new(&format!("policy-server-{number}"), env!("CARGO_BIN_EXE_mailward"), self.state.path())
                .args(["policy-server", "--namespace", POLICY_NAMESPACE, "--listen", &listen.to_string()])
                .args(["--tls-reload-interval", "1s", "--shutdown-delay", "0s", "--tls-directory"])
                .arg(self.certificates());
            let mut server = self.spawn(launch, POLICY_NAMESPACE, POLICY_SERVER).await;
            wait_ready(&mut server).await;
            servers.push((server.process, listen));
        }
        servers
    }

    async fn spawn(&self, launch: Launch, namespace: &str, account: &str) -> Controller {
        let kubeconfig = self.plane.service_account_kubeconfig(namespace, account).await.unwrap();
        let health = SocketAddr::new(LOOPBACK, ports::free_tcp().unwrap());
        let launch = launch.args(["--health-listen", &health.to_string()]).env("KUBECONFIG", kubeconfig);
        Controller { process: launch.spawn().unwrap(), health }
    }
}

async fn wait_ready(program: &mut Controller) {
    let (what, health) = (format!("{} to be ready", program.process.name()), program.health);
    let ready = async || plain_http::get(health, "/readyz").await.is_ok_and(|(status, _)| status == 200);
    program.process.wait_ready(&what, READY_WITHIN, ready).await.unwrap();
}
