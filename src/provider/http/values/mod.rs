//! Providers that store values one by one, each with an id: what a listing says, and which records a change set names.
//!
//! Pure, but for `recent`, which remembers for a minute.
//!
//! A vendor turns its own records into entries and edits into its own requests; what holds for all of them, that
//! a value which takes another's place is one update by id and that nothing foreign is named, stands here once.

mod edits;
mod recent;

pub use edits::{Edit, edits};
pub use recent::Recent;

use super::shelf::Reading;
use crate::{
    dns::{Name, RecordSet, RecordType, Ttl, Value},
    provider::Snapshot,
};

/// A record: what DNS says of it, and as the vendor stores it.
#[derive(Clone, Debug)]
pub struct Entry<R> {
    /// Owner name.
    pub name: Name,
    /// Type, in the vendor's text: it may be one that nobody here knows.
    pub kind: String,
    /// Its value; `None` for types that are never written.
    pub value: Option<Value>,
    /// TTL in seconds, as DNS answers.
    pub ttl: Ttl,
    /// As the vendor stores it.
    pub record: R,
}

impl<R> Entry<R> {
    /// Whether it belongs to a set.
    pub fn is(&self, name: &Name, kind: RecordType) -> bool {
        self.name == *name && self.value.as_ref().is_some_and(|value| value.kind() == kind)
    }
}

/// The records of a part of a zone.
#[derive(Debug)]
pub struct Listing<R> {
    apex: Name,
    scope: Name,
    entries: Vec<Entry<R>>,
    flattens: bool,
}

impl<R> Listing<R> {
    /// What was listed at `scope` and below. A vendor that compares the ends of names as text may have listed others too.
    pub fn new(apex: Name, scope: Name, entries: impl IntoIterator<Item = Entry<R>>) -> Self {
        let entries = entries.into_iter().filter(|entry| entry.name.is_at_or_below(&scope)).collect();
        Self { apex, scope, entries, flattens: false }
    }

    /// The vendor answers with the addresses behind a CNAME at the apex (flattening), so that it excludes nothing there.
    #[must_use]
    pub fn flattened(self) -> Self {
        Self { flattens: true, ..self }
    }

    /// The entries at a name.
    pub fn at<'a>(&'a self, name: &'a Name) -> impl Iterator<Item = &'a Entry<R>> {
        self.entries.iter().filter(move |entry| entry.name == *name)
    }

    /// The set of one type at a name. Its records may differ in TTL; the smallest is what a reader can rely on.
    pub fn set(&self, name: &Name, kind: RecordType) -> RecordSet {
        let entries: Vec<&Entry<R>> = self.at(name).filter(|entry| entry.is(name, kind)).collect();
        let values = entries.iter().filter_map(|entry| entry.value.clone()).collect();
        let ttl = entries.iter().map(|entry| entry.ttl).min().unwrap_or_default();
        RecordSet::new(name.clone(), kind, ttl, values)
    }

    /// What stands at these names, a flattened CNAME left out.
    pub fn snapshot(&self, names: &[Name]) -> Snapshot {
        let mut snapshot = Snapshot::default();
        for name in names {
            for kind in [RecordType::Txt, RecordType::Cname, RecordType::A, RecordType::Aaaa] {
                if kind != RecordType::Cname || !self.flattens_at(name) {
                    snapshot.insert(self.set(name, kind));
                }
            }
        }
        snapshot
    }

    /// Whether a CNAME at this name stands in nobody's way.
    fn flattens_at(&self, name: &Name) -> bool {
        self.flattens && *name == self.apex
    }
}

impl<R> Reading for Listing<R> {
    fn scope(&self) -> &Name {
        &self.scope
    }

    fn cuts(&self) -> Vec<Name> {
        let below = self.entries.iter().filter(|entry| entry.kind == "NS" && entry.name != self.apex);
        below.map(|entry| entry.name.clone()).collect()
    }
}

#[cfg(test)]
mod tests;
