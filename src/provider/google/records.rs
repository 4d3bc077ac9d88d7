//! From Google's record sets to ours, and from change sets to the one change that is sent.

use super::wire::{ChangeBody, RecordSet};
use crate::{
    dns::{Name, Value},
    provider::{
        Change, Result,
        http::{
            presentation::{self, Escapes},
            sets::{self, Edit, Stored, edits},
        },
    },
};

/// The record sets of a zone.
pub(super) type Listing = sets::Listing<RecordSet>;

/// What was listed.
pub(super) fn listing(apex: &Name, sets: Vec<RecordSet>) -> Listing {
    let stored = |record: RecordSet| {
        let name = record.name.parse().ok()?;
        Some(Stored { name, kind: record.kind.clone(), values: values(&record), ttl: record.ttl, record })
    };
    Listing::new(apex.clone(), apex.clone(), sets.into_iter().filter_map(stored))
}

/// `None` if any of them cannot be written back as it is, and where a policy stands in their place.
fn values(record: &RecordSet) -> Option<Vec<Value>> {
    if record.routing_policy.is_some() || record.rrdatas.is_empty() {
        return None;
    }
    record.rrdatas.iter().map(|data| presentation::value(&record.kind, data, Escapes::Decimal)).collect()
}

/// What is sent: of each set that changes, the old one exactly as it is stored, which is the precondition, and the new one.
pub(super) fn change(listing: &Listing, changes: &[Change]) -> Result<ChangeBody> {
    let mut body = ChangeBody::default();
    for edit in edits(listing, changes)? {
        body.deletions.extend(edit.before.map(|stored| stored.record.clone()));
        body.additions.extend(addition(&edit));
    }
    Ok(body)
}

fn addition(edit: &Edit<'_, RecordSet>) -> Option<RecordSet> {
    let after = &edit.after;
    let rrdatas: Vec<String> = after.values.iter().map(|value| presentation::text(value, Escapes::Decimal)).collect();
    let name = after.name.fqdn();
    (!rrdatas.is_empty()).then(|| RecordSet { name, kind: after.kind.to_string(), ttl: after.ttl, rrdatas, routing_policy: None })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;
    use crate::{
        dns::RecordType,
        provider::{ErrorKind, Snapshot},
    };

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    fn stored(kind: &str, at: &str, rrdatas: &[&str]) -> RecordSet {
        let rrdatas = rrdatas.iter().map(|data| (*data).to_owned()).collect();
        RecordSet { name: format!("{at}."), kind: kind.to_owned(), ttl: 300, rrdatas, routing_policy: None }
    }

    fn spf(listing: &Listing) -> Change {
        let before = listing.snapshot(&[name("cafe.lab")]).get(&name("cafe.lab"), RecordType::Txt).cloned();
        let add = vec![Value::text("v=spf1 -all")];
        Change { name: name("cafe.lab"), kind: RecordType::Txt, expected: before, remove: vec![], add, ttl: 300 }
    }

    #[test]
    fn the_old_set_is_named_exactly_as_it_is_stored_and_the_new_one_has_every_foreign_value() {
        // Not as it would be written here: the order and the spaces are Google's.
        let old = stored("TXT", "cafe.lab", &[r#""z" "2""#, r#""a\195\164""#]);
        let listing = listing(&name("cafe.lab"), vec![old.clone()]);
        let body = change(&listing, &[spf(&listing)]).unwrap();
        assert_eq!(body.deletions, [old]);
        assert_eq!(body.additions, [stored("TXT", "cafe.lab", &[r#""a\195\164""#, r#""v=spf1 -all""#, r#""z" "2""#])]);
    }

    #[test]
    fn a_new_set_deletes_nothing_and_a_last_value_adds_nothing() {
        let empty = listing(&name("cafe.lab"), vec![]);
        let body = change(&empty, &[spf(&empty)]).unwrap();
        assert_eq!((body.deletions.len(), body.additions.len()), (0, 1));
        let there = listing(&name("cafe.lab"), body.additions);
        let gone = Change { remove: vec![Value::text("v=spf1 -all")], add: vec![], ..spf(&there) };
        let body = change(&there, &[gone]).unwrap();
        assert_eq!((body.deletions.len(), body.additions.len()), (1, 0));
    }

    #[test]
    fn p1_a_set_with_a_routing_policy_or_with_odd_data_is_never_written() {
        let policy = RecordSet { routing_policy: Some(serde_json::json!({"wrr": {}})), ..stored("TXT", "cafe.lab", &[]) };
        for odd in [policy, stored("TXT", "cafe.lab", &["no quotes", r#""a""#])] {
            let listing = listing(&name("cafe.lab"), vec![odd]);
            assert_eq!(listing.snapshot(&[name("cafe.lab")]), Snapshot::default());
            assert_eq!(change(&listing, &[spf(&listing)]).unwrap_err().kind, ErrorKind::Invalid);
        }
    }
}
