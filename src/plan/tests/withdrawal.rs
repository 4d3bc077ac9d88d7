//! One test for each line of the table in `withdraw`, and what happens to the marker.

use super::world::*;
use crate::dns::RecordType;

fn spf_and_dmarc() -> World {
    World::new()
        .there(DOMAIN, &format!("TXT {SPF}"))
        .there(DOMAIN, &format!("TXT {JUNK}"))
        .there("_dmarc.example.com", &format!("TXT {DMARC}"))
        .ours("spf dmarc")
}

#[test]
fn a_slot_of_a_later_release_is_kept() {
    let world = World::new().ours("bimi:default");
    assert_eq!(world.outcome("bimi:default"), "Kept UnknownSlot");
    assert!(world.plan().is_empty());
}

#[test]
fn a_slot_to_keep_is_kept_and_stays_listed() {
    let world = spf_and_dmarc().with(|world| world.keep = slots("spf"));
    let plan = world.plan();
    assert_eq!(outcome(&plan, "spf"), "Kept Retained");
    assert_eq!(outcome(&plan, "dmarc"), format!("Delete {DMARC}"));
    assert_eq!(plan.marker.unwrap().has, slots("spf"));
    assert_eq!(world.applied().texts("_dmarc.example.com"), [""; 0]);
}

#[test]
fn p6_an_incomplete_input_deletes_nothing() {
    let world = spf_and_dmarc().with(|world| world.prune = false);
    assert_eq!(world.outcome("spf"), "Kept InputIncomplete");
    assert_eq!(world.clone().want("dmarc", &format!("TXT {DMARC}")).outcome("spf"), "Kept InputIncomplete");
    assert!(world.plan().is_empty());
    assert_eq!(world.plan().marker.unwrap().has, slots("spf dmarc"));
}

#[test]
fn a_finalizer_whose_uid_is_not_in_the_marker_deletes_nothing_and_leaves_the_marker() {
    let world = spf_and_dmarc().with(|world| world.me.uid = "uid-2".to_owned());
    assert_eq!(world.outcome("spf"), "Kept OtherObject");
    assert!(world.plan().is_empty());
    assert_eq!(world.plan().marker.unwrap().uid(), MY_UID);
}

#[test]
fn an_object_made_anew_prunes_what_its_spec_leaves_out() {
    let world = spf_and_dmarc().want("spf", &format!("TXT {SPF}")).with(|world| world.me.uid = "uid-2".to_owned());
    assert_eq!(world.outcome("dmarc"), format!("Delete {DMARC}"));
    let after = world.applied();
    assert_eq!(after.plan().marker.unwrap().uid(), "uid-2");
    assert!(after.plan().is_empty());
}

#[test]
fn a_slot_behind_a_zone_cut_or_without_a_zone_stays_listed() {
    let cut = spf_and_dmarc().with(|world| world.cuts = vec![name("_dmarc.example.com")]);
    let plan = cut.plan();
    assert_eq!(outcome(&plan, "dmarc"), "Conflict DelegatedElsewhere");
    assert_eq!(plan.marker.unwrap().has, slots("dmarc"));
    let gone = spf_and_dmarc().with(|world| world.zones = vec![name("_mailward.example.com")]);
    assert_eq!(gone.outcome("dmarc"), "Conflict ZoneNotFound");
}

#[test]
fn what_is_gone_already_leaves_the_marker_without_a_deletion() {
    let world = World::new().ours("spf dmarc").there(DOMAIN, &format!("TXT {SPF}"));
    let plan = world.plan();
    assert_eq!(outcome(&plan, "dmarc"), "Unchanged");
    assert_eq!(plan.item(&slot("dmarc")).unwrap().value, None);
    assert_eq!(plan.deletions(), 1);
    assert!(world.applied().plan().items.is_empty());
}

#[test]
fn a_contested_value_is_not_ours_to_delete() {
    let world = spf_and_dmarc().with(|world| world.contested = slots("spf"));
    assert_eq!(world.outcome("spf"), "Conflict Contested");
    assert_eq!(world.applied().texts(DOMAIN).len(), 2);
}

#[test]
fn of_two_values_that_compete_neither_is_deleted() {
    let world = spf_and_dmarc().there(DOMAIN, &format!("TXT {OTHER_SPF}"));
    assert_eq!(world.outcome("spf"), "Conflict TwoValues");
    let after = world.applied();
    assert_eq!(after.texts(DOMAIN).len(), 3);
    assert_eq!(after.plan().marker.unwrap().has, slots("spf"));
}

#[test]
fn p1_a_deletion_leaves_every_foreign_text_at_the_name() {
    let world = spf_and_dmarc().there("_dmarc.example.com", &format!("TXT {JUNK}"));
    let after = world.applied();
    assert_eq!(after.texts(DOMAIN), [JUNK]);
    assert_eq!(after.texts("_dmarc.example.com"), [JUNK]);
}

#[test]
fn a_selector_is_deleted_in_the_shape_that_stands_there() {
    for there in ["TXT v=DKIM1; p=", "CNAME s1.vendor.example"] {
        let world = World::new().there("s1._domainkey.example.com", there).ours("sel:s1");
        let plan = world.plan();
        assert_eq!(plan.item(&slot("sel:s1")).unwrap().kind, value(there).kind());
        assert_eq!(world.applied().observed.iter().count(), 0);
    }
}

#[test]
fn every_address_of_the_policy_host_goes() {
    let host = "mta-sts.example.com";
    let world =
        World::new().there(host, "A 192.0.2.1").there(host, "A 192.0.2.2").there(host, "AAAA 2001:db8::1").ours("policy-host");
    assert_eq!(world.plan().deletions(), 3);
    assert_eq!(world.plan().changes[0].changes.len(), 3);
    assert_eq!(world.applied().observed.iter().count(), 0);
}

#[test]
fn the_marker_goes_last_and_only_when_nothing_is_left() {
    let world = spf_and_dmarc();
    let plan = world.plan();
    assert_eq!(plan.marker, None);
    assert_eq!(plan.changes[0].changes.last().unwrap().name, name("_mailward.example.com"));
    let after = world.applied();
    assert_eq!(after.values("_mailward.example.com", RecordType::Txt), []);
    assert!(after.plan().is_empty());
}

#[test]
fn the_marker_stays_while_the_domain_is_wanted_although_nothing_could_be_written() {
    let world =
        World::new().want("spf", &format!("TXT {SPF}")).there(DOMAIN, &format!("TXT {OTHER_SPF}")).marker(ME, MY_UID, "", "spf");
    assert!(world.plan().is_empty());
    assert_eq!(world.plan().marker.unwrap().took, slots("spf"));
}

#[test]
fn without_anything_listed_no_marker_is_made() {
    let world = World::new().want("spf", &format!("TXT {SPF}")).there(DOMAIN, &format!("TXT {OTHER_SPF}"));
    assert_eq!(world.plan().marker, None);
    assert!(World::new().plan().is_empty());
}
