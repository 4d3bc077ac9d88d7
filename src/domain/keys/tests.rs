//! P3, line by line. Time, Secrets and DNS are what each test says; nothing else is there.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed unwrap is the failure of the test")]

use super::*;
use crate::domain::test_support::{at, rsa_public};

/// One key of the spec, and a world that a test changes.
struct World {
    spec: KeySpec,
    held: Vec<HeldSelector>,
    listed: BTreeSet<Selector>,
    complete: bool,
    stable: Option<Selector>,
    seen: BTreeMap<Selector, Sight>,
    lost_since: Option<Timestamp>,
}

const NEGATIVE_TTL: Duration = Duration::from_mins(1);
const LOST_KEY_WAIT: Duration = Duration::from_mins(10);

impl World {
    fn empty() -> Self {
        let spec = KeySpec { name: "main".into(), algorithm: DkimAlgorithm::RSA, size: 2048, secret_name: "lab-dkim".into() };
        Self {
            spec,
            held: vec![],
            listed: BTreeSet::new(),
            complete: true,
            stable: None,
            seen: BTreeMap::new(),
            lost_since: None,
        }
    }

    /// With a Secret of this ordinal, whose record is listed and answers everywhere.
    fn with(mut self, ordinal: Ordinal, phase: SelectorPhase, verified_since: Option<Timestamp>) -> Self {
        let selector = selector(ordinal);
        self.held.push(HeldSelector {
            selector: selector.clone(),
            ordinal,
            public: KeyRecord::rsa(rsa_public(2048, u8::try_from(ordinal).unwrap() + 1)),
            fingerprint: "f".repeat(64),
            created: at(0),
            verified_since,
            phase,
        });
        self.listed.insert(selector.clone());
        self.seen.insert(selector, Sight::EverywhereRight);
        self
    }

    fn sees(mut self, ordinal: Ordinal, sight: Sight) -> Self {
        self.seen.insert(selector(ordinal), sight);
        self
    }

    fn signs_with(mut self, ordinal: Ordinal) -> Self {
        self.stable = Some(selector(ordinal));
        self
    }

    /// The Secret is gone; what DNS and the marker have stays.
    fn loses(mut self, ordinal: Ordinal) -> Self {
        self.held.retain(|held| held.ordinal != ordinal);
        self
    }

    fn step(&self, second: i64) -> KeyDecision {
        step(&KeyFacts {
            spec: &self.spec,
            held: &self.held,
            listed: &self.listed,
            complete: self.complete,
            stable: self.stable.as_ref(),
            seen: &self.seen,
            lost_since: self.lost_since,
            lost_key_wait: LOST_KEY_WAIT,
            negative_ttl: NEGATIVE_TTL,
            now: at(second),
        })
    }
}

fn selector(ordinal: Ordinal) -> Selector {
    Selector::new(format!("main-{ordinal:08x}")).unwrap()
}

fn not_yet() -> Sight {
    Sight::NotYet("ns2.lab answers nothing".into())
}

use SelectorPhase::{Active, Publishing, Retiring, Revoked};

#[test]
fn a_new_key_is_made_once_and_published_from_its_secret_only() {
    let decision = World::empty().step(0);
    assert_eq!((decision.generate, decision.publish, decision.stable), (Some(0), vec![], None));
    let decision = World::empty().with(0, Publishing, None).sees(0, not_yet()).step(0);
    assert_eq!(decision.generate, None);
    assert_eq!(decision.publish[0].0, selector(0));
}

#[test]
fn p6_nothing_is_made_while_secrets_or_marker_cannot_be_read() {
    let decision = World { complete: false, ..World::empty() }.step(0);
    assert_eq!(decision.generate, None);
    assert!(decision.wait.unwrap().what.contains("can be read"));
}

#[test]
fn p3_one_server_without_the_key_keeps_signers_waiting_and_is_named() {
    let decision = World::empty().with(0, Publishing, None).sees(0, not_yet()).step(0);
    assert_eq!((decision.stable, decision.mark_verified.len()), (None, 0));
    assert!(decision.wait.unwrap().what.contains("ns2.lab answers nothing"));
}

#[test]
fn dns_g5_after_the_first_full_sight_the_negative_ttl_passes_before_signers_are_told() {
    let world = World::empty().with(0, Publishing, None);
    let first = world.step(10);
    assert_eq!((first.mark_verified, first.stable), (vec![(selector(0), at(10))], None));
    let world = World::empty().with(0, Publishing, Some(at(10)));
    let waiting = world.step(69);
    assert_eq!((waiting.stable.as_ref(), waiting.wait.unwrap().until), (None, Some(at(70))));
    let ripe = world.step(70);
    assert_eq!((ripe.stable, ripe.phases, ripe.wait), (Some(selector(0)), vec![(selector(0), Active)], None));
}

#[test]
fn the_waiting_message_does_not_move_with_the_clock() {
    let world = World::empty().with(0, Publishing, Some(at(10)));
    assert_eq!(world.step(11).wait, world.step(60).wait);
}

#[test]
fn a_server_that_falls_back_before_activation_starts_the_wait_anew() {
    let decision = World::empty().with(0, Publishing, Some(at(10))).sees(0, not_yet()).step(1_000);
    assert_eq!((decision.clear_verified, decision.stable), (vec![selector(0)], None));
}

#[test]
fn p7_a_silent_server_clears_nothing_but_tells_signers_nothing_either() {
    let unknown = Sight::Unknown("ns2.lab timed out".into());
    let decision = World::empty().with(0, Publishing, Some(at(10))).sees(0, unknown).step(1_000);
    assert_eq!((decision.clear_verified, decision.stable), (vec![], None));
}

#[test]
fn p3_an_active_key_stays_active_whatever_dns_answers_today() {
    let decision = World::empty().with(0, Active, Some(at(10))).signs_with(0).sees(0, not_yet()).step(1_000);
    assert_eq!((decision.stable, decision.clear_verified, decision.phases), (Some(selector(0)), vec![], vec![]));
    assert_eq!(decision.status.active_selector.as_deref(), Some("main-00000000"));
}

#[test]
fn a_deleted_stable_secret_is_written_again_at_once() {
    let decision = World::empty().with(0, Active, Some(at(10))).sees(0, not_yet()).step(1_000);
    assert_eq!(decision.stable, Some(selector(0)));
}

#[test]
fn p6_a_crash_after_the_stable_secret_was_written_is_caught_up() {
    let decision = World::empty().with(0, Active, Some(at(1))).with(1, Publishing, Some(at(2))).signs_with(1).step(1_000);
    assert_eq!(decision.stable, Some(selector(1)));
    assert_eq!(decision.phases, vec![(selector(0), Retiring), (selector(1), Active)]);
}

#[test]
fn a_lost_secret_is_waited_for_and_its_record_stays() {
    let world = World::empty().with(0, Active, Some(at(1))).loses(0);
    let decision = world.step(100);
    let lost = decision.lost.unwrap();
    assert_eq!((decision.generate, lost.since, lost.replaced), (None, at(100), false));
    assert_eq!((decision.keep, decision.publish), (vec![selector(0)], vec![]));
    assert_eq!(decision.wait.unwrap().until, Some(at(700)));
    assert!(lost.message.contains("main-00000000") && lost.message.contains("not signed"), "{}", lost.message);
}

#[test]
fn p3_after_the_wait_a_lost_key_is_replaced_under_a_new_ordinal_and_said_aloud() {
    let world = World { lost_since: Some(at(100)), ..World::empty().with(0, Active, Some(at(1))).loses(0) };
    assert_eq!(world.step(699).generate, None);
    let decision = world.step(700);
    assert_eq!((decision.generate, decision.keep), (Some(1), vec![selector(0)]));
    assert!(decision.lost.is_some());
    let replaced = world.with(1, Publishing, None).step(701);
    assert!(replaced.lost.unwrap().replaced);
    assert_eq!(replaced.keep, vec![selector(0)], "the lost selector's record is never written again");
}

#[test]
fn a_restored_secret_ends_the_loss_without_a_new_key() {
    let world = World { lost_since: Some(at(100)), ..World::empty().with(0, Active, Some(at(1))) };
    let decision = world.step(10_000);
    assert_eq!((decision.generate, decision.lost, decision.stable), (None, None, Some(selector(0))));
}

#[test]
fn a_lost_secret_that_signers_still_hold_is_not_taken_from_them() {
    let decision = World::empty().with(0, Active, Some(at(1))).signs_with(0).loses(0).step(100);
    assert_eq!((decision.stable, decision.status.active_selector.as_deref()), (None, Some("main-00000000")));
    assert!(decision.lost.unwrap().message.contains("signers still have it in Secret lab-dkim"));
}

#[test]
fn another_key_size_makes_another_key_while_the_old_one_goes_on_signing() {
    let mut world = World::empty().with(0, Active, Some(at(1))).signs_with(0);
    world.spec.size = 3072;
    let decision = world.step(100);
    assert_eq!((decision.generate, decision.stable), (Some(1), Some(selector(0))));
}

#[test]
fn a_retiring_key_stays_published_and_a_revoked_one_says_so() {
    let world = World::empty().with(0, Revoked, None).with(1, Retiring, Some(at(1))).with(2, Active, Some(at(2))).signs_with(2);
    let texts: Vec<_> = world.step(100).publish.iter().map(|(_, record)| record.to_string()).collect();
    assert_eq!(texts[0], "v=DKIM1; p=");
    assert!(texts[1].len() > 400 && texts[2].len() > 400);
}

#[test]
fn p7_a_settled_key_asks_for_no_write() {
    let decision = World::empty().with(0, Active, Some(at(1))).signs_with(0).step(100_000);
    assert_eq!(
        (decision.generate, decision.phases, decision.mark_verified, decision.clear_verified),
        (None, vec![], vec![], vec![])
    );
    assert_eq!((decision.wait, decision.lost), (None, None));
}
