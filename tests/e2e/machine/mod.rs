//! A Kubernetes node with its control plane, in the namespaces that `machine.sh` has laid out: the real programs, started as they are.
//!
//! Nothing here knows what will run on it.

mod cluster;
mod files;
mod images;
mod node;

use std::{
    net::{IpAddr, Ipv4Addr},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use kube::Client;
use mailward_sandbox::{control_plane, kubectl::Kubectl, process::Process, programs};

use files::Files;

/// Where the node and its API server are; `machine.sh` gives it to the network device.
pub(crate) const NODE: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 89, 0, 2));
/// Addresses of Services.
const SERVICES: &str = "10.96.0.0/16";
/// Addresses of pods.
const PODS: &str = "10.244.0.0/24";
/// The Service of CoreDNS; every pod asks it.
pub(crate) const CLUSTER_DNS: &str = "10.96.0.10";
/// What the node is called.
const NAME: &str = "node";
/// The machine may be busy with compiling something else.
const READY_WITHIN: Duration = Duration::from_mins(3);

/// The running parts. They end with the namespaces, whoever drops this.
pub(crate) struct Machine {
    files: Files,
    programs: PathBuf,
    containerd: Option<PathBuf>,
    processes: Vec<Process>,
}

impl Machine {
    /// The folders of a machine that runs nothing yet.
    pub(crate) async fn prepare(work: &Path) -> Result<Self> {
        let files = Files::write(work)?;
        Ok(Self { files, programs: programs::kubernetes().await?, containerd: None, processes: vec![] })
    }

    /// kubectl as the administrator.
    pub(crate) fn kubectl(&self) -> Kubectl {
        Kubectl::new(self.programs.join("kubectl"), self.kubeconfig())
    }

    /// The same for a failure's report, which nothing may hold up.
    pub(crate) fn kubectl_command(&self) -> Command {
        let mut command = Command::new(self.programs.join("kubectl"));
        command.arg("--request-timeout=10s").env("KUBECONFIG", self.kubeconfig());
        command
    }

    /// A client with the administrator's rights.
    pub(crate) async fn client(&self) -> Result<Client> {
        control_plane::client(&self.kubeconfig()).await
    }

    /// The administrator's kubeconfig file.
    pub(crate) fn kubeconfig(&self) -> PathBuf {
        self.files.login("admin")
    }

    /// A folder for whatever goes with the machine.
    pub(crate) fn scratch(&self) -> &Path {
        self.files.state()
    }

    /// Where logs go; it stays.
    pub(crate) fn logs(&self) -> &Path {
        self.files.logs()
    }

    /// A server certificate of the cluster's authority for `hosts`, with its key.
    pub(crate) fn certify(&self, hosts: &[&str]) -> Result<mailward_sandbox::pki::Leaf> {
        self.files.certify(hosts, &[])
    }

    /// The cluster's authority (PEM).
    pub(crate) fn authority(&self) -> &str {
        self.files.authority()
    }

    /// Kills every process of a container (SIGKILL), as the kernel does when memory runs out.
    pub(crate) fn kill_container(&self, id: &str) -> Result<()> {
        let id = id.trim_start_matches("containerd://");
        self.ctr(&["tasks", "kill", "--all", "--signal", "SIGKILL", id]).map(drop)
    }
}

/// The path that a build script below `tools` prints.
pub(crate) fn built(script: &str, arguments: &[&str]) -> Result<PathBuf> {
    output(Command::new(programs::repository().join(script)).args(arguments)).map(|path| PathBuf::from(path.trim()))
}

/// The standard output of a program that must succeed; what it complained of is the error.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let what = format!("{command:?}");
    let output = command.stdin(Stdio::null()).output().with_context(|| what.clone())?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    ensure!(output.status.success(), "{what}: {}{}", text(&output.stdout), text(&output.stderr));
    Ok(text(&output.stdout))
}
