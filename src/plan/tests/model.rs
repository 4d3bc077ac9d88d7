//! DNS as a value: applies a plan change by change, as strictly as a provider must.

use super::{super::*, world::World};
use crate::dns::RecordSet;

/// Makes one change; panics where a provider would answer with a conflict.
pub(super) fn make(observed: &mut Snapshot, change: &Change) {
    let Change { name, kind, expected, remove, add, ttl } = change;
    let now = observed.get(name, *kind).cloned();
    assert_eq!(&now, expected, "{name} {kind} is not what was expected");
    let mut values = now.map(|set| set.values).unwrap_or_default();
    for value in remove {
        let index = values.iter().position(|there| there == value);
        values.remove(index.unwrap_or_else(|| panic!("{value} is to be removed from {name} and is not there")));
    }
    values.extend(add.iter().cloned());
    observed.insert(RecordSet::new(name.clone(), *kind, *ttl, values));
    let kinds: Vec<_> = observed.iter().filter(|set| &set.name == name).map(|set| set.kind).collect();
    assert!(kinds.len() < 2 || !kinds.contains(&RecordType::Cname), "DNS-R2: {name} holds {kinds:?}");
}

/// Every state the world goes through, the first and the last included.
pub(super) fn states(world: &World, plan: &Plan) -> Vec<World> {
    let mut states = vec![world.clone()];
    let mut now = world.clone();
    for change in plan.changes.iter().flat_map(|zone| &zone.changes) {
        make(&mut now.observed, change);
        states.push(now.clone());
    }
    states
}

impl World {
    /// The world after its plan.
    pub(super) fn applied(&self) -> Self {
        states(self, &self.plan()).pop().unwrap()
    }
}
