//! What all tests share: a control plane, a DNS server for `lab`, two policy servers and the controller.
//!
//! Started by whoever asks first, ended with the test program.

mod cluster;
mod dns;
mod programs;
mod tenant;
mod wait;

use std::path::PathBuf;

use mailward_sandbox::{
    bind::{Bind, Options, Zone},
    control_plane::ControlPlane,
    pki::Authority,
    process::Process,
    scratch::StateDir,
    steps::operator::{CONTROLLER, NAMESPACE},
};
use tokio::sync::OnceCell;

pub(crate) use dns::Server;
pub(crate) use tenant::Tenant;
pub(crate) use wait::{Watched, condition, is_ready, ready_message};

/// The provider that may write `lab` for every namespace.
const PROVIDER: &str = "lab";

/// The shared parts.
pub(crate) struct Lab {
    plane: &'static ControlPlane,
    server: Server,
    controller: Process,
    _policy_servers: Vec<Process>,
    _state: StateDir,
}

impl Lab {
    /// The one of this test program.
    pub(crate) async fn shared() -> &'static Self {
        static LAB: OnceCell<Lab> = OnceCell::const_new();
        LAB.get_or_init(Self::start).await
    }

    async fn start() -> Self {
        let plane = ControlPlane::shared().await.unwrap();
        let state = StateDir::open(None).unwrap();
        let bind = Bind::start(Options { zones: vec![Zone::primary("lab.", "")], ..Options::default() }).await.unwrap();
        let server = Server::new(bind, "lab");
        cluster::install(plane).await;
        cluster::provider(plane, PROVIDER, &server, &[server.address()]).await;
        let authority = Authority::new("Mailward operator tests").unwrap();
        let programs = programs::Programs { plane, directory: state.path(), dns: server.address() };
        let certificates = programs.certificates(authority);
        let policy_servers = programs.policy_servers(&certificates).await;
        let controller = programs.controller(&policy_servers).await;
        let policy_servers = policy_servers.into_iter().map(|(process, _)| process).collect();
        Self { plane, server, controller, _policy_servers: policy_servers, _state: state }
    }

    /// The user that the controller is to the API server.
    pub(crate) fn controller_user() -> String {
        format!("system:serviceaccount:{NAMESPACE}:{CONTROLLER}")
    }

    /// The last lines of the controller's log.
    pub(crate) fn controller_log(&self) -> String {
        self.controller.log_tail()
    }

    /// The control plane.
    pub(crate) fn plane(&self) -> &'static ControlPlane {
        self.plane
    }

    /// The DNS server of `lab`.
    pub(crate) fn server(&self) -> &Server {
        &self.server
    }
}

/// A file of the repository.
fn repository(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}
