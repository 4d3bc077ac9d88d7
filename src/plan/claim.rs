//! What one slot asks for, and what stands at its name.

use std::collections::BTreeMap;

use mail_records::marker::Slot;

use super::{Hold, Input, Role, Wanted, ruling::Subject};
use crate::{
    dns::{Name, RecordSet, RecordType, Ttl, Value, Zone},
    provider::{Snapshot, ZoneLookup},
};

/// All wanted values of one slot.
#[derive(Debug)]
pub(super) struct Claim<'a> {
    pub(super) slot: &'a Slot,
    pub(super) role: Role,
    pub(super) name: &'a Name,
    pub(super) values: Vec<&'a Value>,
    pub(super) ttl: Ttl,
    pub(super) hold: Option<&'a Hold>,
}

impl<'a> Claim<'a> {
    pub(super) fn subject(&self) -> Subject<'a> {
        let Claim { slot, role, name, .. } = *self;
        Subject { slot, name, kind: self.values.first().map_or(role.kind(), |value| value.kind()) }
    }
}

/// Collects wanted values by slot. Name, role and TTL are those of the slot's first value.
pub(super) fn group(wanted: &[Wanted]) -> Vec<Claim<'_>> {
    let mut claims: BTreeMap<&Slot, Claim<'_>> = BTreeMap::new();
    for one in wanted {
        let Wanted { slot, role, name, value, ttl, hold } = one;
        let claim =
            claims.entry(slot).or_insert_with(|| Claim { slot, role: *role, name, values: vec![], ttl: *ttl, hold: None });
        if !claim.values.contains(&value) {
            claim.values.push(value);
        }
        claim.hold = claim.hold.or(hold.as_ref());
    }
    claims.into_values().collect()
}

/// The sets at one name, split into what belongs to a slot and what does not.
#[derive(Debug)]
pub(super) struct Sighting<'a> {
    sets: Vec<&'a RecordSet>,
    role: Role,
}

impl<'a> Sighting<'a> {
    pub(super) fn new(observed: &'a Snapshot, name: &Name, role: Role) -> Self {
        Self { sets: at(observed, name).collect(), role }
    }

    /// Whether the name has no data at all.
    pub(super) fn is_bare(&self) -> bool {
        self.sets.is_empty()
    }

    /// The slot's values, in any of its shapes.
    pub(super) fn held(&self) -> Vec<&'a Value> {
        self.sets.iter().flat_map(|set| &set.values).filter(|value| self.role.owns(value)).collect()
    }

    /// The set of one type.
    pub(super) fn set(&self, kind: RecordType) -> Option<&'a RecordSet> {
        self.sets.iter().copied().find(|set| set.kind == kind)
    }

    /// A foreign set that a record of this type cannot stand beside (DNS-R2).
    pub(super) fn clash(&self, kind: RecordType) -> Option<&'a RecordSet> {
        self.sets.iter().copied().find(|set| excludes(set, kind) && !set.values.iter().all(|value| self.role.owns(value)))
    }

    /// The slot's own set in the shape that excludes the wanted one: a TXT key where the CNAME should go.
    pub(super) fn other_shape(&self, kind: RecordType) -> Option<&'a RecordSet> {
        self.sets.iter().copied().find(|set| excludes(set, kind) && set.values.iter().all(|value| self.role.owns(value)))
    }

    /// The TTL that is not ours to choose: that of a set shared with values that are not the slot's (DNS-R5).
    pub(super) fn foreign_ttl(&self, kind: RecordType) -> Option<Ttl> {
        let set = self.set(kind)?;
        let shared = self.role.is_shared() || set.values.iter().any(|value| !self.role.owns(value));
        shared.then_some(set.ttl)
    }
}

/// Every set at one name.
pub(super) fn at<'a>(observed: &'a Snapshot, name: &Name) -> impl Iterator<Item = &'a RecordSet> {
    observed.iter().filter(move |set| &set.name == name)
}

/// Whether a set and a record of this type cannot stand at one name: an alias stands alone (DNS-R2).
fn excludes(set: &RecordSet, kind: RecordType) -> bool {
    set.kind != kind && (set.kind == RecordType::Cname || kind == RecordType::Cname)
}

/// The zone of a name, or why nothing can be written there.
pub(super) fn zone<'a>(input: &Input<'a>, name: &Name) -> Result<&'a Zone, (&'static str, String)> {
    match input.zones.get(name) {
        Some(ZoneLookup::Found(zone)) => Ok(zone),
        Some(ZoneLookup::Delegated { cut }) => Err((
            "DelegatedElsewhere",
            format!(
                "DNS-R4: {cut} is delegated to other name servers, so a record at {name} in the zone above would never be seen; \
                 serve {cut} with this provider, or remove the NS records at {cut}"
            ),
        )),
        Some(ZoneLookup::NotFound) | None => Err((
            "ZoneNotFound",
            format!("no zone of the provider holds {name}; create the zone there, or let the credential and `zones` cover it"),
        )),
    }
}
