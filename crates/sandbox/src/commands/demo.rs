//! `demo`: start, show, end. Ctrl-C ends it at any point, and what it started with it.

use std::path::PathBuf;

use anyhow::{Result, bail};

use super::start;
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
    let started = start::start(sandbox, progress).await?;
    progress.step("stop everything", started.stop()).await
}
