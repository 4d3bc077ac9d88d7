//! Child processes: started with a log file, checked, paused, ended. Nothing here knows what the program does.
//!
//! A [`Process`] ends with its owner, also when the owner is killed: see [`owner`]. One that is meant to outlive its
//! starter is spawned [`Launch::detached`] and written into a [`pids::PidFile`].

pub mod owner;
pub mod pids;

use std::ffi::OsString;
use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};

use crate::wait;

/// How much of a log an error message quotes.
const TAIL_LINES: usize = 12;

/// What to start and where its output goes.
#[derive(Debug)]
pub struct Launch {
    name: String,
    program: OsString,
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    log: PathBuf,
    detached: bool,
}

impl Launch {
    /// A program called `name` in messages; its output is written to `<log_dir>/<name>.log`.
    pub fn new(name: &str, program: impl Into<OsString>, log_dir: &Path) -> Self {
        Self {
            name: name.to_owned(),
            program: program.into(),
            args: Vec::new(),
            env: Vec::new(),
            log: log_dir.join(format!("{name}.log")),
            detached: false,
        }
    }

    /// Adds one argument.
    #[must_use]
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Sets one environment variable.
    #[must_use]
    pub fn env(mut self, key: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.env.push((key.into(), value.into()));
        self
    }

    /// Lets the process outlive us; whoever asks for this must record its pid.
    #[must_use]
    pub fn detached(mut self, detached: bool) -> Self {
        self.detached = detached;
        self
    }

    /// Starts it.
    pub fn spawn(self) -> Result<Process> {
        let log = File::create(&self.log).with_context(|| format!("create {}", self.log.display()))?;
        let child = Command::new(&self.program)
            .args(&self.args)
            .envs(self.env.iter().map(|(key, value)| (key, value)))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            // A group of its own, so that Ctrl-C in the terminal reaches us and we decide the order.
            .process_group(0)
            .spawn()
            .with_context(|| format!("start {} ({})", self.name, self.program.display()))?;
        let guardian = if self.detached { None } else { Some(owner::kill_after(child.id())?) };
        Ok(Process { name: self.name, log: self.log, child, guardian })
    }
}

/// A started program.
#[derive(Debug)]
pub struct Process {
    name: String,
    log: PathBuf,
    child: Child,
    /// Present unless detached. Ended before the child, so that it never signals a pid used again.
    guardian: Option<owner::Guardian>,
}

impl Process {
    /// The name it has in messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The last lines it wrote, for an error message.
    pub fn log_tail(&self) -> String {
        tail(&self.log)
    }

    /// Fails, quoting the log, if it has ended.
    pub fn check_running(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => Err(anyhow!("{} ended ({status}); its log ends with\n{}", self.name, self.log_tail())),
        }
    }

    /// Waits until `ready` holds; fails early if the process ends, and quotes its log if time runs out.
    pub async fn wait_ready(&mut self, what: &str, within: Duration, mut ready: impl AsyncFnMut() -> bool) -> Result<()> {
        let mut ended = None;
        let waited = wait::until(what, within, async || {
            ended = self.check_running().err();
            ended.is_some() || ready().await
        })
        .await;
        match ended {
            Some(error) => Err(error),
            None => waited.map_err(|error| anyhow!("{error}; the log of {} ends with\n{}", self.name, self.log_tail())),
        }
    }

    /// Stops scheduling it (SIGSTOP): sockets stay open and answer nothing. Returns when that is so.
    pub fn pause(&self) -> Result<()> {
        self.signal(Signal::STOP)?;
        // The signal is on its way to one thread, which then stops the others; on a busy machine they answer until then.
        let stopped = WaitIdOptions::STOPPED | WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        let waited = waitid(WaitId::Pid(Pid::from_child(&self.child)), stopped);
        waited.map(drop).with_context(|| format!("wait until {} (pid {}) stands still", self.name, self.pid()))
    }

    /// Undoes [`Self::pause`].
    pub fn resume(&self) -> Result<()> {
        self.signal(Signal::CONT)
    }

    /// Ends it at once (SIGKILL), as a crash would.
    pub fn kill(mut self) -> Result<()> {
        self.end()
    }

    /// Asks it to end (SIGTERM), and ends it (SIGKILL) if it has not within `grace`.
    pub async fn stop(mut self, grace: Duration) -> Result<()> {
        self.guardian = None;
        self.signal(Signal::TERM)?;
        let child = &mut self.child;
        let _late = wait::until("end after SIGTERM", grace, async || !matches!(child.try_wait(), Ok(None))).await;
        self.end()
    }

    /// Lets it run on without us; see [`Launch::detached`].
    pub(crate) fn is_detached(&self) -> bool {
        self.guardian.is_none()
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, signal).with_context(|| format!("signal {} (pid {})", self.name, self.pid()))
    }

    fn end(&mut self) -> Result<()> {
        self.guardian = None;
        if self.exited()?.is_none() {
            self.child.kill()?;
            self.child.wait()?;
        }
        Ok(())
    }

    fn exited(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !self.is_detached() {
            let _ended = self.end();
        }
    }
}

/// The last lines of the file at `path`; says so if it cannot be read.
pub fn tail(path: &Path) -> String {
    let Ok(text) = fs::read(path) else {
        return format!("(no log at {})", path.display());
    };
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    let start = lines.len().saturating_sub(TAIL_LINES);
    lines[start..].join("\n")
}
