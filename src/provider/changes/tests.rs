//! Each rule refuses by itself.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed unwrap is the failure of the test")]

use super::*;
use crate::{dns::Name, provider::Atomicity};

const LIMITS: Limits =
    Limits { min_ttl: 60, max_ttl: 86_400, max_txt_octets: 300, atomicity: Atomicity::ChangeSet, publishes: true };

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn zone() -> Zone {
    Zone { name: name("cafe.lab"), id: "cafe.lab".into() }
}

fn txt(at: &str, add: &[&str]) -> Change {
    let add = add.iter().map(|text| Value::text(text)).collect();
    Change { name: name(at), kind: RecordType::Txt, expected: None, remove: vec![], add, ttl: 300 }
}

fn cname(at: &str, targets: &[&str]) -> Change {
    let add = targets.iter().map(|target| Value::Cname(name(target))).collect();
    Change { kind: RecordType::Cname, add, ..txt(at, &[]) }
}

fn refusal(changes: &[Change]) -> String {
    let error = check(&zone(), changes, &LIMITS).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Invalid);
    error.message
}

#[test]
fn a_sound_change_set_passes() {
    let changes = [txt("cafe.lab", &["a", "b"]), cname("s1._domainkey.cafe.lab", &["s1.sender.lab"])];
    check(&zone(), &changes, &LIMITS).unwrap();
}

#[test]
fn a_name_outside_the_zone_is_refused() {
    assert_eq!(refusal(&[txt("notcafe.lab", &["a"])]), "TXT `notcafe.lab` is not in zone `cafe.lab`");
}

#[test]
fn one_name_and_type_stands_once_so_that_expectations_cannot_contradict() {
    assert!(refusal(&[txt("cafe.lab", &["a"]), txt("cafe.lab", &["b"])]).contains("twice"));
}

#[test]
fn dns_g4_what_was_not_read_is_not_removed() {
    let change = Change { remove: vec![Value::text("foreign")], ..txt("cafe.lab", &[]) };
    assert!(refusal(&[change]).contains("not read"));
}

#[test]
fn values_have_the_type_of_their_set() {
    let change = Change { add: vec![Value::Cname(name("x.lab"))], ..txt("cafe.lab", &[]) };
    assert!(refusal(&[change]).contains("another type"));
}

#[test]
fn dns_r2_a_cname_stands_alone_and_never_at_the_apex() {
    assert!(refusal(&[cname("cafe.lab", &["x.lab"])]).contains("apex"));
    assert!(refusal(&[cname("a.cafe.lab", &["x.lab", "y.lab"])]).contains("more than one target"));
}

#[test]
fn limits_are_checked_before_the_first_call() {
    assert!(refusal(&[txt("cafe.lab", &[&"x".repeat(301)])]).contains("301 octets, this provider takes 300"));
    let change = Change { ttl: 59, ..txt("cafe.lab", &["a"]) };
    assert!(refusal(&[change]).contains("TTL 59, this provider takes 60 to 86400 s"));
}

#[test]
fn the_set_after_a_change_keeps_what_was_not_named() {
    let set = RecordSet::new(name("cafe.lab"), RecordType::Txt, 60, vec![Value::text("ours"), Value::text("foreign")]);
    let change = Change {
        expected: Some(set),
        remove: vec![Value::text("ours")],
        add: vec![Value::text("new"), Value::text("foreign")],
        ..txt("cafe.lab", &[])
    };
    assert_eq!(after(&change).values, [Value::text("foreign"), Value::text("new")]);
    assert_eq!(added(&change).collect::<Vec<_>>(), [&Value::text("new")]);
}
