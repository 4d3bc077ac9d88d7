//! From edits to the changes a provider is given: one for each set, in order, zone by zone.

use std::collections::BTreeMap;

use super::{ZoneChanges, order::Step, ruling::Edit};
use crate::{
    dns::{Name, RecordType, Zone},
    provider::{Change, Snapshot},
};

/// Merges edits of the same set, sorts them, and puts the marker's zone first or last, as its step says.
pub(super) fn arrange(edits: Vec<Edit>, observed: &Snapshot) -> Vec<ZoneChanges> {
    let mut zones: BTreeMap<Zone, Vec<Edit>> = BTreeMap::new();
    for edit in merge(edits) {
        zones.entry(edit.zone.clone()).or_default().push(edit);
    }
    let mut ordered: Vec<_> = zones.into_iter().collect();
    ordered.sort_by_key(|(_, edits)| turn(edits));
    ordered.into_iter().map(|(zone, edits)| ZoneChanges { zone, changes: in_order(edits, observed) }).collect()
}

/// Several values of one set (two addresses of one host) are one change.
fn merge(edits: Vec<Edit>) -> impl Iterator<Item = Edit> {
    let mut sets: BTreeMap<(Name, RecordType), Edit> = BTreeMap::new();
    for edit in edits {
        match sets.get_mut(&(edit.name.clone(), edit.kind)) {
            Some(whole) => {
                whole.remove.extend(edit.remove);
                whole.add.extend(edit.add);
                whole.step = whole.step.min(edit.step);
            }
            None => {
                sets.insert((edit.name.clone(), edit.kind), edit);
            }
        }
    }
    sets.into_values()
}

/// When a zone has its turn: the one whose marker gains before all others, the one whose marker only loses after them.
fn turn(edits: &[Edit]) -> u8 {
    let has = |step| edits.iter().any(|edit| edit.step == step);
    match (has(Step::MarkerFirst), has(Step::MarkerLast)) {
        (true, _) => 0,
        (false, false) => 1,
        (false, true) => 2,
    }
}

/// At one name what only goes comes before what is put there: an alias cannot stand beside anything (DNS-R2).
fn in_order(mut edits: Vec<Edit>, observed: &Snapshot) -> Vec<Change> {
    edits.sort_by(|a, b| {
        let key = |edit: &Edit| (edit.step, edit.name.clone(), !edit.add.is_empty(), edit.kind);
        key(a).cmp(&key(b))
    });
    edits.into_iter().map(|edit| change(edit, observed)).collect()
}

fn change(edit: Edit, observed: &Snapshot) -> Change {
    let Edit { name, kind, mut remove, mut add, ttl, .. } = edit;
    for values in [&mut remove, &mut add] {
        values.sort();
        values.dedup();
    }
    let expected = observed.get(&name, kind).cloned();
    Change { name, kind, expected, remove, add, ttl }
}
