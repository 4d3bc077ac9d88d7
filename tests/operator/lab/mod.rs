//! A control plane, a DNS server for `lab`, two policy servers and a controller, with what a test does to them.

mod collector;
mod objects;
mod programs;
mod server;
mod start;
mod tenant;
mod wait;

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use mailward_sandbox::{
    control_plane::{AuditEvent, ControlPlane},
    https::Https,
    kubectl::Kubectl,
    pki::Authority,
    plain_http,
    scratch::StateDir,
    steps::operator::{CONTROLLER, NAMESPACE},
};
use tokio::sync::OnceCell;

use collector::Collector;
use programs::Program;

pub(crate) use collector::Span;
pub(crate) use programs::{Candidate, OneMore, PolicyServer};
pub(crate) use server::Server;
pub(crate) use start::NEGATIVE_TTL;
pub(crate) use tenant::Tenant;
pub(crate) use wait::{condition, eventually, is, is_ready, ready_message, status};

/// The running parts. Dropping it ends them.
pub(crate) struct Lab {
    /// The Kubernetes control plane.
    pub(crate) plane: ControlPlane,
    /// The DNS server of `lab`: authority and resolver in one.
    pub(crate) dns: Server,
    /// What signs the policy servers' certificates.
    pub(crate) authority: Arc<Authority>,
    /// The policy servers; the first stands for the public address of all.
    pub(crate) policy_servers: Vec<PolicyServer>,
    /// `None` after it was killed.
    controller: Mutex<Option<Program>>,
    state: StateDir,
}

impl Lab {
    /// The one of the tests that disturb nobody, started by whoever asks first and ended with the test program: short patience
    /// with everything, and a limit on deletions that nobody reaches.
    pub(crate) async fn shared() -> &'static Arc<Self> {
        static LAB: OnceCell<Arc<Lab>> = OnceCell::const_new();
        let patience = ["--lost-key-wait=2s", "--deletion-patience=2s", "--unreachable-after=1m"];
        // A Gateway of which nothing can be seen: neither the kind nor the right to see it is there.
        let flags = [&["--drift-interval=10s", "--delete-cap=10000", "--gateway=gateways/public"], &patience[..]].concat();
        let traces = format!("--otlp-endpoint=http://{}", Self::collector().address);
        let flags = [&flags[..], &[traces.as_str()]].concat();
        LAB.get_or_init(async || Self::start(&flags).await).await
    }

    /// Where the shared controller's traces go.
    fn collector() -> &'static Collector {
        static COLLECTOR: OnceLock<Collector> = OnceLock::new();
        COLLECTOR.get_or_init(Collector::start)
    }

    /// The spans that the controller of the shared lab has sent so far.
    pub(crate) fn spans() -> Vec<Span> {
        Self::collector().spans()
    }

    /// A tenant of this lab: the namespace `name` with the domain `<name>.lab`.
    pub(crate) async fn tenant(self: &Arc<Self>, name: &str) -> Tenant {
        Tenant::of(self, name, &format!("{name}.lab"), start::PROVIDER).await
    }

    /// The same, published through another provider.
    pub(crate) async fn tenant_with(self: &Arc<Self>, name: &str, provider: &str) -> Tenant {
        Tenant::of(self, name, &format!("{name}.lab"), provider).await
    }

    /// Ends the controller with SIGKILL.
    pub(crate) fn kill_controller(&self) {
        let controller = self.controller().take().expect("no controller runs");
        controller.process.kill().unwrap();
    }

    /// A counter of the controller, summed over all labels that contain `labels`.
    pub(crate) async fn counted(&self, counter: &str, labels: &str) -> u64 {
        let health = self.controller().as_ref().expect("no controller runs").health;
        let Ok((_, text)) = plain_http::get(health, "/metrics").await else { return 0 };
        let lines = text.lines().filter(|line| line.starts_with(counter) && line.contains(labels));
        lines.filter_map(|line| line.rsplit_once(' ')?.1.parse::<u64>().ok()).sum()
    }

    /// The last lines of the controller's log.
    pub(crate) fn controller_log(&self) -> String {
        self.controller().as_ref().map_or_else(|| "no controller runs".to_owned(), |controller| controller.process.log_tail())
    }

    /// Every write of the controller at the API server so far, refused ones included.
    pub(crate) async fn controller_writes(&self) -> Vec<AuditEvent> {
        self.plane.audit_writes(&format!("system:serviceaccount:{NAMESPACE}:{CONTROLLER}")).await.unwrap()
    }

    /// Every request of the controller for external-dns' objects in a namespace so far: its verb.
    pub(crate) async fn endpoint_requests(&self, namespace: &str) -> Vec<String> {
        let controller = format!("system:serviceaccount:{NAMESPACE}:{CONTROLLER}");
        let requests = self.plane.audit_requests(&controller).await.unwrap().into_iter();
        requests.filter(|one| one.resource == "dnsendpoints" && one.namespace == namespace).map(|one| one.verb).collect()
    }

    /// Waits until something holds; shows the controller's log if it never does.
    pub(crate) async fn until(&self, what: &str, holds: impl AsyncFnMut() -> bool) {
        assert!(wait::eventually(holds).await, "waited in vain for: {what}\n{}", self.controller_log());
    }

    /// The output of kubectl as the administrator; its complaint is the failure of the test.
    pub(crate) async fn kubectl(&self, arguments: &[&str]) -> String {
        Kubectl::of(&self.plane).run(arguments).await.unwrap_or_else(|error| panic!("{error}\n{}", self.controller_log()))
    }

    /// The policy text of a domain as one policy server gives it to senders, certificate verified.
    pub(crate) async fn policy(&self, server: SocketAddr, domain: &str) -> Result<String, String> {
        let https = Https::trusting(self.authority.certificate()).unwrap();
        let page = https.get(server, &format!("mta-sts.{domain}"), "/.well-known/mta-sts.txt").await;
        match page.map_err(|error| format!("{error:#}"))? {
            page if page.status == 200 => Ok(page.body),
            page => Err(format!("status {}: {}", page.status, page.body)),
        }
    }

    /// Where policy hosts have their certificates.
    pub(crate) fn certificates(&self) -> PathBuf {
        self.state.path().join("certificates")
    }

    /// What clients of the policy servers trust.
    pub(crate) fn ca_file(&self) -> PathBuf {
        self.state.path().join("ca.crt")
    }

    fn controller(&self) -> MutexGuard<'_, Option<Program>> {
        self.controller.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
