//! Providers that store record sets: what a listing says, and which sets a change set writes.
//!
//! Pure. A vendor turns its own sets into [`Stored`] ones and [`Edit`]s into its own requests, with its own precondition
//! (an etag, the exact old set). That a set is written with every value that others put there stands here once.

mod edits;

pub use edits::{Edit, edits};

use super::shelf::Reading;
use crate::{
    dns::{Name, RecordSet, RecordType, Ttl, Value},
    provider::Snapshot,
};

/// A record set: what DNS says of it, and as the vendor stores it.
#[derive(Clone, Debug)]
pub struct Stored<R> {
    /// Owner name.
    pub name: Name,
    /// Type, in the vendor's text: it may be one that nobody here knows.
    pub kind: String,
    /// Its values. `None` if it has one that cannot be read or written back, or none at all (a vendor's alias): such a set
    /// is never written, since what cannot be read would be lost. Empty if the vendor keeps it and answers with none of it.
    pub values: Option<Vec<Value>>,
    /// TTL in seconds.
    pub ttl: Ttl,
    /// As the vendor stores it.
    pub record: R,
}

impl<R> Stored<R> {
    /// Whether DNS has anything of it.
    fn answers(&self) -> bool {
        self.values.as_ref().is_none_or(|values| !values.is_empty())
    }
}

/// The record sets of a part of a zone.
#[derive(Debug)]
pub struct Listing<R> {
    apex: Name,
    scope: Name,
    sets: Vec<Stored<R>>,
}

impl<R> Listing<R> {
    /// What was listed at `scope` and below; what a vendor listed besides is left out.
    pub fn new(apex: Name, scope: Name, sets: impl IntoIterator<Item = Stored<R>>) -> Self {
        let sets = sets.into_iter().filter(|set| set.name.is_at_or_below(&scope)).collect();
        Self { apex, scope, sets }
    }

    /// The sets at a name.
    pub fn at<'a>(&'a self, name: &'a Name) -> impl Iterator<Item = &'a Stored<R>> {
        self.sets.iter().filter(move |set| set.name == *name)
    }

    /// The set of one type at a name, whether it can be read or not.
    pub fn get(&self, name: &Name, kind: RecordType) -> Option<&Stored<R>> {
        let kind = kind.to_string();
        self.sets.iter().find(|set| set.name == *name && set.kind == kind)
    }

    /// What can be read at these names.
    pub fn snapshot(&self, names: &[Name]) -> Snapshot {
        let mut snapshot = Snapshot::default();
        for name in names {
            for kind in [RecordType::Txt, RecordType::Cname, RecordType::A, RecordType::Aaaa] {
                let stored = self.get(name, kind);
                if let Some((stored, values)) = stored.and_then(|stored| Some((stored, stored.values.clone()?))) {
                    snapshot.insert(RecordSet::new(name.clone(), kind, stored.ttl, values));
                }
            }
        }
        snapshot
    }
}

impl<R> Reading for Listing<R> {
    fn scope(&self) -> &Name {
        &self.scope
    }

    fn cuts(&self) -> Vec<Name> {
        let below = self.sets.iter().filter(|set| set.kind == "NS" && set.name != self.apex && set.answers());
        below.map(|set| set.name.clone()).collect()
    }
}

#[cfg(test)]
mod tests;
