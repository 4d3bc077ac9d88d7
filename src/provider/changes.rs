//! What holds for a change set at every provider: checked before the first octet is sent.
//!
//! Pure. What only one provider refuses stays in its own folder.

use std::collections::BTreeSet;

use super::{Change, Error, ErrorKind, Limits, Result};
use crate::dns::{RecordSet, RecordType, Value, Zone};

/// Refuses a change set that no server could carry out as it is written.
///
/// Each name and type stands once, inside the zone; what is removed was read; values are of the set's type; a CNAME
/// stands alone and never at the apex (RFC 1034 3.6.2, DNS-R2); TTL and length fit the provider.
pub fn check(zone: &Zone, changes: &[Change], limits: &Limits) -> Result<()> {
    let mut seen = BTreeSet::new();
    for change in changes {
        if !seen.insert((&change.name, change.kind)) {
            return Err(invalid(change, "stands twice in one change set"));
        }
        check_one(zone, change, limits)?;
    }
    Ok(())
}

fn check_one(zone: &Zone, change: &Change, limits: &Limits) -> Result<()> {
    if !change.name.is_at_or_below(&zone.name) {
        return Err(invalid(change, &format!("is not in zone `{}`", zone.name)));
    }
    if change.add.iter().chain(&change.remove).any(|value| value.kind() != change.kind) {
        return Err(invalid(change, "names a value of another type"));
    }
    if change.remove.iter().any(|value| !expected(change).contains(value)) {
        return Err(invalid(change, "removes a value that was not read"));
    }
    // A TTL that the set has already is no wish of ours: a deletion and a shared set carry what stands there.
    let kept = change.expected.as_ref().is_some_and(|set| set.ttl == change.ttl);
    if !kept && !(limits.min_ttl..=limits.max_ttl).contains(&change.ttl) {
        let range = format!("{} to {}", limits.min_ttl, limits.max_ttl);
        return Err(invalid(change, &format!("has TTL {}, this provider takes {range} s", change.ttl)));
    }
    check_cname(zone, change)?;
    check_length(change, limits)
}

fn check_cname(zone: &Zone, change: &Change) -> Result<()> {
    if change.kind != RecordType::Cname || change.add.is_empty() {
        return Ok(());
    }
    if change.name == zone.name {
        return Err(invalid(change, "cannot stand at the zone apex (DNS-R2)"));
    }
    match after(change).values.len() {
        0 | 1 => Ok(()),
        _ => Err(invalid(change, "would have more than one target (DNS-R2)")),
    }
}

fn check_length(change: &Change, limits: &Limits) -> Result<()> {
    let longest = change.add.iter().map(octets).max().unwrap_or(0);
    if longest > limits.max_txt_octets {
        let reason = format!("has a value of {longest} octets, this provider takes {}", limits.max_txt_octets);
        return Err(invalid(change, &reason));
    }
    Ok(())
}

fn octets(value: &Value) -> usize {
    match value {
        Value::Txt(txt) => txt.strings().iter().map(Vec::len).sum(),
        _ => 0,
    }
}

/// The values that the change was computed from.
pub fn expected(change: &Change) -> &[Value] {
    change.expected.as_ref().map_or(&[], |set| &set.values)
}

/// The values that stay as they are, in the form they were read in.
pub fn kept(change: &Change) -> impl Iterator<Item = &Value> {
    expected(change).iter().filter(|value| !change.remove.contains(value))
}

/// The values that are really new: what stays already is not written twice.
pub fn added(change: &Change) -> impl Iterator<Item = &Value> {
    change.add.iter().filter(|value| !kept(change).any(|stays| stays == *value))
}

/// The set as it stands after the change; without values when it is gone.
pub fn after(change: &Change) -> RecordSet {
    let values = kept(change).chain(added(change)).cloned().collect();
    RecordSet::new(change.name.clone(), change.kind, change.ttl, values)
}

fn invalid(change: &Change, reason: &str) -> Error {
    Error::new(ErrorKind::Invalid, format!("{} `{}` {reason}", change.kind, change.name))
}

#[cfg(test)]
mod tests;
