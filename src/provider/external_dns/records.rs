//! From endpoints to record sets, and from edits to requests. Pure.

use std::collections::BTreeMap;

use super::{
    TxtFormat, fault,
    wire::{Changes, Endpoint},
};
use crate::{
    dns::{Name, RecordSet, RecordType, Ttl, Value},
    provider::{
        Change, Result,
        http::{
            presentation::plain,
            sets::{self, Edit, Stored},
        },
    },
};

/// What a webhook lists.
pub(super) type Listing = sets::Listing<Endpoint>;

/// The sets of a zone among all that was listed.
pub(super) fn listing(apex: &Name, format: TxtFormat, endpoints: Vec<Endpoint>) -> Listing {
    let mut times: BTreeMap<(Name, String), usize> = BTreeMap::new();
    let sets: Vec<Stored<Endpoint>> = endpoints.into_iter().filter_map(|endpoint| stored(format, endpoint)).collect();
    for set in &sets {
        *times.entry((set.name.clone(), set.kind.clone())).or_default() += 1;
    }
    // Parts of a set, or sets for different askers: to write one would say something of the others.
    let once = |set: &Stored<Endpoint>| times.get(&(set.name.clone(), set.kind.clone())) == Some(&1);
    let sets: Vec<_> =
        sets.iter().map(|set| Stored { values: set.values.clone().filter(|_| once(set)), ..set.clone() }).collect();
    Listing::new(apex.clone(), apex.clone(), sets)
}

/// An endpoint as a set; `None` if its name is none.
pub(super) fn stored(format: TxtFormat, endpoint: Endpoint) -> Option<Stored<Endpoint>> {
    let name = idna::domain_to_ascii(&endpoint.dns_name).ok()?.parse().ok()?;
    let kind = endpoint.record_type.to_ascii_uppercase();
    let values = if is_simple(&endpoint) { values(format, &kind, &endpoint.targets) } else { None };
    Some(Stored { name, kind, values, ttl: Ttl::try_from(endpoint.ttl).unwrap_or_default(), record: endpoint })
}

/// A vendor's alias, or one of several sets that the vendor chooses from, is no set of DNS.
fn is_simple(endpoint: &Endpoint) -> bool {
    let alias = |property: &super::wire::Property| property.name == "alias" && property.value != "false";
    endpoint.set_identifier.is_empty() && !endpoint.provider_specific.iter().any(alias)
}

/// `None` if one of them cannot be read, or if there is none.
fn values(format: TxtFormat, kind: &str, targets: &[String]) -> Option<Vec<Value>> {
    let values: Option<Vec<Value>> = targets.iter().map(|target| value(format, kind, target)).collect();
    values.filter(|values| !values.is_empty())
}

fn value(format: TxtFormat, kind: &str, target: &str) -> Option<Value> {
    match kind {
        "TXT" => format.value(target),
        _ => plain(kind, target),
    }
}

/// Refuses to write a set whose texts are listed in the form that was not set: the sentence says which setting is wrong.
pub(super) fn readable(listing: &Listing, format: TxtFormat, changes: &[Change]) -> Result<()> {
    for change in changes.iter().filter(|change| change.kind == RecordType::Txt) {
        let listed = listing.get(&change.name, change.kind).filter(|stored| is_simple(&stored.record));
        let targets = listed.map_or(&[][..], |stored| &stored.record.targets);
        if targets.iter().any(|target| format.value(target).is_none()) {
            let (said, other) = format.names();
            return Err(fault::other_format(&change.name, said, other));
        }
        for value in &change.add {
            if matches!(value, Value::Txt(txt) if format.target(txt).is_none()) {
                return Err(fault::adjusted(change.name.as_str(), "TXT", "cannot be given this text with txtFormat: Plain"));
            }
        }
    }
    Ok(())
}

/// What DNS has to answer to a question if the listing tells everything: the set, or the alias that stands in its place.
pub(super) fn answering(listing: &Listing, name: &Name, kind: RecordType) -> Vec<Value> {
    let of = |kind| listing.get(name, kind).and_then(|stored| stored.values.clone());
    sorted(of(RecordType::Cname).or_else(|| of(kind)).unwrap_or_default())
}

/// In the one order that values are compared in.
fn sorted(mut values: Vec<Value>) -> Vec<Value> {
    values.sort();
    values.dedup();
    values
}

/// The sets that are to stand there, in the order of the edits that leave one.
pub(super) fn wanted(format: TxtFormat, edits: &[Edit<'_, Endpoint>]) -> Vec<Endpoint> {
    edits.iter().filter(|edit| !edit.after.values.is_empty()).map(|edit| endpoint(format, edit)).collect()
}

/// What stays is sent as it was listed, octet by octet, with what else the webhook said of the set.
pub(super) fn endpoint(format: TxtFormat, edit: &Edit<'_, Endpoint>) -> Endpoint {
    let RecordSet { name, kind, ttl, values } = &edit.after;
    let before = edit.before.map(|stored| &stored.record).filter(|record| !record.dns_name.is_empty());
    let listed = |value: &Value| {
        let targets = before.map_or(&[][..], |before| &before.targets);
        targets.iter().find(|target| self::value(format, &kind.to_string(), target).as_ref() == Some(value)).cloned()
    };
    let targets = values.iter().map(|value| listed(value).unwrap_or_else(|| target(format, value))).collect();
    let ttl = i64::from(*ttl);
    let fresh = || {
        let (dns_name, record_type) = (name.to_string(), kind.to_string());
        Endpoint { dns_name, record_type, ..Endpoint::default() }
    };
    Endpoint { targets, ttl, ..before.cloned().unwrap_or_else(fresh) }
}

/// As external-dns writes them: names without their last dot. Texts that have no target were refused before.
fn target(format: TxtFormat, value: &Value) -> String {
    match value {
        Value::Txt(txt) => format.target(txt).unwrap_or_default(),
        other => other.to_string().trim_end_matches('.').to_owned(),
    }
}

/// The webhook's own version of each wanted set, in the same order, if it says the same.
pub(super) fn checked(format: TxtFormat, wanted: &[Endpoint], adjusted: &[Endpoint]) -> Result<Vec<Endpoint>> {
    let same_place = |one: &Endpoint, other: &Endpoint| {
        let name = |endpoint: &Endpoint| endpoint.dns_name.trim_end_matches('.').to_ascii_lowercase();
        name(one) == name(other) && one.record_type.eq_ignore_ascii_case(&other.record_type)
    };
    if let Some(new) = adjusted.iter().find(|new| !wanted.iter().any(|wanted| same_place(wanted, new))) {
        return Err(fault::adjusted(&new.dns_name, &new.record_type, "wants to write it besides what it was given"));
    }
    let adjustment = |wanted: &Endpoint| {
        let refuse = |why: &str| fault::adjusted(&wanted.dns_name, &wanted.record_type, why);
        let mut found = adjusted.iter().filter(|new| same_place(wanted, new));
        let (Some(new), None) = (found.next(), found.next()) else {
            return Err(refuse("leaves it out, or splits it, when asked to adjust it"));
        };
        let meaning = |endpoint: &Endpoint| values(format, &wanted.record_type, &endpoint.targets).map(sorted);
        if meaning(new).is_none() || meaning(new) != meaning(wanted) {
            return Err(refuse("would make another value of it"));
        }
        if new.ttl != wanted.ttl {
            return Err(refuse(&format!(
                "would give it TTL {} instead of {}: set spec.ttl to one it keeps",
                new.ttl, wanted.ttl
            )));
        }
        Ok(new.clone())
    };
    wanted.iter().map(adjustment).collect()
}

/// The requests that carry the edits out. What is deleted last goes by itself after all else: the domain's marker stands
/// until nothing that it lists is left.
pub(super) fn requests(edits: &[Edit<'_, Endpoint>], adjusted: Vec<Endpoint>) -> Vec<Changes> {
    let (mut all, mut last, mut adjusted) = (Changes::default(), None, adjusted.into_iter());
    for (index, edit) in edits.iter().enumerate() {
        let before = edit.before.map(|stored| stored.record.clone());
        let new = if edit.after.values.is_empty() { None } else { adjusted.next() };
        match (before, new) {
            (None, new) => all.create.extend(new),
            (Some(old), Some(new)) => {
                all.update_old.push(old);
                all.update_new.push(new);
            }
            (Some(old), None) if index > 0 && index + 1 == edits.len() => last = Some(old),
            (Some(old), None) => all.delete.push(old),
        }
    }
    let last = last.map(|old| Changes { delete: vec![old], ..Changes::default() });
    std::iter::once(all).chain(last).collect()
}

#[cfg(test)]
mod tests;
