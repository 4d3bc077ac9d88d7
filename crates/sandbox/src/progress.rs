//! One line per step on standard output: what, a tick when it is done, how long it took.

use std::future::Future;
use std::io::{IsTerminal, Write, stdout};
use std::time::Instant;

use anyhow::{Context, Result};

/// Width of the step's text, so that the times stand below each other.
const WIDTH: usize = 52;

/// Says what is going on; colours and rewritten lines only on a terminal.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    terminal: bool,
}

impl Progress {
    /// For standard output as it is. `NO_COLOR` and a dumb terminal get plain lines.
    pub fn new() -> Self {
        let dumb = std::env::var_os("NO_COLOR").is_some() || std::env::var("TERM").is_ok_and(|term| term == "dumb");
        Self { terminal: stdout().is_terminal() && !dumb }
    }

    /// Runs one step and says how it went. The error names the step.
    pub async fn step<T>(&self, what: &str, work: impl Future<Output = Result<T>>) -> Result<T> {
        if self.terminal {
            print(&format!("  … {what}"));
        }
        let start = Instant::now();
        let outcome = work.await;
        let seconds = start.elapsed().as_secs_f64();
        self.end_line(outcome.is_ok(), &format!("{what:<WIDTH$} {seconds:>6.1} s"));
        outcome.with_context(|| what.to_owned())
    }

    /// A line of its own.
    pub fn say(&self, text: &str) {
        print(&format!("{text}\n"));
    }

    fn end_line(self, well: bool, text: &str) {
        let line = match (self.terminal, well) {
            (true, true) => format!("\r\x1b[2K  \x1b[32m✓\x1b[0m {text}\n"),
            (true, false) => format!("\r\x1b[2K  \x1b[31m✗\x1b[0m {text}\n"),
            (false, true) => format!("  done    {text}\n"),
            (false, false) => format!("  failed  {text}\n"),
        };
        print(&line);
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}

/// A closed standard output is no reason to stop.
fn print(text: &str) {
    let mut out = stdout();
    let _written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
