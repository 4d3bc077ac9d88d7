//! `demo`: start, show, end. Ctrl-C ends it at any point, and what it started with it.

use std::path::PathBuf;

use anyhow::{Result, bail};

use super::start;
use crate::demo;
use crate::progress::Progress;
use crate::steps::Sandbox;

const INTRODUCTION: &str = "
Mailward with a real Kubernetes API server and a DNS server, all on this machine's loopback and
without root. Nothing is installed, and everything ends with this command.
";

pub(super) async fn run(state: Option<PathBuf>) -> Result<()> {
    let progress = Progress::new();
    let sandbox = Sandbox::at(state, false);
    // Asked before anything is started: the env file of a running sandbox is not ours to remove.
    sandbox.prepare()?;
    let shown = tokio::select! {
        shown = show(&sandbox, progress) => shown,
        interrupted = tokio::signal::ctrl_c() => interrupted.map_err(Into::into).and_then(|()| bail!("interrupted; everything is stopped")),
    };
    sandbox.forget_env()?;
    shown
}

async fn show(sandbox: &Sandbox, progress: Progress) -> Result<()> {
    progress.say(INTRODUCTION);
    let started = start::start(sandbox, progress).await?;
    demo::show(&started, &sandbox.ca_file()).await?;
    progress.say("");
    progress.step("stop everything", started.stop()).await?;
    progress.say("\nTo look around yourself: `make up`, then `source target/sandbox/env`; `make down` ends it.");
    Ok(())
}
