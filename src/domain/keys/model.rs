//! Model checking of the real step function: Secrets get lost and come back, caches are stale, servers lag and fall back,
//! the spec changes, and the process dies between any two writes.
//!
//! One tick is the unit of time. The property: when signers are told of a selector, no resolver can remember that it did
//! not exist (P3, DNS-G5).
#![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]

use stateright::{Checker, Model, Property};

use super::*;
use crate::domain::test_support::{at, rsa_public};

/// Ticks that resolvers remember that a name does not exist.
const NEGATIVE_TTL: u8 = 2;
/// Ticks that a lost Secret is waited for.
const LOST_KEY_WAIT: u8 = 1;
const LAST_TICK: u8 = 6;
const MOST_KEYS: usize = 3;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Secret {
    key: u8,
    ordinal: Ordinal,
    bits: u16,
    verified: Option<u8>,
    phase: SelectorPhase,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Cluster {
    secrets: Vec<Secret>,
    stable: Option<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct World {
    now: u8,
    bits: u16,
    made: u8,
    cluster: Cluster,
    /// What the controller's watch has seen of it.
    cache: Cluster,
    /// A Secret that a backup still has.
    backup: Option<Secret>,
    marker: BTreeSet<u8>,
    /// What the two authoritative servers answer with; the first is the primary.
    servers: [BTreeSet<u8>; 2],
    /// When some server last answered that a key's name does not exist, by key.
    missed: [u8; MOST_KEYS],
    lost_since: Option<u8>,
    told_too_early: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Tick,
    Transfer,
    FallBack,
    Refresh,
    Lose,
    Restore,
    LoseStable,
    ChangeSpec,
    /// One pass that dies after so many writes; more writes than there are means that it lives.
    Reconcile {
        writes: usize,
        silent: bool,
    },
}

struct Keys {
    /// The negative TTL that the controller waits for, in ticks.
    waits: u8,
}

fn selector(key: u8) -> Selector {
    Selector::new(format!("main-{key:08x}")).unwrap()
}

fn key_of(selector: &Selector) -> u8 {
    u8::from_str_radix(&selector.as_str()["main-".len()..], 16).unwrap()
}

impl World {
    fn facts_held(&self) -> Vec<HeldSelector> {
        let held = |secret: &Secret| HeldSelector {
            selector: selector(secret.key),
            ordinal: secret.ordinal,
            public: KeyRecord::rsa(rsa_public(secret.bits, secret.key + 1)),
            fingerprint: String::new(),
            created: at(0),
            verified_since: secret.verified.map(|tick| at(i64::from(tick))),
            phase: secret.phase,
        };
        self.cache.secrets.iter().map(held).collect()
    }

    fn sight(&self, key: u8, silent: bool) -> Sight {
        match self.servers.iter().all(|server| server.contains(&key)) {
            _ if silent => Sight::Unknown(String::new()),
            true => Sight::EverywhereRight,
            false => Sight::NotYet(String::new()),
        }
    }

    fn decide(&self, waits: u8, silent: bool) -> KeyDecision {
        let bits = u32::from(self.bits);
        let spec = KeySpec { name: "main".into(), algorithm: DkimAlgorithm::RSA, size: bits, secret_name: "s".into() };
        let held = self.facts_held();
        step(&KeyFacts {
            spec: &spec,
            held: &held,
            listed: &self.marker.iter().map(|key| selector(*key)).collect(),
            complete: true,
            stable: self.cache.stable.map(selector).as_ref(),
            seen: &held.iter().map(|held| (held.selector.clone(), self.sight(key_of(&held.selector), silent))).collect(),
            lost_since: self.lost_since.map(|tick| at(i64::from(tick))),
            lost_key_wait: Duration::from_secs(u64::from(LOST_KEY_WAIT)),
            negative_ttl: Duration::from_secs(u64::from(waits)),
            now: at(i64::from(self.now)),
        })
    }

    /// Makes the first `writes` writes of one pass, in the order of the decision's fields.
    fn reconcile(&mut self, waits: u8, writes: usize, silent: bool) {
        let decision = self.decide(waits, silent);
        let effects: [fn(&mut Self, &KeyDecision); 5] = [Self::make, Self::publish, Self::mark, Self::tell, Self::annotate];
        effects.iter().take(writes).for_each(|effect| effect(self, &decision));
        let died = writes < effects.len();
        let known = decision.lost.map(|_| self.lost_since.unwrap_or(self.now));
        self.lost_since = known.filter(|_| !died);
        self.note_missing();
    }

    /// Create-only: a Secret of that ordinal that the cache did not show wins.
    fn make(&mut self, decision: &KeyDecision) {
        let Some(ordinal) = decision.generate else { return };
        let room = usize::from(self.made) < MOST_KEYS;
        if room && self.cluster.secrets.iter().all(|secret| secret.ordinal != ordinal) {
            let phase = SelectorPhase::Publishing;
            self.cluster.secrets.push(Secret { key: self.made, ordinal, bits: self.bits, verified: None, phase });
            self.made += 1;
        }
    }

    fn publish(&mut self, decision: &KeyDecision) {
        let wanted = decision.publish.iter().map(|(selector, _)| key_of(selector));
        let kept = decision.keep.iter().map(key_of).filter(|key| self.servers[0].contains(key));
        let primary: BTreeSet<u8> = wanted.chain(kept).collect();
        self.marker.extend(&primary);
        self.servers[0] = primary;
    }

    fn mark(&mut self, decision: &KeyDecision) {
        for (selector, _) in &decision.mark_verified {
            let now = self.now;
            self.edit(selector, |secret| secret.verified = Some(now));
        }
        for selector in &decision.clear_verified {
            self.edit(selector, |secret| secret.verified = None);
        }
    }

    fn tell(&mut self, decision: &KeyDecision) {
        let Some(key) = decision.stable.as_ref().map(key_of) else { return };
        let first_time = self.cluster.secrets.iter().any(|secret| secret.key == key && secret.phase == SelectorPhase::Publishing);
        if self.cluster.stable != Some(key) && first_time {
            self.told_too_early |= self.now < self.missed[usize::from(key)] + NEGATIVE_TTL;
        }
        self.cluster.stable = Some(key);
    }

    fn annotate(&mut self, decision: &KeyDecision) {
        for (selector, phase) in &decision.phases {
            self.edit(selector, |secret| secret.phase = *phase);
        }
    }

    fn edit(&mut self, selector: &Selector, edit: impl Fn(&mut Secret)) {
        self.cluster.secrets.iter_mut().filter(|secret| secret.key == key_of(selector)).for_each(edit);
    }

    /// Every resolver asks for everything all the time.
    fn note_missing(&mut self) {
        for (key, missed) in (0_u8..).zip(&mut self.missed) {
            if self.servers.iter().any(|server| !server.contains(&key)) {
                *missed = self.now;
            }
        }
    }

    fn apply(&mut self, action: Action, waits: u8) {
        match action {
            Action::Tick => self.now += 1,
            Action::Transfer => self.servers[1] = self.servers[0].clone(),
            Action::FallBack => self.servers[1].clear(),
            Action::Refresh => self.cache = self.cluster.clone(),
            Action::Lose => self.backup = Some(self.cluster.secrets.remove(0)),
            Action::Restore => self.cluster.secrets.extend(self.backup.take()),
            Action::LoseStable => self.cluster.stable = None,
            Action::ChangeSpec => self.bits = 3072,
            Action::Reconcile { writes, silent } => self.reconcile(waits, writes, silent),
        }
        self.note_missing();
    }
}

impl Model for Keys {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        let servers = [BTreeSet::new(), BTreeSet::new()];
        vec![World {
            now: 0,
            bits: 2048,
            made: 0,
            cluster: Cluster::default(),
            cache: Cluster::default(),
            backup: None,
            marker: BTreeSet::new(),
            servers,
            missed: [0; MOST_KEYS],
            lost_since: None,
            told_too_early: false,
        }]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        let can = [
            (Action::Tick, world.now < LAST_TICK),
            (Action::Transfer, world.servers[0] != world.servers[1]),
            (Action::FallBack, !world.servers[1].is_empty()),
            (Action::Refresh, world.cache != world.cluster),
            (Action::Lose, world.backup.is_none() && !world.cluster.secrets.is_empty()),
            (Action::Restore, world.backup.is_some()),
            (Action::LoseStable, world.cluster.stable.is_some()),
            (Action::ChangeSpec, world.bits == 2048),
        ];
        actions.extend(can.into_iter().filter(|(_, can)| *can).map(|(action, _)| action));
        let passes = (1..=5).map(|writes| Action::Reconcile { writes, silent: false });
        actions.extend(passes.chain([Action::Reconcile { writes: 5, silent: true }]));
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        let mut next = world.clone();
        next.apply(action, self.waits);
        (next != *world).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(TOO_EARLY, |_, world: &World| !world.told_too_early),
            Property::always("what signers use stays published", |_, world: &World| {
                world.cluster.stable.is_none_or(|key| world.servers[0].contains(&key))
            }),
            Property::sometimes("signers are told", |_, world: &World| world.cluster.stable.is_some()),
            Property::sometimes("a second key takes over", |_, world: &World| world.cluster.stable == Some(1)),
        ]
    }
}

const TOO_EARLY: &str = "signers are told only when no resolver can miss the key";

#[test]
fn p3_no_order_of_crashes_delays_losses_and_changes_tells_signers_too_early() {
    let checker = Keys { waits: NEGATIVE_TTL }.checker().threads(2).spawn_bfs().join();
    eprintln!("{} states", checker.unique_state_count());
    checker.assert_properties();
}

#[test]
fn the_model_catches_a_controller_that_does_not_wait_for_the_negative_ttl() {
    let checker = Keys { waits: 0 }.checker().threads(2).target_max_depth(14).spawn_bfs().join();
    checker.assert_any_discovery(TOO_EARLY);
}
