//! The real binary, as controller and as policy servers, each with the rights of its ServiceAccount.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use mailward_sandbox::{
    plain_http,
    ports::{self, LOOPBACK},
    process::{Launch, Process},
    relay::Relay,
    steps::operator::{CONTROLLER, NAMESPACE, POLICY_NAMESPACE, POLICY_SERVER},
};

use super::Lab;

const READY_WITHIN: Duration = Duration::from_mins(1);

/// A running program and where its health and metrics are.
pub(super) struct Program {
    pub(super) process: Process,
    pub(super) health: SocketAddr,
}

/// A policy server, and the line on which it hears of ConfigMaps.
pub(crate) struct PolicyServer {
    /// To hang it.
    pub(crate) process: Process,
    /// Where senders ask it.
    pub(crate) address: SocketAddr,
    line: Line,
}

impl PolicyServer {
    /// Takes the API server away from it: it goes on with what it knows.
    pub(crate) fn cut_off(&self) {
        self.line.cut();
    }

    /// Undoes [`Self::cut_off`].
    pub(crate) async fn connect_again(&self) {
        let relay = Relay::start(self.line.near, self.line.far).await.unwrap();
        *self.line.relay.lock().unwrap_or_else(PoisonError::into_inner) = Some(relay);
    }
}

/// A controller that may be one of several.
pub(crate) struct Candidate {
    program: Program,
    line: Line,
}

impl Candidate {
    /// Waits until `/readyz` says this.
    pub(crate) async fn says(&mut self, word: &str) {
        let health = self.program.health;
        let says = async || plain_http::get(health, "/readyz").await.is_ok_and(|(_, text)| text.starts_with(word));
        self.program.process.wait_ready(&format!("a controller to be {word}"), READY_WITHIN, says).await.unwrap();
    }

    /// Takes the API server away from it.
    pub(crate) fn cut_off(&self) {
        self.line.cut();
    }

    /// Stops it in the middle of whatever it does.
    pub(crate) fn pause(&self) {
        self.program.process.pause().unwrap();
    }

    /// Lets it go on.
    pub(crate) fn resume(&self) {
        self.program.process.resume().unwrap();
    }

    /// Ends it with SIGKILL.
    pub(crate) fn kill(self) {
        self.program.process.kill().unwrap();
    }

    /// Ends it as Kubernetes does.
    pub(crate) async fn stop(self) {
        self.program.process.stop(READY_WITHIN).await.unwrap();
    }

    /// Whether it works.
    pub(crate) async fn is_ready(&self) -> bool {
        self.program.is_ready().await
    }

    /// Waits until it ended by itself; returns its last lines.
    pub(crate) async fn ended(&mut self) -> String {
        let process = &mut self.program.process;
        let ended = super::wait::eventually(async || process.check_running().is_err()).await;
        assert!(ended, "the controller goes on:\n{}", self.program.process.log_tail());
        self.program.process.log_tail()
    }
}

/// A policy server besides those of the lab, which leaves TLS to others.
pub(crate) struct OneMore {
    program: Program,
    address: SocketAddr,
}

impl OneMore {
    /// Whether it says that it is ready.
    pub(crate) async fn is_ready(&self) -> bool {
        self.program.is_ready().await
    }

    /// Whether it has a policy for this domain.
    pub(crate) async fn serves(&self, domain: &str) -> bool {
        plain_http::get_from(self.address, &format!("mta-sts.{domain}"), "/.well-known/mta-sts.txt")
            .await
            .is_ok_and(|(status, _)| status == 200)
    }
}

/// A way to the API server that can be cut.
struct Line {
    near: SocketAddr,
    far: SocketAddr,
    relay: Mutex<Option<Relay>>,
}

impl Line {
    fn cut(&self) {
        self.relay.lock().unwrap_or_else(PoisonError::into_inner).take().expect("it was cut before");
    }

    /// One beside the way that a kubeconfig file names, and that file for the new way.
    async fn beside(kubeconfig: &Path, number: usize) -> (Self, PathBuf) {
        let text = fs::read_to_string(kubeconfig).unwrap();
        let far = text.split_once("\"https://").unwrap().1.split_once('"').unwrap().0;
        let near = free();
        let relay = Relay::start(near, far.parse().unwrap()).await.unwrap();
        let file = kubeconfig.with_extension(format!("line-{number}"));
        fs::write(&file, text.replace(far, &near.to_string())).unwrap();
        (Self { near, far: far.parse().unwrap(), relay: Mutex::new(Some(relay)) }, file)
    }
}

impl Lab {
    /// Starts the controller and waits until it says that it is ready.
    pub(crate) async fn start_controller(&self, flags: &[&str]) {
        let mut controller = self.spawn_controller(flags).await;
        controller.wait_ready().await;
        *self.controller() = Some(controller);
    }

    /// Starts the controller and lets it run: it may be killed before it is ready.
    pub(crate) async fn throw_in_controller(&self, flags: &[&str]) {
        let controller = self.spawn_controller(flags).await;
        *self.controller() = Some(controller);
    }

    /// A controller that shares the work with others by the Lease; its number tells it from them.
    pub(crate) async fn candidate(&self, number: usize, flags: &[&str]) -> Candidate {
        let kubeconfig = self.plane.service_account_kubeconfig(NAMESPACE, CONTROLLER).await.unwrap();
        let (line, kubeconfig) = Line::beside(&kubeconfig, 10 + number).await;
        let identity = format!("--identity=candidate-{number}");
        let launch = self.controller_launch(&[&[identity.as_str()], flags].concat());
        Candidate { program: Program::spawn(launch, &kubeconfig), line }
    }

    /// The same, finding the policy servers as in a cluster.
    pub(crate) async fn throw_in_controller_by_service(&self, flags: &[&str]) {
        let launch = self.controller_alone(&[&["--without-lease"], flags].concat());
        let kubeconfig = self.plane.service_account_kubeconfig(NAMESPACE, CONTROLLER).await.unwrap();
        *self.controller() = Some(Program::spawn(launch, &kubeconfig));
    }

    /// Ends the controller, if one runs.
    pub(crate) fn end_controller(&self) {
        drop(self.controller().take());
    }

    /// Whether a controller runs that says that it is ready.
    pub(crate) async fn controller_is_ready(&self) -> bool {
        let health = self.controller().as_ref().map(|controller| controller.health);
        let Some(health) = health else { return false };
        plain_http::get(health, "/readyz").await.is_ok_and(|(status, _)| status == 200)
    }

    /// Whether the controller has ended by itself.
    pub(crate) fn controller_has_ended(&self) -> bool {
        self.controller().as_mut().is_some_and(|controller| controller.process.check_running().is_err())
    }

    /// Everything that the last program of this name has logged.
    pub(crate) fn log_of(&self, name: &str) -> String {
        fs::read_to_string(self.state.path().join(format!("{name}.log"))).unwrap_or_default()
    }

    /// Starts a policy server and lets it run.
    pub(crate) async fn one_more_policy_server(&self) -> OneMore {
        let (address, kubeconfig) =
            (free(), self.plane.service_account_kubeconfig(POLICY_NAMESPACE, POLICY_SERVER).await.unwrap());
        let launch = Launch::new("one-more", env!("CARGO_BIN_EXE_mailward"), self.state.path())
            .args(["policy-server", "--namespace", POLICY_NAMESPACE, "--listen", &address.to_string()])
            .args(["--shutdown-delay", "0s"]);
        OneMore { program: Program::spawn(launch, &kubeconfig), address }
    }

    /// Alone, so that a restart waits for nobody.
    async fn spawn_controller(&self, flags: &[&str]) -> Program {
        let launch = self.controller_launch(&[&["--without-lease"], flags].concat());
        let kubeconfig = self.plane.service_account_kubeconfig(NAMESPACE, CONTROLLER).await.unwrap();
        Program::spawn(launch, &kubeconfig)
    }

    fn controller_launch(&self, flags: &[&str]) -> Launch {
        let mut launch = self.controller_alone(flags);
        for server in &self.policy_servers {
            launch = launch.args(["--policy-endpoint", &server.address.to_string()]);
        }
        launch
    }

    fn controller_alone(&self, flags: &[&str]) -> Launch {
        let dns = self.dns.address();
        Launch::new("controller", env!("CARGO_BIN_EXE_mailward"), self.state.path())
            .args(["controller", "--namespace", NAMESPACE, "--policy-namespace", POLICY_NAMESPACE])
            .args(["--resolver", &dns.to_string(), "--authoritative-port", &dns.port().to_string()])
            .args(["--allow-private-addresses", "--allow-local-dns-servers", "--policy-servers-tls", "--ca-bundle"])
            .arg(self.ca_file())
            .args(["--policy-connect-address", &self.policy_servers[0].address.to_string()])
            .args(flags)
    }

    /// Two policy servers that end TLS themselves.
    pub(super) async fn start_policy_servers(&mut self) {
        let kubeconfig = self.plane.service_account_kubeconfig(POLICY_NAMESPACE, POLICY_SERVER).await.unwrap();
        for number in 1..=2 {
            let (address, (line, kubeconfig)) = (free(), Line::beside(&kubeconfig, number).await);
            let launch = Launch::new(&format!("policy-server-{number}"), env!("CARGO_BIN_EXE_mailward"), self.state.path())
                .args(["policy-server", "--namespace", POLICY_NAMESPACE, "--listen", &address.to_string()])
                .args(["--tls-reload-interval", "1s", "--shutdown-delay", "0s", "--tls-directory"])
                .arg(self.certificates());
            let mut server = Program::spawn(launch, &kubeconfig);
            server.wait_ready().await;
            self.policy_servers.push(PolicyServer { process: server.process, address, line });
        }
    }
}

impl Program {
    fn spawn(launch: Launch, kubeconfig: &Path) -> Self {
        let health = free();
        let launch = launch.args(["--health-listen", &health.to_string()]).env("KUBECONFIG", kubeconfig);
        Self { process: launch.spawn().unwrap(), health }
    }

    async fn is_ready(&self) -> bool {
        plain_http::get(self.health, "/readyz").await.is_ok_and(|(_, text)| text.starts_with("ready"))
    }

    async fn wait_ready(&mut self) {
        let (what, health) = (format!("{} to be ready", self.process.name()), self.health);
        let ready = async || plain_http::get(health, "/readyz").await.is_ok_and(|(status, _)| status == 200);
        self.process.wait_ready(&what, READY_WITHIN, ready).await.unwrap();
    }
}

fn free() -> SocketAddr {
    SocketAddr::new(LOOPBACK, ports::free_tcp().unwrap())
}
