//! Step: a certificate authority, and the certificates of the policy servers.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::Sandbox;
use crate::pki::{self, Authority};
use crate::process::{Launch, Process};
use crate::{issuer, programs};

/// The name of the authority.
pub const AUTHORITY: &str = "Mailward sandbox CA";

/// Hosts with a certificate from the start, so that the demo waits for none.
const HOSTS: [&str; 4] = ["mta-sts.example.com", "mta-sts.example.org", "mta-sts.example.net", "mta-sts.lab"];

/// Makes the authority and the first certificates: one directory per host below [`directory`], which the policy
/// servers read again from time to time.
pub fn make(sandbox: &Sandbox) -> Result<Authority> {
    let authority = Authority::new(AUTHORITY)?;
    pki::write(&sandbox.ca_file(), authority.certificate())?;
    pki::write(&key_file(sandbox), &authority.key())?;
    let directory = directory(sandbox);
    fs::create_dir_all(&directory).with_context(|| format!("create {}", directory.display()))?;
    HOSTS.iter().try_for_each(|host| issuer::issue(host, &authority, &directory))?;
    Ok(authority)
}

/// Starts our own `issuer` command, which does the same for every MailDomain. Its CRD must be there.
pub fn start_issuer(sandbox: &Sandbox, kubeconfig: &Path) -> Result<Process> {
    let process = Launch::new("issuer", programs::ourselves()?, &sandbox.logs())
        .args(["issuer", "--kubeconfig"])
        .arg(kubeconfig)
        .arg("--ca")
        .arg(sandbox.ca_file())
        .arg("--ca-key")
        .arg(key_file(sandbox))
        .arg("--directory")
        .arg(directory(sandbox))
        .detached(sandbox.detached())
        .spawn()?;
    sandbox.record(&process)?;
    Ok(process)
}

/// One directory per policy host, with `tls.crt` and `tls.key` as a mounted Secret has them.
pub fn directory(sandbox: &Sandbox) -> PathBuf {
    sandbox.root().join("certificates")
}

fn key_file(sandbox: &Sandbox) -> PathBuf {
    sandbox.root().join("ca.key")
}
