//! From Route 53's record sets to values, and back.
//!
//! Pure. A set that is no plain list of values, or is one of several with its name and type, is never written: what it does
//! beyond values would be lost.

use std::sync::Arc;

use aws_sdk_route53::types::{ResourceRecordSet, RrType};

use super::order::{Part, sets_at};
use crate::{
    dns::{Name, Ttl, Value},
    provider::http::{
        presentation::{self, Escapes},
        sets::{self, Stored},
    },
};

/// The sets of a name and type as Route 53 stores them; more than one where a routing policy chooses between them.
pub(super) type Raw = Vec<ResourceRecordSet>;

/// What stands at some names.
pub(super) type Listing = sets::Listing<Raw>;

/// What the parts say of these names.
pub(super) fn listing(apex: &Name, names: &[Name], parts: &[Arc<Part>]) -> Listing {
    let mut stored: Vec<Stored<Raw>> = Vec::new();
    let mut names: Vec<&Name> = names.iter().collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        for set in sets_at(name, parts) {
            let kind = set.r#type.as_str();
            match stored.iter_mut().find(|other| other.name == *name && other.kind == kind) {
                Some(other) => other.record.push(set.clone()),
                None => stored.push(of(name.clone(), set)),
            }
        }
    }
    for set in &mut stored {
        set.values = set.values.take().filter(|_| peculiarity(&set.record).is_none());
    }
    Listing::new(apex.clone(), apex.clone(), stored)
}

fn of(name: Name, set: &ResourceRecordSet) -> Stored<Raw> {
    let values = texts(set).map(|text| read(&set.r#type, text)).collect();
    let ttl = set.ttl.and_then(|ttl| Ttl::try_from(ttl).ok()).unwrap_or_default();
    Stored { name, kind: set.r#type.as_str().to_owned(), values, ttl, record: vec![set.clone()] }
}

/// What a set is besides a list of values, in a user's words.
pub(super) fn peculiarity(sets: &[ResourceRecordSet]) -> Option<&'static str> {
    let any = |test: fn(&ResourceRecordSet) -> bool| sets.iter().any(test);
    if any(|set| set.traffic_policy_instance_id.is_some()) {
        Some("made by a traffic policy")
    } else if sets.len() > 1 || any(|set| set.set_identifier.is_some() || set.health_check_id.is_some()) {
        Some("with a routing policy or a health check")
    } else if any(|set| set.alias_target.is_some()) {
        Some("that is an alias to an AWS resource")
    } else if any(|set| set.ttl.is_none() || set.resource_records().is_empty()) {
        Some("without values")
    } else {
        None
    }
}

/// The values of a set as they are written.
pub(super) fn texts(set: &ResourceRecordSet) -> impl Iterator<Item = &str> {
    set.resource_records().iter().map(|record| record.value.as_str())
}

/// A value of the types that are ever written.
pub(super) fn read(kind: &RrType, text: &str) -> Option<Value> {
    presentation::value(kind.as_str(), text, Escapes::Octal)
}

/// A value as Route 53 takes it.
pub(super) fn written(value: &Value) -> String {
    presentation::text(value, Escapes::Octal)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use aws_sdk_route53::types::{AliasTarget, ResourceRecord, builders::ResourceRecordSetBuilder};

    use super::*;
    use crate::dns::{RecordType, Txt};

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    fn plain(at: &str, kind: RrType, texts: &[&str]) -> ResourceRecordSetBuilder {
        let records = texts.iter().map(|text| ResourceRecord::builder().value(*text).build().unwrap()).collect();
        ResourceRecordSet::builder().name(at).r#type(kind).ttl(300).set_resource_records(Some(records))
    }

    fn list(sets: Vec<ResourceRecordSetBuilder>, names: &[&str]) -> Listing {
        let sets = sets.into_iter().map(|set| set.build().unwrap()).collect();
        let names: Vec<Name> = names.iter().map(|text| name(text)).collect();
        listing(&name("cafe.lab"), &names, &[Arc::new(Part::new("cafe.lab", None, sets))])
    }

    #[test]
    fn every_type_that_is_written_is_read() {
        let at = "t.cafe.lab.";
        let sets = vec![
            plain(at, RrType::Txt, &[r#""a" "b""#, r#""\"\134\377""#]),
            plain(at, RrType::A, &["192.0.2.1"]),
            plain(at, RrType::Aaaa, &["2001:db8::1"]),
            plain("s1.cafe.lab.", RrType::Cname, &["S1.Sender.lab"]),
        ];
        let snapshot = list(sets, &["t.cafe.lab", "s1.cafe.lab"]).snapshot(&[name("t.cafe.lab"), name("s1.cafe.lab")]);
        let texts = &snapshot.get(&name("t.cafe.lab"), RecordType::Txt).unwrap().values;
        let odd = Txt::from_strings(vec![vec![b'"', b'\\', 0xff]]);
        assert!(texts.contains(&Value::Txt(odd)) && texts.contains(&Value::text("ab")), "{texts:?}");
        let alias = snapshot.get(&name("s1.cafe.lab"), RecordType::Cname).unwrap();
        assert_eq!((alias.values.as_slice(), snapshot.iter().count()), (&[Value::Cname(name("s1.sender.lab"))][..], 4));
    }

    #[test]
    fn p1_what_is_more_than_a_list_of_values_is_kept_out_of_the_reading_and_named() {
        let target = AliasTarget::builder().hosted_zone_id("Z9").dns_name("lb.lab.").evaluate_target_health(false);
        let alias = ResourceRecordSet::builder().name("a.cafe.lab.").r#type(RrType::A).alias_target(target.build().unwrap());
        let weighted = |id: &str| plain("w.cafe.lab.", RrType::Txt, &["\"v=spf1 -all\""]).set_identifier(id).weight(1);
        let traffic = plain("p.cafe.lab.", RrType::A, &["192.0.2.1"]).traffic_policy_instance_id("x");
        let names = ["a.cafe.lab", "w.cafe.lab", "p.cafe.lab"];
        let listing = list(vec![alias, weighted("one"), weighted("two"), traffic], &names);
        assert_eq!(listing.snapshot(&names.map(name)).iter().count(), 0);
        let said = |at: &str, kind: RecordType| peculiarity(&listing.get(&name(at), kind).unwrap().record).unwrap();
        assert!(said("a.cafe.lab", RecordType::A).contains("alias"));
        assert!(said("w.cafe.lab", RecordType::Txt).contains("routing policy"));
        assert!(said("p.cafe.lab", RecordType::A).contains("traffic policy"));
        assert_eq!(listing.get(&name("w.cafe.lab"), RecordType::Txt).unwrap().record.len(), 2);
    }
}
