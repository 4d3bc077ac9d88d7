//! Model checking of the real step function: Secrets get lost and come back, caches are stale, servers lag and fall back,
//! the spec changes, and the process dies between any two writes.
//!
//! One tick is the unit of time. The property: when signers are told of a selector, no resolver can remember that it did
//! not exist (P3, DNS-G5). A server that forgets a record and has it again before anybody looks is beyond any controller
//! that asks now and then; a fall-back counts once a pass has noted it.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]

use stateright::{Checker, HasDiscoveries, Model, Property};

use super::*;
use crate::domain::test_support::{at, rsa_public};

/// Ticks that resolvers remember that a name does not exist.
const NEGATIVE_TTL: u8 = 2;
/// Ticks that a lost Secret is waited for.
const LOST_KEY_WAIT: u8 = 1;
const LAST_TICK: u8 = 4;
const MOST_KEYS: usize = 2;
/// How often something goes wrong from outside in one run.
const FAULTS: u8 = 2;

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
    /// Keys whose Secrets the controller's watch shows; their content is read by name. Whether a watch is trusted with
    /// the content too is [`Keys::trusts_watch`].
    cache: Cluster,
    /// A Secret that a backup still has.
    backup: Option<Secret>,
    marker: BTreeSet<u8>,
    /// What the two authoritative servers answer with; the first is the primary.
    servers: [BTreeSet<u8>; 2],
    /// Ticks since a server last answered that a key's name does not exist, by key; counted up to [`NEGATIVE_TTL`].
    known_for: [u8; MOST_KEYS],
    /// Keys that every server has answered with once.
    answered: BTreeSet<u8>,
    faults: u8,
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

impl Action {
    fn is_fault(self) -> bool {
        matches!(self, Self::FallBack | Self::Lose | Self::LoseStable | Self::ChangeSpec)
    }
}

/// A controller under test.
#[derive(Clone, Copy)]
struct Keys {
    /// The negative TTL that it waits for, in ticks.
    waits: u8,
    /// Takes annotations from its watch, which can be older than its own last write, instead of reading by name.
    trusts_watch: bool,
}

const CORRECT: Keys = Keys { waits: NEGATIVE_TTL, trusts_watch: false };

/// Public keys by size and number; made once, since every step reads them.
static PUBLIC: std::sync::LazyLock<BTreeMap<(u16, u8), KeyRecord>> = std::sync::LazyLock::new(|| {
    let all = [2048, 3072].into_iter().flat_map(|bits| (0..2).map(move |key| (bits, key)));
    all.map(|(bits, key)| ((bits, key), KeyRecord::rsa(rsa_public(bits, key + 1)))).collect()
});

fn selector(key: u8) -> Selector {
    Selector::new(format!("main-{key:08x}")).unwrap()
}

fn key_of(selector: &Selector) -> u8 {
    u8::from_str_radix(&selector.as_str()["main-".len()..], 16).unwrap()
}

impl World {
    /// The Secrets as the controller reads them.
    fn read(&self, controller: Keys) -> Cluster {
        if controller.trusts_watch {
            return self.cache.clone();
        }
        let known = |secret: &&Secret| self.cache.secrets.iter().any(|cached| cached.key == secret.key);
        Cluster { secrets: self.cluster.secrets.iter().filter(known).cloned().collect(), stable: self.cluster.stable }
    }

    fn held(cluster: &Cluster) -> Vec<HeldSelector> {
        let held = |secret: &Secret| HeldSelector {
            selector: selector(secret.key),
            ordinal: secret.ordinal,
            public: PUBLIC[&(secret.bits, secret.key)].clone(),
            fingerprint: String::new(),
            created: at(0),
            verified_since: secret.verified.map(|tick| at(i64::from(tick))),
            phase: secret.phase,
        };
        cluster.secrets.iter().map(held).collect()
    }

    fn sight(&self, key: u8, silent: bool) -> Sight {
        match self.servers.iter().all(|server| server.contains(&key)) {
            _ if silent => Sight::Unknown(String::new()),
            true => Sight::EverywhereRight,
            false => Sight::NotYet(String::new()),
        }
    }

    fn decide(&self, controller: Keys, silent: bool) -> KeyDecision {
        let bits = u32::from(self.bits);
        let spec = KeySpec { name: "main".into(), algorithm: DkimAlgorithm::RSA, size: bits, secret_name: "s".into() };
        let cluster = self.read(controller);
        let held = Self::held(&cluster);
        step(&KeyFacts {
            spec: &spec,
            held: &held,
            listed: &self.marker.iter().map(|key| selector(*key)).collect(),
            complete: true,
            stable: cluster.stable.map(selector).as_ref(),
            seen: &held.iter().map(|held| (held.selector.clone(), self.sight(key_of(&held.selector), silent))).collect(),
            lost_since: self.lost_since.map(|tick| at(i64::from(tick))),
            lost_key_wait: Duration::from_secs(u64::from(LOST_KEY_WAIT)),
            negative_ttl: Duration::from_secs(u64::from(controller.waits)),
            now: at(i64::from(self.now)),
        })
    }

    /// Makes the first `writes` writes of one pass, in the order of the decision's fields.
    fn reconcile(&mut self, controller: Keys, writes: usize, silent: bool) {
        let decision = self.decide(controller, silent);
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
            self.known_for[usize::from(key_of(selector))] = 0;
            self.answered.remove(&key_of(selector));
        }
    }

    fn tell(&mut self, decision: &KeyDecision) {
        let Some(key) = decision.stable.as_ref().map(key_of) else { return };
        let first_time = self.cluster.secrets.iter().any(|secret| secret.key == key && secret.phase == SelectorPhase::Publishing);
        if self.cluster.stable != Some(key) && first_time {
            self.told_too_early |= self.known_for[usize::from(key)] < NEGATIVE_TTL;
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
        for (key, known_for) in (0_u8..).zip(&mut self.known_for) {
            if self.servers.iter().all(|server| server.contains(&key)) {
                self.answered.insert(key);
            } else if !self.answered.contains(&key) {
                *known_for = 0;
            }
        }
    }

    fn tick(&mut self) {
        self.now += 1;
        for known_for in &mut self.known_for {
            *known_for = (*known_for + 1).min(NEGATIVE_TTL);
        }
    }

    fn apply(&mut self, action: Action, controller: Keys) {
        self.faults += u8::from(action.is_fault());
        match action {
            Action::Tick => self.tick(),
            Action::Transfer => self.servers[1] = self.servers[0].clone(),
            Action::FallBack => self.servers[1].clear(),
            Action::Refresh => self.cache = self.cluster.clone(),
            Action::Lose => self.backup = Some(self.cluster.secrets.remove(0)),
            Action::Restore => self.cluster.secrets.extend(self.backup.take()),
            Action::LoseStable => self.cluster.stable = None,
            Action::ChangeSpec => self.bits = 3072,
            Action::Reconcile { writes, silent } => self.reconcile(controller, writes, silent),
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
            known_for: [0; MOST_KEYS],
            answered: BTreeSet::new(),
            faults: 0,
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
        actions.extend(
            can.into_iter()
                .filter(|(action, can)| *can && !(action.is_fault() && world.faults == FAULTS))
                .map(|(action, _)| action),
        );
        let passes = (1..=5).map(|writes| Action::Reconcile { writes, silent: false });
        actions.extend(passes.chain([Action::Reconcile { writes: 5, silent: true }]));
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        let mut next = world.clone();
        next.apply(action, *self);
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
    CORRECT.checker().threads(2).spawn_bfs().join().assert_properties();
}

#[test]
fn the_model_catches_a_controller_that_does_not_wait_for_the_negative_ttl() {
    let hasty = Keys { waits: 0, ..CORRECT };
    hasty.checker().threads(2).finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join().assert_any_discovery(TOO_EARLY);
}

#[test]
fn the_model_catches_a_controller_that_takes_dates_from_its_watch() {
    let trusting = Keys { trusts_watch: true, ..CORRECT };
    trusting.checker().threads(2).finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join().assert_any_discovery(TOO_EARLY);
}
