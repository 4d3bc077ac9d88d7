//! Remembers for a minute which zone holds a name.
//!
//! A new domain is published in a few visits that follow each other within seconds, and each asks for the zone of every
//! name it may touch. Only zones that were found are remembered: what is missing may be there a moment later.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use tokio::time::Instant;

use crate::{
    dns::{Name, Zone},
    provider::{Change, Limits, Precondition, Provider, Result, Sight, Snapshot, ZoneLookup},
};

/// How long. A zone cut made by hand is seen after this at the latest.
const LIFE: Duration = Duration::from_mins(1);
/// Names remembered at most, a few megabytes; then all are forgotten and asked for again.
const MOST: usize = 16_384;

type Found = HashMap<Name, (Zone, Instant)>;

/// A provider that is asked for zones less often.
pub(super) struct ZoneMemory {
    inner: Arc<dyn Provider>,
    found: std::sync::Mutex<Found>,
}

impl ZoneMemory {
    /// Wraps a client of one credential: zones seen by one are nobody else's business.
    pub(super) fn new(inner: Arc<dyn Provider>) -> Self {
        Self { inner, found: std::sync::Mutex::default() }
    }

    fn remembered(&self, name: &Name) -> Option<Zone> {
        let fresh = |(zone, since): &(Zone, Instant)| (since.elapsed() < LIFE).then(|| zone.clone());
        self.with(|found| found.get(name).and_then(fresh))
    }

    fn remember(&self, name: &Name, zone: &Zone) {
        self.with(|found| {
            if found.len() >= MOST {
                found.clear();
            }
            found.insert(name.clone(), (zone.clone(), Instant::now()));
        });
    }

    /// A zone that fails may not be the right one any more.
    fn checked<T>(&self, zone: &Zone, result: Result<T>) -> Result<T> {
        result.inspect_err(|_| self.with(|found| found.retain(|_, (known, _)| known != zone)))
    }

    fn with<T>(&self, work: impl FnOnce(&mut Found) -> T) -> T {
        work(&mut self.found.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Provider for ZoneMemory {
    fn limits(&self) -> Limits {
        self.inner.limits()
    }

    fn precondition(&self) -> Precondition {
        self.inner.precondition()
    }

    fn grants_by_name(&self) -> bool {
        self.inner.grants_by_name()
    }

    async fn look(&self) -> Result<Option<Sight>> {
        self.inner.look().await
    }

    async fn zone_of(&self, name: &Name) -> Result<ZoneLookup> {
        if let Some(zone) = self.remembered(name) {
            return Ok(ZoneLookup::Found(zone));
        }
        let lookup = self.inner.zone_of(name).await?;
        if let ZoneLookup::Found(zone) = &lookup {
            self.remember(name, zone);
        }
        Ok(lookup)
    }

    async fn read(&self, zone: &Zone, names: &[Name]) -> Result<Snapshot> {
        self.checked(zone, self.inner.read(zone, names).await)
    }

    async fn apply(&self, zone: &Zone, changes: &[Change]) -> Result<()> {
        self.checked(zone, self.inner.apply(zone, changes).await)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

    use super::*;
    use crate::provider::{Error, ErrorKind, manual::Manual};

    /// Has the zone `a.lab`, takes no change, and counts the questions for zones.
    #[derive(Default)]
    struct Stub(AtomicUsize);

    #[async_trait]
    impl Provider for Stub {
        fn limits(&self) -> Limits {
            Manual::new(name("a.lab")).limits()
        }

        async fn zone_of(&self, name: &Name) -> Result<ZoneLookup> {
            self.0.fetch_add(1, Relaxed);
            let zone = zone();
            Ok(if name.is_at_or_below(&zone.name) { ZoneLookup::Found(zone) } else { ZoneLookup::NotFound })
        }

        async fn read(&self, _: &Zone, _: &[Name]) -> Result<Snapshot> {
            Ok(Snapshot::default())
        }

        async fn apply(&self, _: &Zone, _: &[Change]) -> Result<()> {
            Err(Error::new(ErrorKind::Invalid, "not authoritative"))
        }
    }

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    fn zone() -> Zone {
        Zone { name: name("a.lab"), id: "a.lab".to_owned() }
    }

    /// Questions that reach the provider while `names` are asked for in turn.
    async fn questions(memory: &ZoneMemory, stub: &Stub, names: &[&str]) -> usize {
        let before = stub.0.load(Relaxed);
        for text in names {
            drop(memory.zone_of(&name(text)).await.unwrap());
        }
        stub.0.load(Relaxed) - before
    }

    fn pair() -> (ZoneMemory, Arc<Stub>) {
        let stub = Arc::new(Stub::default());
        (ZoneMemory::new(stub.clone()), stub)
    }

    #[tokio::test(start_paused = true)]
    async fn a_zone_is_asked_for_once_a_minute() {
        let (memory, stub) = pair();
        assert_eq!(questions(&memory, &stub, &["x.a.lab", "x.a.lab", "y.a.lab", "x.a.lab"]).await, 2);
        tokio::time::advance(LIFE).await;
        assert_eq!(questions(&memory, &stub, &["x.a.lab"]).await, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_missing_zone_is_asked_for_every_time() {
        let (memory, stub) = pair();
        assert_eq!(questions(&memory, &stub, &["b.lab", "b.lab"]).await, 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_zone_that_refuses_a_change_is_asked_for_again() {
        let (memory, stub) = pair();
        assert_eq!(questions(&memory, &stub, &["x.a.lab"]).await, 1);
        memory.apply(&zone(), &[]).await.unwrap_err();
        assert_eq!(questions(&memory, &stub, &["x.a.lab"]).await, 1);
    }
}
