//! What one silence changes: nothing (P7). What was in order stays so until nobody has answered for `--unreachable-after`.
//!
//! Answers never wait here, right or wrong; only questions that nobody answered do. Each has a clock of its own, which the
//! first silence starts and the next answer ends: two silences a day apart are two, and not one that lasted for a day.

use std::cell::Cell;

use jiff::{SignedDuration, Timestamp};

use super::Subject;
use crate::{
    controller::{context::Context, gather::dns::DnsView, memory::Memory},
    resolve::Server,
};

/// The silences around one domain, and how long they may last.
pub(crate) struct Patience<'a> {
    memory: &'a Memory,
    uid: &'a str,
    now: Timestamp,
    limit: SignedDuration,
    borne: Cell<bool>,
}

impl<'a> Patience<'a> {
    /// As the install sets it.
    pub(crate) fn with(ctx: &'a Context, subject: &'a Subject, now: Timestamp) -> Self {
        let limit = ctx.settings.unreachable_after;
        Self { memory: &ctx.memory, uid: &subject.me.uid, now, limit, borne: Cell::new(false) }
    }

    /// Nobody answered, and what was said before was good: whether it may be said on.
    pub(crate) fn bears(&self, what: &str) -> bool {
        let bears = !self.is_over(what);
        self.borne.set(self.borne.get() || bears);
        bears
    }

    /// Nobody answered: whether that has lasted so long that it is news.
    pub(crate) fn is_over(&self, what: &str) -> bool {
        self.now.duration_since(self.memory.since(self.uid, what, self.now)) >= self.limit
    }

    /// Somebody answered.
    pub(crate) fn heard(&self, what: &str) {
        self.memory.over(self.uid, what);
    }

    /// Ends the clock of every server that left no question open.
    pub(crate) fn heard_servers(&self, dns: &DnsView) {
        let answers = || dns.observations.iter().flat_map(|seen| &seen.answers);
        let open = |server: &Server| answers().any(|(who, answer)| *who == *server && answer.silence().is_some());
        let servers: std::collections::BTreeSet<_> = answers().map(|(server, _)| server).collect();
        servers.into_iter().filter(|server| !open(server)).for_each(|server| self.heard(&clock_of(server)));
    }

    /// Whether something was said on although nobody answered: then the question is due again soon.
    pub(crate) fn has_borne(&self) -> bool {
        self.borne.get()
    }
}

/// Name of the clock of a server.
pub(crate) fn clock_of(server: impl std::fmt::Display) -> String {
    format!("silent {server}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    fn at(memory: &Memory, second: i64) -> Patience<'_> {
        let now = Timestamp::from_second(second).unwrap();
        Patience { memory, uid: "u", now, limit: SignedDuration::from_mins(15), borne: Cell::new(false) }
    }

    #[test]
    fn p7_a_silence_is_borne_until_it_has_lasted() {
        let memory = Memory::default();
        assert!([0, 60, 899].iter().all(|second| at(&memory, *second).bears("policy")));
        assert!(!at(&memory, 900).bears("policy"));
        assert!(at(&memory, 900).bears("another thing"), "each has a clock of its own");
    }

    #[test]
    fn p7_two_silences_with_an_answer_between_them_are_two() {
        let memory = Memory::default();
        assert!(at(&memory, 0).bears("policy"));
        at(&memory, 60).heard("policy");
        assert!(at(&memory, 3600).bears("policy"));
    }

    #[test]
    fn what_is_borne_is_asked_again_soon_and_what_is_news_is_not() {
        let memory = Memory::default();
        let first = at(&memory, 0);
        assert!(!first.has_borne());
        assert!(first.bears("policy") && first.has_borne());
        let last = at(&memory, 900);
        assert!(!last.bears("policy") && !last.has_borne());
    }
}
