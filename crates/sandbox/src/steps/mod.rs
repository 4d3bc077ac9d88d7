//! What `demo` and `up` do, one step per file; they differ in whether the processes outlive the command.

pub mod certificates;
pub mod cluster;
pub mod dns;
pub mod env;
pub mod install;
pub mod operator;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::process::Process;
use crate::process::pids::PidFile;
use crate::programs;

/// The directory of one sandbox, and how its processes are started.
#[derive(Debug, Clone)]
pub struct Sandbox {
    root: PathBuf,
    detached: bool,
}

impl Sandbox {
    /// The one at `root`, or at `target/sandbox` of the repository. `detached`: its processes outlive us.
    pub fn at(root: Option<PathBuf>, detached: bool) -> Self {
        let root = root.unwrap_or_else(|| programs::repository().join("target/sandbox"));
        Self { root, detached }
    }

    /// Empties the directory for a new start; refuses while processes of an earlier one run.
    pub fn prepare(&self) -> Result<()> {
        let running = self.running();
        if !running.is_empty() {
            bail!("a sandbox is running already ({}); end it with `make down`", running.join(", "));
        }
        let context = || format!("prepare {}", self.root.display());
        if self.root.exists() {
            fs::remove_dir_all(&self.root).with_context(context)?;
        }
        fs::create_dir_all(self.logs()).with_context(context)
    }

    /// Writes a started process down, so that `down` ends it.
    pub fn record(&self, process: &Process) -> Result<()> {
        PidFile::of(&self.root).record(process)
    }

    /// The lists of what was started, in the order to end them.
    pub fn pid_files(&self) -> [PidFile; 2] {
        [PidFile::of(&self.root), PidFile::of(&self.cluster())]
    }

    /// Removes the shell file: what it points at is gone.
    pub fn forget_env(&self) -> Result<()> {
        match fs::remove_file(self.env_file()) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error).context("remove the env file"),
            _ => Ok(()),
        }
    }

    /// Names of the recorded processes that run.
    pub fn running(&self) -> Vec<String> {
        self.pid_files().iter().flat_map(PidFile::running).collect()
    }

    /// Everything is below this.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether processes outlive the command.
    pub fn detached(&self) -> bool {
        self.detached
    }

    /// Logs of everything but the control plane, which keeps its own.
    pub fn logs(&self) -> PathBuf {
        self.root.join("log")
    }

    /// The control plane's files.
    pub fn cluster(&self) -> PathBuf {
        self.root.join("cluster")
    }

    /// The key that may update the writable zones.
    pub fn tsig_file(&self) -> PathBuf {
        self.root.join("tsig.key")
    }

    /// The certificate that clients of the policy servers are to trust.
    pub fn ca_file(&self) -> PathBuf {
        self.root.join("ca.crt")
    }

    /// The shell file that points other programs here.
    pub fn env_file(&self) -> PathBuf {
        self.root.join("env")
    }
}
