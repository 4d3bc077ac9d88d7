//! Model checking of the real step function: two policy servers that pick up texts when they like, an id in DNS, a sender
//! that caches what it can fetch, a spec that changes, and a process that dies between any two writes.
//!
//! One tick is one second of `max_age`.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]

use mail_records::mta_sts::Mode;
use stateright::{Checker, HasDiscoveries, Model, Property};

use super::*;
use crate::domain::test_support::at;

const LAST_TICK: i64 = 7;
/// How often the spec changes in one run.
const CHANGES: u8 = 2;

/// A policy text, by what matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Text {
    Testing,
    ShortEnforce,
    LongEnforce,
    None,
}

/// What the ConfigMap holds; `PolicyMemory` itself cannot be hashed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Stored {
    text: Text,
    memory: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct World {
    now: i64,
    wanted: Option<Text>,
    changes: u8,
    stored: Option<Stored>,
    /// What each policy server answers with.
    servers: [Option<Text>; 2],
    record: Option<Text>,
    /// Until when the sender holds an enforce policy.
    cached_until: i64,
    /// The id was written while a server had another text.
    announced_too_early: bool,
    /// Record or ConfigMap went while an enforce policy was cached.
    removed_too_early: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Tick,
    Change(Option<Text>),
    PickUp(usize),
    Fetch(usize),
    /// One pass that dies after so many writes.
    Reconcile(usize),
}

#[derive(Clone, Copy)]
struct Policies {
    /// Whether the controller asks the servers before it writes the id.
    asks: bool,
    /// Whether it counts the wait from the moment the last server let go of the old text.
    counts_from_arrival: bool,
}

const CORRECT: Policies = Policies { asks: true, counts_from_arrival: true };

impl Text {
    fn policy(self) -> Policy {
        let mx = vec!["mx1.mail.lab".parse().unwrap()];
        match self {
            Self::Testing => Policy { mode: Mode::Testing, mx, max_age: 2 },
            Self::ShortEnforce => Policy { mode: Mode::Enforce, mx, max_age: 1 },
            Self::LongEnforce => Policy { mode: Mode::Enforce, mx, max_age: 3 },
            Self::None => Policy { mode: Mode::None, mx: vec![], max_age: 86_400 },
        }
    }

    fn read(text: &str) -> Self {
        let all = [Self::Testing, Self::ShortEnforce, Self::LongEnforce, Self::None];
        all.into_iter().find(|one| one.policy().to_text() == text).unwrap()
    }

    fn enforced(self) -> Option<i64> {
        let policy = self.policy();
        (policy.mode == Mode::Enforce).then(|| i64::from(policy.max_age))
    }
}

impl World {
    fn decide(&self, controller: Policies) -> PolicyDecision {
        let stored = self.stored.as_ref();
        let served = stored.map(|stored| stored.text.policy().to_text());
        let wanted = self.wanted.map(Text::policy);
        let everywhere = self.servers.iter().all(|server| *server == stored.map(|stored| stored.text));
        let mut memory = stored.map(|stored| PolicyMemory::from_json(&stored.memory).unwrap()).unwrap_or_default();
        if !controller.counts_from_arrival {
            memory.switched_at = None;
        }
        let not = Confirmation::Not { who: String::new(), why: String::new() };
        step(&PolicyFacts {
            wish: wanted.as_ref().map_or(PolicyWish::Withdraw, PolicyWish::Serve),
            served: served.as_deref(),
            memory: &memory,
            id_in_dns: IdSight::Known(self.record.map(|text| id_of(&text.policy().to_text()))),
            mx: &MxFacts::Hosts(vec!["mx1.mail.lab".parse().unwrap()]),
            confirmed: if everywhere || !controller.asks { Confirmation::Confirmed } else { not },
            now: at(self.now),
        })
    }

    fn reconcile(&mut self, controller: Policies, writes: usize) {
        let decision = self.decide(controller);
        let effects: [fn(&mut Self, &PolicyDecision); 4] = [Self::store, Self::announce, Self::drop_record, Self::drop_objects];
        effects.iter().take(writes).for_each(|effect| effect(self, &decision));
    }

    fn store(&mut self, decision: &PolicyDecision) {
        let Some(text) = &decision.serve else { return };
        self.stored = Some(Stored { text: Text::read(text), memory: decision.memory.to_json().unwrap() });
    }

    fn announce(&mut self, decision: &PolicyDecision) {
        if decision.id.as_ref().is_none_or(|id| id.hold.is_some()) {
            return;
        }
        let text = decision.serve.as_deref().map(Text::read);
        if self.record != text {
            self.announced_too_early |= self.servers.iter().any(|server| *server != text);
        }
        self.record = text;
    }

    fn drop_record(&mut self, decision: &PolicyDecision) {
        if decision.withdrawal.as_ref().is_some_and(|withdrawal| withdrawal.records) {
            self.removed_too_early |= self.record.is_some() && self.now < self.cached_until;
            self.record = None;
        }
    }

    fn drop_objects(&mut self, decision: &PolicyDecision) {
        if decision.withdrawal.as_ref().is_some_and(|withdrawal| withdrawal.objects) {
            self.removed_too_early |= self.stored.is_some() && self.now < self.cached_until;
            self.stored = None;
        }
    }

    /// A sender that sees a record fetches from whichever server answers, and keeps an enforce policy for its `max_age`.
    fn fetch(&mut self, server: usize) {
        if let Some(max_age) = self.servers[server].filter(|_| self.record.is_some()).and_then(Text::enforced) {
            self.cached_until = self.cached_until.max(self.now + max_age);
        }
    }

    fn apply(&mut self, action: Action, controller: Policies) {
        match action {
            Action::Tick => self.now += 1,
            Action::Change(text) => {
                self.wanted = text;
                self.changes += 1;
            }
            Action::PickUp(server) => self.servers[server] = self.stored.as_ref().map(|stored| stored.text),
            Action::Fetch(server) => self.fetch(server),
            Action::Reconcile(writes) => self.reconcile(controller, writes),
        }
    }
}

impl Model for Policies {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![World {
            now: 0,
            wanted: Some(Text::LongEnforce),
            changes: 0,
            stored: None,
            servers: [None; 2],
            record: None,
            cached_until: 0,
            announced_too_early: false,
            removed_too_early: false,
        }]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        if world.now < LAST_TICK {
            actions.push(Action::Tick);
        }
        if world.changes < CHANGES {
            let texts = [Some(Text::Testing), Some(Text::ShortEnforce), None];
            actions.extend(texts.into_iter().filter(|text| *text != world.wanted).map(Action::Change));
        }
        actions.extend((0..2).flat_map(|server| [Action::PickUp(server), Action::Fetch(server)]));
        actions.extend((1..=4).map(Action::Reconcile));
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        let mut next = world.clone();
        next.apply(action, *self);
        (next != *world).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(ID_FIRST, |_, world: &World| !world.announced_too_early),
            Property::always(CACHED, |_, world: &World| !world.removed_too_early),
            Property::sometimes("a policy is withdrawn to its end", |_, world: &World| {
                world.wanted.is_none() && world.cached_until > 0 && world.stored.is_none()
            }),
        ]
    }
}

const ID_FIRST: &str = "the id is written only when every server has the text";
const CACHED: &str = "nothing is removed while a sender may hold an enforce policy";

#[test]
fn p4_no_order_of_crashes_delays_and_changes_breaks_the_order() {
    CORRECT.checker().threads(2).spawn_bfs().join().assert_properties();
}

#[test]
fn the_model_catches_a_controller_that_does_not_ask_the_servers() {
    let blind = Policies { asks: false, ..CORRECT };
    blind.checker().threads(2).finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join().assert_any_discovery(ID_FIRST);
}

#[test]
fn the_model_catches_a_controller_that_counts_from_the_switch_alone() {
    let early = Policies { counts_from_arrival: false, ..CORRECT };
    early.checker().threads(2).finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join().assert_any_discovery(CACHED);
}
