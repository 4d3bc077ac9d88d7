//! The pause after a watch that failed. Nothing else is retried here.

use std::time::Duration;

use kube::runtime::{utils::Backoff, watcher::DefaultBackoff};

/// kube's own pauses, 0.8 s to 30 s and short again after two quiet minutes.
///
/// The trap: kube's watcher announces each try to list with an event that is no error, and its streams take any such event for
/// success. With kube's own reset a list that is refused again and again was asked for, and complained of, every second.
#[derive(Default)]
pub struct WatchBackoff(DefaultBackoff);

impl Iterator for WatchBackoff {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        self.0.next()
    }
}

impl Backoff for WatchBackoff {
    fn reset(&mut self) {}
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use futures::{StreamExt, stream};
    use kube::runtime::WatchStreamExt;
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_list_that_is_refused_again_and_again_is_tried_ever_more_slowly() {
        let tries = stream::iter([Ok("it begins"), Err("refused")]).cycle().backoff(WatchBackoff::default());
        let begun = Instant::now();
        let refused =
            tries.take_until(tokio::time::sleep(Duration::from_mins(10))).filter(|event| std::future::ready(event.is_err()));
        let count = refused.count().await;
        assert!((10..=40).contains(&count), "{count} times in {:?}", begun.elapsed());
    }
}
