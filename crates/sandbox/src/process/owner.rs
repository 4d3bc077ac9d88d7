//! What happens when we end, however we end.
//!
//! `kill_on_drop` does nothing for a process that is itself killed, nor for a value in a `static`. So a small shell
//! waits on a pipe whose only writing end is ours: the kernel closes it when we are gone, and the shell acts.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

/// A waiting shell. Dropping it calls it off.
#[derive(Debug)]
pub struct Guardian(Child);

/// Kills `pid` once we are gone.
pub fn kill_after(pid: u32) -> Result<Guardian> {
    guard(r#"kill -KILL "$1" 2>/dev/null"#, &pid.to_string())
}

/// Removes `dir` once we are gone, after the processes in it had a moment to be killed.
pub fn remove_after(dir: &Path) -> Result<Guardian> {
    let dir = dir.to_str().context("the state directory's name is not UTF-8")?;
    guard(r#"sleep 1; rm -rf -- "$1""#, dir)
}

fn guard(action: &str, argument: &str) -> Result<Guardian> {
    Command::new("sh")
        .args(["-c", &format!("trap '' INT TERM HUP; read -r _; {action}"), "guardian", argument])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .map(Guardian)
        .context("start a guardian shell")
}

impl Guardian {
    fn call_off(&mut self) -> io::Result<()> {
        self.0.kill()?;
        self.0.wait().map(drop)
    }
}

impl Drop for Guardian {
    fn drop(&mut self) {
        let _gone = self.call_off();
    }
}
