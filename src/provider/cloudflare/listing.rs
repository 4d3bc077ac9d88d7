//! What a listing of records says: sets, delegations, and the records behind each value.

use crate::{
    dns::{Name, RecordSet, RecordType, Ttl, Value},
    provider::Snapshot,
};

use super::{txt, wire::Record};

/// The TTL in seconds that Cloudflare answers with where a record says "automatic".
const AUTOMATIC: Ttl = 300;
/// What a proxied record answers with is not its content. Nobody wants this TTL, so the plan sees that something differs.
const PROXIED: Ttl = 0;

/// The records of a part of a zone.
#[derive(Debug)]
pub(super) struct Listing {
    apex: Name,
    scope: Name,
    entries: Vec<Entry>,
}

/// A record whose name can be one of DNS.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub name: Name,
    pub record: Record,
    /// Its value; `None` for types that are never written.
    pub value: Option<Value>,
}

impl Entry {
    /// As DNS answers.
    pub(super) fn ttl(&self) -> Ttl {
        match self.record.ttl {
            _ if self.record.proxied == Some(true) => PROXIED,
            0 | 1 => AUTOMATIC,
            seconds => seconds,
        }
    }

    pub(super) fn is(&self, name: &Name, kind: RecordType) -> bool {
        self.name == *name && self.value.as_ref().is_some_and(|value| value.kind() == kind)
    }
}

impl Listing {
    /// What was listed at `scope` and below. Cloudflare compares the ends of names as text, so others may be among them.
    pub(super) fn new(apex: Name, scope: Name, records: Vec<Record>) -> Self {
        let entry = |record: Record| {
            let name: Name = record.name.parse().ok()?;
            Some(Entry { value: value(&record), name, record })
        };
        let entries = records.into_iter().filter_map(entry).filter(|entry| entry.name.is_at_or_below(&scope)).collect();
        Self { apex, scope, entries }
    }

    /// Whether it tells everything about `scope`.
    pub(super) fn covers(&self, scope: &Name) -> bool {
        scope.is_at_or_below(&self.scope)
    }

    /// Whether it tells of everything that the other does, and of more.
    pub(super) fn is_wider_than(&self, other: &Self) -> bool {
        self.scope != other.scope && self.covers(&other.scope)
    }

    /// Where names are handed to other servers (DNS-R4).
    pub(super) fn cuts(&self) -> Vec<Name> {
        let below = self.entries.iter().filter(|entry| entry.record.kind == "NS" && entry.name != self.apex);
        below.map(|entry| entry.name.clone()).collect()
    }

    /// The entries at a name.
    pub(super) fn at<'a>(&'a self, name: &'a Name) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().filter(move |entry| entry.name == *name)
    }

    /// The set of one type at a name. Its records may differ in TTL; the smallest is what a reader can rely on.
    pub(super) fn set(&self, name: &Name, kind: RecordType) -> RecordSet {
        let entries: Vec<&Entry> = self.at(name).filter(|entry| entry.is(name, kind)).collect();
        let values = entries.iter().filter_map(|entry| entry.value.clone()).collect();
        let ttl = entries.iter().map(|entry| entry.ttl()).min().unwrap_or(AUTOMATIC);
        RecordSet::new(name.clone(), kind, ttl, values)
    }

    /// What stands at these names.
    ///
    /// Not the CNAME of the apex: Cloudflare answers with the addresses behind it (flattening), so it excludes nothing.
    pub(super) fn snapshot(&self, names: &[Name]) -> Snapshot {
        let mut snapshot = Snapshot::default();
        for name in names {
            for kind in [RecordType::Txt, RecordType::Cname, RecordType::A, RecordType::Aaaa] {
                if kind != RecordType::Cname || *name != self.apex {
                    snapshot.insert(self.set(name, kind));
                }
            }
        }
        snapshot
    }

    /// Whether a name is the zone's own.
    pub(super) fn is_apex(&self, name: &Name) -> bool {
        *name == self.apex
    }
}

/// The name that all of these are at or below, within the zone.
pub(super) fn scope(zone: &Name, names: &[Name]) -> Name {
    let Some((first, rest)) = names.split_first() else { return zone.clone() };
    let common = first.ancestors().find(|above| rest.iter().all(|name| name.is_at_or_below(above)));
    common.filter(|common| common.is_at_or_below(zone)).unwrap_or_else(|| zone.clone())
}

fn value(record: &Record) -> Option<Value> {
    let content = record.content.as_deref()?;
    match record.kind.as_str() {
        "TXT" => Some(Value::Txt(txt::value(content))),
        "CNAME" => content.parse().ok().map(Value::Cname),
        "A" => content.parse().ok().map(Value::A),
        "AAAA" => content.parse().ok().map(Value::Aaaa),
        _ => None,
    }
}

/// The content of a value that is written.
pub(super) fn content(value: &Value) -> String {
    match value {
        Value::Txt(text) => txt::content(text),
        Value::Cname(target) => target.to_string(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    fn record(kind: &str, at: &str, content: &str, ttl: u32) -> Record {
        let (kind, content) = (kind.to_owned(), Some(content.to_owned()));
        Record { id: format!("{kind} {at}"), name: at.to_owned(), kind, content, ttl, ..Record::default() }
    }

    fn listing(records: Vec<Record>) -> Listing {
        Listing::new(name("cafe.lab"), name("cafe.lab"), records)
    }

    #[test]
    fn automatic_is_300_seconds_and_the_smallest_ttl_counts() {
        let listing = listing(vec![record("TXT", "cafe.lab", "\"a\"", 1), record("TXT", "cafe.lab", "\"b\"", 3600)]);
        assert_eq!(listing.set(&name("cafe.lab"), RecordType::Txt).ttl, 300);
    }

    #[test]
    fn a_proxied_record_has_a_ttl_that_nobody_wants() {
        let proxied = Record { proxied: Some(true), ..record("CNAME", "mta-sts.cafe.lab", "host.lab", 1) };
        assert_eq!(listing(vec![proxied]).set(&name("mta-sts.cafe.lab"), RecordType::Cname).ttl, 0);
    }

    #[test]
    fn a_flattened_cname_at_the_apex_does_not_stand_in_the_way_of_spf() {
        let records = vec![record("CNAME", "cafe.lab", "host.lab", 1), record("CNAME", "www.cafe.lab", "host.lab", 1)];
        let snapshot = listing(records).snapshot(&[name("cafe.lab"), name("www.cafe.lab")]);
        assert_eq!(snapshot.get(&name("cafe.lab"), RecordType::Cname), None);
        assert!(snapshot.get(&name("www.cafe.lab"), RecordType::Cname).is_some());
    }

    #[test]
    fn types_and_names_that_nobody_here_knows_do_no_harm() {
        let odd = vec![record("TLSA", "_25._tcp.cafe.lab", "3 1 1 aa", 1), record("NEW", "a b.cafe.lab", "?", 1)];
        let without = Record { content: None, ..record("HTTPS", "cafe.lab", "", 1) };
        let listing = listing([odd, vec![without]].concat());
        assert_eq!(listing.entries.len(), 2);
        assert_eq!(listing.snapshot(&[name("cafe.lab")]), Snapshot::default());
    }

    #[test]
    fn names_that_only_end_alike_are_left_out() {
        let records = vec![record("TXT", "workshop.cafe.lab", "a", 1), record("TXT", "a.shop.cafe.lab", "a", 1)];
        let listing = Listing::new(name("cafe.lab"), name("shop.cafe.lab"), records);
        assert_eq!(listing.entries.len(), 1);
    }

    #[test]
    fn the_scope_of_names_is_what_they_have_in_common() {
        let of = |names: &[&str]| scope(&name("cafe.lab"), &names.iter().map(|text| name(text)).collect::<Vec<_>>());
        assert_eq!(of(&["_dmarc.shop.cafe.lab", "shop.cafe.lab"]), name("shop.cafe.lab"));
        assert_eq!(of(&["_dmarc.cafe.lab", "_mta-sts.cafe.lab"]), name("cafe.lab"));
        assert_eq!(of(&["_dmarc.cafe.lab"]), name("_dmarc.cafe.lab"));
        assert_eq!(of(&["elsewhere.lab", "cafe.lab"]), name("cafe.lab"));
    }

    #[test]
    fn dns_r4_delegations_are_found_and_the_apex_is_none() {
        let records = vec![record("NS", "cafe.lab", "ns.lab", 1), record("NS", "_domainkey.cafe.lab", "ns.lab", 1)];
        assert_eq!(listing(records).cuts(), [name("_domainkey.cafe.lab")]);
    }
}
