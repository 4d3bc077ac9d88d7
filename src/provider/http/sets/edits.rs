//! From a change set and what stands there to the sets that are written.

use super::{Listing, Stored};
use crate::{
    dns::{RecordSet, RecordType},
    provider::{Change, Error, ErrorKind, Result, changes},
};

/// What happens to one set.
#[derive(Debug)]
pub struct Edit<'a, R> {
    /// What stands there; `None` if nothing does.
    pub before: Option<&'a Stored<R>>,
    /// What stands there afterwards, other people's values included; without values it is deleted.
    pub after: RecordSet,
}

/// The edits that carry the changes out, in the order of the changes; but what stands in the way of a new CNAME, or is one,
/// goes first. A change of nothing is no edit. Refused as [`ErrorKind::Conflict`] when what was read is not what stands there,
/// and where a CNAME would stand beside other data (DNS-R2); as [`ErrorKind::Invalid`] where a value would be lost.
pub fn edits<'a, R>(listing: &'a Listing<R>, changes: &[Change]) -> Result<Vec<Edit<'a, R>>> {
    let mut edits = Vec::new();
    for change in changes {
        let before = listing.get(&change.name, change.kind);
        readable(change, before)?;
        unmoved(change, before)?;
        alone(listing, changes, change)?;
        edits.extend(edit(change, before));
    }
    let makes_way = |edit: &Edit<'_, R>| {
        let after = &edit.after;
        after.values.is_empty() && changes.iter().any(|other| other.name == after.name && other.kind != after.kind)
    };
    // Stable: everything else keeps its place.
    edits.sort_by_key(|edit| !makes_way(edit));
    Ok(edits)
}

fn edit<'a, R>(change: &Change, before: Option<&'a Stored<R>>) -> Option<Edit<'a, R>> {
    let after = changes::after(change);
    let same = changes::added(change).next().is_none() && change.remove.is_empty();
    let ttl = before.is_none_or(|stored| stored.ttl == after.ttl);
    (!same || !ttl).then_some(Edit { before, after })
}

fn readable<R>(change: &Change, before: Option<&Stored<R>>) -> Result<()> {
    if before.is_none_or(|stored| stored.values.is_some()) {
        return Ok(());
    }
    let message = format!(
        "{} `{}` has a value that Mailward cannot read, and writing the set would lose it: correct it or take it away by hand",
        change.kind, change.name
    );
    Err(Error::new(ErrorKind::Invalid, message))
}

fn unmoved<R>(change: &Change, before: Option<&Stored<R>>) -> Result<()> {
    let values = before.and_then(|stored| stored.values.clone()).unwrap_or_default();
    let stands = RecordSet::new(change.name.clone(), change.kind, change.ttl, values);
    if stands.values == changes::expected(change) {
        return Ok(());
    }
    let message = format!("{} `{}` changed since it was read", change.kind, change.name);
    Err(Error::new(ErrorKind::Conflict, message))
}

fn alone<R>(listing: &Listing<R>, changes: &[Change], change: &Change) -> Result<()> {
    if change.add.is_empty() {
        return Ok(());
    }
    let goes = |stored: &Stored<R>| {
        let of = changes.iter().find(|other| other.name == stored.name && other.kind.to_string() == stored.kind);
        of.is_some_and(|other| changes::after(other).values.is_empty())
    };
    let wants_alias = change.kind == RecordType::Cname;
    let mut others = listing.at(&change.name).filter(|stored| stored.answers() && !goes(stored));
    match others.find(|stored| (stored.kind == "CNAME") != wants_alias && (wants_alias || stored.kind == "CNAME")) {
        None => Ok(()),
        Some(other) => {
            let message = format!("{} `{}` cannot stand beside the {} there (DNS-R2)", change.kind, change.name, other.kind);
            Err(Error::new(ErrorKind::Conflict, message))
        }
    }
}
