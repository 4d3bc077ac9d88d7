//! The list of detached processes, one line each, so that a later command can end just those.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use super::Process;
use crate::wait;

/// One process as the file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    pid: i32,
    /// When the kernel says it started: the same pid with another value is somebody else's process.
    started: String,
    name: String,
}

/// The file `pids` in a state directory. Line: pid, start mark, name, separated by spaces; oldest first.
#[derive(Debug, Clone)]
pub struct PidFile(PathBuf);

impl PidFile {
    /// The pid file of `state_dir`, there or not.
    pub fn of(state_dir: &Path) -> Self {
        Self(state_dir.join("pids"))
    }

    /// Adds `process`.
    pub fn record(&self, process: &Process) -> Result<()> {
        let line = format!("{} {} {}\n", process.pid(), start_mark(process.pid()), process.name());
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.0)
            .and_then(|mut file| file.write_all(line.as_bytes()))
            .with_context(|| format!("write {}", self.0.display()))
    }

    /// The names of the recorded processes that still run.
    pub fn running(&self) -> Vec<String> {
        self.entries().into_iter().filter(Entry::runs).map(|entry| entry.name).collect()
    }

    /// Ends every recorded process that still runs, newest first, then removes the file. Returns their names.
    pub async fn stop_all(&self, grace: Duration) -> Result<Vec<String>> {
        let mut stopped = Vec::new();
        for entry in self.entries().into_iter().rev().filter(Entry::runs) {
            entry.stop(grace).await?;
            stopped.push(entry.name);
        }
        match fs::remove_file(&self.0) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(stopped),
        }
    }

    fn entries(&self) -> Vec<Entry> {
        let text = fs::read_to_string(&self.0).unwrap_or_default();
        text.lines().filter_map(Entry::parse).collect()
    }
}

impl Entry {
    fn parse(line: &str) -> Option<Self> {
        let mut parts = line.splitn(3, ' ');
        let pid = parts.next()?.parse().ok()?;
        Some(Self { pid, started: parts.next()?.to_owned(), name: parts.next()?.to_owned() })
    }

    fn runs(&self) -> bool {
        let alive = Pid::from_raw(self.pid).is_some_and(|pid| test_kill_process(pid).is_ok());
        alive && start_mark(self.pid.unsigned_abs()) == self.started
    }

    async fn stop(&self, grace: Duration) -> Result<()> {
        let pid = Pid::from_raw(self.pid).context("pid 0 in the pid file")?;
        let _gone = kill_process(pid, Signal::TERM);
        let what = format!("end of {} (pid {})", self.name, self.pid);
        if wait::until(&what, grace, async || !self.runs()).await.is_err() {
            kill_process(pid, Signal::KILL).with_context(|| format!("kill {}", self.name))?;
        }
        Ok(())
    }
}

/// Field 22 of `/proc/<pid>/stat`, or `-` where there is no such file. A zombie counts as ended.
fn start_mark(pid: u32) -> String {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name in parentheses may hold spaces: count from the last parenthesis, after which comes field 3.
    let mut fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    if fields.clone().next() == Some("Z") {
        return "ended".to_owned();
    }
    fields.nth(19).unwrap_or("-").to_owned()
}
