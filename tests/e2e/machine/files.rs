//! What the programs are started from: certificates, logins, folders.

use std::{
    fs,
    net::IpAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use mailward_sandbox::pki::{self, Authority, Leaf, Validity};
use serde_json::json;

use super::{NAME, NODE};

/// Who has which user name and group at the API server.
const LOGINS: [(&str, &str, Option<&str>); 6] = [
    ("admin", "admin", Some("system:masters")),
    ("kube-controller-manager", "system:kube-controller-manager", None),
    ("kube-scheduler", "system:kube-scheduler", None),
    ("kube-proxy", "system:kube-proxy", None),
    ("kubelet", "system:node:node", Some("system:nodes")),
    // How the API server calls the kubelet.
    ("apiserver-kubelet", "kube-apiserver-kubelet", Some("system:masters")),
];

/// The folders of the machine, with names for what is in them.
pub(super) struct Files {
    state: PathBuf,
    logs: PathBuf,
    authority: Authority,
}

impl Files {
    /// Writes all of it: into `state`, which goes with the machine.
    pub(super) fn write(work: &Path) -> Result<Self> {
        let authority = Authority::new("mailward-e2e-cluster")?;
        let files = Self { state: work.join("state"), logs: work.join("log"), authority };
        fs::create_dir_all(files.pki()).context("make the folder of certificates")?;
        pki::write(&files.pki_file("ca.crt"), files.authority())?;
        let service = IpAddr::from([10, 96, 0, 1]);
        files.certify(&["localhost", "kubernetes.default.svc"], &[NODE, service])?.write(&files.pki(), "apiserver")?;
        files.certify(&[NAME], &[NODE])?.write(&files.pki(), "kubelet-server")?;
        files.write_service_account_key()?;
        LOGINS.iter().try_for_each(|(name, user, group)| files.write_login(name, user, *group))?;
        Ok(files)
    }

    fn write_service_account_key(&self) -> Result<()> {
        let key = rcgen::KeyPair::generate()?;
        pki::write(&self.pki_file("sa.key"), &key.serialize_pem())?;
        pki::write(&self.pki_file("sa.pub"), &key.public_key_pem())
    }

    fn write_login(&self, name: &str, user: &str, group: Option<&str>) -> Result<()> {
        self.authority.client(user, group)?.write(&self.pki(), name)?;
        let file = |kind: &str| self.pki_file(&format!("{name}.{kind}"));
        let cluster = json!({"server": format!("https://{NODE}:6443"), "certificate-authority": self.pki_file("ca.crt")});
        let config = json!({
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "e2e", "cluster": cluster}],
            "users": [{"name": name, "user": {"client-certificate": file("crt"), "client-key": file("key")}}],
            "contexts": [{"name": "e2e", "context": {"cluster": "e2e", "user": name}}],
            "current-context": "e2e",
        });
        fs::write(self.login(name), config.to_string()).with_context(|| format!("write the kubeconfig of {name}"))
    }

    pub(super) fn certify(&self, hosts: &[&str], addresses: &[IpAddr]) -> Result<Leaf> {
        self.authority.server(hosts, addresses, Validity::Always)
    }

    pub(super) fn authority(&self) -> &str {
        self.authority.certificate()
    }

    pub(super) fn state(&self) -> &Path {
        &self.state
    }

    pub(super) fn logs(&self) -> &Path {
        &self.logs
    }

    pub(super) fn login(&self, name: &str) -> PathBuf {
        self.state.join(format!("{name}.kubeconfig"))
    }

    pub(super) fn pki_file(&self, name: &str) -> PathBuf {
        self.pki().join(name)
    }

    fn pki(&self) -> PathBuf {
        self.state.join("pki")
    }

    /// Writes a configuration file and returns its path.
    pub(super) fn config(&self, name: &str, text: &str) -> Result<PathBuf> {
        let path = self.state.join(name);
        fs::create_dir_all(path.parent().unwrap_or(&self.state))?;
        fs::write(&path, text).with_context(|| format!("write {name}"))?;
        Ok(path)
    }
}
