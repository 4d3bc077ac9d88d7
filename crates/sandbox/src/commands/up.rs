//! `up`: start, leave running.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use super::{down, start};
use crate::progress::Progress;
use crate::steps::Sandbox;

/// Half a sandbox is of no use: what was started before a failure is ended again.
pub(super) async fn run(state: Option<PathBuf>) -> Result<()> {
    let progress = Progress::new();
    let sandbox = Sandbox::at(state, true);
    if !sandbox.running().is_empty() {
        sandbox.prepare()?;
    }
    if let Err(error) = start::start(&sandbox, progress).await {
        down::stop(&sandbox, Duration::from_secs(2)).await?;
        return Err(error);
    }
    progress.say(&format!("\nRunning. Use it with:  source {}\nEnd it with:           make down", sandbox.env_file().display()));
    Ok(())
}
