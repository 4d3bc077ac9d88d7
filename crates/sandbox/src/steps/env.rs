//! Step: the file that points a shell, and tests, at a running sandbox.

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, Result};

use super::Sandbox;

/// What the file exports.
#[derive(Debug)]
pub struct Env<'a> {
    /// `KUBECONFIG`: the administrator's.
    pub kubeconfig: &'a Path,
    /// `MAILWARD_DNS`: host:port of the DNS server.
    pub dns: SocketAddr,
    /// `MAILWARD_HTTPS`: host:port answering for every `mta-sts.*` host.
    pub https: SocketAddr,
    /// `PATH` gets this in front: the kubectl of the cluster's own version is there.
    pub programs: &'a Path,
}

/// Writes it. `MAILWARD_CA` (what to trust) and `MAILWARD_TSIG` (key file for nsupdate) are the sandbox's own files.
pub fn write(sandbox: &Sandbox, env: &Env<'_>) -> Result<()> {
    let mut text = String::from("# source this\n");
    let exports = [
        ("KUBECONFIG", env.kubeconfig.display().to_string()),
        ("MAILWARD_DNS", env.dns.to_string()),
        ("MAILWARD_HTTPS", env.https.to_string()),
        ("MAILWARD_CA", sandbox.ca_file().display().to_string()),
        ("MAILWARD_TSIG", sandbox.tsig_file().display().to_string()),
    ];
    for (name, value) in exports {
        // Writing to a String cannot fail.
        let _ok = writeln!(text, "export {name}={}", quoted(&value));
    }
    let _ok = writeln!(text, "export PATH={}:\"$PATH\"", quoted(&env.programs.display().to_string()));
    fs::write(sandbox.env_file(), text).with_context(|| format!("write {}", sandbox.env_file().display()))
}

/// For a POSIX shell.
fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}
