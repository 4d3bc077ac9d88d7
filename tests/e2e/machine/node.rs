//! The node: containerd, kubelet and kube-proxy, from a cluster's point of view like any other.

use std::{env, path::PathBuf};

use anyhow::{Context, Result};
use k8s_openapi::api::core::v1::Node;
use kube::Api;
use mailward_sandbox::programs;
use serde_json::json;

use super::{CLUSTER_DNS, Machine, NAME, NODE, PODS, READY_WITHIN, built};
use crate::zone;

/// Where Debian and most others have the CNI plugins.
const PLUGINS: [&str; 3] = ["/usr/lib/cni", "/opt/cni/bin", "/usr/libexec/cni"];

impl Machine {
    /// Starts it; returns when the cluster calls it ready.
    pub(crate) async fn start_node(&mut self) -> Result<()> {
        self.start_kubelet()?;
        let proxy = self.files.config("kube-proxy.json", &self.proxy_config())?;
        let launch = self.launch("kube-proxy", &built("tools/node/build.sh", &["kube-proxy"])?);
        self.processes.push(launch.arg(format!("--config={}", proxy.display())).spawn()?);
        let nodes: Api<Node> = Api::all(self.client().await?);
        let kubelet = self.processes.iter_mut().find(|process| process.name() == "kubelet").context("kubelet was started")?;
        kubelet.wait_ready("the node to be ready", READY_WITHIN, async || nodes.get(NAME).await.is_ok_and(is_ready)).await
    }

    /// Starts containerd; returns when it answers.
    pub(crate) async fn start_containerd(&mut self) -> Result<()> {
        let bridge = self.files.config("cni/10-bridge.conflist", &self.bridge())?;
        let config = self.files.config("containerd.toml", &self.containerd_config(&bridge)?)?;
        let launch = self.launch("containerd", &programs::system("containerd", "containerd")?);
        let mut containerd = launch.arg("--config").arg(config).spawn()?;
        self.containerd = Some(self.socket());
        containerd.wait_ready("containerd to answer", READY_WITHIN, async || self.ctr(&["version"]).is_ok()).await?;
        self.processes.push(containerd);
        Ok(())
    }

    fn start_kubelet(&mut self) -> Result<()> {
        let config = self.files.config("kubelet.json", &self.kubelet_config()?)?;
        let state = self.files.state();
        let launch = self.launch("kubelet", &built("tools/node/build.sh", &["kubelet"])?);
        let launch = launch
            .args([format!("--hostname-override={NAME}"), format!("--node-ip={NODE}")])
            .arg(format!("--config={}", config.display()))
            .arg(format!("--kubeconfig={}", self.files.login("kubelet").display()))
            .arg(format!("--root-dir={}", state.join("kubelet").display()))
            .arg(format!("--cert-dir={}", state.join("kubelet-pki").display()));
        self.processes.push(launch.spawn()?);
        Ok(())
    }

    pub(super) fn socket(&self) -> PathBuf {
        self.files.state().join("containerd.sock")
    }

    fn kubelet_config(&self) -> Result<String> {
        let (state, pki) = (self.files.state(), |name: &str| self.files.pki_file(name));
        // Pods that want the node's own resolver, which is CoreDNS alone, ask the DNS server of everything else.
        let resolver = self.files.config("resolv.conf", &format!("nameserver {}\n", zone::SERVER.ip()))?;
        let config = json!({
            "apiVersion": "kubelet.config.k8s.io/v1beta1",
            "kind": "KubeletConfiguration",
            "containerRuntimeEndpoint": format!("unix://{}", self.socket().display()),
            "cgroupDriver": "cgroupfs",
            "cgroupRoot": format!("/{}", env::var("MAILWARD_E2E_CGROUP").context("run.sh names the cgroup")?),
            "failCgroupV1": false,
            "failSwapOn": false,
            "address": NODE,
            "healthzBindAddress": "127.0.0.1",
            "authentication": {
                "anonymous": {"enabled": false}, "webhook": {"enabled": true}, "x509": {"clientCAFile": pki("ca.crt")},
            },
            "authorization": {"mode": "Webhook"},
            "tlsCertFile": pki("kubelet-server.crt"),
            "tlsPrivateKeyFile": pki("kubelet-server.key"),
            "clusterDNS": [CLUSTER_DNS],
            "clusterDomain": "cluster.local",
            "resolvConf": resolver,
            "podLogsDir": self.files.logs().join("pods"),
            "volumePluginDir": state.join("volume-plugins"),
            // Images cannot be pulled again, and the disk is not ours to judge.
            "imageGCHighThresholdPercent": 100,
            "evictionHard": {"memory.available": "0%", "nodefs.available": "0%", "imagefs.available": "0%"},
        });
        Ok(config.to_string())
    }

    fn proxy_config(&self) -> String {
        // Limits of connection tracking belong to the whole computer: zero leaves them alone.
        let conntrack = json!({"maxPerCore": 0, "min": 0, "tcpEstablishedTimeout": "0s", "tcpCloseWaitTimeout": "0s"});
        let config = json!({
            "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
            "kind": "KubeProxyConfiguration",
            "mode": "iptables",
            "clientConnection": {"kubeconfig": self.files.login("kube-proxy")},
            "clusterCIDR": PODS,
            "hostnameOverride": NAME,
            "metricsBindAddress": "127.0.0.1:10249",
            "healthzBindAddress": "127.0.0.1:10256",
            "conntrack": conntrack,
        });
        config.to_string()
    }

    fn bridge(&self) -> String {
        let addresses = json!({
            "type": "host-local", "dataDir": self.files.state().join("addresses"),
            "ranges": [[{"subnet": PODS}]], "routes": [{"dst": "0.0.0.0/0"}],
        });
        let bridge = json!({
            "type": "bridge", "bridge": "pods", "isGateway": true, "ipMasq": true, "hairpinMode": true, "ipam": addresses,
        });
        json!({"cniVersion": "1.0.0", "name": "pods", "plugins": [bridge]}).to_string()
    }

    fn containerd_config(&self, bridge: &std::path::Path) -> Result<String> {
        let plugins = PLUGINS.iter().find(|folder| std::path::Path::new(folder).join("bridge").exists());
        let plugins = plugins.context("no CNI plugins; on Debian: apt-get install containernetworking-plugins")?;
        let state = self.files.state().display();
        let networks = bridge.parent().context("a folder of networks")?.display();
        let socket = self.socket();
        Ok(format!(
            r#"version = 2
root = "{state}/containerd"
state = "/run/containerd-e2e"
[grpc]
address = "{socket}"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "localhost/pause:e2e"
# Not every machine lets us make a process less likely to be killed than ourselves.
restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "{plugins}"
conf_dir = "{networks}"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
SystemdCgroup = false
"#,
            socket = socket.display(),
        ))
    }
}

fn is_ready(node: Node) -> bool {
    let conditions = node.status.and_then(|status| status.conditions).unwrap_or_default();
    conditions.iter().any(|condition| condition.type_ == "Ready" && condition.status == "True")
}
