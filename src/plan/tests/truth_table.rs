//! One test for each line of the table in `decide`, by number.

use super::world::*;
use crate::provider::Atomicity;

fn want_spf() -> World {
    World::new().want("spf", &format!("TXT {SPF}"))
}

fn txt(text: &str) -> String {
    format!("TXT {text}")
}

#[test]
fn line_1_a_marker_of_somebody_else_is_a_conflict_for_every_slot_even_where_dns_says_the_same() {
    let world = want_spf().want("dmarc", &txt(DMARC)).there(DOMAIN, &txt(SPF)).marker("cluster-b/mail/shop", "uid-9", "spf", "");
    let plan = world.plan();
    assert_eq!(outcome(&plan, "spf"), "Conflict OwnedByOther");
    assert_eq!(outcome(&plan, "dmarc"), "Conflict OwnedByOther");
    assert!(plan.is_empty());
    assert_eq!(plan.marker.unwrap().owner(), "cluster-b/mail/shop");
    let sentence = world.plan().items[0].sentence.clone();
    assert!(sentence.contains("takeOverFrom: cluster-b/mail/shop"), "{sentence}");
}

#[test]
fn line_1_another_owner_goes_only_when_named_exactly_and_hands_its_slots_over() {
    let other = |from: &'static str| {
        let world = want_spf().there(DOMAIN, &txt(OTHER_SPF)).marker("cluster-b/mail/shop", "uid-9", "spf tls-rpt", "spf");
        world.with(|world| {
            world.takeover.from = Some(from.to_owned());
            world.keep = slots("tls-rpt");
        })
    };
    assert_eq!(other("cluster-b/mail").outcome("spf"), "Conflict OwnedByOther");
    let plan = other("cluster-b/mail/shop").plan();
    assert_eq!(outcome(&plan, "spf"), format!("Replace {OTHER_SPF}"));
    let marker = plan.marker.unwrap();
    assert_eq!((marker.owner(), marker.uid()), (ME, MY_UID));
    assert_eq!((marker.has, marker.took), (slots("spf tls-rpt"), slots("spf")));
}

#[test]
fn line_1_a_new_name_carries_the_domain_on_without_being_asked_for_once_the_old_object_is_gone() {
    let renamed = want_spf().there(DOMAIN, &txt(SPF)).marker("cluster-a/mail/old-name", "uid-0", "spf", "");
    assert_eq!(renamed.outcome("spf"), "Conflict OwnedByOther");
    let gone = renamed.with(|world| world.handover_from = Some("cluster-a/mail/old-name"));
    assert_eq!(gone.outcome("spf"), "Unchanged");
    assert_eq!(gone.plan().marker.unwrap().owner(), ME);
}

#[test]
fn line_1_an_object_made_anew_under_the_same_name_has_its_records_back() {
    let again = want_spf().there(DOMAIN, &txt(OTHER_SPF)).marker(ME, "uid-0", "spf", "");
    let plan = again.plan();
    assert_eq!(outcome(&plan, "spf"), format!("Replace {OTHER_SPF}"));
    assert_eq!(plan.marker.unwrap().uid(), MY_UID);
}

#[test]
fn line_1_the_same_uid_under_another_owner_is_a_copied_cluster_and_not_us() {
    let copied = want_spf().there(DOMAIN, &txt(SPF)).marker("cluster-b/mail/shop", MY_UID, "spf", "");
    assert_eq!(copied.outcome("spf"), "Conflict OwnedByOther");
}

#[test]
fn line_1_two_markers_are_ours_only_if_both_are() {
    let both = want_spf().marker(ME, "uid-0", "spf", "").marker("cluster-b/mail/shop", "uid-9", "", "");
    assert_eq!(both.outcome("spf"), "Conflict OwnedByOther");
    let mine =
        want_spf().marker(ME, "uid-0", "spf", "").marker(ME, MY_UID, "dmarc", "").with(|world| world.keep = slots("dmarc"));
    let after = mine.applied();
    assert_eq!(after.texts("_mailward.example.com").len(), 1);
    assert_eq!(after.plan().marker.unwrap().has, slots("dmarc spf"));
}

#[test]
fn line_2_a_marker_of_a_later_release_is_not_touched() {
    let later = want_spf().there("_mailward.example.com", "TXT heritage=mailward; v=2; keeper=somebody");
    let plan = later.plan();
    assert_eq!(outcome(&plan, "spf"), "Conflict MarkerUnreadable");
    assert!(plan.is_empty());
}

#[test]
fn line_2_a_foreign_text_at_the_markers_name_is_no_marker_and_stays() {
    let world = want_spf().there("_mailward.example.com", "TXT something else");
    let after = world.applied();
    assert_eq!(after.texts("_mailward.example.com").len(), 2);
    assert_eq!(after.outcome("spf"), "Unchanged");
}

#[test]
fn line_3_without_room_for_the_marker_nothing_is_written() {
    let aliased = want_spf().there("_mailward.example.com", "CNAME elsewhere.example");
    assert_eq!(aliased.outcome("spf"), "Conflict CNAMEClash");
    assert!(aliased.plan().is_empty());
    let hiding = want_spf().hides("_mailward.example.com");
    assert_eq!(hiding.outcome("spf"), "Conflict HidesWildcard");
    assert!(hiding.plan().is_empty());
}

#[test]
fn line_4_dns_r4_a_name_behind_a_zone_cut_is_a_conflict_that_names_the_cut() {
    let world = want_spf().want("sel:s1", "TXT v=DKIM1; p=").with(|world| world.cuts = vec![name("_domainkey.example.com")]);
    let plan = world.plan();
    assert_eq!(outcome(&plan, "sel:s1"), "Conflict DelegatedElsewhere");
    assert_eq!(outcome(&plan, "spf"), "Create");
    let sentence = &plan.item(&slot("sel:s1")).unwrap().sentence;
    assert!(sentence.contains("DNS-R4: _domainkey.example.com is delegated"), "{sentence}");
}

#[test]
fn line_5_without_a_zone_nothing_can_be_written() {
    let world = want_spf().with(|world| world.zones = vec![name("example.org")]);
    assert_eq!(world.outcome("spf"), "Conflict ZoneNotFound");
}

#[test]
fn line_6_two_wanted_values_are_refused_where_one_may_stand() {
    let world =
        want_spf().want("spf", &txt(OTHER_SPF)).want("policy-host", "A 192.0.2.1").want("policy-host", "CNAME policy.example");
    assert_eq!(world.outcome("spf"), "Conflict TwoValues");
    assert_eq!(world.outcome("policy-host"), "Conflict TwoValues");
    assert!(world.plan().is_empty());
}

#[test]
fn lines_7_and_8_what_another_tool_marked_is_its_own_even_with_adopt() {
    let mark = "TXT heritage=external-dns,external-dns/owner=edge,external-dns/resource=ingress/x";
    let base = World::new().want("policy-host", "A 192.0.2.1").there("a-mta-sts.example.com", mark).adopt();
    for address in ["A 192.0.2.1", "A 192.0.2.2"] {
        let world = base.clone().there("mta-sts.example.com", address);
        assert_eq!(world.outcome("policy-host"), "Conflict OwnedByOther");
        assert!(world.plan().items[0].sentence.contains("external-dns \"edge\""));
    }
}

#[test]
fn lines_7_and_8_another_tools_mark_at_the_apex_says_nothing_about_spf() {
    let world = want_spf().there(DOMAIN, "TXT heritage=external-dns,external-dns/owner=edge");
    assert_eq!(world.outcome("spf"), "Create");
}

#[test]
fn line_9_our_value_in_other_bytes_with_the_same_meaning_stays_as_it_is() {
    let world = World::new().want("dmarc", &txt(DMARC)).there("_dmarc.example.com", "TXT v=DMARC1;p=reject;").ours("dmarc");
    assert_eq!(world.outcome("dmarc"), "Unchanged");
    assert!(world.plan().is_empty());
}

#[test]
fn line_10_a_record_that_means_the_same_is_adopted_silently_and_not_rewritten() {
    let hoster = "v=DMARC1; p=quarantine; sp=none; ri=86400; adkim=r; aspf=r; rua=mailto:dmarc@example.com; rf=afrf; pct=100";
    let world = World::new().want("dmarc", "TXT v=DMARC1; p=quarantine; sp=none; rua=mailto:dmarc@example.com").there_for(
        86_400,
        "_dmarc.example.com",
        &txt(hoster),
    );
    assert_eq!(world.outcome("dmarc"), "Unchanged");
    let after = world.applied();
    assert_eq!(after.texts("_dmarc.example.com"), [hoster]);
    assert_eq!(after.plan().marker.unwrap().has, slots("dmarc"));
    assert!(after.plan().is_empty());
    let respecified = after.with(|world| world.wanted = vec![wanted("dmarc", &txt(DMARC))]).applied();
    assert_eq!(respecified.texts("_dmarc.example.com"), [DMARC]);
}

#[test]
fn line_11_dns_r2_a_text_does_not_go_beside_an_alias() {
    let world = World::new().want("dmarc", &txt(DMARC)).there("_dmarc.example.com", "CNAME dmarc.vendor.example").adopt();
    assert_eq!(world.outcome("dmarc"), "Conflict CNAMEClash");
    assert!(world.plan().items[0].sentence.contains("DNS-R2"));
}

#[test]
fn line_11_dns_r2_an_alias_does_not_go_beside_data() {
    for data in ["TXT v=DKIM1; p=", "MX mx1.example.com", "A 192.0.2.1"] {
        let world = World::new().want("sel:s1", "CNAME s1.vendor.example").there("s1._domainkey.example.com", data).adopt();
        assert_eq!(world.outcome("sel:s1"), "Conflict CNAMEClash", "{data}");
    }
}

#[test]
fn line_11_dns_r2_a_selector_of_ours_changes_its_shape_in_one_change_set_deletion_first() {
    let at = "s1._domainkey.example.com";
    for (was, now) in [("TXT v=DKIM1; p=", "CNAME s1.vendor.example"), ("CNAME s1.vendor.example", "TXT v=DKIM1; p=")] {
        let world = World::new().want("sel:s1", now).there(at, was).ours("sel:s1");
        let plan = world.plan();
        assert_eq!(outcome(&plan, "sel:s1"), format!("Replace {}", value(was)));
        let changes = &plan.changes[0].changes;
        assert_eq!(changes.len(), 2);
        assert_eq!((&changes[0].remove[..], &changes[1].add[..]), (&[value(was)][..], &[value(now)][..]));
        assert!(world.applied().plan().is_empty());
    }
}

#[test]
fn line_12_spf_g1_two_spf_values_are_a_conflict_even_when_one_of_them_is_ours() {
    let world = want_spf().there(DOMAIN, &txt(SPF)).there(DOMAIN, &txt(OTHER_SPF)).ours("spf");
    let plan = world.plan();
    assert_eq!(outcome(&plan, "spf"), "Conflict TwoValues");
    let sentence = &plan.items[0].sentence;
    assert!(sentence.contains(SPF) && sentence.contains(OTHER_SPF) && sentence.contains("SPF-G1"), "{sentence}");
    assert!(plan.is_empty());
    assert_eq!(plan.marker.unwrap().has, slots("spf"));
}

#[test]
fn line_12_two_values_are_not_taken_over_twice() {
    let world = want_spf().there(DOMAIN, &txt(SPF)).there(DOMAIN, &txt(OTHER_SPF)).marker(ME, MY_UID, "spf", "spf").adopt();
    assert_eq!(world.outcome("spf"), "Conflict TwoValues");
    assert!(!world.plan().items[0].sentence.contains("Adopt"));
}

#[test]
fn line_12_two_texts_at_a_selector_are_a_conflict_whatever_the_second_says() {
    let world = World::new()
        .want("sel:s1", "TXT v=DKIM1; p=")
        .there("s1._domainkey.example.com", "TXT v=DKIM1; p=")
        .there("s1._domainkey.example.com", &txt(JUNK));
    assert_eq!(world.outcome("sel:s1"), "Conflict TwoValues");
}

#[test]
fn line_13_a_slot_is_taken_over_once() {
    let world = want_spf().there(DOMAIN, &txt(OTHER_SPF)).marker(ME, MY_UID, "", "spf").adopt();
    assert_eq!(world.outcome("spf"), "Conflict TakenOnce");
    assert!(world.plan().is_empty());
}

#[test]
fn line_14_dns_g4_a_foreign_value_is_named_beside_ours_and_other_records_go_on() {
    let world = want_spf().want("dmarc", &txt(DMARC)).there(DOMAIN, &txt(OTHER_SPF)).there(DOMAIN, &txt(JUNK));
    let plan = world.plan();
    assert_eq!(outcome(&plan, "spf"), "Conflict ForeignValue");
    let sentence = &plan.item(&slot("spf")).unwrap().sentence;
    assert!(sentence.contains(SPF) && sentence.contains(OTHER_SPF) && !sentence.contains(JUNK), "{sentence}");
    assert_eq!(outcome(&plan, "dmarc"), "Create");
    assert_eq!(plan.marker.as_ref().unwrap().has, slots("dmarc"));
    assert_eq!(world.applied().texts(DOMAIN), [JUNK, OTHER_SPF]);
}

#[test]
fn line_14_an_address_of_somebody_else_beside_one_of_ours_is_foreign() {
    let world = World::new().want("policy-host", "A 192.0.2.1").there("mta-sts.example.com", "A 192.0.2.1");
    assert_eq!(world.outcome("policy-host"), "Unchanged");
    let beside = world.there("mta-sts.example.com", "A 192.0.2.9");
    assert_eq!(beside.outcome("policy-host"), "Conflict ForeignValue");
    let half = World::new().want("policy-host", "A 192.0.2.1").want("policy-host", "A 192.0.2.2");
    assert_eq!(half.there("mta-sts.example.com", "A 192.0.2.1").outcome("policy-host"), "Conflict ForeignValue");
}

#[test]
fn line_15_a_slot_that_somebody_changes_back_again_and_again_is_left_to_them() {
    let contested = |there: &str| want_spf().there(DOMAIN, &txt(there)).ours("spf").with(|world| world.contested = slots("spf"));
    assert_eq!(contested(OTHER_SPF).outcome("spf"), "Conflict Contested");
    assert!(contested(OTHER_SPF).plan().is_empty());
    assert_eq!(contested(SPF).outcome("spf"), "Unchanged");
}

#[test]
fn line_16_a_value_the_provider_cannot_hold_is_refused_before_the_first_call() {
    let world = want_spf().with(|world| world.limits.max_txt_octets = 10);
    assert_eq!(world.outcome("spf"), "Conflict ProviderLimit");
    assert!(world.plan().is_empty());
}

#[test]
fn line_17_dns_r3_a_first_record_does_not_hide_a_wildcard_and_the_sentence_says_what_to_add_first() {
    let world = want_spf().there(DOMAIN, "MX mx1.example.com").want("dmarc", &txt(DMARC)).hides("_dmarc.example.com");
    let plan = world.plan();
    assert_eq!(outcome(&plan, "dmarc"), "Conflict HidesWildcard");
    let sentence = &plan.item(&slot("dmarc")).unwrap().sentence;
    assert!(sentence.contains("DNS-R3") && sentence.contains("add MX records of its own to example.com first"), "{sentence}");
    assert_eq!(outcome(&plan, "spf"), "Create");
}

#[test]
fn line_17_a_name_with_data_hides_nothing_any_more() {
    let world = World::new().want("dmarc", &txt(DMARC)).there("_dmarc.example.com", &txt(JUNK)).hides("_dmarc.example.com");
    assert_eq!(world.outcome("dmarc"), "Create");
}

#[test]
fn line_18_what_is_held_is_neither_written_nor_deleted_and_stays_listed_if_it_was() {
    let fresh = World::new().want("dmarc", &txt(DMARC)).hold();
    assert_eq!(fresh.outcome("dmarc"), "Held DMARCHeld");
    assert!(fresh.plan().is_empty());
    assert_eq!(fresh.plan().marker, None);
    let listed = fresh.there("_dmarc.example.com", "TXT v=DMARC1; p=none").ours("dmarc");
    assert_eq!(listed.outcome("dmarc"), "Held DMARCHeld");
    assert!(listed.plan().is_empty());
    assert_eq!(listed.plan().marker.unwrap().has, slots("dmarc"));
    assert!(listed.plan().items[0].sentence.ends_with("SPF is not verified yet."));
}

#[test]
fn line_18_a_hold_hides_neither_a_conflict_nor_that_dns_says_it_already() {
    let world = World::new().want("dmarc", &txt(DMARC)).hold();
    assert_eq!(world.clone().there("_dmarc.example.com", "TXT v=DMARC1; p=none").outcome("dmarc"), "Conflict ForeignValue");
    assert_eq!(world.there("_dmarc.example.com", &txt(DMARC)).outcome("dmarc"), "Unchanged");
}

#[test]
fn line_19_adoption_takes_a_foreign_value_over_once_and_says_so_in_the_marker() {
    let world = want_spf().there(DOMAIN, &txt(OTHER_SPF)).there(DOMAIN, &txt(JUNK)).adopt();
    assert_eq!(world.outcome("spf"), format!("Replace {OTHER_SPF}"));
    let after = world.applied();
    assert_eq!(after.texts(DOMAIN), [JUNK, SPF]);
    let marker = after.plan().marker.unwrap();
    assert_eq!((marker.has, marker.took), (slots("spf"), slots("spf")));
    assert!(after.plan().is_empty());
}

#[test]
fn line_20_adoption_replaces_two_values_in_one_change() {
    let third = "v=spf1 a -all";
    for there in [[OTHER_SPF, third], [OTHER_SPF, SPF]] {
        let world = there.iter().fold(want_spf().adopt(), |world, text| world.there(DOMAIN, &txt(text)));
        let plan = world.plan();
        assert_eq!(plan.items.len(), 1);
        assert!(matches!(plan.items[0].outcome, super::super::Outcome::Replace { .. }));
        let after = world.applied();
        assert_eq!(after.texts(DOMAIN), [SPF]);
        assert_eq!(after.plan().marker.unwrap().took, slots("spf"));
    }
}

#[test]
fn line_21_drift_at_a_listed_slot_is_put_right() {
    let world = want_spf().there(DOMAIN, &txt(OTHER_SPF)).ours("spf");
    assert_eq!(world.outcome("spf"), format!("Replace {OTHER_SPF}"));
    let after = world.applied();
    assert_eq!(after.texts(DOMAIN), [SPF]);
    assert!(after.plan().marker.unwrap().took.is_empty());
}

#[test]
fn line_21_an_unreadable_value_is_the_same_only_as_itself() {
    let broken = "TXT v=spf1 ip4:nonsense -all";
    let world = World::new().want("spf", broken).there(DOMAIN, broken);
    assert_eq!(world.outcome("spf"), "Unchanged");
    let other = want_spf().there(DOMAIN, broken).ours("spf");
    assert_eq!(other.outcome("spf"), "Replace v=spf1 ip4:nonsense -all");
}

#[test]
fn line_22_a_missing_value_is_created_listed_or_not() {
    assert_eq!(want_spf().outcome("spf"), "Create");
    assert_eq!(want_spf().ours("spf").outcome("spf"), "Create");
    let after = want_spf().applied();
    assert_eq!(after.texts(DOMAIN), [SPF]);
    assert!(after.plan().is_empty());
}

#[test]
fn line_22_junk_at_our_names_stays_beside_ours() {
    let world = World::new()
        .want("dmarc", &txt(DMARC))
        .want("mta-sts", "TXT v=STSv1; id=1")
        .want("tls-rpt", "TXT v=TLSRPTv1; rua=mailto:t@example.com")
        .there("_dmarc.example.com", &txt(JUNK))
        .there("_mta-sts.example.com", &txt(JUNK))
        .there("_smtp._tls.example.com", &txt(JUNK));
    let after = world.applied();
    for at in ["_dmarc.example.com", "_mta-sts.example.com", "_smtp._tls.example.com"] {
        assert_eq!(after.texts(at).len(), 2, "{at}");
        assert!(after.texts(at).contains(&JUNK.to_owned()), "{at}");
    }
}

#[test]
fn the_ttl_of_a_value_of_ours_is_put_right_and_clamped_to_what_the_provider_holds() {
    let dmarc = || World::new().want("dmarc", &txt(DMARC)).ours("dmarc");
    let drifted = dmarc().there_for(60, "_dmarc.example.com", &txt(DMARC));
    assert_eq!(drifted.outcome("dmarc"), format!("Replace {DMARC}"));
    let after = drifted.applied();
    assert_eq!(after.observed.get(&name("_dmarc.example.com"), crate::dns::RecordType::Txt).unwrap().ttl, 3600);
    assert!(after.plan().is_empty());
    let clamped = dmarc().there_for(7200, "_dmarc.example.com", &txt(DMARC)).with(|world| world.limits.min_ttl = 7200);
    assert_eq!(clamped.outcome("dmarc"), "Unchanged");
}

#[test]
fn dns_r5_the_ttl_of_a_shared_set_is_neither_compared_nor_changed() {
    let apex = want_spf().there_for(60, DOMAIN, &txt(SPF)).ours("spf");
    assert!(apex.plan().is_empty());
    let drifted = want_spf().there_for(60, DOMAIN, &txt(OTHER_SPF)).ours("spf");
    assert_eq!(drifted.plan().changes[0].changes[0].ttl, 60);
    let junk = World::new().want("dmarc", &txt(DMARC)).there_for(60, "_dmarc.example.com", &txt(JUNK));
    assert_eq!(junk.applied().plan().changes, vec![]);
    assert_eq!(junk.plan().changes[0].changes[1].ttl, 60);
}

#[test]
fn the_table_is_the_same_for_a_provider_that_changes_value_by_value() {
    let world = want_spf().there(DOMAIN, &txt(OTHER_SPF)).ours("spf").with(|world| world.limits.atomicity = Atomicity::Value);
    assert_eq!(world.outcome("spf"), format!("Replace {OTHER_SPF}"));
}
