//! The list of zones of a credential, remembered for minutes.

use std::{sync::Arc, time::Duration};

use tokio::{sync::Mutex, time::Instant};

use crate::{dns::Name, provider::Result};

/// How long the list of zones is good for names that it has.
pub(super) const ZONES: Duration = Duration::from_mins(10);
/// How long for names that it has not: a new zone is found after this.
pub(super) const MISSING: Duration = Duration::from_mins(1);

/// The zones of a credential.
pub trait ZoneList {
    /// Whether any of them is at or above a name.
    fn reach(&self, name: &Name) -> bool;
}

/// A list of zones and when it was fetched.
type Listed<Z> = Option<(Instant, Arc<Z>)>;

/// The memory of one credential for its list of zones.
pub struct ZoneShelf<Z>(Mutex<Listed<Z>>);

impl<Z> Default for ZoneShelf<Z> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<Z: ZoneList> ZoneShelf<Z> {
    /// The list of zones, fetched if what is known is too old for this name. Whoever asks meanwhile waits for the answer:
    /// many domains that start together list the zones once.
    pub async fn zones(&self, name: &Name, fetch: impl Future<Output = Result<Z>>) -> Result<Arc<Z>> {
        let mut listed = self.0.lock().await;
        if let Some((since, zones)) = listed.as_ref() {
            let life = if zones.reach(name) { ZONES } else { MISSING };
            if since.elapsed() < life {
                return Ok(zones.clone());
            }
        }
        let zones = Arc::new(fetch.await?);
        *listed = Some((Instant::now(), zones.clone()));
        Ok(zones)
    }

    /// The list of zones, however old.
    pub async fn known(&self) -> Option<Arc<Z>> {
        self.0.lock().await.as_ref().map(|(_, zones)| zones.clone())
    }

    /// A zone is not where it was.
    pub async fn forget(&self) {
        *self.0.lock().await = None;
    }
}
