//! What a change may be, and what stands after it. Nothing is done unless all of it can be.

use axum::http::StatusCode;
use serde::Deserialize;

use super::{
    routes::Refusal,
    world::{RecordSet, Zone},
};

/// What is deleted, exactly as it stands, and what is added.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Change {
    pub additions: Vec<RecordSet>,
    pub deletions: Vec<RecordSet>,
}

/// Additions, and deletions, of one change.
const MOST: usize = 1000;
/// Octets of all data in one change.
const LARGEST: usize = 100_000;
/// Records of one set.
const MOST_RECORDS: usize = 100;

/// The sets of the zone after the change.
pub(super) fn carried_out(zone: &Zone, change: &Change) -> Result<Vec<RecordSet>, Refusal> {
    within_limits(change)?;
    let mut sets = zone.sets.clone();
    for (at, deleted) in change.deletions.iter().enumerate() {
        sets.remove(standing(&sets, at, deleted)?);
    }
    for (at, added) in change.additions.iter().enumerate() {
        let place = format!("entity.change.additions[{at}]");
        well_formed(zone, &place, added)?;
        if sets.iter().any(|set| is_same(set, added)) {
            let message = format!("The resource '{place}' named '{} ({})' already exists", added.name, added.kind);
            return Err(Refusal::new(StatusCode::CONFLICT, "alreadyExists", message));
        }
        sets.push(stored(added));
    }
    keeps_soa_and_ns(zone, &sets)?;
    no_cname_beside_others(&sets, change)?;
    Ok(sets)
}

fn is_same(one: &RecordSet, other: &RecordSet) -> bool {
    one.name.eq_ignore_ascii_case(&other.name) && one.kind == other.kind
}

/// Where the set stands that is to be deleted; TTL and data have to be those of the request.
fn standing(sets: &[RecordSet], at: usize, deleted: &RecordSet) -> Result<usize, Refusal> {
    let place = format!("entity.change.deletions[{at}]");
    let gone = || {
        let message = format!("The '{place}' resource named '{} ({})' does not exist.", deleted.name, deleted.kind);
        Refusal::new(StatusCode::NOT_FOUND, "notFound", message)
    };
    let found = sets.iter().position(|set| is_same(set, deleted)).ok_or_else(gone)?;
    let sorted = |set: &RecordSet| {
        let mut data = stored(set).rrdatas;
        data.sort();
        data
    };
    if sets[found].ttl != deleted.ttl || sorted(&sets[found]) != sorted(deleted) || sets[found].routing_policy.is_some() {
        return Err(Refusal::new(
            StatusCode::PRECONDITION_FAILED,
            "conditionNotMet",
            format!("Precondition not met for '{place}'"),
        ));
    }
    Ok(found)
}

fn within_limits(change: &Change) -> Result<(), Refusal> {
    let invalid = |message: String| Err(Refusal::new(StatusCode::BAD_REQUEST, "invalid", message));
    if change.additions.is_empty() && change.deletions.is_empty() {
        let message = "The 'entity.change' parameter is required but was missing.";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "required", message));
    }
    for (what, sets) in [("additions", &change.additions), ("deletions", &change.deletions)] {
        if sets.len() > MOST {
            return invalid(format!("Invalid value for 'entity.change.{what}': more than {MOST}"));
        }
    }
    let size: usize = change.additions.iter().flat_map(|set| &set.rrdatas).map(String::len).sum();
    if size > LARGEST {
        return invalid(format!("Invalid value for 'entity.change': more than {LARGEST} octets of data"));
    }
    Ok(())
}

fn well_formed(zone: &Zone, place: &str, set: &RecordSet) -> Result<(), Refusal> {
    let invalid = |field: &str, value: &str| {
        let message = format!("Invalid value for '{place}.{field}': '{value}'");
        Err(Refusal::new(StatusCode::BAD_REQUEST, "invalid", message))
    };
    let inside = set.name.to_ascii_lowercase();
    let below = inside.strip_suffix(&zone.dns_name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    if !below {
        return invalid("name", &set.name);
    }
    if set.rrdatas.is_empty() || set.rrdatas.len() > MOST_RECORDS {
        return invalid("rrdatas", &format!("{} records", set.rrdatas.len()));
    }
    if let Some(bad) = set.rrdatas.iter().find(|data| !is_data(&set.kind, data)) {
        return invalid("rrdata[0]", bad);
    }
    if set.kind == "CNAME" && set.rrdatas.len() > 1 {
        return invalid("rrdatas", "more than one CNAME");
    }
    if set.kind == "CNAME" && inside == zone.dns_name {
        let message = format!(
            "The resource record set '{place}' is invalid because a zone's apex cannot contain a CNAME resource record set."
        );
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "cnameResourceRecordSetConflict", message));
    }
    Ok(())
}

fn is_data(kind: &str, data: &str) -> bool {
    match kind {
        "A" => data.parse::<std::net::Ipv4Addr>().is_ok(),
        "AAAA" => data.parse::<std::net::Ipv6Addr>().is_ok(),
        "CNAME" | "NS" => data.ends_with('.'),
        "TXT" => strings(data).is_some_and(|strings| !strings.is_empty() && strings.iter().all(|length| *length <= 255)),
        _ => !data.is_empty(),
    }
}

/// Lengths of the strings in a text; without quotes, each word is one.
fn strings(data: &str) -> Option<Vec<usize>> {
    if !data.starts_with('"') {
        return Some(data.split_whitespace().map(str::len).collect());
    }
    let (mut lengths, mut rest) = (vec![], data.as_bytes());
    while let [b'"', inside @ ..] = rest {
        let (mut length, mut left) = (0, inside);
        loop {
            left = match left {
                [b'"', after @ ..] => break rest = after.trim_ascii_start(),
                [b'\\', b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', after @ ..] | [b'\\', _, after @ ..] | [_, after @ ..] => after,
                [] => return None,
            };
            length += 1;
        }
        lengths.push(length);
    }
    rest.is_empty().then_some(lengths)
}

/// Names in lower case, texts in quotes.
fn stored(set: &RecordSet) -> RecordSet {
    let quoted = |data: &String| {
        let words = || data.split_whitespace().map(|word| format!("\"{word}\"")).collect::<Vec<_>>();
        if data.starts_with('"') { data.clone() } else { words().join(" ") }
    };
    let rrdatas = if set.kind == "TXT" { set.rrdatas.iter().map(quoted).collect() } else { set.rrdatas.clone() };
    RecordSet { name: set.name.to_ascii_lowercase(), rrdatas, ..set.clone() }
}

fn keeps_soa_and_ns(zone: &Zone, sets: &[RecordSet]) -> Result<(), Refusal> {
    for kind in ["SOA", "NS"] {
        let has = |sets: &[RecordSet]| sets.iter().any(|set| set.name == zone.dns_name && set.kind == kind);
        if has(&zone.sets) && !has(sets) {
            let message = format!("The resource record set at a zone's apex of type {kind} cannot be deleted, only replaced.");
            return Err(Refusal::new(StatusCode::BAD_REQUEST, "invalidZoneApex", message));
        }
    }
    Ok(())
}

fn no_cname_beside_others(sets: &[RecordSet], change: &Change) -> Result<(), Refusal> {
    for (at, added) in change.additions.iter().enumerate() {
        let here = || sets.iter().filter(|set| set.name.eq_ignore_ascii_case(&added.name));
        if here().any(|set| set.kind == "CNAME") && here().count() > 1 {
            let message = format!(
                "The resource record set 'entity.change.additions[{at}]' is invalid because the DNS name '{}' may have either one \
                 CNAME resource record set or resource record sets of other types, but not both.",
                added.name
            );
            return Err(Refusal::new(StatusCode::BAD_REQUEST, "cnameResourceRecordSetConflict", message));
        }
    }
    Ok(())
}
