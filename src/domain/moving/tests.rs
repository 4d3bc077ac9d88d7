//! No order of events takes a policy from its senders.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed unwrap is the failure of the test")]

use super::*;

fn values(texts: &[&str]) -> BTreeSet<Value> {
    texts.iter().map(|text| Value::A(text.parse().unwrap())).collect()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn refused() -> Confirmation {
    Confirmation::Not { who: "https://mta-sts.lab at 203.0.113.9:443".into(), why: "certificate expired".into() }
}

/// A move from 203.0.113.1 to 203.0.113.9, seen by two servers.
struct World {
    leftovers: Vec<String>,
    target: BTreeSet<Value>,
    published: Vec<BTreeSet<Value>>,
    arrival: Confirmation,
    since: Option<Timestamp>,
}

impl World {
    fn new(published: [&str; 2], arrival: Confirmation, since: Option<i64>) -> Self {
        Self {
            leftovers: vec!["Ingress policies/a".into()],
            target: values(&["203.0.113.9"]),
            published: published.iter().map(|text| values(&[text])).collect(),
            arrival,
            since: since.map(at),
        }
    }

    fn facts(&self) -> MoveFacts<'_> {
        MoveFacts {
            leftovers: &self.leftovers,
            target: &self.target,
            published: &self.published,
            arrival: &self.arrival,
            arrived_since: self.since,
            ttl: 60,
            now: at(1_000),
        }
    }

    fn host(&self) -> PolicyHost {
        self.facts().hold(PolicyHost::Values(self.target.iter().cloned().collect()))
    }
}

const OLD: &str = "203.0.113.1";
const NEW: &str = "203.0.113.9";

#[test]
fn p4_the_address_moves_only_to_where_the_policy_is_served() {
    for arrival in [refused(), Confirmation::Unknown("no route".into())] {
        let PolicyHost::Waiting(why) = World::new([OLD, OLD], arrival, None).host() else { panic!("it moved") };
        assert!(why.contains("Ingress policies/a stays until"), "{why}");
    }
    assert!(matches!(World::new([OLD, OLD], Confirmation::Confirmed, None).host(), PolicyHost::Values(_)));
}

#[test]
fn a_first_address_and_one_that_answers_already_wait_for_nobody() {
    let nothing = World { published: vec![values(&[]), values(&[])], ..World::new([OLD, OLD], refused(), None) };
    assert!(matches!(nothing.host(), PolicyHost::Values(_)));
    assert!(matches!(World::new([NEW, NEW], refused(), None).host(), PolicyHost::Values(_)));
    let alone = World { leftovers: vec![], ..World::new([OLD, OLD], refused(), None) };
    assert!(matches!(alone.host(), PolicyHost::Values(_)));
}

#[test]
fn p2_the_old_way_stays_while_one_server_leads_to_it_or_the_new_one_does_not_serve() {
    let rows = [
        World::new([NEW, OLD], Confirmation::Confirmed, Some(0)),
        World::new([NEW, NEW], refused(), Some(0)),
        World::new([NEW, NEW], Confirmation::Confirmed, None),
        World { published: vec![], ..World::new([NEW, NEW], Confirmation::Confirmed, Some(0)) },
    ];
    for world in rows {
        assert!(matches!(world.facts().leftover(true), Leftover::Stays(Wait { until: None, .. })));
    }
}

#[test]
fn p2_the_old_way_stays_until_no_resolver_remembers_its_address() {
    let after = |since| World::new([NEW, NEW], Confirmation::Confirmed, Some(since)).facts().leftover(true);
    assert!(matches!(after(941), Leftover::Stays(Wait { until: Some(until), .. }) if until == at(1_001)));
    assert_eq!(after(940), Leftover::Goes);
}

#[test]
fn p8_a_leftover_behind_an_address_of_others_is_named_until_a_person_decides() {
    let world = World::new([OLD, OLD], Confirmation::Confirmed, None);
    assert!(matches!(world.facts().leftover(false), Leftover::Left(why) if why.contains("delete it yourself")));
    let moved = World::new([NEW, NEW], Confirmation::Confirmed, Some(0));
    assert_eq!(moved.facts().leftover(false), Leftover::Goes, "an address of others that leads to the new way is as good");
}

#[test]
fn without_a_leftover_there_is_nothing_to_do() {
    let world = World { leftovers: vec![], ..World::new([NEW, NEW], Confirmation::Confirmed, Some(0)) };
    assert_eq!(world.facts().leftover(true), Leftover::Nothing);
}
