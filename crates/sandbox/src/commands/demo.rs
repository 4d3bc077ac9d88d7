//! `demo`: start, show, end. Ctrl-C ends it at any point, and what it started with it.

use std::path::PathBuf;

use anyhow::{Result, bail};

use super::start;
use crate::demo;
use crate::progress::Progress;
use crate::steps::Sandbox;

pub(super) async fn run(state: Option<PathBuf>) -> Result<()> {
    let progress = Progress::new();
    let sandbox = Sandbox::at(state, false);
    tokio::select! {
        shown = show(&sandbox, progress) => shown,
        interrupted = tokio::signal::ctrl_c() => {
            interrupted?;
            bail!("interrupted; everything is stopped")
        }
    }
}

async fn show(sandbox: &Sandbox, progress: Progress) -> Result<()> {
    progress.say("Everything runs on this machine's loopback, without root, and ends with this command.\n");
    let started = start::start(sandbox, progress).await?;
    demo::show(&started, &sandbox.ca_file()).await?;
    progress.say("");
    progress.step("stop everything", started.stop()).await?;
    progress.say("\nTo look around yourself: `make up`, then `source target/sandbox/env`; `make down` ends it.");
    Ok(())
}
