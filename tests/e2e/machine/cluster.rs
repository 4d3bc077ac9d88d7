//! The control plane: etcd, kube-apiserver, kube-controller-manager and kube-scheduler, with every controller and admission check
//! that is on by default.

use std::path::Path;

use anyhow::Result;
use k8s_openapi::api::core::v1::ServiceAccount;
use kube::Api;
use mailward_sandbox::process::Launch;

use super::{Machine, NODE, READY_WITHIN, SERVICES, built};

const ETCD: &str = "http://127.0.0.1:2379";
const ETCD_PEER: &str = "http://127.0.0.1:2380";

impl Machine {
    /// Starts it; returns when it answers and its controllers work.
    pub(crate) async fn start_control_plane(&mut self) -> Result<()> {
        let etcd = self.launch("etcd", &self.programs.join("etcd"));
        let etcd = etcd.args(["--unsafe-no-fsync", "--log-level=warn", "--data-dir"]).arg(self.files.state().join("etcd"));
        let etcd =
            etcd.args(["--listen-client-urls", ETCD, "--advertise-client-urls", ETCD]).args(["--listen-peer-urls", ETCD_PEER]);
        let etcd = etcd.args(["--initial-advertise-peer-urls", ETCD_PEER, "--initial-cluster", &format!("default={ETCD_PEER}")]);
        self.processes.push(etcd.spawn()?);

        let mut api_server = self.api_server().spawn()?;
        let kubectl = self.kubectl();
        let ready = async || kubectl.run(&["get", "--raw=/readyz"]).await.is_ok();
        api_server.wait_ready("kube-apiserver to be ready", READY_WITHIN, ready).await?;
        self.processes.push(api_server);

        self.processes.push(self.scheduler()?.spawn()?);
        let accounts: Api<ServiceAccount> = Api::namespaced(self.client().await?, "default");
        let mut controllers = self.controllers().spawn()?;
        let acts = async || accounts.get("default").await.is_ok();
        controllers.wait_ready("the ServiceAccount default/default", READY_WITHIN, acts).await?;
        self.processes.push(controllers);
        Ok(())
    }

    fn api_server(&self) -> Launch {
        let launch = self.launch("kube-apiserver", &self.programs.join("kube-apiserver"));
        let fixed = ["--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction", "--allow-privileged=true"];
        let address = [format!("--bind-address={NODE}"), format!("--advertise-address={NODE}")];
        launch
            .args(fixed)
            .args(address)
            .args([format!("--etcd-servers={ETCD}"), format!("--service-cluster-ip-range={SERVICES}")])
            .args(["--service-account-issuer=https://kubernetes.default.svc", "--kubelet-preferred-address-types=InternalIP"])
            .arg(self.file("tls-cert-file", "apiserver.crt"))
            .arg(self.file("tls-private-key-file", "apiserver.key"))
            .arg(self.file("client-ca-file", "ca.crt"))
            .arg(self.file("service-account-key-file", "sa.pub"))
            .arg(self.file("service-account-signing-key-file", "sa.key"))
            .arg(self.file("kubelet-client-certificate", "apiserver-kubelet.crt"))
            .arg(self.file("kubelet-client-key", "apiserver-kubelet.key"))
            .arg(self.file("kubelet-certificate-authority", "ca.crt"))
    }

    fn controllers(&self) -> Launch {
        let launch = self.launch("kube-controller-manager", &self.programs.join("kube-controller-manager"));
        self.logged_in(launch, "kube-controller-manager")
            .args(["--use-service-account-credentials=true", "--bind-address=127.0.0.1", "--leader-elect=false"])
            .arg(self.file("service-account-private-key-file", "sa.key"))
            .arg(self.file("root-ca-file", "ca.crt"))
    }

    fn scheduler(&self) -> Result<Launch> {
        let launch = self.launch("kube-scheduler", &built("tools/node/build.sh", &["kube-scheduler"])?);
        Ok(self.logged_in(launch, "kube-scheduler").args(["--bind-address=127.0.0.1", "--leader-elect=false"]))
    }

    fn logged_in(&self, launch: Launch, name: &str) -> Launch {
        let login = self.files.login(name).display().to_string();
        let flags = ["kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig"];
        launch.args(flags.map(|flag| format!("--{flag}={login}")))
    }

    /// A flag that names a file among the certificates.
    fn file(&self, flag: &str, name: &str) -> String {
        format!("--{flag}={}", self.files.pki_file(name).display())
    }

    /// Detached: the namespaces end it, and nobody must stand guard.
    pub(super) fn launch(&self, name: &str, program: &Path) -> Launch {
        Launch::new(name, program, self.files.logs()).detached(true)
    }
}
