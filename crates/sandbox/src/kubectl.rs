//! Running the real kubectl: what an installer does, and what a user would see.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::control_plane::ControlPlane;
use crate::programs;

/// kubectl with the rights of one login.
#[derive(Debug, Clone)]
pub struct Kubectl {
    program: PathBuf,
    kubeconfig: PathBuf,
}

impl Kubectl {
    /// As the administrator of `plane`.
    pub fn of(plane: &ControlPlane) -> Self {
        Self::new(plane.kubectl(), plane.kubeconfig_path())
    }

    /// The kubectl `program` with the rights that the file `kubeconfig` gives.
    pub fn new(program: PathBuf, kubeconfig: PathBuf) -> Self {
        Self { program, kubeconfig }
    }

    /// Its output; its complaint is the error.
    pub async fn run(&self, args: &[&str]) -> Result<String> {
        self.run_with(args, "").await
    }

    /// The same with a standard input.
    pub async fn run_with(&self, args: &[&str], input: &str) -> Result<String> {
        let what = || format!("kubectl {}", args.join(" "));
        let mut command = Command::new(&self.program);
        command.args(args).env("KUBECONFIG", &self.kubeconfig).current_dir(programs::repository()).kill_on_drop(true);
        // A group of its own: Ctrl-C is for us, and we end it.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        let mut child = command.spawn().with_context(what)?;
        let mut stdin = child.stdin.take().context("kubectl without standard input")?;
        stdin.write_all(input.as_bytes()).await?;
        drop(stdin);
        let output = child.wait_with_output().await?;
        if !output.status.success() {
            bail!("{}: {}", what(), String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}
