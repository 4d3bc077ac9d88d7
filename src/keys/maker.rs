//! Making keys without starving anything else.

use std::{sync::Arc, thread};

use tokio::{sync::Semaphore, task};

use super::{DkimKeyPair, KeyError, RsaSize};

/// Makes keys on the blocking pool, no more at once than there are cores: a thousand new domains wait in line here, not
/// in front of the watches.
#[derive(Clone, Debug)]
pub struct KeyMaker {
    permits: Arc<Semaphore>,
}

impl Default for KeyMaker {
    fn default() -> Self {
        Self::new(thread::available_parallelism().map_or(1, usize::from))
    }
}

impl KeyMaker {
    /// A maker of at most `at_once` keys at a time; 0 counts as 1.
    pub fn new(at_once: usize) -> Self {
        Self { permits: Arc::new(Semaphore::new(at_once.max(1))) }
    }

    /// Makes a key, first come, first served. A caller that goes away leaves a key being made; its place in the line is
    /// held until that is done, because the core is in use until then.
    pub async fn generate(&self, size: RsaSize) -> Result<DkimKeyPair, KeyError> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| KeyError::Interrupted)?;
        let making = task::spawn_blocking(move || {
            let made = DkimKeyPair::generate(size);
            drop(permit);
            made
        });
        making.await.map_err(|_| KeyError::Interrupted)?
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    #[tokio::test]
    async fn the_async_threads_go_on_while_keys_are_made() {
        let maker = KeyMaker::new(1);
        let keys = futures::future::join_all((0..3).map(|_| maker.generate(RsaSize::Bits2048)));
        let mut other_turns = 0_u32;
        tokio::pin!(keys);
        // One thread runs this test: a generation on it would leave no turn to the other branch.
        let keys = loop {
            tokio::select! {
                biased;
                keys = &mut keys => break keys,
                () = task::yield_now() => other_turns += 1,
            }
        };
        assert_eq!(keys.into_iter().flatten().count(), 3);
        assert!(other_turns > 100, "{other_turns}");
    }

    #[tokio::test]
    async fn no_more_keys_are_made_at_once_than_allowed() {
        let maker = KeyMaker::new(1);
        let taken = Arc::clone(&maker.permits).try_acquire_owned().unwrap();
        let mut waiting = Box::pin(maker.generate(RsaSize::Bits2048));
        assert!(futures::poll!(&mut waiting).is_pending());
        drop(taken);
        assert!(waiting.await.is_ok());
    }
}
