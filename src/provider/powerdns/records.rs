//! From what a zone holds to record sets.

use std::collections::BTreeSet;

use super::{
    fault,
    wire::{Record, RrSet, ZoneData},
    zones,
};
use crate::{
    dns::{Name, Value},
    provider::{
        Result,
        http::{
            presentation::{self, Escapes},
            sets::{self, Stored},
        },
    },
};

/// The record sets of a zone.
pub(super) type Listing = sets::Listing<RrSet>;

/// What a zone holds; refused if it is not made here.
pub(super) fn listing(apex: &Name, data: ZoneData) -> Result<Listing> {
    zones::writable(apex, &data.kind)?;
    // Stored signatures come with the zone from whoever signs it: a record put among them would have none.
    let signed = |set: &RrSet| set.kind == "RRSIG" && set.name.parse::<Name>().ok().as_ref() == Some(apex);
    if data.rrsets.iter().any(signed) {
        return Err(fault::presigned(apex));
    }
    let computed: Vec<Stored<RrSet>> = data.rrsets.iter().flat_map(computed).collect();
    let taken: BTreeSet<(Name, String)> = computed.iter().map(|set| (set.name.clone(), set.kind.clone())).collect();
    let stored = data.rrsets.into_iter().filter_map(stored).filter(|set| !taken.contains(&(set.name.clone(), set.kind.clone())));
    Ok(Listing::new(apex.clone(), apex.clone(), stored.chain(computed.iter().cloned()).collect::<Vec<_>>()))
}

/// Comments alone are no set. Disabled records are kept and say nothing.
fn stored(set: RrSet) -> Option<Stored<RrSet>> {
    let name = set.name.parse().ok().filter(|_| !set.records.is_empty())?;
    let values = enabled(&set).map(|record| value(&set.kind, &record.content)).collect();
    Some(Stored { name, kind: set.kind.clone(), values, ttl: set.ttl, record: set })
}

/// The types that `LUA` records answer with: values that nobody can read here, nor write beside.
fn computed(set: &RrSet) -> Vec<Stored<RrSet>> {
    let Some(name) = set.name.parse::<Name>().ok().filter(|_| set.kind == "LUA") else { return vec![] };
    let kinds: BTreeSet<&str> = enabled(set).filter_map(|record| record.content.split_whitespace().next()).collect();
    let computed = |kind: &str| Stored {
        name: name.clone(),
        kind: kind.to_owned(),
        values: None,
        ttl: set.ttl,
        record: RrSet { name: set.name.clone(), kind: kind.to_owned(), ..RrSet::default() },
    };
    kinds.into_iter().map(computed).collect()
}

fn enabled(set: &RrSet) -> impl Iterator<Item = &Record> {
    set.records.iter().filter(|record| !record.disabled)
}

/// The value of a record, if it is of a type that is written here.
pub(super) fn value(kind: &str, content: &str) -> Option<Value> {
    presentation::value(kind, content, Escapes::Decimal)
}

/// A value as PowerDNS stores it.
pub(super) fn content(value: &Value) -> String {
    presentation::text(value, Escapes::Decimal)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;
    use crate::{
        dns::RecordType,
        provider::{ErrorKind, http::shelf::Reading},
    };

    fn zone(kind: &str, sets: &str) -> Result<Listing> {
        let data = serde_json::from_str(&format!(r#"{{"kind": "{kind}", "rrsets": [{sets}]}}"#)).unwrap();
        listing(&"cafe.lab".parse().unwrap(), data)
    }

    fn set(name: &str, kind: &str, records: &[(&str, bool)]) -> String {
        let record = |(content, disabled): &(&str, bool)| serde_json::json!({"content": content, "disabled": disabled});
        let records: Vec<_> = records.iter().map(record).collect();
        serde_json::json!({"name": name, "type": kind, "ttl": 300, "records": records, "comments": []}).to_string()
    }

    #[test]
    fn a_disabled_record_says_nothing_and_comments_alone_are_no_set() {
        let sets = [
            set("cafe.lab.", "TXT", &[("\"a\"", false), ("\"b\"", true)]),
            set("_domainkey.cafe.lab.", "NS", &[("ns.lab.", true)]),
            set("x.cafe.lab.", "TXT", &[]),
        ];
        let listing = zone("Native", &sets.join(",")).unwrap();
        let apex = listing.get(&"cafe.lab".parse().unwrap(), RecordType::Txt).unwrap();
        assert_eq!(apex.values, Some(vec![Value::text("a")]));
        assert!(listing.cuts().is_empty());
        assert!(listing.get(&"x.cafe.lab".parse().unwrap(), RecordType::Txt).is_none());
    }

    #[test]
    fn p1_what_a_lua_record_computes_is_there_and_cannot_be_read() {
        let sets =
            [set("cafe.lab.", "LUA", &[("TXT \"'x'\"", false), ("A \"y\"", true)]), set("cafe.lab.", "TXT", &[("\"a\"", false)])];
        let listing = zone("Native", &sets.join(",")).unwrap();
        let apex: Name = "cafe.lab".parse().unwrap();
        assert_eq!(listing.get(&apex, RecordType::Txt).unwrap().values, None);
        assert!(listing.get(&apex, RecordType::A).is_none());
    }

    #[test]
    fn a_zone_that_is_made_elsewhere_is_refused() {
        let signature = set("cafe.lab.", "RRSIG", &[("SOA 13 2 300 ...", false)]);
        for (kind, sets, words) in [("Slave", String::new(), "Slave"), ("Native", signature, "signed elsewhere")] {
            let error = zone(kind, &sets).unwrap_err();
            assert!(error.kind == ErrorKind::Invalid && error.message.contains(words), "{error}");
        }
    }
}
