//! The promises of the plan over arbitrary worlds: P1, P2, P6, and that an applied plan leaves nothing to do.

use std::collections::BTreeSet;

use proptest::{collection::vec, prelude::*, sample::select, sample::subsequence};

use super::{super::*, model, world::*};
use crate::{dns::RecordSet, provider::Atomicity};

/// What may stand in DNS before us: name and value. Foreign junk, foreign and own policies, broken ones, aliases.
const STANDING: [(&str, &str); 28] = [
    ("example.com", "TXT google-site-verification=abc"),
    ("example.com", "TXT v=spf10 no"),
    ("example.com", "TXT v=spf1 ip4:192.0.2.1 -all"),
    ("example.com", "TXT v=spf1 ip4:192.0.2.1/32  -all"),
    ("example.com", "TXT v=spf1 include:old.example -all"),
    ("example.com", "TXT v=spf1 broken: -all"),
    ("example.com", "MX mx1.example.com"),
    ("_dmarc.example.com", "TXT junk"),
    ("_dmarc.example.com", "TXT v=DMARC1;p=reject;"),
    ("_dmarc.example.com", "TXT v=DMARC1; p=none"),
    ("_dmarc.example.com", "TXT v=DMARC1; p=reject"),
    ("_mta-sts.example.com", "TXT junk"),
    ("_mta-sts.example.com", "TXT v=STSv1;id=1;"),
    ("_mta-sts.example.com", "TXT v=STSv1; id=9"),
    ("_smtp._tls.example.com", "TXT v=TLSRPTv1; rua=mailto:x@example.com"),
    ("_smtp._tls.example.com", "TXT junk"),
    ("mta-sts.example.com", "A 192.0.2.1"),
    ("mta-sts.example.com", "A 192.0.2.9"),
    ("mta-sts.example.com", "AAAA 2001:db8::9"),
    ("mta-sts.example.com", "TXT heritage=external-dns,external-dns/owner=edge"),
    ("s1._domainkey.example.com", "TXT v=DKIM1; p="),
    ("s1._domainkey.example.com", "TXT junk"),
    ("s2._domainkey.example.com", "TXT v=DKIM1; p="),
    ("_mailward.example.com", "TXT junk"),
    ("_dmarc.example.com", "CNAME dmarc.vendor.example"),
    ("mta-sts.example.com", "CNAME policy.example"),
    ("s1._domainkey.example.com", "CNAME s1.vendor.example"),
    ("s2._domainkey.example.com", "CNAME s2.other.example"),
];

/// What may be wanted; of values of one slot the first that was drawn counts.
const WANTED: [(&str, &str); 11] = [
    ("spf", "TXT v=spf1 ip4:192.0.2.1 -all"),
    ("dmarc", "TXT v=DMARC1; p=reject"),
    ("mta-sts", "TXT v=STSv1; id=1"),
    ("tls-rpt", "TXT v=TLSRPTv1; rua=mailto:t@example.com"),
    ("policy-host", "A 192.0.2.1"),
    ("policy-host", "A 192.0.2.2"),
    ("policy-host", "AAAA 2001:db8::1"),
    ("sel:s1", "TXT v=DKIM1; p="),
    ("sel:s2", "CNAME s2.vendor.example"),
    ("sel:s3", "TXT v=DKIM1; p="),
    ("sel:s3", "CNAME s3.vendor.example"),
];

const SLOTS: [&str; 9] = ["spf", "dmarc", "mta-sts", "tls-rpt", "policy-host", "sel:s1", "sel:s2", "sel:s3", "later:x"];

fn some_slots() -> impl Strategy<Value = String> {
    subsequence(SLOTS.to_vec(), 0..=SLOTS.len()).prop_map(|slots| slots.join(" "))
}

/// No marker, ours, ours with another UID, or another owner's.
fn marker() -> impl Strategy<Value = Option<(&'static str, &'static str, String, String)>> {
    let holder =
        select(vec![None, Some((ME, MY_UID)), Some((ME, MY_UID)), Some((ME, "uid-0")), Some(("cluster-b/mail/shop", "uid-9"))]);
    (holder, some_slots(), some_slots()).prop_map(|(holder, has, took)| holder.map(|(owner, uid)| (owner, uid, has, took)))
}

/// Draws values, but never data beside an alias: no server holds that.
fn standing() -> impl Strategy<Value = Vec<(&'static str, &'static str)>> {
    subsequence(STANDING.to_vec(), 0..=STANDING.len()).prop_shuffle().prop_map(|drawn| {
        let mut taken: Vec<(&str, &str)> = vec![];
        for (at, text) in drawn {
            let alone = |other: &&(&str, &str)| other.0 == at && (other.1.starts_with("CNAME") || text.starts_with("CNAME"));
            if !taken.iter().any(|other| alone(&other)) {
                taken.push((at, text));
            }
        }
        taken
    })
}

fn wanted_values() -> impl Strategy<Value = Vec<Wanted>> {
    let drawn = subsequence(WANTED.to_vec(), 0..=WANTED.len());
    (drawn, vec(any::<bool>(), WANTED.len())).prop_map(|(drawn, holds)| {
        let mut wants: Vec<Wanted> = vec![];
        for ((slot, text), hold) in drawn.into_iter().zip(holds) {
            if slot != "sel:s3" || !wants.iter().any(|one| one.slot.as_str() == slot) {
                let mut one = wanted(slot, text);
                one.hold = hold.then(|| Hold { reason: "DMARCHeld", message: "it waits".to_owned() }).filter(|_| slot == "dmarc");
                wants.push(one);
            }
        }
        wants
    })
}

prop_compose! {
    fn worlds()(
        standing in standing(),
        wanted in wanted_values(),
        marker in marker(),
        (keep, contested) in (some_slots(), prop_oneof![3 => Just(String::new()), 1 => some_slots()]),
        (adopt, from, prune) in (any::<bool>(), any::<bool>(), prop::bool::weighted(0.7)),
        atomicity in select(vec![Atomicity::ChangeSet, Atomicity::RecordSet, Atomicity::Value]),
        (ttl, two_zones) in (select(vec![60, 3600]), any::<bool>()),
    ) -> World {
        let world = standing.into_iter().fold(World::new(), |world, (at, text)| world.there_for(ttl, at, text));
        let world = match &marker {
            Some((owner, uid, has, took)) => world.marker(owner, uid, has, took),
            None => world,
        };
        world.with(|world| {
            world.wanted = wanted;
            world.keep = slots(&keep);
            world.contested = slots(&contested);
            world.prune = prune;
            world.takeover = Takeover { adopt, from: from.then(|| "cluster-b/mail/shop".to_owned()) };
            world.limits.atomicity = atomicity;
            if two_zones {
                world.zones.push(name("_domainkey.example.com"));
            }
        })
    }
}

/// Every value at every name, but the marker's own.
fn values(world: &World) -> BTreeSet<(Name, Value)> {
    let sets = world.observed.iter().flat_map(|set: &RecordSet| set.values.iter().map(|value| (set.name.clone(), value.clone())));
    sets.filter(|(_, value)| !value.as_text().is_some_and(|text| text.starts_with("heritage=mailward"))).collect()
}

/// The slot that a value would belong to, if any.
fn slot_of(world: &World, at: &Name, value: &Value) -> Option<Slot> {
    let names = SLOTS.iter().map(|text| slot(text)).chain(world.wanted.iter().map(|one| one.slot.clone()));
    let mut places = names.filter_map(|slot| slots::place(&slot, &name(DOMAIN)).map(|place| (slot, place)));
    places.find(|(_, place)| &place.name == at && place.role.owns(value)).map(|(slot, _)| slot)
}

fn count(world: &World, at: &str, role: Role) -> usize {
    world.values(at, RecordType::Txt).iter().filter(|value| role.competes(value)).count()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn p6_an_applied_plan_leaves_nothing_to_do(world in worlds()) {
        let after = world.applied();
        let plan = after.plan();
        // Where not everything is one act, what went leaves the marker in a second one.
        let settled = if plan.is_empty() { after } else { after.applied() };
        prop_assert!(settled.plan().is_empty(), "{:#?}", settled.plan());
        let one_act = world.limits.atomicity == Atomicity::ChangeSet && world.zones.len() == 1;
        prop_assert!(!one_act || plan.is_empty(), "{plan:#?}");
    }

    #[test]
    fn p1_only_values_of_a_listed_or_taken_slot_ever_go(world in worlds()) {
        let marker = read_marker(&name(DOMAIN), &world.observed);
        let mine = marker.filter(|marker| marker.owner() == ME || Some(marker.owner()) == world.takeover.from.as_deref());
        let has = mine.as_ref().map(|marker| marker.has.clone()).unwrap_or_default();
        let after = world.applied();
        let took = read_marker(&name(DOMAIN), &after.observed).map(|marker| marker.took).unwrap_or_default();
        for (at, gone) in values(&world).difference(&values(&after)) {
            let slot = slot_of(&world, at, gone);
            let was_ours = slot.as_ref().is_some_and(|slot| has.contains(slot));
            let was_taken = world.takeover.adopt && slot.as_ref().is_some_and(|slot| took.contains(slot));
            prop_assert!(was_ours || was_taken, "{at} {gone} was foreign and went");
        }
    }

    #[test]
    fn p1_under_another_owners_marker_nothing_changes(world in worlds()) {
        let world = world.with(|world| world.takeover.from = None);
        let other = read_marker(&name(DOMAIN), &world.observed).is_some_and(|marker| marker.owner() != ME);
        prop_assert!(!other || world.plan().is_empty());
    }

    #[test]
    fn p2_spf_and_dmarc_never_have_no_value_or_two_on_the_way(world in worlds()) {
        let plan = world.plan();
        let steps = model::states(&world, &plan);
        for (at, role) in [("example.com", Role::Spf), ("_dmarc.example.com", Role::Dmarc)] {
            let counts: Vec<_> = steps.iter().map(|step| count(step, at, role)).collect();
            let (first, last) = (counts[0], counts[counts.len() - 1]);
            prop_assert!(counts.iter().all(|now| *now == first || *now == last), "{counts:?}");
            prop_assert!(last < 2 || last == first, "{counts:?}");
            let wanted = world.wanted.iter().any(|one| one.role == role);
            prop_assert!(!wanted || last > 0 || first == 0, "a wanted record went: {counts:?}");
        }
    }

    #[test]
    fn p6_nothing_is_deleted_while_an_input_is_incomplete(world in worlds()) {
        let world = world.with(|world| world.prune = false);
        let plan = world.plan();
        let wanted: BTreeSet<_> = world.wanted.iter().map(|one| &one.name).collect();
        for change in plan.changes.iter().flat_map(|zone| &zone.changes) {
            let marker = change.name == name("_mailward.example.com");
            prop_assert!(change.remove.is_empty() || marker || wanted.contains(&change.name), "{change:?}");
            prop_assert!(!marker || !change.add.is_empty(), "the marker went");
        }
    }

    #[test]
    fn nothing_of_ours_stands_unlisted_at_any_moment(world in worlds()) {
        let plan = world.plan();
        let before = values(&world);
        for step in model::states(&world, &plan) {
            let has = read_marker(&name(DOMAIN), &step.observed).map(|marker| marker.has).unwrap_or_default();
            for (at, new) in values(&step).difference(&before) {
                let slot = slot_of(&world, at, new).unwrap();
                prop_assert!(has.contains(&slot), "{at} {new} stands and {slot} is not listed");
            }
        }
    }

    #[test]
    fn the_same_input_gives_the_same_plan_and_every_wanted_value_a_line(world in worlds()) {
        let plan = world.plan();
        let mut turned = world.clone();
        turned.wanted.reverse();
        prop_assert_eq!(turned.plan().changes, plan.changes.clone());
        for one in &world.wanted {
            let line = plan.items.iter().any(|item| item.slot == one.slot && item.value.as_ref() == Some(&one.value));
            prop_assert!(line, "no line about {} {}", one.slot, one.value);
        }
    }

    #[test]
    fn a_set_shared_with_foreign_values_keeps_its_ttl(world in worlds()) {
        let after = world.applied();
        for set in world.observed.iter().filter(|set| set.values.iter().any(|value| slot_of(&world, &set.name, value).is_none())) {
            let marker = set.name == name("_mailward.example.com") && set.values.len() == 1;
            if let Some(now) = after.observed.get(&set.name, set.kind).filter(|_| !marker) {
                prop_assert_eq!(now.ttl, set.ttl, "{}", set.name);
            }
        }
    }
}
