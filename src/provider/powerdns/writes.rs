//! From edits to the changes of one request.
//!
//! A server that knows single values is told ours one by one, so that what somebody else adds or removes meanwhile is as he
//! left it. Everything else is the whole set, with every record that stands there.

use super::{
    records::{Listing, content, value},
    wire::{ChangeType, Record, RrSet, Write},
};
use crate::{
    dns::{RecordSet, RecordType, Value},
    provider::http::sets::{Edit, Stored},
};

/// The changes that carry the edits out, in order.
pub(super) fn writes(listing: &Listing, edits: &[Edit<'_, RrSet>], by_value: bool) -> Vec<Write> {
    let one = |edit| if by_value && can_go_by_value(listing, edit) { values(edit) } else { vec![whole(edit)] };
    edits.iter().flat_map(one).collect()
}

/// Whether any set that stands there is written whole, on a server that knows single values.
pub(super) fn write_over(listing: &Listing, edits: &[Edit<'_, RrSet>]) -> bool {
    edits.iter().any(|edit| edit.before.is_some() && !can_go_by_value(listing, edit))
}

/// Single values are for sets that others write to as well. The server compares no TTLs by value, forgets disabled records,
/// and does not look for a CNAME, which cannot come where other data stands.
fn can_go_by_value(listing: &Listing, edit: &Edit<'_, RrSet>) -> bool {
    if edit.after.kind == RecordType::Cname {
        return false;
    }
    match edit.before {
        Some(stored) => stored.ttl == edit.after.ttl && !stored.record.records.iter().any(|record| record.disabled),
        None => listing.at(&edit.after.name).any(|other| other.kind != "CNAME"),
    }
}

fn values(edit: &Edit<'_, RrSet>) -> Vec<Write> {
    let gone = removed(edit).map(|record| write(edit, ChangeType::Prune, vec![record.clone()]));
    let new = added(edit).map(|value| write(edit, ChangeType::Extend, vec![fresh(value)]));
    gone.chain(new).collect()
}

/// What stays is sent as it came. A disabled record of a value that is wanted makes way: the same record cannot be both.
fn whole(edit: &Edit<'_, RrSet>) -> Write {
    let wanted = |record: &Record| {
        value(edit.after.kind.to_string().as_str(), &record.content).is_some_and(|value| edit.after.values.contains(&value))
    };
    let stay = before(edit).iter().filter(|record| record.disabled != wanted(record)).cloned();
    let records: Vec<Record> = stay.chain(added(edit).map(fresh)).collect();
    let change = if records.is_empty() { ChangeType::Delete } else { ChangeType::Replace };
    write(edit, change, records)
}

/// Whole sets for what was to go and is still there. `PRUNE` compares the text of a record: a value that a program put into
/// the database in another spelling stays, and the server says nothing of it (P2: SPF would have two values).
pub(super) fn leftovers(listing: &Listing, edits: &[Edit<'_, RrSet>]) -> Vec<Write> {
    let left = |edit: &Edit<'_, RrSet>| {
        let stands: &Stored<RrSet> = listing.get(&edit.after.name, edit.after.kind)?;
        let gone: Vec<Value> = removed(edit).filter_map(|record| value(&stands.kind, &record.content)).collect();
        let (stubborn, stay): (Vec<_>, Vec<_>) = stands.values.clone()?.into_iter().partition(|value| gone.contains(value));
        let after = RecordSet { values: stay, ttl: stands.ttl, ..edit.after.clone() };
        (!stubborn.is_empty()).then(|| whole(&Edit { before: Some(stands), after }))
    };
    edits.iter().filter_map(left).collect()
}

/// The name of a set that a server which takes escapes out would store as another: one of the texts that are sent has a quote or
/// a backslash in it, ours or somebody else's. What is only taken away is compared by its text and stored nowhere.
pub(super) fn altered(writes: &[Write]) -> Option<&str> {
    let stored = |write: &&Write| matches!(write.changetype, ChangeType::Extend | ChangeType::Replace) && write.kind == "TXT";
    let odd = |record: &Record| match value("TXT", &record.content) {
        Some(Value::Txt(txt)) => txt.strings().concat().iter().any(|octet| [b'"', b'\\'].contains(octet)),
        _ => true,
    };
    writes.iter().filter(stored).find(|write| write.records.iter().any(odd)).map(|write| write.name.as_str())
}

fn write(edit: &Edit<'_, RrSet>, changetype: ChangeType, records: Vec<Record>) -> Write {
    Write { name: edit.after.name.fqdn(), kind: edit.after.kind.to_string(), changetype, ttl: edit.after.ttl, records }
}

fn before<'a>(edit: &Edit<'a, RrSet>) -> &'a [Record] {
    edit.before.map_or(&[], |stored| &stored.record.records)
}

/// Enabled records whose value is no longer wanted.
fn removed<'a>(edit: &Edit<'a, RrSet>) -> impl Iterator<Item = &'a Record> {
    let (kind, after) = (edit.after.kind.to_string(), edit.after.values.clone());
    let unwanted = move |record: &&Record| value(&kind, &record.content).is_some_and(|value| !after.contains(&value));
    before(edit).iter().filter(|record| !record.disabled).filter(unwanted)
}

/// Values that do not answer yet.
fn added<'a>(edit: &'a Edit<'_, RrSet>) -> impl Iterator<Item = &'a Value> {
    let stands = edit.before.and_then(|stored| stored.values.as_deref()).unwrap_or_default();
    edit.after.values.iter().filter(move |value| !stands.contains(value))
}

fn fresh(value: &Value) -> Record {
    Record { content: content(value), ..Record::default() }
}

#[cfg(test)]
mod tests;
