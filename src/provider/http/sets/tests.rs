//! What listings say and which sets are written.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]

use super::*;
use crate::provider::{Change, ErrorKind};

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn texts(texts: &[&str]) -> Vec<Value> {
    texts.iter().map(|text| Value::text(text)).collect()
}

fn stored(kind: &str, at: &str, values: Option<Vec<Value>>) -> Stored<()> {
    Stored { name: name(at), kind: kind.to_owned(), values, ttl: 300, record: () }
}

fn txt(at: &str, values: &[&str]) -> Stored<()> {
    stored("TXT", at, Some(texts(values)))
}

fn listing(sets: Vec<Stored<()>>) -> Listing<()> {
    Listing::new(name("cafe.lab"), name("cafe.lab"), sets)
}

fn change(at: &str, from: &[&str], remove: &[&str], add: &[&str]) -> Change {
    let expected = (!from.is_empty()).then(|| RecordSet::new(name(at), RecordType::Txt, 300, texts(from)));
    Change { name: name(at), kind: RecordType::Txt, expected, remove: texts(remove), add: texts(add), ttl: 300 }
}

fn alias(at: &str) -> Change {
    Change { kind: RecordType::Cname, add: vec![Value::Cname(name("x.lab"))], ..change(at, &[], &[], &[]) }
}

/// Each edit as a line: the set and what it says afterwards.
fn lines(listing: &Listing<()>, changes: &[Change]) -> Vec<String> {
    let line = |edit: &Edit<'_, ()>| {
        let values: Vec<String> = edit.after.values.iter().map(ToString::to_string).collect();
        let from = if edit.before.is_some() { "" } else { "new " };
        format!("{from}{} {} {}: {}", edit.after.kind, edit.after.name, edit.after.ttl, values.join(", "))
    };
    edits(listing, changes).unwrap().iter().map(line).collect()
}

fn refusal(listing: &Listing<()>, changes: &[Change]) -> (ErrorKind, String) {
    let error = edits(listing, changes).unwrap_err();
    (error.kind, error.message)
}

#[test]
fn p1_a_set_is_written_with_every_value_that_others_put_there() {
    let there = listing(vec![txt("cafe.lab", &["foreign", "v=spf1 -all"])]);
    let wanted = change("cafe.lab", &["foreign", "v=spf1 -all"], &["v=spf1 -all"], &["v=spf1 mx -all"]);
    assert_eq!(lines(&there, &[wanted]), ["TXT cafe.lab 300: foreign, v=spf1 mx -all"]);
    let ours_goes = change("cafe.lab", &["foreign", "v=spf1 -all"], &["v=spf1 -all"], &[]);
    assert_eq!(lines(&there, &[ours_goes]), ["TXT cafe.lab 300: foreign"]);
}

#[test]
fn a_new_set_a_ttl_and_a_last_value_are_edits_and_nothing_to_do_is_none() {
    let there = || listing(vec![txt("t.cafe.lab", &["a"])]);
    assert_eq!(lines(&there(), &[change("n.cafe.lab", &[], &[], &["a"])]), ["new TXT n.cafe.lab 300: a"]);
    assert_eq!(lines(&there(), &[change("t.cafe.lab", &["a"], &["a"], &[])]), ["TXT t.cafe.lab 300: "]);
    let slower = Change { ttl: 3600, ..change("t.cafe.lab", &["a"], &[], &[]) };
    assert_eq!(lines(&there(), &[slower]), ["TXT t.cafe.lab 3600: a"]);
    assert!(lines(&there(), &[change("t.cafe.lab", &["a"], &[], &["a"])]).is_empty());
    assert!(lines(&there(), &[change("n.cafe.lab", &[], &[], &[])]).is_empty());
}

#[test]
fn a_set_that_moved_is_a_conflict() {
    let there = listing(vec![txt("t.cafe.lab", &["a", "b"])]);
    assert_eq!(refusal(&there, &[change("t.cafe.lab", &["a"], &["a"], &["c"])]).0, ErrorKind::Conflict);
    assert_eq!(refusal(&there, &[change("t.cafe.lab", &[], &[], &["c"])]).0, ErrorKind::Conflict);
}

#[test]
fn p1_a_set_with_a_value_that_cannot_be_read_is_never_written() {
    let there = listing(vec![stored("TXT", "cafe.lab", None)]);
    assert_eq!(there.snapshot(&[name("cafe.lab")]), Snapshot::default());
    let (kind, message) = refusal(&there, &[change("cafe.lab", &[], &[], &["v=spf1 -all"])]);
    assert!(kind == ErrorKind::Invalid && message.contains("would lose it"), "{message}");
}

#[test]
fn dns_r2_nothing_is_put_beside_a_cname_nor_a_cname_beside_anything() {
    let there = listing(vec![stored("CNAME", "s1.cafe.lab", None), stored("HTTPS", "s2.cafe.lab", None)]);
    for wanted in [change("s1.cafe.lab", &[], &[], &["key"]), alias("s2.cafe.lab")] {
        let (kind, message) = refusal(&there, &[wanted]);
        assert!(kind == ErrorKind::Conflict && message.contains("DNS-R2"), "{message}");
    }
}

#[test]
fn dns_r2_what_stands_in_the_way_of_a_cname_goes_before_it_comes() {
    let there = listing(vec![txt("s1.cafe.lab", &["key"]), txt("_dmarc.cafe.lab", &["old"])]);
    let changes = [
        change("_dmarc.cafe.lab", &["old"], &["old"], &[]),
        alias("s1.cafe.lab"),
        change("s1.cafe.lab", &["key"], &["key"], &[]),
    ];
    assert_eq!(
        lines(&there, &changes),
        ["TXT s1.cafe.lab 300: ", "TXT _dmarc.cafe.lab 300: ", "new CNAME s1.cafe.lab 300: x.lab."]
    );
}

#[test]
fn dns_r4_delegations_are_found_and_the_apex_is_none() {
    let there =
        listing(vec![stored("NS", "cafe.lab", None), stored("NS", "_domainkey.cafe.lab", None), txt("other.lab", &["a"])]);
    assert_eq!(there.cuts(), [name("_domainkey.cafe.lab")]);
    assert_eq!(there.at(&name("other.lab")).count(), 0, "what is out of scope is left out");
}

#[test]
fn a_set_that_a_vendor_keeps_without_answering_stands_in_nobodys_way() {
    let there = listing(vec![stored("A", "s1.cafe.lab", Some(vec![])), stored("NS", "_domainkey.cafe.lab", Some(vec![]))]);
    assert_eq!(lines(&there, &[alias("s1.cafe.lab")]), ["new CNAME s1.cafe.lab 300: x.lab."]);
    assert!(there.cuts().is_empty());
}
