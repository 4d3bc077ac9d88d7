//! The command lines of the three programs, and nothing else.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::Result;

use super::files::Files;
use crate::ports::{self, LOOPBACK};
use crate::process::{Launch, Process};

/// Where the programs listen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Endpoints {
    pub(super) api: SocketAddr,
    etcd: SocketAddr,
    etcd_peer: SocketAddr,
    controllers: SocketAddr,
}

impl Endpoints {
    pub(super) fn choose() -> Result<Self> {
        let free = || ports::free_tcp().map(|port| SocketAddr::new(LOOPBACK, port));
        Ok(Self { api: free()?, etcd: free()?, etcd_peer: free()?, controllers: free()? })
    }
}

/// Everything needed to start them.
pub(super) struct Starter<'a> {
    pub(super) programs: &'a Path,
    pub(super) files: &'a Files,
    pub(super) endpoints: Endpoints,
    pub(super) detached: bool,
}

impl Starter<'_> {
    pub(super) fn etcd(&self) -> Result<Process> {
        let client = format!("http://{}", self.endpoints.etcd);
        let peer = format!("http://{}", self.endpoints.etcd_peer);
        self.launch("etcd")
            .arg(flag("data-dir", self.files.etcd_data()))
            // Nothing here must survive a power cut.
            .arg("--unsafe-no-fsync")
            .arg("--log-level=warn")
            .arg(flag("listen-client-urls", &client))
            .arg(flag("advertise-client-urls", &client))
            .arg(flag("listen-peer-urls", &peer))
            .arg(flag("initial-advertise-peer-urls", &peer))
            .arg(flag("initial-cluster", format!("default={peer}")))
            .spawn()
    }

    pub(super) fn api_server(&self) -> Result<Process> {
        let files = self.files;
        self.launch("kube-apiserver")
            .arg(flag("etcd-servers", format!("http://{}", self.endpoints.etcd)))
            .arg(flag("bind-address", LOOPBACK.to_string()))
            .arg(flag("secure-port", self.endpoints.api.port().to_string()))
            .arg(flag("tls-cert-file", files.pki_file("apiserver.crt")))
            .arg(flag("tls-private-key-file", files.pki_file("apiserver.key")))
            .arg(flag("client-ca-file", files.pki_file("ca.crt")))
            .arg("--authorization-mode=RBAC")
            .arg("--service-account-issuer=https://kubernetes.default.svc")
            .arg(flag("service-account-key-file", files.pki_file("sa.pub")))
            .arg(flag("service-account-signing-key-file", files.pki_file("sa.key")))
            .arg("--service-cluster-ip-range=10.96.0.0/16")
            // No pod will ever look for the API server; a loopback address in its Endpoints is refused.
            .arg("--endpoint-reconciler-type=none")
            .arg(flag("audit-policy-file", files.audit_policy()))
            .arg(flag("audit-log-path", files.audit_log()))
            .spawn()
    }

    /// Without these three controllers no namespace ends, no owned object is collected and no namespace gets its
    /// `default` ServiceAccount. The others need nodes or are of no use here.
    pub(super) fn controllers(&self) -> Result<Process> {
        let login = self.files.login("controllers");
        self.launch("kube-controller-manager")
            .arg("--controllers=namespace-controller,garbage-collector-controller,serviceaccount-controller")
            .arg(flag("kubeconfig", &login))
            .arg(flag("authentication-kubeconfig", &login))
            .arg(flag("authorization-kubeconfig", &login))
            .arg("--use-service-account-credentials")
            .arg(flag("service-account-private-key-file", self.files.pki_file("sa.key")))
            .arg(flag("bind-address", LOOPBACK.to_string()))
            .arg(flag("secure-port", self.endpoints.controllers.port().to_string()))
            .arg(flag("cert-dir", self.files.pki_file("controllers")))
            .arg("--leader-elect=false")
            .spawn()
    }

    fn launch(&self, name: &str) -> Launch {
        Launch::new(name, self.programs.join(name), &self.files.logs()).detached(self.detached)
    }
}

/// `--name=value`
fn flag(name: &str, value: impl AsRef<std::ffi::OsStr>) -> OsString {
    let mut flag = OsString::from(format!("--{name}="));
    flag.push(value);
    flag
}
