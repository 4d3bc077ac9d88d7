//! The sections of the message, as a server reads them: one line per record.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]

use super::*;
use crate::dns::RecordSet;

const TXT: RecordType = RecordType::Txt;
const CNAME: RecordType = RecordType::Cname;

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn set(kind: RecordType, values: &[Value]) -> RecordSet {
    RecordSet::new(name("a.cafe.lab"), kind, 300, values.to_vec())
}

fn text(value: &str) -> Value {
    Value::text(value)
}

fn alias() -> Value {
    Value::Cname(name("x.lab"))
}

fn change(kind: RecordType, expected: Option<RecordSet>, remove: &[Value], add: &[Value]) -> Change {
    Change { name: name("a.cafe.lab"), kind, expected, remove: remove.to_vec(), add: add.to_vec(), ttl: 300 }
}

/// `CLASS TTL TYPE data` of each record.
fn lines(records: &[Record]) -> Vec<String> {
    let line = |record: &Record| {
        let data = match record.data {
            hickory_proto::rr::RData::Update0(_) => "-".to_owned(),
            ref data => data.to_string(),
        };
        format!("{} {} {} {data}", record.dns_class, record.ttl, record.record_type())
    };
    records.iter().map(line).collect()
}

fn sections(changes: &[Change]) -> (Vec<String>, Vec<String>) {
    let message = message(&Zone { name: name("cafe.lab"), id: String::new() }, changes).unwrap();
    (lines(&message.answers), lines(&message.authorities))
}

#[test]
fn a_new_txt_requires_that_neither_it_nor_a_cname_exists() {
    let (required, done) = sections(&[change(TXT, None, &[], &[text("v")])]);
    assert_eq!(required, ["NONE 0 TXT -", "NONE 0 CNAME -"]);
    assert_eq!(done, ["IN 300 TXT v"]);
}

#[test]
fn dns_r2_a_new_cname_requires_that_nothing_at_all_exists() {
    let (required, done) = sections(&[change(CNAME, None, &[], &[alias()])]);
    assert_eq!(required, ["NONE 0 ANY -"]);
    assert_eq!(done, ["IN 300 CNAME x.lab."]);
}

#[test]
fn a_replacement_requires_every_value_and_deletes_by_value() {
    let read = set(TXT, &[text("foreign"), text("old")]);
    let (required, done) = sections(&[change(TXT, Some(read), &[text("old")], &[text("new")])]);
    assert_eq!(required, ["IN 0 TXT foreign", "IN 0 TXT old"]);
    assert_eq!(done, ["NONE 0 TXT old", "IN 300 TXT new"]);
}

#[test]
fn dns_r2_a_swap_deletes_first_and_requires_no_contradiction() {
    let key = set(TXT, &[text("key")]);
    let changes = [change(CNAME, None, &[], &[alias()]), change(TXT, Some(key), &[text("key")], &[])];
    let (required, done) = sections(&changes);
    let absent = ["CNAME", "A", "AAAA", "MX", "NS"].map(|kind| format!("NONE 0 {kind} -"));
    assert_eq!(required, [&absent[..], &["IN 0 TXT key".to_owned()]].concat());
    assert_eq!(done, ["NONE 0 TXT key", "IN 300 CNAME x.lab."]);
}

#[test]
fn an_alias_is_required_by_value_and_goes_as_a_set() {
    let read = set(CNAME, &[alias()]);
    let (required, done) = sections(&[change(CNAME, Some(read), &[alias()], &[Value::Cname(name("y.lab"))])]);
    assert_eq!(required, ["IN 0 CNAME x.lab."]);
    assert_eq!(done, ["ANY 0 CNAME -", "IN 300 CNAME y.lab."]);
}

#[test]
fn dns_r5_another_ttl_writes_again_what_stays() {
    let read = set(TXT, &[text("a"), text("b")]);
    let longer = Change { ttl: 3600, ..change(TXT, Some(read), &[text("b")], &[text("c")]) };
    assert_eq!(sections(&[longer]).1, ["NONE 0 TXT b", "IN 3600 TXT a", "IN 3600 TXT c"]);
}

#[test]
fn dns_g1_a_value_goes_in_the_strings_it_was_read_in() {
    use crate::dns::Txt;
    let stored = Value::Txt(Txt::from_strings(vec![b"ab".to_vec(), b"c".to_vec()]));
    let (required, done) = sections(&[change(TXT, Some(set(TXT, std::slice::from_ref(&stored))), &[text("abc")], &[])]);
    let wire = value_to_wire(&stored).unwrap().to_string();
    assert_eq!(required, [format!("IN 0 TXT {wire}")]);
    assert_eq!(done, [format!("NONE 0 TXT {wire}")]);
}

#[test]
fn a_probe_has_one_prerequisite_and_changes_nothing() {
    let zone = Zone { name: name("cafe.lab"), id: String::new() };
    let probe = is_stored(&zone, &name("a.cafe.lab"), TXT).unwrap();
    assert_eq!(lines(&probe.answers), ["ANY 0 TXT -"]);
    assert!(probe.authorities.is_empty());
}
