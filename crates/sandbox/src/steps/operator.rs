//! Step: Mailward itself, as children running its binary: one controller, and the policy servers.
//!
//! The only place that knows Mailward's command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Result, bail};

use super::Sandbox;
use crate::process::{Launch, Process};

/// The binary beside our own, where cargo puts both.
pub fn binary() -> Result<PathBuf> {
    let ours = std::env::current_exe()?;
    let binary = ours.with_file_name("mailward");
    if !binary.is_file() {
        bail!("{} is missing; build it with `cargo build --bin mailward`", binary.display());
    }
    Ok(binary)
}

/// Starts `mailward controller` with `args`, as the identity in `kubeconfig`.
pub fn controller(sandbox: &Sandbox, kubeconfig: PathBuf, args: &[String]) -> Result<Process> {
    let launch = Launch::new("controller", binary()?, &sandbox.logs()).arg("controller").args(args);
    spawn(sandbox, launch.env("KUBECONFIG", kubeconfig))
}

/// Starts `mailward policy-server` number `number`, ending TLS itself at `listen`.
pub fn policy_server(
    sandbox: &Sandbox,
    kubeconfig: PathBuf,
    number: usize,
    listen: SocketAddr,
    args: &[String],
) -> Result<Process> {
    let launch = Launch::new(&format!("policy-server-{number}"), binary()?, &sandbox.logs())
        .args(["policy-server".to_owned(), "--https".to_owned(), listen.to_string()])
        .args(args);
    spawn(sandbox, launch.env("KUBECONFIG", kubeconfig))
}

fn spawn(sandbox: &Sandbox, launch: Launch) -> Result<Process> {
    let process = launch.detached(sandbox.detached()).spawn()?;
    sandbox.record(&process)?;
    Ok(process)
}
