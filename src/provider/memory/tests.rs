//! What only this provider can show: counting, failing on demand, answering as a server would.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]

use futures::executor::block_on;

use super::*;
use crate::{
    dns::Value,
    provider::{Error, ErrorKind},
};

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn txt(at: &str, values: &[&str]) -> RecordSet {
    RecordSet::new(name(at), RecordType::Txt, 300, values.iter().map(|text| Value::text(text)).collect())
}

fn memory() -> (Memory, Zone) {
    (Memory::with_zones([name("cafe.lab")]), Zone { name: name("cafe.lab"), id: "cafe.lab".into() })
}

fn create(at: &str, text: &str) -> Change {
    Change { name: name(at), kind: RecordType::Txt, expected: None, remove: vec![], add: vec![Value::text(text)], ttl: 300 }
}

#[test]
fn each_kind_of_call_is_counted_also_when_it_fails() {
    let (memory, zone) = memory();
    memory.inject(Call::Read, Fault::Refused(Error::new(ErrorKind::Denied, "no")));
    block_on(memory.zone_of(&zone.name)).unwrap();
    block_on(memory.read(&zone, &[])).unwrap_err();
    block_on(memory.read(&zone, &[])).unwrap();
    assert_eq!(memory.calls(), Calls { zone_of: 1, read: 2, apply: 0 });
}

#[test]
fn a_refused_call_changes_nothing_and_a_lost_answer_does() {
    let (memory, zone) = memory();
    let error = Error::new(ErrorKind::Transient, "cable");
    memory.inject(Call::Apply, Fault::Refused(error.clone()));
    memory.inject(Call::Apply, Fault::AnswerLost(error.clone()));
    assert_eq!(block_on(memory.apply(&zone, &[create("cafe.lab", "a")])).unwrap_err(), error);
    assert_eq!(memory.dump(), []);
    assert_eq!(block_on(memory.apply(&zone, &[create("cafe.lab", "a")])).unwrap_err(), error);
    assert_eq!(memory.dump(), [txt("cafe.lab", &["a"])]);
}

#[test]
fn a_clone_is_the_same_provider() {
    let (memory, zone) = memory();
    memory.clone().put(txt("cafe.lab", &["somebody else"]));
    assert_eq!(block_on(memory.read(&zone, &[name("cafe.lab")])).unwrap().iter().count(), 1);
}

#[test]
fn dns_r3_a_first_name_below_an_empty_node_hides_the_wildcard_from_it() {
    let (memory, _) = memory();
    memory.put(txt("*.cafe.lab", &["synthesised"]));
    assert_eq!(memory.answer(&name("news.cafe.lab"), RecordType::Txt), Some(txt("news.cafe.lab", &["synthesised"])));
    memory.put(txt("_dmarc.news.cafe.lab", &["v=DMARC1; p=none"]));
    assert_eq!(memory.answer(&name("news.cafe.lab"), RecordType::Txt), None);
    assert_eq!(memory.answer(&name("a.b.cafe.lab"), RecordType::Txt), Some(txt("a.b.cafe.lab", &["synthesised"])));
}

#[test]
fn dns_r4_nothing_answers_behind_a_delegation_though_it_is_stored() {
    let (memory, _) = memory();
    let servers = vec![Value::Ns(name("ns.elsewhere.lab"))];
    memory.put(RecordSet::new(name("_domainkey.cafe.lab"), RecordType::Ns, 300, servers));
    memory.put(txt("s1._domainkey.cafe.lab", &["dead"]));
    assert_eq!(memory.answer(&name("s1._domainkey.cafe.lab"), RecordType::Txt), None);
    assert!(memory.stored(&name("s1._domainkey.cafe.lab"), RecordType::Txt).is_some());
}
