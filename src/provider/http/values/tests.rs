//! What listings say and which records change sets name.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]

use super::*;
use crate::provider::{Change, ErrorKind};

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn entry(id: u32, kind: &str, at: &str, value: Option<Value>) -> Entry<u32> {
    Entry { name: name(at), kind: kind.to_owned(), value, ttl: 300, record: id }
}

fn txt(id: u32, at: &str, text: &str) -> Entry<u32> {
    entry(id, "TXT", at, Some(Value::text(text)))
}

fn alias(id: u32, at: &str) -> Entry<u32> {
    entry(id, "CNAME", at, Some(Value::Cname(name("x.lab"))))
}

fn listing(entries: Vec<Entry<u32>>) -> Listing<u32> {
    Listing::new(name("cafe.lab"), name("cafe.lab"), entries)
}

fn change(at: &str, from: &[&str], remove: &[&str], add: &[&str]) -> Change {
    let values = |texts: &[&str]| texts.iter().map(|text| Value::text(text)).collect::<Vec<_>>();
    let expected = (!from.is_empty()).then(|| RecordSet::new(name(at), RecordType::Txt, 300, values(from)));
    Change { name: name(at), kind: RecordType::Txt, expected, remove: values(remove), add: values(add), ttl: 300 }
}

/// Each edit as a word with the record's id.
fn words(listing: &Listing<u32>, changes: &[Change]) -> Vec<String> {
    let word = |edit: &Edit<'_, u32>| match edit {
        Edit::Delete { entry, .. } => format!("delete {}", entry.record),
        Edit::Replace { entry, value, .. } => format!("replace {} with {value}", entry.record),
        Edit::Retime { change, entry } => format!("retime {} to {}", entry.record, change.ttl),
        Edit::Create { change, value } => format!("create {} {value}", change.name),
    };
    edits(listing, changes).unwrap().iter().map(word).collect()
}

fn refusal(listing: &Listing<u32>, changes: &[Change]) -> String {
    let error = edits(listing, changes).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conflict);
    error.message
}

#[test]
fn p2_a_replacement_is_one_update_by_id_and_foreign_records_are_not_named() {
    let there = listing(vec![txt(1, "cafe.lab", "foreign"), txt(2, "cafe.lab", "v=spf1 -all")]);
    let wanted = change("cafe.lab", &["foreign", "v=spf1 -all"], &["v=spf1 -all"], &["v=spf1 mx -all"]);
    assert_eq!(words(&there, &[wanted]), ["replace 2 with v=spf1 mx -all"]);
}

#[test]
fn two_records_that_say_the_same_both_go() {
    let there = listing(vec![txt(1, "t.cafe.lab", "a"), txt(2, "t.cafe.lab", "a")]);
    assert_eq!(words(&there, &[change("t.cafe.lab", &["a"], &["a"], &["b"])]), ["replace 1 with b", "delete 2"]);
}

#[test]
fn a_ttl_alone_names_every_record_of_the_set() {
    let there = listing(vec![txt(1, "t.cafe.lab", "a"), txt(2, "t.cafe.lab", "b")]);
    let wanted = Change { ttl: 3600, ..change("t.cafe.lab", &["a", "b"], &[], &[]) };
    assert_eq!(words(&there, &[wanted]), ["retime 1 to 3600", "retime 2 to 3600"]);
}

#[test]
fn dns_r5_the_ttls_of_others_stay_even_if_they_differ() {
    let other = Entry { ttl: 3600, ..txt(1, "cafe.lab", "foreign") };
    let there = listing(vec![other, txt(2, "cafe.lab", "more")]);
    assert_eq!(there.set(&name("cafe.lab"), RecordType::Txt).ttl, 300, "the smallest counts");
    assert_eq!(words(&there, &[change("cafe.lab", &["foreign", "more"], &[], &["new"])]), ["create cafe.lab new"]);
}

#[test]
fn a_set_that_moved_is_a_conflict() {
    let there = listing(vec![txt(1, "cafe.lab", "a"), txt(2, "cafe.lab", "b")]);
    assert!(refusal(&there, &[change("cafe.lab", &["a"], &["a"], &["c"])]).contains("changed since"));
}

#[test]
fn dns_r2_nothing_is_put_beside_a_cname_except_where_it_is_flattened() {
    let there = || vec![alias(1, "s1.cafe.lab"), alias(2, "cafe.lab")];
    let at = |at: &str| [change(at, &[], &[], &["a"])];
    assert!(refusal(&listing(there()), &at("s1.cafe.lab")).contains("DNS-R2"));
    assert!(refusal(&listing(there()), &at("cafe.lab")).contains("DNS-R2"));
    let flat = listing(there()).flattened();
    assert!(refusal(&flat, &at("s1.cafe.lab")).contains("DNS-R2"));
    assert_eq!(words(&flat, &at("cafe.lab")), ["create cafe.lab a"]);
    assert_eq!(flat.snapshot(&[name("cafe.lab")]), Snapshot::default());
    assert!(flat.snapshot(&[name("s1.cafe.lab")]).get(&name("s1.cafe.lab"), RecordType::Cname).is_some());
}

#[test]
fn dns_r2_what_stands_in_the_way_of_a_cname_goes_before_it_comes() {
    let there = listing(vec![txt(1, "s1.cafe.lab", "key"), txt(2, "_dmarc.cafe.lab", "old")]);
    let cname =
        Change { kind: RecordType::Cname, add: vec![Value::Cname(name("x.lab"))], ..change("s1.cafe.lab", &[], &[], &[]) };
    let changes = [change("_dmarc.cafe.lab", &["old"], &["old"], &[]), cname, change("s1.cafe.lab", &["key"], &["key"], &[])];
    assert_eq!(words(&there, &changes), ["delete 1", "delete 2", "create s1.cafe.lab x.lab."]);
}

#[test]
fn names_that_only_end_alike_are_left_out() {
    let entries = [txt(1, "workshop.cafe.lab", "a"), txt(2, "a.shop.cafe.lab", "a")];
    let listing = Listing::new(name("cafe.lab"), name("shop.cafe.lab"), entries);
    assert_eq!(listing.entries.len(), 1);
}

#[test]
fn dns_r4_delegations_are_found_and_the_apex_is_none() {
    let entries =
        vec![entry(1, "NS", "cafe.lab", None), entry(2, "NS", "_domainkey.cafe.lab", None), entry(3, "TLSA", "t.cafe.lab", None)];
    assert_eq!(listing(entries).cuts(), [name("_domainkey.cafe.lab")]);
}
