//! What a provider is given: one change for each set, in order, with what was read.

use super::{super::*, model, world::*};
use crate::provider::Atomicity;

fn txt(text: &str) -> String {
    format!("TXT {text}")
}

fn full() -> World {
    World::new()
        .want("mta-sts", "TXT v=STSv1; id=1")
        .want("dmarc", &txt(DMARC))
        .want("policy-host", "A 192.0.2.2")
        .want("policy-host", "A 192.0.2.1")
        .want("policy-host", "AAAA 2001:db8::1")
        .want("tls-rpt", "TXT v=TLSRPTv1; rua=mailto:t@example.com")
        .want("sel:s1", "TXT v=DKIM1; p=")
        .want("spf", &txt(SPF))
}

fn order(plan: &Plan) -> Vec<String> {
    let changes = plan.changes.iter().flat_map(|zone| &zone.changes);
    changes.map(|change| format!("{} {}", change.name.as_str().trim_end_matches("example.com"), change.kind)).collect()
}

#[test]
fn creations_go_from_the_marker_to_the_id_that_sends_readers_to_the_policy() {
    let expected = [
        "_mailward. TXT",
        " TXT",
        "s1._domainkey. TXT",
        "_smtp._tls. TXT",
        "mta-sts. A",
        "mta-sts. AAAA",
        "_dmarc. TXT",
        "_mta-sts. TXT",
    ];
    assert_eq!(order(&full().plan()), expected);
}

#[test]
fn deletions_go_the_other_way_and_the_marker_last() {
    let world = full().applied().with(|world| world.wanted.clear());
    let expected = [
        "_mta-sts. TXT",
        "_dmarc. TXT",
        "mta-sts. A",
        "mta-sts. AAAA",
        "_smtp._tls. TXT",
        "s1._domainkey. TXT",
        " TXT",
        "_mailward. TXT",
    ];
    assert_eq!(order(&world.plan()), expected);
}

#[test]
fn several_values_of_one_set_are_one_change() {
    let plan = full().plan();
    let set = plan.changes[0].changes.iter().find(|change| change.kind == RecordType::A).unwrap();
    assert_eq!(set.add, [value("A 192.0.2.1"), value("A 192.0.2.2")]);
    assert_eq!(plan.items.iter().filter(|item| item.slot == slot("policy-host")).count(), 3);
}

#[test]
fn an_address_that_changes_leaves_the_others_alone_and_one_that_goes_is_a_deletion() {
    let world = full().applied().with(|world| world.wanted.retain(|one| one.value != value("A 192.0.2.1")));
    let plan = world.plan();
    assert_eq!(plan.changes[0].changes.len(), 1);
    assert_eq!(plan.changes[0].changes[0].remove, [value("A 192.0.2.1")]);
    assert_eq!(plan.deletions(), 1);
    let swapped = world.want("policy-host", "A 192.0.2.3").plan();
    assert_eq!(swapped.changes[0].changes[0].add, [value("A 192.0.2.3")]);
    assert_eq!(swapped.deletions(), 0);
}

#[test]
fn a_ttl_that_changes_with_a_value_is_written_with_the_values_that_stay() {
    let world = full().applied().want("policy-host", "A 192.0.2.3");
    let longer = world.with(|world| world.wanted.iter_mut().for_each(|one| one.ttl = 7200));
    let plan = longer.plan();
    let set = plan.changes[0].changes.iter().find(|change| change.kind == RecordType::A).unwrap();
    assert_eq!((set.ttl, set.add.len(), set.remove.len()), (7200, 3, 2));
    assert!(longer.applied().plan().is_empty());
}

#[test]
fn each_change_carries_the_set_as_it_was_read() {
    let world = full().there_for(77, DOMAIN, &txt(JUNK));
    let plan = world.plan();
    let apex = plan.changes[0].changes.iter().find(|change| change.name == name(DOMAIN)).unwrap();
    assert_eq!(apex.expected.as_ref(), world.observed.get(&name(DOMAIN), RecordType::Txt));
    assert_eq!((apex.remove.len(), apex.ttl), (0, 77));
    assert_eq!(plan.changes[0].changes[0].expected, None);
}

#[test]
fn the_markers_zone_goes_first_while_it_gains_and_last_when_it_only_loses() {
    let zones = |plan: &Plan| plan.changes.iter().map(|zone| zone.zone.name.to_string()).collect::<Vec<_>>();
    let world = full().with(|world| world.zones.push(name("_domainkey.example.com")));
    assert_eq!(zones(&world.plan()), ["example.com", "_domainkey.example.com"]);
    let leaving = world.applied().with(|world| world.wanted.clear());
    assert_eq!(zones(&leaving.plan()), ["_domainkey.example.com", "example.com"]);
    assert!(leaving.applied().plan().is_empty());
}

#[test]
fn p6_where_not_all_happens_in_one_act_a_slot_is_listed_until_its_value_is_gone() {
    for (atomicity, atomic) in [(Atomicity::ChangeSet, true), (Atomicity::RecordSet, false), (Atomicity::Value, false)] {
        let world = World::new().want("sel:s1", "TXT v=DKIM1; p=").applied().with(|world| {
            world.wanted = vec![wanted("sel:s2", "TXT v=DKIM1; p=")];
            world.limits.atomicity = atomicity;
        });
        for state in model::states(&world, &world.plan()) {
            let listed = read_marker(&name(DOMAIN), &state.observed).unwrap().has;
            let stands = |selector: &str| !state.texts(&format!("{selector}._domainkey.example.com")).is_empty();
            assert!(listed.contains(&slot("sel:s2")) || !stands("s2"), "a value of ours stands unlisted");
            assert!(atomic || listed.contains(&slot("sel:s1")) || !stands("s1"), "a value of ours stands unlisted");
        }
        let after = world.applied();
        assert_eq!(after.plan().is_empty(), atomic, "{atomicity:?}");
        assert_eq!(after.applied().plan().marker.unwrap().has, slots("sel:s2"));
        assert!(after.applied().plan().is_empty());
    }
}
