//! A control plane, a BIND for `lab`, two policy servers and a controller, with what a test does to them.

mod dns;
mod objects;
mod programs;
mod start;
mod tenant;
mod wait;

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use mailward_sandbox::{
    bind::Bind,
    control_plane::{AuditEvent, ControlPlane},
    pki::Authority,
    plain_http,
    process::Process,
    scratch::StateDir,
    steps::operator::{CONTROLLER, NAMESPACE},
};
use tokio::sync::OnceCell;

pub(crate) use objects::condition;
pub(crate) use tenant::{Tenant, is_ready};
pub(crate) use wait::until;

/// The provider that may write `lab` for every namespace.
pub(crate) const PROVIDER: &str = "lab";
/// TTL and minimum of the SOA of `lab` in seconds: how long a resolver may remember that a name did not exist (RFC 2308 5).
pub(crate) const NEGATIVE_TTL: u32 = 3;

/// The running parts.
pub(crate) struct Lab {
    /// The Kubernetes control plane.
    pub(crate) plane: ControlPlane,
    /// The DNS server of `lab`: authority and resolver in one.
    pub(crate) bind: Bind,
    /// What signs the policy servers' certificates.
    pub(crate) authority: Arc<Authority>,
    /// The policy servers; the first stands for the public address of all.
    pub(crate) policy_servers: Vec<(Process, SocketAddr)>,
    controller: Mutex<Option<Controller>>,
    state: StateDir,
}

/// A running controller and where its metrics are.
struct Controller {
    process: Process,
    health: SocketAddr,
}

impl Lab {
    /// The one of the tests that disturb nobody: short patience with everything, no limit on deletions.
    pub(crate) async fn shared() -> &'static Self {
        static LAB: OnceCell<Lab> = OnceCell::const_new();
        LAB.get_or_init(|| {
            Self::start(&["--drift-interval=10s", "--lost-key-wait=2s", "--deletion-patience=2s", "--delete-cap=10000"])
        })
        .await
    }

    /// Ends the controller with SIGKILL.
    pub(crate) fn kill_controller(&self) {
        let controller = self.lock().take().expect("no controller runs");
        controller.process.kill().unwrap();
    }

    /// A counter of the controller, summed over all labels that contain `labels`.
    pub(crate) async fn counted(&self, counter: &str, labels: &str) -> u64 {
        let health = self.lock().as_ref().expect("no controller runs").health;
        let Ok((_, text)) = plain_http::get(health, "/metrics").await else { return 0 };
        let lines = text.lines().filter(|line| line.starts_with(counter) && line.contains(labels));
        lines.filter_map(|line| line.rsplit_once(' ')?.1.parse::<u64>().ok()).sum()
    }

    /// The last lines of the controller's log.
    pub(crate) fn log(&self) -> String {
        self.lock().as_ref().map_or_else(|| "no controller runs".to_owned(), |controller| controller.process.log_tail())
    }

    /// Every write of the controller at the API server so far, refused ones included.
    pub(crate) async fn controller_writes(&self) -> Vec<AuditEvent> {
        self.plane.audit_writes(&format!("system:serviceaccount:{NAMESPACE}:{CONTROLLER}")).await.unwrap()
    }

    /// Where policy hosts have their certificates.
    pub(crate) fn certificates(&self) -> PathBuf {
        self.state.path().join("certificates")
    }

    /// What clients of the policy servers trust.
    pub(crate) fn ca_file(&self) -> PathBuf {
        self.state.path().join("ca.crt")
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Controller>> {
        self.controller.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
