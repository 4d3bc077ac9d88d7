//! Delegations found lately, so that a settled domain costs no walk from its parent.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::Authority;
use crate::dns::Name;

/// How long a delegation is remembered.
const FRESH: Duration = Duration::from_mins(5);
/// Most delegations remembered at once; under a kilobyte each.
const REMEMBERED: usize = 20_000;

/// Delegations found lately.
#[derive(Default)]
pub(super) struct AuthorityCache {
    found: Mutex<BTreeMap<Name, (Instant, Authority)>>,
}

impl AuthorityCache {
    pub(super) fn get(&self, zone: &Name) -> Option<Authority> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.get(zone).filter(|(since, _)| since.elapsed() < FRESH).map(|(_, authority)| authority.clone())
    }

    pub(super) fn put(&self, authority: &Authority) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if found.len() >= REMEMBERED {
            found.retain(|_, (since, _)| since.elapsed() < FRESH);
        }
        if found.len() >= REMEMBERED {
            found.pop_first();
        }
        found.insert(authority.zone.clone(), (Instant::now(), authority.clone()));
    }
}
