//! The files a control plane is started from: certificates, the `ServiceAccount` key, the audit policy, kubeconfigs.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rcgen::KeyPair;

use super::kubeconfig::{self, Login};
use crate::pki::{self, Authority};
use crate::ports::LOOPBACK;
use crate::process::pids::PidFile;

/// Writes are logged when answered, one line each, without bodies (a Secret's body is its key), but for a status: a test that
/// finds one too many has to say what it was about. Reads are not logged, but for objects of external-dns: to Mailward they are
/// a DNS provider, whose requests count.
const AUDIT_POLICY: &str = r"apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Request
  verbs: [patch]
  resources:
  - group: mailward.dev
    resources: [maildomains/status]
- level: Metadata
  resources:
  - group: externaldns.k8s.io
- level: Metadata
  verbs: [create, update, patch, delete, deletecollection]
- level: None
";

/// The state directory of one control plane, with names for what is in it.
#[derive(Debug)]
pub(super) struct Files {
    root: PathBuf,
    api: SocketAddr,
    authority: String,
}

impl Files {
    /// Makes all of them under `root` for an API server that will listen on `api`.
    pub(super) fn write(root: &Path, api: SocketAddr) -> Result<Self> {
        let authority = Authority::new("mailward-sandbox-cluster")?;
        let files = Self { root: root.to_owned(), api, authority: authority.certificate().to_owned() };
        for dir in [files.pki(), files.logs()] {
            fs::create_dir_all(&dir).with_context(|| format!("create {}", dir.display()))?;
        }
        pki::write(&files.pki_file("ca.crt"), &files.authority)?;
        let hosts = ["localhost", "kubernetes.default.svc"];
        authority.server(&hosts, &[LOOPBACK], pki::Validity::Always)?.write(&files.pki(), "apiserver")?;
        files.write_service_account_key()?;
        fs::write(files.audit_policy(), AUDIT_POLICY)?;
        files.write_login("admin", &authority, "sandbox-admin", Some("system:masters"))?;
        files.write_login("controllers", &authority, "system:kube-controller-manager", None)?;
        Ok(files)
    }

    /// Signs and checks the tokens of `ServiceAccounts`.
    fn write_service_account_key(&self) -> Result<()> {
        let key = KeyPair::generate()?;
        pki::write(&self.pki_file("sa.key"), &key.serialize_pem())?;
        pki::write(&self.pki_file("sa.pub"), &key.public_key_pem())
    }

    fn write_login(&self, name: &str, authority: &Authority, user: &str, group: Option<&str>) -> Result<()> {
        let login = Login::Certificate(authority.client(user, group)?);
        kubeconfig::write(self, name, &login).map(drop)
    }

    pub(super) fn api(&self) -> SocketAddr {
        self.api
    }

    /// The cluster's authority, PEM.
    pub(super) fn authority(&self) -> &str {
        &self.authority
    }

    pub(super) fn kubeconfig(&self) -> PathBuf {
        self.login("admin")
    }

    /// The kubeconfig of the login called `name`.
    pub(super) fn login(&self, name: &str) -> PathBuf {
        self.root.join(format!("{name}.kubeconfig"))
    }

    pub(super) fn pki_file(&self, name: &str) -> PathBuf {
        self.pki().join(name)
    }

    pub(super) fn audit_policy(&self) -> PathBuf {
        self.root.join("audit-policy.yaml")
    }

    pub(super) fn audit_log(&self) -> PathBuf {
        self.root.join("audit.jsonl")
    }

    pub(super) fn etcd_data(&self) -> PathBuf {
        self.root.join("etcd")
    }

    /// Where the processes are written down.
    pub(super) fn pids(&self) -> PidFile {
        PidFile::of(&self.root)
    }

    pub(super) fn logs(&self) -> PathBuf {
        self.root.join("log")
    }

    fn pki(&self) -> PathBuf {
        self.root.join("pki")
    }
}
