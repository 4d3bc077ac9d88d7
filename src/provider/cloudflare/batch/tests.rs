//! Which records a change set names.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]

use super::{super::listing::listing as listed, *};
use crate::{
    dns::{Name, RecordSet},
    provider::http::values::edits,
};

fn of(listing: &Listing, changes: &[Change], tags: bool) -> Result<Batch> {
    super::of(listing, changes, &edits(listing, changes)?, tags)
}

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn record(id: &str, kind: &str, at: &str, content: &str) -> Record {
    let text = str::to_owned;
    Record { id: text(id), kind: text(kind), name: text(at), content: Some(text(content)), ttl: 300, ..Record::default() }
}

fn listing(records: Vec<Record>) -> Listing {
    listed(&name("cafe.lab"), &name("cafe.lab"), records)
}

fn change(at: &str, from: &[&str], remove: &[&str], add: &[&str]) -> Change {
    let values = |texts: &[&str]| texts.iter().map(|text| Value::text(text)).collect::<Vec<_>>();
    let expected = (!from.is_empty()).then(|| RecordSet::new(name(at), RecordType::Txt, 300, values(from)));
    Change { name: name(at), kind: RecordType::Txt, expected, remove: values(remove), add: values(add), ttl: 300 }
}

fn ids(writes: &[Write]) -> Vec<Option<&str>> {
    writes.iter().map(|write| write.id.as_deref()).collect()
}

#[test]
fn p2_a_replacement_is_one_update_by_id_and_foreign_records_are_not_named() {
    let there = listing(vec![record("1", "TXT", "cafe.lab", "\"foreign\""), record("2", "TXT", "cafe.lab", "\"v=spf1 -all\"")]);
    let batch =
        of(&there, &[change("cafe.lab", &["foreign", "v=spf1 -all"], &["v=spf1 -all"], &["v=spf1 mx -all"])], false).unwrap();
    assert_eq!((batch.deletes.len(), batch.posts.len(), ids(&batch.patches)), (0, 0, vec![Some("2")]));
    assert_eq!(batch.patches[0].content, "\"v=spf1 mx -all\"");
}

#[test]
fn a_ttl_alone_keeps_each_content_as_it_stands_there() {
    let there = listing(vec![record("1", "TXT", "t.cafe.lab", "no quotes"), record("2", "TXT", "t.cafe.lab", "\"b\"")]);
    let wanted = Change { ttl: 3600, ..change("t.cafe.lab", &["no quotes", "b"], &[], &[]) };
    let batch = of(&there, &[wanted], false).unwrap();
    let written: Vec<_> = batch.patches.iter().map(|write| (write.content.as_str(), write.ttl, write.comment.clone())).collect();
    assert_eq!(written, [("no quotes", 3600, None), ("\"b\"", 3600, None)]);
}

#[test]
fn what_can_be_proxied_never_is_and_what_cannot_says_nothing_of_it() {
    let alias =
        Change { kind: RecordType::Cname, add: vec![Value::Cname(name("x.lab"))], ..change("s1.cafe.lab", &[], &[], &[]) };
    let batch = of(&listing(vec![]), &[alias, change("cafe.lab", &[], &[], &["a"])], false).unwrap();
    let proxied: Vec<_> = batch.posts.iter().map(|write| write.proxied).collect();
    assert_eq!(proxied, [Some(false), None]);
}

#[test]
fn tags_of_others_stay_beside_ours_and_a_plan_without_tags_gets_none() {
    let tagged =
        Record { tags: Some(vec!["team:mail".into(), "mailward:old".into()]), ..record("1", "TXT", "cafe.lab", "\"a\"") };
    let there = listing(vec![tagged]);
    let wanted = [change("cafe.lab", &["a"], &["a"], &["b"])];
    let tags = of(&there, &wanted, true).unwrap().patches[0].tags.clone();
    assert_eq!(tags, Some(vec!["team:mail".into(), "mailward:managed".into()]));
    assert_eq!(of(&there, &wanted, false).unwrap().patches[0].tags, None);
}

#[test]
fn a_change_of_more_records_than_fit_one_act_is_refused() {
    let many: Vec<_> = (0..=MOST).map(|at| change(&format!("s{at}.cafe.lab"), &[], &[], &["a"])).collect();
    assert_eq!(of(&listing(vec![]), &many, false).unwrap_err().kind, ErrorKind::Invalid);
}
