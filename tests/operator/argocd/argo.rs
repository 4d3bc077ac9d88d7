//! Argo CD: its servers as processes, installed as its users install it as far as there is something to install.

use std::{
    fs,
    net::SocketAddr,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use kube::Client;
use mailward_sandbox::{
    kubectl::Kubectl,
    plain_http,
    ports::{self, LOOPBACK},
    process::{Launch, Process},
    scratch::StateDir,
    wait,
};

use crate::lab::Lab;

/// Where its Applications are.
pub(super) const NAMESPACE: &str = "argocd";
/// Exec to answers takes six seconds of an idle machine.
const READY_WITHIN: Duration = Duration::from_mins(2);
/// What its manifests install besides its Deployments, as far as it is read here.
const SETTINGS: &str = "
apiVersion: v1
kind: Namespace
metadata: {name: argocd}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: argocd-cm, namespace: argocd, labels: {app.kubernetes.io/part-of: argocd}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: argocd-rbac-cm, namespace: argocd, labels: {app.kubernetes.io/part-of: argocd}}
---
apiVersion: v1
kind: Secret
metadata: {name: argocd-secret, namespace: argocd, labels: {app.kubernetes.io/part-of: argocd}}
stringData: {server.secretkey: a key for sessions that nobody opens}
---
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: default, namespace: argocd}
spec:
  sourceRepos: ['*']
  destinations: [{namespace: '*', server: '*'}]
  clusterResourceWhitelist: [{group: '*', kind: '*'}]
";

/// A running Argo CD. Dropping it ends it.
pub(super) struct Argo {
    server: SocketAddr,
    kubectl: Kubectl,
    controller: Process,
    others: Vec<Process>,
    _state: StateDir,
}

impl Argo {
    /// One for this lab.
    pub(super) async fn start(lab: &Lab) -> Self {
        let kubectl = Kubectl::of(&lab.plane);
        install(&kubectl).await;
        let state = StateDir::open(None).unwrap();
        let start = Start::new(state.path(), &lab.plane.kubeconfig_path());
        let (redis, repositories, server) = (free(), free(), free());
        let store = start.redis(redis);
        let reader = start.reader(redis, repositories);
        let controller = start.controller(redis, repositories);
        let sets = start.sets(repositories);
        let mut api = start.api(redis, repositories, server);
        let answers = async || plain_http::get(server, "/healthz").await.is_ok_and(|(status, _)| status == 200);
        api.wait_ready("Argo CD to answer", READY_WITHIN, answers).await.unwrap();
        Self { server, kubectl, controller, others: vec![sets, api, reader, store], _state: state }
    }

    /// An answer of its API, which its pages show.
    pub(super) async fn get(&self, path: &str) -> serde_json::Value {
        let (status, text) = plain_http::get(self.server, path).await.unwrap();
        assert_eq!(status, 200, "{path}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Applies an object, each field of which Argo CD must know.
    pub(super) async fn apply(&self, object: &serde_json::Value) {
        let text = object.to_string();
        self.kubectl.run_with(&["apply", "--validate=strict", "--filename", "-"], &text).await.unwrap();
    }

    /// The administrator's kubectl.
    pub(super) fn kubectl(&self) -> &Kubectl {
        &self.kubectl
    }

    /// What its servers wrote last.
    pub(super) fn logs(&self) -> String {
        let processes = [&self.controller].into_iter().chain(&self.others);
        let tails: Vec<_> = processes.map(|process| format!("{}:\n{}", process.name(), process.log_tail())).collect();
        tails.join("\n")
    }
}

/// The definitions, the settings, and what our users add to them.
async fn install(kubectl: &Kubectl) {
    kubectl.run(&["apply", "--server-side", "--kustomize", &printed("tools/argocd/crds.sh")]).await.unwrap();
    let served = async || kubectl.run(&["get", "appprojects,applications,applicationsets", "--all-namespaces"]).await.is_ok();
    wait::until("the kinds of Argo CD to be served", READY_WITHIN, served).await.unwrap();
    kubectl.run_with(&["apply", "--server-side", "--filename", "-"], SETTINGS).await.unwrap();
    for patch in ["deploy/argocd/argocd-cm.yaml", "examples/gitops/argocd/application-health.yaml"] {
        let line = ["--namespace", NAMESPACE, "patch", "configmap", "argocd-cm", "--patch-file", patch];
        kubectl.run(&line).await.unwrap();
    }
}

/// What all servers are started with.
struct Start {
    state: PathBuf,
    programs: PathBuf,
    environment: Vec<(&'static str, String)>,
}

impl Start {
    fn new(state: &Path, kubeconfig: &Path) -> Self {
        let program = printed("tools/argocd/build.sh");
        for folder in ["ssh", "tls", "gpg", "tmp", "bin"] {
            fs::create_dir(state.join(folder)).unwrap();
        }
        fs::write(state.join("ssh/ssh_known_hosts"), "").unwrap();
        for server in ["repo-server", "application-controller", "applicationset-controller", "server"] {
            symlink(&program, state.join("bin").join(format!("argocd-{server}"))).unwrap();
        }
        let at = |name: &str| state.join(name).display().to_string();
        let helm = printed("tools/helm/build.sh");
        let helm = Path::new(&helm).parent().unwrap().display().to_string();
        let environment = vec![
            ("KUBECONFIG", kubeconfig.display().to_string()),
            ("PATH", format!("{helm}:{}", std::env::var("PATH").unwrap())),
            ("HOME", at("tmp")),
            ("TMPDIR", at("tmp")),
            ("GNUPGHOME", at("gpg")),
            ("ARGOCD_GPG_ENABLED", "false".to_owned()),
            ("ARGOCD_TLS_DATA_PATH", at("tls")),
            ("ARGOCD_SSH_DATA_PATH", at("ssh")),
            // Its own cluster is then that of KUBECONFIG.
            ("ARGOCD_FAKE_IN_CLUSTER", "true".to_owned()),
            ("ARGOCD_CONTROLLER_REPLICAS", "1".to_owned()),
        ];
        Self { state: state.to_owned(), programs: state.join("bin"), environment }
    }

    fn redis(&self, listen: SocketAddr) -> Process {
        let port = listen.port().to_string();
        let launch = Launch::new("redis", "redis-server", &self.state)
            .args(["--bind", "127.0.0.1", "--port", &port, "--save", "", "--appendonly", "no", "--dir"])
            .arg(self.state.as_os_str());
        launch.spawn().unwrap()
    }

    fn reader(&self, redis: SocketAddr, listen: SocketAddr) -> Process {
        let (port, metrics) = (listen.port().to_string(), free().port().to_string());
        let line = ["--redis", &redis.to_string(), "--address", "127.0.0.1", "--port", &port, "--disable-tls"];
        self.spawn("repo-server", &[&line[..], &["--metrics-address", "127.0.0.1", "--metrics-port", &metrics]].concat())
    }

    fn controller(&self, redis: SocketAddr, repositories: SocketAddr) -> Process {
        let (redis, repositories, metrics) = (redis.to_string(), repositories.to_string(), free().port().to_string());
        let line = ["--namespace", NAMESPACE, "--redis", &redis, "--repo-server", &repositories, "--repo-server-plaintext"];
        self.spawn("application-controller", &[&line[..], &["--metrics-port", &metrics, "--app-resync", "5"]].concat())
    }

    fn sets(&self, repositories: SocketAddr) -> Process {
        let (repositories, ports) = (repositories.to_string(), [free(), free(), free()].map(|port| port.to_string()));
        let line = ["--namespace", NAMESPACE, "--argocd-repo-server", &repositories, "--repo-server-plaintext"];
        let listen = ["--metrics-addr", &ports[0], "--probe-addr", &ports[1], "--webhook-addr", &ports[2]];
        self.spawn("applicationset-controller", &[&line[..], &listen[..]].concat())
    }

    fn api(&self, redis: SocketAddr, repositories: SocketAddr, listen: SocketAddr) -> Process {
        let (redis, repositories) = (redis.to_string(), repositories.to_string());
        let (port, metrics) = (listen.port().to_string(), free().port().to_string());
        let line = ["--namespace", NAMESPACE, "--redis", &redis, "--repo-server", &repositories, "--repo-server-plaintext"];
        let listen = ["--address", "127.0.0.1", "--port", &port, "--metrics-address", "127.0.0.1", "--metrics-port", &metrics];
        self.spawn("server", &[&line[..], &listen[..], &["--insecure", "--disable-auth"]].concat())
    }

    fn spawn(&self, server: &str, line: &[&str]) -> Process {
        let name = format!("argocd-{server}");
        let launch = Launch::new(&name, self.programs.join(&name), &self.state).args(line);
        let launch = self.environment.iter().fold(launch, |launch, (key, value)| launch.env(key, value));
        launch.spawn().unwrap()
    }
}

fn free() -> SocketAddr {
    SocketAddr::new(LOOPBACK, ports::free_tcp().unwrap())
}

/// The last line that a script of the repository prints.
fn printed(script: &str) -> String {
    let output = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join(script)).output().unwrap();
    assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A client of the API server, with the administrator's rights.
pub(super) async fn client(lab: &Lab) -> Client {
    lab.plane.client().await.unwrap()
}
