//! A real Kubernetes control plane on loopback: etcd, kube-apiserver, kube-controller-manager. No root, no node, so
//! no pod ever runs; everything the API does by itself (CEL, server-side apply, RBAC, watches, garbage collection,
//! namespace deletion, `ServiceAccount` tokens) is the real thing.

mod audit;
mod files;
mod kubeconfig;
mod programs;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use k8s_openapi::api::core::v1::ServiceAccount;
use kube::{Api, Client};
use tokio::sync::OnceCell;

pub use audit::AuditEvent;

use crate::process::Process;
use crate::scratch::StateDir;
use files::Files;
use programs::Endpoints;

/// A machine busy with compiling has been seen to take a quarter of this.
const READY_WITHIN: Duration = Duration::from_secs(90);
/// Time for etcd and the API server to close their files.
const STOP_GRACE: Duration = Duration::from_secs(10);

/// How to start a control plane.
#[derive(Debug, Default)]
pub struct StartOptions {
    /// Where its files go; a temporary directory if absent.
    pub state_dir: Option<PathBuf>,
    /// Let the processes outlive us. Their pids are in `<state_dir>/pids`; ending them is the caller's business.
    pub keep: bool,
}

/// A running control plane. Dropping it ends it, unless it was started to be kept.
#[derive(Debug)]
pub struct ControlPlane {
    // Fields drop in this order: the API server before the etcd it writes to, the files last.
    controllers: Process,
    api_server: Process,
    etcd: Process,
    programs: PathBuf,
    files: Files,
    state: StateDir,
}

impl ControlPlane {
    /// Starts one and returns when it answers and its controllers work. Builds the programs the first time.
    pub async fn start(options: StartOptions) -> Result<Self> {
        let programs = crate::programs::kubernetes().await?;
        let state = StateDir::open(options.state_dir)?;
        let endpoints = Endpoints::choose()?;
        let files = Files::write(state.path(), endpoints.api)?;
        let starter = programs::Starter { programs: &programs, files: &files, endpoints, detached: options.keep };

        let etcd = starter.etcd()?;
        let mut api_server = starter.api_server()?;
        let client = client(&files.kubeconfig()).await?;
        api_server.wait_ready("/readyz of kube-apiserver", READY_WITHIN, async || is_ready(&client).await).await?;
        let mut controllers = starter.controllers()?;
        let accounts: Api<ServiceAccount> = Api::namespaced(client, "default");
        controllers
            .wait_ready("the ServiceAccount default/default", READY_WITHIN, async || accounts.get("default").await.is_ok())
            .await?;
        Ok(Self { controllers, api_server, etcd, programs, files, state })
    }

    /// The one of this test program: started by whoever asks first, ended with the program. Give each test its own
    /// namespace.
    pub async fn shared() -> Result<&'static Self> {
        static SHARED: OnceCell<ControlPlane> = OnceCell::const_new();
        SHARED.get_or_try_init(|| Self::start(StartOptions::default())).await
    }

    /// The administrator's kubeconfig file.
    pub fn kubeconfig_path(&self) -> PathBuf {
        self.files.kubeconfig()
    }

    /// A client with the administrator's rights. It belongs to the runtime it is made in: make one per test.
    pub async fn client(&self) -> Result<Client> {
        client(&self.files.kubeconfig()).await
    }

    /// A kubeconfig file for a `ServiceAccount` (made, with its namespace, if missing), with a token of one day.
    pub async fn service_account_kubeconfig(&self, namespace: &str, account: &str) -> Result<PathBuf> {
        kubeconfig::for_service_account(self.client().await?, &self.files, namespace, account).await
    }

    /// Every write request by `user` that has been answered so far, oldest first; accepted or not, dry runs included.
    ///
    /// A `ServiceAccount`'s user is `system:serviceaccount:<namespace>:<name>`. The log shows an answer a moment after its
    /// client does: this writes one object itself and waits to see that.
    pub async fn audit_writes(&self, user: &str) -> Result<Vec<AuditEvent>> {
        let mut requests = self.audit_requests(user).await?;
        requests.retain(AuditEvent::is_write);
        Ok(requests)
    }

    /// The same with every reading of external-dns' objects, which are recorded too.
    pub async fn audit_requests(&self, user: &str) -> Result<Vec<AuditEvent>> {
        audit::settle(self.client().await?, &self.files.audit_log()).await?;
        audit::requests_by(user, &self.files.audit_log())
    }

    /// The directory of kubectl and the other programs.
    pub fn programs(&self) -> &Path {
        &self.programs
    }

    /// The path of kubectl.
    pub fn kubectl(&self) -> PathBuf {
        self.programs.join("kubectl")
    }

    /// The directory with everything it wrote: logs, keys, etcd's data.
    pub fn state_dir(&self) -> &Path {
        self.state.path()
    }

    /// Ends it in order. (Dropping it ends it at once, which is as good for a test.)
    pub async fn stop(self) -> Result<()> {
        for process in [self.controllers, self.api_server, self.etcd] {
            process.stop(STOP_GRACE).await?;
        }
        Ok(())
    }
}

/// A client for the kubeconfig file at `path`.
pub async fn client(path: &Path) -> Result<Client> {
    let context = || format!("use kubeconfig {}", path.display());
    let file = kube::config::Kubeconfig::read_from(path).with_context(context)?;
    let options = kube::config::KubeConfigOptions::default();
    let config = kube::Config::from_custom_kubeconfig(file, &options).await.with_context(context)?;
    Client::try_from(config).with_context(context)
}

async fn is_ready(client: &Client) -> bool {
    let Ok(request) = http::Request::get("/readyz").body(Vec::new()) else {
        return false;
    };
    client.request_text(request).await.is_ok_and(|text| text == "ok")
}
