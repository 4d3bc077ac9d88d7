//! What Cloudflare refuses to store.

use super::{
    answer::Refusal,
    world::{Record, Zone},
};

/// Types that go through the proxy.
const PROXIABLE: [&str; 3] = ["A", "AAAA", "CNAME"];
/// Types that are taken; the API knows more.
const TYPES: [&str; 12] = ["A", "AAAA", "CAA", "CNAME", "HTTPS", "MX", "NS", "PTR", "SRV", "SVCB", "TLSA", "TXT"];
/// Octets of one record on the wire.
const RECORD: usize = 4096;
/// Characters of all contents of one name and type.
const SET: usize = 8192;

/// Checks a record against the others of its zone, itself left out.
pub(super) fn check(zone: &Zone, others: &[Record], record: &Record) -> Result<(), Refusal> {
    alone(zone, record)?;
    let same_name: Vec<&Record> = others.iter().filter(|other| other.name == record.name).collect();
    beside(&same_name, record)?;
    let contents = same_name.iter().filter(|other| other.kind == record.kind).map(|other| other.content.len());
    if contents.sum::<usize>() + record.content.len() > SET {
        return Err(invalid("Content of all records with this name and type exceeds 8192 characters."));
    }
    Ok(())
}

fn invalid(why: &str) -> Refusal {
    Refusal::new(400, 1004, "DNS Validation Error").because(1004, why)
}

fn alone(zone: &Zone, record: &Record) -> Result<(), Refusal> {
    let kind = record.kind.as_str();
    let smallest = if zone.plan == "enterprise" { 30 } else { 60 };
    if !TYPES.contains(&kind) {
        return Err(invalid("Invalid DNS record type."));
    }
    if record.ttl != 1 && !(smallest..=86_400).contains(&record.ttl) {
        return Err(Refusal::new(400, 9021, "Invalid TTL. Must be between 60 and 86400 seconds, or 1 for Automatic."));
    }
    if record.proxied && !PROXIABLE.contains(&kind) {
        return Err(Refusal::new(400, 9004, "This record type cannot be proxied."));
    }
    let comment = if zone.plan == "free" { 100 } else { 500 };
    if record.comment.as_ref().is_some_and(|text| text.chars().count() > comment || text.contains(['\n', '\r'])) {
        return Err(invalid("The comment is too long or has line breaks."));
    }
    if zone.plan == "free" && !record.tags.is_empty() {
        return Err(invalid("Tags are not available on this plan."));
    }
    if record.tags.iter().any(|tag| !tag.contains(':')) {
        return Err(invalid("A tag is name:value."));
    }
    content(record)
}

fn content(record: &Record) -> Result<(), Refusal> {
    let content = record.content.as_str();
    let good = match record.kind.as_str() {
        "A" => content.parse::<std::net::Ipv4Addr>().is_ok(),
        "AAAA" => content.parse::<std::net::Ipv6Addr>().is_ok(),
        _ => !content.is_empty(),
    };
    if !good {
        return Err(Refusal::new(400, 9005, &format!("Content for {} record is invalid.", record.kind)));
    }
    // Escapes make the text longer than the record, never shorter: only what is surely too long is refused.
    if content.len() > RECORD + content.matches('\\').count() * 3 + content.matches('"').count() {
        return Err(invalid("The record exceeds 4096 octets."));
    }
    Ok(())
}

/// An address and an alias exclude each other; a TXT beside a CNAME is taken.
fn beside(same_name: &[&Record], record: &Record) -> Result<(), Refusal> {
    if same_name.iter().any(|other| other.kind == record.kind && other.content == record.content) {
        return Err(Refusal::new(400, 81058, "An identical record already exists."));
    }
    let has = |kinds: &[&str]| same_name.iter().any(|other| kinds.contains(&other.kind.as_str()));
    let hosts = "An A, AAAA, or CNAME record with that host already exists.";
    match record.kind.as_str() {
        "CNAME" if has(&PROXIABLE) => Err(Refusal::new(400, 81053, hosts)),
        "A" | "AAAA" if has(&["CNAME"]) => Err(Refusal::new(400, 81053, hosts)),
        _ => Ok(()),
    }
}

/// A complete name in lower case: `@` and names without the zone are completed.
pub(super) fn complete(zone: &str, name: &str) -> String {
    let name = name.trim_end_matches('.').to_lowercase();
    match name.as_str() {
        "@" | "" => zone.to_owned(),
        inside if inside == zone || inside.ends_with(&format!(".{zone}")) => inside.to_owned(),
        outside => format!("{outside}.{zone}"),
    }
}
