//! From a change set and what stands there to edits of single records.

use super::{Entry, Listing};
use crate::{
    dns::{RecordType, Value},
    provider::{Change, Error, ErrorKind, Result, changes},
};

/// What happens to one record.
#[derive(Debug)]
pub enum Edit<'a, R> {
    /// A value that goes and nothing takes its place.
    Delete {
        /// What it is part of.
        change: &'a Change,
        /// The record.
        entry: &'a Entry<R>,
    },
    /// A value takes another's place: one update by id, so that at no time there are two and at none there is none (P2).
    Replace {
        /// What it is part of.
        change: &'a Change,
        /// The record.
        entry: &'a Entry<R>,
        /// Its next value.
        value: &'a Value,
    },
    /// The value stays and gets the change's TTL.
    Retime {
        /// What it is part of.
        change: &'a Change,
        /// The record.
        entry: &'a Entry<R>,
    },
    /// A value that is new.
    Create {
        /// What it is part of.
        change: &'a Change,
        /// The value.
        value: &'a Value,
    },
}

/// The edits that carry the changes out, in the order of the changes; but what stands in the way of a new CNAME, or is one,
/// goes first. Refused as [`ErrorKind::Conflict`] when what was read is not what stands there (these vendors cannot compare),
/// and where a CNAME would stand beside other data (DNS-R2), which some of them take without a word.
pub fn edits<'a, R>(listing: &'a Listing<R>, changes: &'a [Change]) -> Result<Vec<Edit<'a, R>>> {
    let mut edits = Vec::new();
    for change in changes {
        unmoved(listing, change)?;
        alone(listing, changes, change)?;
        add(&mut edits, listing, change);
    }
    let first = |edit: &Edit<'_, R>| match edit {
        Edit::Delete { entry, .. } => changes.iter().any(|other| other.name == entry.name && !entry.is(&other.name, other.kind)),
        _ => false,
    };
    // Stable: everything else keeps its place.
    edits.sort_by_key(|edit| !first(edit));
    Ok(edits)
}

fn add<'a, R>(edits: &mut Vec<Edit<'a, R>>, listing: &'a Listing<R>, change: &'a Change) {
    let entries = listing.at(&change.name).filter(|entry| entry.is(&change.name, change.kind));
    let goes = |entry: &&Entry<R>| entry.value.as_ref().is_some_and(|value| change.remove.contains(value));
    let (gone, kept): (Vec<_>, Vec<_>) = entries.partition(goes);
    let new: Vec<&Value> = changes::added(change).collect();
    let pairs = gone.len().min(new.len());
    edits.extend(gone.iter().zip(&new).map(|(entry, value)| Edit::Replace { change, entry, value }));
    edits.extend(new.iter().skip(pairs).map(|value| Edit::Create { change, value }));
    edits.extend(gone.iter().skip(pairs).map(|entry| Edit::Delete { change, entry }));
    // Where nobody asked for another TTL those of the others stay, even if they differ from each other (DNS-R5).
    if change.expected.as_ref().is_some_and(|set| set.ttl != change.ttl) {
        edits.extend(kept.into_iter().map(|entry| Edit::Retime { change, entry }));
    }
}

fn unmoved<R>(listing: &Listing<R>, change: &Change) -> Result<()> {
    if listing.set(&change.name, change.kind).values == changes::expected(change) {
        return Ok(());
    }
    let message = format!("{} `{}` changed since it was read", change.kind, change.name);
    Err(Error::new(ErrorKind::Conflict, message))
}

fn alone<R>(listing: &Listing<R>, changes: &[Change], change: &Change) -> Result<()> {
    if change.add.is_empty() || listing.flattens_at(&change.name) {
        return Ok(());
    }
    let goes = |entry: &Entry<R>| {
        let of = changes.iter().filter(|other| entry.is(&other.name, other.kind));
        of.flat_map(|other| &other.remove).any(|value| Some(value) == entry.value.as_ref())
    };
    let is_alias = |entry: &Entry<R>| entry.kind == "CNAME";
    let wants_alias = change.kind == RecordType::Cname;
    let mut others = listing.at(&change.name).filter(|entry| !goes(entry));
    match others.find(|entry| is_alias(entry) != wants_alias && (wants_alias || is_alias(entry))) {
        None => Ok(()),
        Some(other) => {
            let message = format!("{} `{}` cannot stand beside the {} there (DNS-R2)", change.kind, change.name, other.kind);
            Err(Error::new(ErrorKind::Conflict, message))
        }
    }
}
