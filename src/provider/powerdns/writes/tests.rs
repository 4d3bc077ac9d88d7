//! Which changes are sent for which edits.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]

use super::*;
use crate::{
    dns::{Name, Zone},
    provider::{Change, changes, http::sets::edits, powerdns::records},
};

fn apex() -> Name {
    "cafe.lab".parse().unwrap()
}

/// A zone with these sets, each as name, type and records.
fn zone(sets: &[(&str, &str, &[Record])]) -> Listing {
    let set = |(name, kind, records): &(&str, &str, &[Record])| {
        let (name, kind) = ((*name).to_owned(), (*kind).to_owned());
        RrSet { name, kind, ttl: 300, records: records.to_vec() }
    };
    let data = super::super::wire::ZoneData { kind: "Native".to_owned(), rrsets: sets.iter().map(set).collect() };
    records::listing(&apex(), data).unwrap()
}

fn record(content: &str) -> Record {
    Record { content: content.to_owned(), ..Record::default() }
}

fn disabled(content: &str) -> Record {
    Record { disabled: true, ..record(content) }
}

fn change(at: &str, from: &[&str], remove: &[&str], add: &[&str]) -> Change {
    let texts = |texts: &[&str]| texts.iter().map(|text| Value::text(text)).collect::<Vec<_>>();
    let name: Name = at.parse().unwrap();
    let expected = (!from.is_empty()).then(|| RecordSet::new(name.clone(), RecordType::Txt, 300, texts(from)));
    let change = Change { name, kind: RecordType::Txt, expected, remove: texts(remove), add: texts(add), ttl: 300 };
    let limits = super::super::LIMITS;
    changes::check(&Zone { name: apex(), id: String::new() }, std::slice::from_ref(&change), &limits).unwrap();
    change
}

/// Each write as a line: what, where, and the records, disabled ones in brackets.
fn lines(listing: &Listing, change: Change, by_value: bool) -> Vec<String> {
    let edits = edits(listing, &[change]).unwrap();
    writes(listing, &edits, by_value).iter().map(line).collect()
}

fn line(write: &Write) -> String {
    let shown = |record: &Record| if record.disabled { format!("[{}]", record.content) } else { record.content.clone() };
    let records: Vec<String> = write.records.iter().map(shown).collect();
    format!("{:?} {} {} {}: {}", write.changetype, write.kind, write.name, write.ttl, records.join(", "))
}

#[test]
fn p1_a_whole_set_is_written_with_disabled_records_and_as_it_was_read() {
    let odd = Record { rest: [("modified_at".to_owned(), 7.into())].into_iter().collect(), ..record(r#""fo" "reign""#) };
    let there = zone(&[("cafe.lab.", "TXT", &[odd.clone(), record("\"old\""), disabled("\"off\"")])]);
    let swap = change("cafe.lab", &["foreign", "old"], &["old"], &["new"]);
    let edits = edits(&there, &[swap]).unwrap();
    let writes = writes(&there, &edits, false);
    assert_eq!(writes.iter().map(line).collect::<Vec<_>>(), [r#"Replace TXT cafe.lab. 300: "fo" "reign", ["off"], "new""#]);
    assert_eq!(writes[0].records[0], odd);
}

#[test]
fn a_set_whose_last_value_goes_is_deleted_unless_a_disabled_record_stays() {
    let gone = || change("t.cafe.lab", &["a"], &["a"], &[]);
    let there = zone(&[("t.cafe.lab.", "TXT", &[record("\"a\"")])]);
    assert_eq!(lines(&there, gone(), false), ["Delete TXT t.cafe.lab. 300: "]);
    let kept = zone(&[("t.cafe.lab.", "TXT", &[record("\"a\""), disabled("\"b\"")])]);
    assert_eq!(lines(&kept, gone(), false), [r#"Replace TXT t.cafe.lab. 300: ["b"]"#]);
}

/// The server refuses a set that has one record both ways.
#[test]
fn a_wanted_value_that_somebody_disabled_is_enabled() {
    let there = zone(&[("t.cafe.lab.", "TXT", &[disabled("\"a\""), disabled("\"b\"")])]);
    let wanted = change("t.cafe.lab", &[], &[], &["a"]);
    assert_eq!(lines(&there, wanted, true), [r#"Replace TXT t.cafe.lab. 300: ["b"], "a""#]);
}

#[test]
fn p1_single_values_are_named_where_the_server_knows_them() {
    let there = zone(&[("cafe.lab.", "TXT", &[record("\"foreign\""), record("\"old\"")])]);
    let swap = change("cafe.lab", &["foreign", "old"], &["old"], &["new"]);
    assert_eq!(lines(&there, swap, true), [r#"Prune TXT cafe.lab. 300: "old""#, r#"Extend TXT cafe.lab. 300: "new""#]);
}

#[test]
fn single_values_are_for_sets_that_can_have_another_writer() {
    let there = zone(&[("cafe.lab.", "SOA", &[record("ns.lab. a.lab. 1 2 3 4 5")]), ("t.cafe.lab.", "TXT", &[record("\"a\"")])]);
    assert_eq!(lines(&there, change("cafe.lab", &[], &[], &["n"]), true), [r#"Extend TXT cafe.lab. 300: "n""#]);
    // Nothing stands there, and a CNAME may come: of whole sets the server says so.
    assert_eq!(lines(&there, change("n.cafe.lab", &[], &[], &["n"]), true), [r#"Replace TXT n.cafe.lab. 300: "n""#]);
    let slower = Change { ttl: 60, ..change("t.cafe.lab", &["a"], &[], &[]) };
    assert_eq!(lines(&there, slower, true), [r#"Replace TXT t.cafe.lab. 60: "a""#]);
}

#[test]
fn p2_what_was_to_go_and_stayed_is_written_away_with_its_set() {
    let before = zone(&[("cafe.lab.", "TXT", &[record("\"old\"")])]);
    let edits = edits(&before, &[change("cafe.lab", &["old"], &["old"], &["new"])]).unwrap();
    let stayed = zone(&[("cafe.lab.", "TXT", &[record(r#""\111ld""#), record("\"new\""), record("\"foreign\"")])]);
    let left: Vec<String> = leftovers(&stayed, &edits).iter().map(line).collect();
    assert_eq!(left, [r#"Replace TXT cafe.lab. 300: "new", "foreign""#]);
    let gone = zone(&[("cafe.lab.", "TXT", &[record("\"new\"")])]);
    assert!(leftovers(&gone, &edits).is_empty());
}

/// What stands there already goes along in a whole set, and would come out as another text.
#[test]
fn p1_a_text_that_a_server_would_store_as_another_is_named() {
    let (quoted, plain) = (record(r#""say \"hi\"""#), record("\"v=spf1 -all\""));
    let write = |changetype, records: &[&Record]| Write {
        name: "cafe.lab.".to_owned(),
        kind: "TXT".to_owned(),
        changetype,
        ttl: 300,
        records: records.iter().map(|record| (*record).clone()).collect(),
    };
    assert_eq!(altered(&[write(ChangeType::Extend, &[&plain])]), None);
    assert_eq!(altered(&[write(ChangeType::Prune, &[&quoted])]), None);
    for changetype in [ChangeType::Extend, ChangeType::Replace] {
        assert_eq!(altered(&[write(changetype, &[&plain, &quoted])]), Some("cafe.lab."));
    }
}
