//! The `memory` provider: the reference that every other provider is compared with, and the tests' DNS.
//!
//! A handle is cheap to clone and all clones see the same zones, so a test can look at them, edit them as somebody
//! else, count calls and make calls fail. What a zone holds and how it changes is in `zones`.

mod faults;
mod zones;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

pub use self::faults::{Call, Calls, Fault};
use self::{faults::Faults, zones::Zones};
use super::{Atomicity, Change, Limits, Provider, Result, Snapshot, ZoneLookup, changes};
use crate::dns::{Name, RecordSet, RecordType, Zone};

/// What an in-memory zone can hold; the same as the RFC 2136 provider, so that tests with it mean something.
const LIMITS: Limits =
    Limits { min_ttl: 0, max_ttl: i32::MAX as u32, max_txt_octets: 16_000, atomicity: Atomicity::ChangeSet, publishes: true };

/// Zones in memory.
#[derive(Clone, Debug)]
pub struct Memory {
    limits: Limits,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    zones: Zones,
    faults: Faults,
}

impl Default for Memory {
    fn default() -> Self {
        Self { limits: LIMITS, state: Arc::default() }
    }
}

impl Memory {
    /// A provider with these empty zones.
    pub fn with_zones(apexes: impl IntoIterator<Item = Name>) -> Self {
        let memory = Self::default();
        for apex in apexes {
            memory.lock().zones.create(apex);
        }
        memory
    }

    /// The same zones behind other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Puts a set in place as somebody else would, without counting; a set without values takes it away.
    /// Ignored where no zone holds the name.
    pub fn put(&self, set: RecordSet) {
        self.lock().zones.put(set);
    }

    /// The set that is stored, as somebody else would see it in the zone.
    pub fn stored(&self, name: &Name, kind: RecordType) -> Option<RecordSet> {
        self.lock().zones.stored(name, kind).cloned()
    }

    /// What an authoritative server would answer for this name and type: stored or synthesised from a wildcard
    /// (RFC 4592), nothing below a delegation, no CNAME followed.
    pub fn answer(&self, name: &Name, kind: RecordType) -> Option<RecordSet> {
        self.lock().zones.answer(name, kind)
    }

    /// Everything stored, by zone, name and type.
    pub fn dump(&self) -> Vec<RecordSet> {
        self.lock().zones.dump()
    }

    /// Calls made through the trait so far.
    pub fn calls(&self) -> Calls {
        self.lock().faults.calls()
    }

    /// Makes the next call of this kind fail that no earlier fault waits for.
    pub fn inject(&self, call: Call, fault: Fault) {
        self.lock().faults.inject(call, fault);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts the call, and lets a waiting fault have its way with it.
    fn call<T>(&self, call: Call, act: impl FnOnce(&mut Zones) -> Result<T>) -> Result<T> {
        let mut state = self.lock();
        match state.faults.next(call) {
            None => act(&mut state.zones),
            Some(Fault::Refused(error)) => Err(error),
            Some(Fault::AnswerLost(error)) => act(&mut state.zones).and(Err(error)),
        }
    }
}

#[async_trait]
impl Provider for Memory {
    fn limits(&self) -> Limits {
        self.limits
    }

    async fn zone_of(&self, name: &Name) -> Result<ZoneLookup> {
        self.call(Call::ZoneOf, |zones| Ok(zones.zone_of(name)))
    }

    async fn read(&self, zone: &Zone, names: &[Name]) -> Result<Snapshot> {
        self.call(Call::Read, |zones| zones.read(zone, names))
    }

    async fn apply(&self, zone: &Zone, changes: &[Change]) -> Result<()> {
        let limits = self.limits;
        self.call(Call::Apply, |zones| {
            changes::check(zone, changes, &limits)?;
            zones.apply(zone, changes)
        })
    }
}

#[cfg(test)]
mod tests;
