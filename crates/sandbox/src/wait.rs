//! Waiting for a condition, never for a time.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// How often a condition is looked at.
const POLL: Duration = Duration::from_millis(40);

/// Returns once `holds` does; after `within` it fails and says what was waited for.
pub async fn until(what: &str, within: Duration, mut holds: impl AsyncFnMut() -> bool) -> Result<()> {
    let start = Instant::now();
    while !holds().await {
        if start.elapsed() > within {
            bail!("waited {} s in vain for: {what}", within.as_secs());
        }
        tokio::time::sleep(POLL).await;
    }
    Ok(())
}
