//! Gauges that sum over domains: how many are ready, how many records are in which state.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use prometheus_client::{
    metrics::{family::Family, gauge::Gauge},
    registry::Registry,
};

use super::{Label, add};
use crate::api::RecordState;

const STATES: [(RecordState, &str); 6] = [
    (RecordState::Verified, "verified"),
    (RecordState::Propagating, "propagating"),
    (RecordState::Held, "held"),
    (RecordState::Conflict, "conflict"),
    (RecordState::Failed, "failed"),
    (RecordState::Unknown, "unknown"),
];

#[derive(Clone, Copy, Debug, Default)]
struct Share {
    ready: bool,
    records: [u16; STATES.len()],
}

/// Remembers each domain's share, so that a gauge moves by the difference.
#[derive(Debug)]
pub(super) struct Domains {
    shares: Mutex<HashMap<String, Share>>,
    by_readiness: Family<[Label; 1], Gauge>,
    records: Family<[Label; 1], Gauge>,
}

impl Domains {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let domains: Family<[Label; 1], Gauge> = add(registry, "domains", "Mail domains by whether they are ready");
        let records: Family<[Label; 1], Gauge> = add(registry, "records", "Wanted records by state");
        // Every series exists from the start, so that an alert on it can be written before the first conflict.
        for ready in [true, false] {
            drop(domains.get_or_create(&ready_label(ready)));
        }
        for (_, state) in STATES {
            drop(records.get_or_create(&[("state", state)]));
        }
        Self { shares: Mutex::default(), by_readiness: domains, records }
    }

    pub(super) fn set(&self, uid: &str, ready: bool, states: impl IntoIterator<Item = RecordState>) {
        let mut share = Share { ready, ..Share::default() };
        for state in states {
            for (count, _) in share.records.iter_mut().zip(STATES).filter(|(_, (known, _))| *known == state) {
                *count = count.saturating_add(1);
            }
        }
        let earlier = self.shares.lock().unwrap_or_else(PoisonError::into_inner).insert(uid.to_owned(), share);
        self.move_by(1, &share);
        if let Some(earlier) = earlier {
            self.move_by(-1, &earlier);
        }
    }

    pub(super) fn forget(&self, uid: &str) {
        let earlier = self.shares.lock().unwrap_or_else(PoisonError::into_inner).remove(uid);
        if let Some(earlier) = earlier {
            self.move_by(-1, &earlier);
        }
    }

    fn move_by(&self, sign: i64, share: &Share) {
        self.by_readiness.get_or_create(&ready_label(share.ready)).inc_by(sign);
        for (count, (_, state)) in share.records.iter().zip(STATES) {
            self.records.get_or_create(&[("state", state)]).inc_by(sign * i64::from(*count));
        }
    }
}

fn ready_label(ready: bool) -> [Label; 1] {
    [("ready", if ready { "true" } else { "false" })]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(domains: &Domains, state: &'static str) -> i64 {
        domains.records.get_or_create(&[("state", state)]).get()
    }

    #[test]
    fn a_domain_said_twice_counts_once_and_a_gone_one_not_at_all() {
        let domains = Domains::register(&mut Registry::default());
        domains.set("a", false, [RecordState::Propagating, RecordState::Propagating, RecordState::Conflict]);
        domains.set("b", true, [RecordState::Verified]);
        domains.set("a", true, [RecordState::Verified, RecordState::Verified, RecordState::Conflict]);
        assert_eq!([value(&domains, "verified"), value(&domains, "propagating"), value(&domains, "conflict")], [3, 0, 1]);
        assert_eq!(domains.by_readiness.get_or_create(&ready_label(true)).get(), 2);
        domains.forget("a");
        domains.forget("a");
        assert_eq!([value(&domains, "verified"), value(&domains, "conflict")], [1, 0]);
        assert_eq!(domains.by_readiness.get_or_create(&ready_label(true)).get(), 1);
    }
}
