//! P4 and RFC 8461 8.1-8.3, line by line.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]

use mail_records::mta_sts::Mode;

use super::*;
use crate::{
    api::MtaStsMode,
    domain::{
        test_support::{at, spec},
        validate::{Install, validate},
    },
};

/// What a test changes about the world.
struct World {
    policy: Option<Policy>,
    served: Option<String>,
    memory: PolicyMemory,
    id_in_dns: IdSight,
    mx: MxFacts,
    confirmed: Confirmation,
}

/// The policy of a spec with these fields.
fn policy(fields: &str) -> Policy {
    let judged = validate(&spec(&format!("mtaSts: {{{fields}}}")), &Install::default()).unwrap();
    judged.mta_sts.accepted().unwrap().policy.clone()
}

fn testing() -> Policy {
    policy("mode: Testing, mx: [mx1.mail.lab], maxAge: 86400")
}

fn enforce() -> Policy {
    policy("mode: Enforce, mx: [mx1.mail.lab], maxAge: 90000")
}

fn mx(hosts: &[&str]) -> MxFacts {
    MxFacts::Hosts(hosts.iter().map(|host| host.parse().unwrap()).collect())
}

fn announced(policy: &Policy) -> IdSight {
    IdSight::Known(Some(id_of(&policy.to_text())))
}

impl World {
    fn wants(policy: Policy) -> Self {
        Self {
            policy: Some(policy),
            served: None,
            memory: PolicyMemory::default(),
            id_in_dns: IdSight::Known(None),
            mx: mx(&["mx1.mail.lab"]),
            confirmed: Confirmation::Unknown("nobody was asked".into()),
        }
    }

    /// Served and announced as if it had always been so.
    fn settled(policy: &Policy) -> Self {
        let mut world = Self::wants(policy.clone());
        world.served = Some(policy.to_text());
        world.memory.largest_max_age = if policy.mode == Mode::Enforce { policy.max_age } else { 0 };
        world.id_in_dns = announced(policy);
        world.confirmed = Confirmation::Confirmed;
        world
    }

    fn withdrawn(mut self) -> Self {
        self.policy = None;
        self
    }

    fn step(&self, second: i64) -> PolicyDecision {
        let wish = self.policy.as_ref().map_or(PolicyWish::Withdraw, PolicyWish::Serve);
        step(&PolicyFacts {
            wish,
            served: self.served.as_deref(),
            memory: &self.memory,
            id_in_dns: self.id_in_dns.clone(),
            mx: &self.mx,
            confirmed: self.confirmed.clone(),
            now: at(second),
        })
    }

    /// The ConfigMap is written as decided.
    fn stored(mut self, second: i64) -> Self {
        let decision = self.step(second);
        self.served = decision.serve;
        self.memory = decision.memory;
        self
    }

    fn with(mut self, confirmed: Confirmation) -> Self {
        self.confirmed = confirmed;
        self
    }
}

fn stuck() -> Confirmation {
    Confirmation::Not { who: "endpoint 10.1.0.7".into(), why: "serves the policy before".into() }
}

#[test]
fn sts_g1_the_id_comes_from_the_text_and_fits_the_rfc() {
    let (one, other) = (id_of(&testing().to_text()), id_of(&enforce().to_text()));
    assert_ne!(one, other);
    assert!(one.len() == 32 && one.bytes().all(|octet| octet.is_ascii_alphanumeric()));
}

#[test]
fn p4_the_id_waits_until_the_text_is_stored_and_everybody_serves_it() {
    let world = World::wants(testing());
    let hold = |world: &World| world.step(0).id.unwrap().hold.map(|hold| hold.message);
    assert!(hold(&world).unwrap().contains("not stored yet"));
    let world = world.stored(0).with(stuck());
    assert!(hold(&world).unwrap().contains("endpoint 10.1.0.7: serves the policy before"));
    assert_eq!(hold(&world.with(Confirmation::Confirmed)), None);
}

#[test]
fn p4_a_confirmation_of_the_old_text_does_not_release_the_new_id() {
    let mut world = World::settled(&testing());
    world.policy = Some(enforce());
    assert!(world.step(0).id.unwrap().hold.is_some());
}

#[test]
fn an_id_that_dns_already_has_is_not_held_when_an_endpoint_fails_later() {
    assert_eq!(World::settled(&testing()).with(stuck()).step(0).id.unwrap().hold, None);
}

#[test]
fn sts_g3_going_to_enforce_with_an_uncovered_mx_is_refused_and_names_it() {
    let mut world = World::settled(&testing());
    world.policy = Some(enforce());
    world.mx = mx(&["mx1.mail.lab", "mx2.mail.lab"]);
    let decision = world.step(0);
    assert_eq!(decision.serve, Some(testing().to_text()), "the served policy stays");
    let refused = decision.refused.unwrap();
    assert!(refused.reason == "MXNotCovered" && refused.message.contains("mx2.mail.lab"), "{refused:?}");
}

#[test]
fn p4_a_failed_mx_lookup_is_no_coverage() {
    let mut world = World::settled(&testing());
    (world.policy, world.mx) = (Some(enforce()), MxFacts::Failed("timed out".into()));
    let decision = world.step(0);
    assert_eq!((decision.serve, decision.refused.unwrap().reason), (Some(testing().to_text()), "MXUnknown"));
    let settled = World { mx: MxFacts::Failed("timed out".into()), ..World::settled(&enforce()) };
    assert_eq!(settled.step(0).refused, None, "what is served already is not refused");
}

#[test]
fn p4_an_enforce_policy_may_not_lose_an_mx_but_may_win_one() {
    let narrow = policy("mode: Enforce, mx: [mx2.mail.lab], maxAge: 90000");
    let wide = policy("mode: Enforce, mx: [mx1.mail.lab, mx2.mail.lab], maxAge: 90000");
    let mut world = World::settled(&enforce());
    world.mx = mx(&["mx1.mail.lab", "mx2.mail.lab", "mx3.mail.lab"]);
    world.policy = Some(narrow);
    assert!(world.step(0).refused.unwrap().message.contains("MX mx1.mail.lab"));
    world.policy = Some(wide.clone());
    let decision = world.step(0);
    assert_eq!(decision.serve, Some(wide.to_text()));
    assert!(decision.warnings[0].contains("mx3.mail.lab"), "{:?}", decision.warnings);
}

#[test]
fn a_first_enforce_policy_that_is_refused_serves_nothing_and_announces_nothing() {
    let decision = World { mx: mx(&["other.lab"]), ..World::wants(enforce()) }.step(0);
    assert_eq!((decision.serve, decision.id), (None, None));
    assert!(decision.refused.is_some());
}

#[test]
fn p7_a_settled_policy_asks_for_no_write_and_its_status_stands_still() {
    let world = World::settled(&enforce());
    let (early, late) = (world.step(0), world.step(10_000_000));
    assert_eq!(early, late);
    assert_eq!((early.memory, early.serve), (world.memory, world.served));
    assert_eq!((early.status.served_mode, early.status.enforced_until), (Some(MtaStsMode::Enforce), None));
}

#[test]
fn p4_a_mode_counts_as_served_once_it_is_confirmed_and_one_failed_fetch_later_changes_nothing() {
    let stuck = Confirmation::Not { who: "a policy server".into(), why: "it serves the old text".into() };
    let mut world = World {
        policy: Some(enforce()),
        served: Some(enforce().to_text()),
        confirmed: stuck.clone(),
        ..World::settled(&testing())
    };
    assert_eq!(world.step(0).status.served_mode, None);
    world.confirmed = Confirmation::Confirmed;
    assert_eq!(world.step(0).status.served_mode, Some(MtaStsMode::Enforce));
    (world.id_in_dns, world.confirmed) = (announced(&enforce()), stuck);
    assert_eq!(world.step(0).status.served_mode, Some(MtaStsMode::Enforce));
}

#[test]
fn rfc_8461_8_3_a_withdrawn_enforce_policy_is_replaced_by_mode_none_and_remembered() {
    let decision = World::settled(&enforce()).withdrawn().step(100);
    assert!(decision.serve.unwrap().contains("mode: none\r\nmax_age: 86400"));
    assert_eq!(decision.memory.enforced_until, Some(at(100 + 90_000)));
    assert!(decision.memory.withdrawing);
    let withdrawal = decision.withdrawal.unwrap();
    assert!(!withdrawal.records && !withdrawal.objects);
    assert!(decision.id.unwrap().hold.unwrap().message.contains("not stored yet"));
}

#[test]
fn rfc_8461_8_3_removal_waits_for_the_longest_cached_policy_counted_from_the_last_moment_it_was_served() {
    let world = World::settled(&enforce()).withdrawn().stored(100).with(stuck()).stored(500);
    let mut world = world.with(Confirmation::Confirmed).stored(700);
    assert_eq!(world.memory.enforced_until, Some(at(700 + 90_000)), "an endpoint may have served the old text until 700");
    world.id_in_dns = IdSight::Known(world.step(700).id.map(|id| id.record.id().to_owned()));
    let waiting = world.step(90_699).withdrawal.unwrap();
    assert_eq!((waiting.records, waiting.safe_after), (false, Some(at(90_700))));
    let over = world.step(90_700);
    assert!(over.withdrawal.unwrap().records);
    assert_eq!(over.id, None, "the record is not wanted any more");
}

#[test]
fn the_objects_go_last_because_they_remember_the_records() {
    let mut world = World::settled(&enforce()).withdrawn().stored(0).with(Confirmation::Confirmed).stored(0);
    world.id_in_dns = IdSight::Known(None);
    // The address of the policy host went with the record, so nobody can confirm anything any more.
    let over = world.with(Confirmation::Unknown("no address".into())).step(1_000_000).withdrawal.unwrap();
    assert!(over.records && over.objects);
}

#[test]
fn a_policy_that_never_held_mail_back_goes_at_once() {
    let decision = World::settled(&testing()).withdrawn().step(0);
    let withdrawal = decision.withdrawal.unwrap();
    assert_eq!((withdrawal.records, withdrawal.objects, decision.id), (true, false, None));
}

#[test]
fn a_recreated_block_ends_the_withdrawal_and_forgets_nothing() {
    let mut world = World::settled(&enforce()).withdrawn().stored(0).with(Confirmation::Confirmed).stored(0);
    world.policy = Some(testing());
    let decision = world.step(10);
    assert_eq!((decision.withdrawal, decision.memory.withdrawing), (None, false));
    assert_eq!(decision.memory.enforced_until, Some(at(90_000)));
}

#[test]
fn sts_g4_a_hand_edited_text_does_not_make_an_enforce_policy_forgotten() {
    for edited in [testing().to_text(), "oops".into()] {
        let world = World { served: Some(edited), ..World::settled(&enforce()) }.withdrawn();
        assert_eq!(world.step(5).memory.enforced_until, Some(at(5 + 90_000)));
    }
}

#[test]
fn a_rejected_block_keeps_what_is_served() {
    let world = World::settled(&enforce());
    let facts = PolicyFacts {
        wish: PolicyWish::of(&Block::Rejected),
        served: world.served.as_deref(),
        memory: &world.memory,
        id_in_dns: world.id_in_dns.clone(),
        mx: &world.mx,
        confirmed: Confirmation::Confirmed,
        now: at(0),
    };
    let decision = step(&facts);
    assert_eq!((decision.serve, decision.withdrawal, decision.memory), (world.served, None, world.memory));
}
