//! What a batch says, line by line.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]

use std::sync::Arc;

use super::{super::order::Part, *};
use crate::{
    dns::{RecordType, Value},
    provider::ErrorKind,
};

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn stored(at: &str, kind: RrType, ttl: i64, texts: &[&str]) -> ResourceRecordSet {
    let records = texts.iter().map(|text| ResourceRecord::builder().value(*text).build().unwrap()).collect();
    ResourceRecordSet::builder().name(at).r#type(kind).ttl(ttl).set_resource_records(Some(records)).build().unwrap()
}

fn txt(at: &str, texts: &[&str]) -> ResourceRecordSet {
    stored(at, RrType::Txt, 300, texts)
}

fn texts(texts: &[&str]) -> Vec<Value> {
    texts.iter().map(|text| Value::text(text)).collect()
}

fn wanted(at: &str, from: &[&str], remove: &[&str], add: &[&str]) -> provider::Change {
    let expected = (!from.is_empty()).then(|| RecordSet::new(name(at), RecordType::Txt, 300, texts(from)));
    provider::Change { name: name(at), kind: RecordType::Txt, expected, remove: texts(remove), add: texts(add), ttl: 300 }
}

fn made(sets: Vec<ResourceRecordSet>, changes: &[provider::Change]) -> Result<Vec<String>> {
    let names: Vec<Name> = changes.iter().map(|change| change.name.clone()).collect();
    let parts = [Arc::new(Part::new("cafe.lab", None, sets))];
    let listing = super::super::sets::listing(&name("cafe.lab"), &names, &parts);
    let line = |change: &Change| {
        let set = change.resource_record_set().unwrap();
        let texts: Vec<&str> = super::texts(set).collect();
        let (action, kind, ttl) = (change.action.as_str(), set.r#type.as_str(), set.ttl.unwrap());
        format!("{action} {} {kind} {ttl} {}", set.name, texts.join(" | "))
    };
    Ok(of(&name("cafe.lab"), &listing, changes)?.iter().map(line).collect())
}

#[test]
fn p1_a_replacement_deletes_exactly_what_was_read_and_keeps_the_text_of_others() {
    let foreign = r#""site=\101\102\103" "\"x\"""#;
    let there = txt("Cafe.lab.", &[foreign, "\"v=spf1 -all\""]);
    let read = [r#"site=ABC"x""#, "v=spf1 -all"];
    let batch = made(vec![there], &[wanted("cafe.lab", &read, &["v=spf1 -all"], &["v=spf1 mx -all"])]).unwrap();
    let delete = format!("DELETE Cafe.lab. TXT 300 {foreign} | \"v=spf1 -all\"");
    let create = format!("CREATE cafe.lab. TXT 300 {foreign} | \"v=spf1 mx -all\"");
    assert_eq!(batch, [delete, create]);
}

#[test]
fn p2_one_batch_holds_the_whole_change_and_never_an_upsert() {
    let there = vec![txt("t.cafe.lab.", &["\"old\""]), stored("w.cafe.lab.", RrType::A, 60, &["192.0.2.1"])];
    let changes = [
        wanted("new.cafe.lab", &[], &[], &["a\u{e9}"]),
        wanted("t.cafe.lab", &["old"], &["old"], &[]),
        provider::Change {
            kind: RecordType::A,
            expected: Some(RecordSet::new(name("w.cafe.lab"), RecordType::A, 60, vec![Value::A([192, 0, 2, 1].into())])),
            add: vec![Value::A([192, 0, 2, 2].into())],
            ttl: 300,
            ..wanted("w.cafe.lab", &[], &[], &[])
        },
    ];
    assert_eq!(
        made(there, &changes).unwrap(),
        [
            r#"CREATE new.cafe.lab. TXT 300 "a\303\251""#,
            r#"DELETE t.cafe.lab. TXT 300 "old""#,
            "DELETE w.cafe.lab. A 60 192.0.2.1",
            "CREATE w.cafe.lab. A 300 192.0.2.1 | 192.0.2.2",
        ]
    );
    assert!(made(vec![], &[wanted("t.cafe.lab", &[], &[], &[])]).unwrap().is_empty());
}

#[test]
fn p1_two_texts_that_dns_joins_to_one_are_both_kept() {
    let there = txt("cafe.lab.", &[r#""ab""#, r#""a" "b""#]);
    let batch = made(vec![there], &[wanted("cafe.lab", &["ab"], &[], &["new"])]).unwrap();
    assert_eq!(batch[1], r#"CREATE cafe.lab. TXT 300 "ab" | "a" "b" | "new""#);
}

#[test]
fn a_set_with_a_routing_policy_is_refused_with_its_name_and_the_way_out() {
    let mut weighted = txt("cafe.lab.", &["\"v=spf1 -all\""]);
    weighted.set_identifier = Some("one".to_owned());
    let error = made(vec![weighted], &[wanted("cafe.lab", &[], &[], &["v=spf1 mx -all"])]).unwrap_err();
    assert!(
        error.kind == ErrorKind::Invalid && error.message.contains("TXT `cafe.lab` is a set with a routing policy"),
        "{error}"
    );
}

#[test]
fn what_route_53_would_not_take_is_refused_with_its_measure() {
    let escaped = "\u{e9}".repeat(1000);
    let many: Vec<String> = (0..401).map(|at| format!("value {at}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let large: Vec<provider::Change> =
        (0..10).map(|at| wanted(&format!("t{at}.cafe.lab"), &[], &[], &["x".repeat(3500).as_str()])).collect();
    for (changes, words) in [
        (vec![wanted("t.cafe.lab", &[], &[], &[escaped.as_str()])], "takes 4000"),
        (vec![wanted("t.cafe.lab", &[], &[], &many)], "401 values"),
        (large, "32000 in one act"),
    ] {
        let error = made(vec![], &changes).unwrap_err();
        assert!(error.kind == ErrorKind::Invalid && error.message.contains(words), "{error}");
    }
}
