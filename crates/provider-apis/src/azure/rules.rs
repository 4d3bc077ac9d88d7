//! What a record set may be, and what it must still be.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, StatusCode, header};
use serde_json::Value;

use super::{
    routes::Refusal,
    world::{RecordSet, property},
};

/// Records in one set.
const MOST_RECORDS: usize = 20;
/// Characters of all texts in one set.
const LONGEST: usize = 4096;

fn bad(message: impl Into<String>) -> Refusal {
    Refusal::dns(StatusCode::BAD_REQUEST, "BadRequest", message)
}

/// `If-Match` with the etag that the set has, or `If-None-Match: *` where there is none.
pub(super) fn precondition(headers: &HeaderMap, before: Option<&RecordSet>) -> Result<(), Refusal> {
    let failed = |message: String| Err(Refusal::dns(StatusCode::PRECONDITION_FAILED, "PreconditionFailed", message));
    let text =
        |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).map(|text| text.trim_matches('"'));
    match (text(header::IF_NONE_MATCH), before) {
        (Some("*"), Some(_)) => return failed("The Record set exists already and hence cannot be created again.".to_owned()),
        (None | Some("*"), _) => {}
        (Some(other), _) => return Err(bad(format!("The value '{other}' of If-None-Match is not supported."))),
    }
    match (text(header::IF_MATCH), before) {
        (None, _) | (Some("*"), Some(_)) => Ok(()),
        (Some(wanted), Some(set)) if wanted == set.etag => Ok(()),
        (Some(wanted), Some(set)) => {
            failed(format!("The condition '{wanted}' in the If-Match header was not satisfied. The current was '{}'.", set.etag))
        }
        (Some(wanted), None) => failed(format!("The condition '{wanted}' in the If-Match header was not satisfied.")),
    }
}

/// The set that a request describes whole.
pub(super) fn replaced(kind: &str, at: &str, given: &Value) -> Result<RecordSet, Refusal> {
    merged(&RecordSet { ttl: 0, ..RecordSet::new(kind, &at.to_ascii_lowercase(), vec![]) }, given)
}

/// A set with what a request names of it.
pub(super) fn merged(before: &RecordSet, given: &Value) -> Result<RecordSet, Refusal> {
    let properties = &given["properties"];
    let mut set = before.clone();
    if let Some(ttl) = properties["TTL"].as_u64() {
        set.ttl = u32::try_from(ttl).map_err(|_| bad("The TTL is out of range."))?;
    }
    if let Some(metadata) = properties["metadata"].as_object() {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        set.metadata = metadata.iter().map(|(key, value)| (key.clone(), text(value))).collect::<BTreeMap<_, _>>();
    }
    if let Some(id) = properties["targetResource"]["id"].as_str() {
        set.target = Some(id.to_owned());
    }
    let (key, single) = property(&set.kind);
    match &properties[&key] {
        Value::Null => {}
        record if single => set.records = vec![record.clone()],
        Value::Array(records) => set.records.clone_from(records),
        _ => return Err(bad(format!("The property '{key}' is no list."))),
    }
    Ok(set)
}

/// Checks a set against the others of its zone.
pub(super) fn check(others: &[&RecordSet], set: &RecordSet) -> Result<(), Refusal> {
    let known = ["A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"];
    if !known.contains(&set.kind.as_str()) {
        return Err(bad(format!("The record type '{}' is not supported.", set.kind)));
    }
    if set.ttl == 0 || set.ttl > 2_147_483_647 {
        return Err(bad("The TTL must be between 1 and 2147483647."));
    }
    let conflict = |message: &str| Err(Refusal::dns(StatusCode::CONFLICT, "Conflict", message));
    let mut here = others.iter().filter(|other| other.name == set.name);
    if set.kind == "CNAME" && set.name == "@" {
        return Err(bad("The CNAME record set cannot be created at the zone apex."));
    }
    if set.kind == "CNAME" && here.next().is_some() {
        return conflict(
            "The CNAME record could not be created because another record with the same name already exists in this zone.",
        );
    }
    if here.any(|other| other.kind == "CNAME") {
        return conflict(
            "The record could not be created because a CNAME record with the same name already exists in this zone.",
        );
    }
    set.records.iter().try_for_each(|record| one(&set.kind, record))
}

/// How much a set may hold.
pub(super) fn within_limits(set: &RecordSet) -> Result<(), Refusal> {
    if set.records.len() > MOST_RECORDS {
        return Err(bad(format!("The number of records in a record set may not exceed {MOST_RECORDS}.")));
    }
    let length: usize = set.records.iter().map(length).sum();
    if set.kind == "TXT" && length > LONGEST {
        return Err(bad(format!("The combined length of all TXT records in a record set may not exceed {LONGEST} characters.")));
    }
    Ok(())
}

fn strings(record: &Value) -> impl Iterator<Item = &str> {
    record["value"].as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn length(record: &Value) -> usize {
    strings(record).map(|text| text.chars().count()).sum()
}

fn one(kind: &str, record: &Value) -> Result<(), Refusal> {
    let text = |key: &str| record[key].as_str().unwrap_or_default();
    match kind {
        "A" if text("ipv4Address").parse::<std::net::Ipv4Addr>().is_err() => {
            Err(bad(format!("The value '{}' is not a valid IPv4 address.", text("ipv4Address"))))
        }
        "AAAA" if text("ipv6Address").parse::<std::net::Ipv6Addr>().is_err() => {
            Err(bad(format!("The value '{}' is not a valid IPv6 address.", text("ipv6Address"))))
        }
        "CNAME" if text("cname").is_empty() || text("cname").contains('"') => {
            Err(bad(format!("The domain name '{}' is invalid.", text("cname"))))
        }
        "TXT" if strings(record).next().is_none() => Err(bad("A TXT record must have at least one string.")),
        "TXT" if strings(record).any(|text| text.chars().count() > 255) => {
            Err(bad("The value of a TXT record string may not exceed 255 characters."))
        }
        _ => Ok(()),
    }
}
