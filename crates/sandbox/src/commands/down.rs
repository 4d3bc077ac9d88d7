//! `down`: end what `up` started, and only that.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use crate::progress::Progress;
use crate::steps::Sandbox;

const GRACE: Duration = Duration::from_secs(10);

pub(super) async fn run(state: Option<PathBuf>) -> Result<()> {
    let progress = Progress::new();
    let sandbox = Sandbox::at(state, true);
    let running = sandbox.running();
    if running.is_empty() {
        progress.say("nothing is running");
        return stop(&sandbox, GRACE).await;
    }
    let what = format!("stop {}", running.join(", "));
    progress.step(&what, stop(&sandbox, GRACE)).await
}

/// Ends every recorded process, newest first. Certificates and logs stay to be read until the next start.
pub(super) async fn stop(sandbox: &Sandbox, grace: Duration) -> Result<()> {
    for pids in sandbox.pid_files() {
        pids.stop_all(grace).await?;
    }
    sandbox.forget_env()
}
