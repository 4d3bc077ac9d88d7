//! What the zones hold: sets by name and type, found, answered and changed as a primary server does.

use std::collections::BTreeMap;

use crate::{
    dns::{Name, RecordSet, RecordType, Zone},
    provider::{Change, Error, ErrorKind, Result, Snapshot, ZoneLookup, changes},
};

/// The types a provider reads.
const READ: [RecordType; 4] = [RecordType::Txt, RecordType::Cname, RecordType::A, RecordType::Aaaa];

type Sets = BTreeMap<(Name, RecordType), RecordSet>;

/// Zones by apex.
#[derive(Debug, Default)]
pub(super) struct Zones(BTreeMap<Name, Sets>);

impl Zones {
    pub(super) fn create(&mut self, apex: Name) {
        self.0.entry(apex).or_default();
    }

    pub(super) fn put(&mut self, set: RecordSet) {
        let Some(apex) = self.apex_of(&set.name) else { return };
        if let Some(sets) = self.0.get_mut(&apex) {
            replace(sets, set);
        }
    }

    pub(super) fn stored(&self, name: &Name, kind: RecordType) -> Option<&RecordSet> {
        self.0.get(&self.apex_of(name)?)?.get(&(name.clone(), kind))
    }

    pub(super) fn dump(&self) -> Vec<RecordSet> {
        self.0.values().flat_map(BTreeMap::values).cloned().collect()
    }

    pub(super) fn zone_of(&self, name: &Name) -> ZoneLookup {
        let Some(apex) = self.apex_of(name) else { return ZoneLookup::NotFound };
        match self.cut(&apex, name) {
            Some(cut) => ZoneLookup::Delegated { cut },
            None => ZoneLookup::Found(Zone { id: apex.to_string(), name: apex }),
        }
    }

    pub(super) fn read(&self, zone: &Zone, names: &[Name]) -> Result<Snapshot> {
        let sets = self.sets(zone)?;
        let mut snapshot = Snapshot::default();
        for name in names {
            for kind in READ {
                sets.get(&(name.clone(), kind)).cloned().into_iter().for_each(|set| snapshot.insert(set));
            }
        }
        Ok(snapshot)
    }

    /// All or nothing: everything is done on a copy that takes the zone's place at the end.
    pub(super) fn apply(&mut self, zone: &Zone, changes: &[Change]) -> Result<()> {
        let mut sets = self.sets(zone)?.clone();
        for change in changes {
            expect(&sets, change)?;
        }
        for change in changes {
            replace(&mut sets, changes::after(change));
        }
        for change in changes {
            refuse_data_beside_cname(&sets, &change.name)?;
        }
        self.0.insert(zone.name.clone(), sets);
        Ok(())
    }

    pub(super) fn answer(&self, name: &Name, kind: RecordType) -> Option<RecordSet> {
        let apex = self.apex_of(name)?;
        let sets = self.0.get(&apex)?;
        if self.cut(&apex, name).is_some() {
            return None;
        }
        let source = if exists(sets, name) { name.clone() } else { wildcard_for(sets, &apex, name)? };
        let set = sets.get(&(source, kind))?;
        Some(RecordSet { name: name.clone(), ..set.clone() })
    }

    fn sets(&self, zone: &Zone) -> Result<&Sets> {
        let gone = || Error::new(ErrorKind::Invalid, format!("zone `{}` is not served here", zone.name));
        self.0.get(&zone.name).ok_or_else(gone)
    }

    fn apex_of(&self, name: &Name) -> Option<Name> {
        name.ancestors().find(|apex| self.0.contains_key(apex))
    }

    /// The highest delegation between the apex and the name, the name itself included (DNS-R4).
    fn cut(&self, apex: &Name, name: &Name) -> Option<Name> {
        let sets = self.0.get(apex)?;
        let below_apex = name.ancestors().take_while(|ancestor| ancestor != apex);
        below_apex.filter(|ancestor| sets.contains_key(&(ancestor.clone(), RecordType::Ns))).last()
    }
}

fn replace(sets: &mut Sets, set: RecordSet) {
    let key = (set.name.clone(), set.kind);
    if set.values.is_empty() {
        sets.remove(&key);
    } else {
        sets.insert(key, set);
    }
}

/// By value, as RFC 2136 2.4.2 does: a TTL alone is no conflict.
fn expect(sets: &Sets, change: &Change) -> Result<()> {
    let current = sets.get(&(change.name.clone(), change.kind)).map_or(&[][..], |set| &set.values);
    if current == changes::expected(change) {
        return Ok(());
    }
    let message = format!("{} `{}` changed since it was read", change.kind, change.name);
    Err(Error::new(ErrorKind::Conflict, message))
}

fn refuse_data_beside_cname(sets: &Sets, name: &Name) -> Result<()> {
    let kinds = sets.keys().filter(|(at, _)| at == name).map(|(_, kind)| *kind);
    let (aliases, others): (Vec<_>, Vec<_>) = kinds.partition(|kind| *kind == RecordType::Cname);
    if aliases.is_empty() || others.is_empty() {
        return Ok(());
    }
    let message = format!("DNS-R2: `{name}` would have a CNAME and other data");
    Err(Error::new(ErrorKind::Conflict, message))
}

/// A name exists when it or anything below it has data (RFC 4592 2.2.2).
fn exists(sets: &Sets, name: &Name) -> bool {
    sets.keys().any(|(owner, _)| owner.is_at_or_below(name))
}

/// The source of synthesis: `*` below the closest existing name, and no other (RFC 4592 3.3.1).
fn wildcard_for(sets: &Sets, apex: &Name, name: &Name) -> Option<Name> {
    let encloser = name.ancestors().skip(1).find(|ancestor| ancestor == apex || exists(sets, ancestor))?;
    encloser.child("*").ok().filter(|wildcard| wildcard != name)
}
