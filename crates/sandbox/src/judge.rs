//! Asking the independent readers of `tests/readers` what they make of a domain.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::process::Command;

use crate::programs;

/// Where the readers are to look, and what for.
#[derive(Debug, Clone)]
pub struct Judge {
    /// The DNS server they ask.
    pub dns: SocketAddr,
    /// Where `mta-sts.<domain>` is, and the CA file that its certificate must chain to; absent: no policy is fetched.
    pub https: Option<(SocketAddr, PathBuf)>,
    /// DKIM selectors whose published key is to be read.
    pub selectors: Vec<String>,
    /// Selectors with the PEM file of their private key: a message is signed with it and verified over DNS.
    pub keys: Vec<(String, PathBuf)>,
    /// Addresses that SPF is judged for.
    pub senders: Vec<IpAddr>,
}

impl Judge {
    /// Readers that ask `dns`, and nothing more yet.
    pub fn at(dns: SocketAddr) -> Self {
        Self { dns, https: None, selectors: Vec::new(), keys: Vec::new(), senders: Vec::new() }
    }

    /// Their verdicts on `domain`: one object, described in `judge.py`. Installs the readers the first time.
    pub async fn ask(&self, domain: &str) -> Result<Value> {
        let readers = programs::repository().join("tests/readers");
        let python = text(Command::new(readers.join("setup.sh")).stderr(Stdio::inherit())).await?;
        let mut judge = Command::new(python.trim());
        judge.arg(readers.join("judge.py")).args(["--domain", domain, "--dns", &self.dns.to_string()]);
        self.add_arguments(&mut judge);
        let verdicts = text(&mut judge).await?;
        serde_json::from_str(&verdicts).with_context(|| format!("the readers answered {verdicts:?}"))
    }

    fn add_arguments(&self, judge: &mut Command) {
        if let Some((address, ca)) = &self.https {
            judge.arg("--https").arg(address.to_string()).arg("--ca").arg(ca);
        }
        for selector in &self.selectors {
            judge.args(["--selector", selector]);
        }
        for (selector, key) in &self.keys {
            judge.arg("--key").arg(format!("{selector}={}", key.display()));
        }
        for sender in &self.senders {
            judge.arg("--sender").arg(sender.to_string());
        }
    }
}

/// The standard output of a program that must succeed.
async fn text(command: &mut Command) -> Result<String> {
    let program = Path::new(command.as_std().get_program()).display().to_string();
    let output = command.stdin(Stdio::null()).output().await.with_context(|| format!("run {program}"))?;
    if !output.status.success() {
        bail!("{program} failed ({}): {}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}
