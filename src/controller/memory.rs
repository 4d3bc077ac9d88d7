//! What the process remembers between passes and may forget at any time: nothing here decides what is ours.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use k8s_openapi::jiff::{SignedDuration, Timestamp};
use mail_records::marker::Slot;

use super::apply::lag::Lag;
use crate::dns::Value;

/// Reverts by somebody else after which a value is left alone (P1, `Contested`).
const REVERTS: u32 = 3;
/// Reverts further apart than this are drift, not a quarrel.
const QUARREL: SignedDuration = SignedDuration::from_hours(24);

/// Notes by MailDomain UID.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    notes: Mutex<HashMap<String, Notes>>,
    deletions: Mutex<HashMap<String, Ledger>>,
}

/// The deletions with one credential.
#[derive(Debug, Default)]
struct Ledger {
    /// When each was made.
    made: VecDeque<Timestamp>,
    /// What was begun and has no answer yet, or never got one: when, and how many, by the UID of the MailDomain.
    begun: HashMap<String, (Timestamp, usize)>,
}

impl Ledger {
    /// What was begun before and is not asked for again was made, whatever became of the answer.
    fn settle(&mut self, uid: &str, still_wanted: usize) {
        if let Some((when, count)) = self.begun.remove(uid) {
            self.made.extend(std::iter::repeat_n(when, count.saturating_sub(still_wanted)));
        }
    }

    fn forget_before(&mut self, begin: Timestamp) {
        self.made.retain(|time| *time >= begin);
        self.begun.retain(|_, (time, _)| *time >= begin);
    }

    fn count(&self) -> usize {
        self.made.len() + self.begun.values().map(|(_, count)| count).sum::<usize>()
    }
}

/// Notes on one MailDomain.
#[derive(Debug, Default)]
struct Notes {
    /// Slots that we wrote, and when and how often somebody put something else there afterwards.
    written: HashMap<Slot, Reverts>,
    /// Passes in a row that got nowhere.
    tries: u32,
    /// Passes in a row that wrote something.
    spins: u32,
    /// Since when something has been so: silent servers, lost keys.
    since: HashMap<String, Timestamp>,
    /// Whether the object was looked at since this process started.
    seen: bool,
    /// Whether it was seen to be ready since then.
    arrived: bool,
    /// What the provider holds and DNS does not show yet; boxed, since few domains have one at a time.
    lag: Option<Box<Lag>>,
}

#[derive(Debug, Clone)]
struct Reverts {
    /// The value's hash: ten thousand domains have a DKIM key each.
    value: u64,
    count: u32,
    last: Timestamp,
}

fn hash_of(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Memory {
    /// Whether this is the first time the object is looked at since the process started.
    pub(crate) fn first_sight(&self, uid: &str) -> bool {
        let mut notes = lock(&self.notes);
        !std::mem::replace(&mut notes.entry(uid.to_owned()).or_default().seen, true)
    }

    /// Notes that the object is ready.
    pub(crate) fn arrived(&self, uid: &str) {
        lock(&self.notes).entry(uid.to_owned()).or_default().arrived = true;
    }

    /// Whether the object was never seen to be ready.
    pub(crate) fn is_newcomer(&self, uid: &str) -> bool {
        !lock(&self.notes).get(uid).is_some_and(|notes| notes.arrived)
    }

    /// What the provider holds and DNS did not show at the last look.
    pub(crate) fn lag(&self, uid: &str) -> Option<Lag> {
        lock(&self.notes).get(uid)?.lag.as_deref().cloned()
    }

    /// Notes it, or that there is nothing of the kind.
    pub(crate) fn lags(&self, uid: &str, lag: Option<Lag>) {
        lock(&self.notes).entry(uid.to_owned()).or_default().lag = lag.map(Box::new);
    }

    /// Forgets an object that is gone.
    pub(crate) fn forget(&self, uid: &str) {
        lock(&self.notes).remove(uid);
    }

    /// Notes that we wrote a value. Writing the same one again means that somebody had changed or removed it.
    pub(crate) fn wrote(&self, uid: &str, slot: &Slot, value: &Value, now: Timestamp) {
        let mut notes = lock(&self.notes);
        let written = &mut notes.entry(uid.to_owned()).or_default().written;
        let value = hash_of(value);
        let before = written.get(slot).filter(|reverts| reverts.value == value && now.duration_since(reverts.last) <= QUARREL);
        let count = before.map_or(0, |reverts| reverts.count + 1);
        written.insert(slot.clone(), Reverts { value, count, last: now });
    }

    /// Slots that somebody reverted [`REVERTS`] times after our writes.
    pub(crate) fn contested(&self, uid: &str, now: Timestamp) -> HashSet<Slot> {
        let notes = lock(&self.notes);
        let Some(notes) = notes.get(uid) else { return HashSet::new() };
        let quarrels = |reverts: &Reverts| reverts.count >= REVERTS && now.duration_since(reverts.last) <= QUARREL;
        notes.written.iter().filter(|(_, reverts)| quarrels(reverts)).map(|(slot, _)| slot.clone()).collect()
    }

    /// Starts the count of reverts anew: the spec changed, so the user has looked at it.
    pub(crate) fn settle_quarrels(&self, uid: &str) {
        if let Some(notes) = lock(&self.notes).get_mut(uid) {
            notes.written.clear();
        }
    }

    /// Counts a pass that got nowhere; returns how many there were before it.
    pub(crate) fn tries(&self, uid: &str) -> u32 {
        let mut notes = lock(&self.notes);
        let notes = notes.entry(uid.to_owned()).or_default();
        notes.spins = 0;
        notes.tries = notes.tries.saturating_add(1);
        notes.tries - 1
    }

    /// Counts a pass that wrote something, which starts the count of the others anew; returns how many there were before it.
    pub(crate) fn spins(&self, uid: &str) -> u32 {
        let mut notes = lock(&self.notes);
        let notes = notes.entry(uid.to_owned()).or_default();
        notes.tries = 0;
        notes.spins = notes.spins.saturating_add(1);
        notes.spins - 1
    }

    /// Starts both counts anew: there is nothing left to do.
    pub(crate) fn rest(&self, uid: &str) {
        let mut notes = lock(&self.notes);
        let notes = notes.entry(uid.to_owned()).or_default();
        (notes.tries, notes.spins) = (0, 0);
    }

    /// Since when a thing has been so; the first call after it became so starts the clock.
    pub(crate) fn since(&self, uid: &str, what: &str, now: Timestamp) -> Timestamp {
        let mut notes = lock(&self.notes);
        *notes.entry(uid.to_owned()).or_default().since.entry(what.to_owned()).or_insert(now)
    }

    /// Since when a thing has been so, without starting the clock.
    pub(crate) fn since_when(&self, uid: &str, what: &str) -> Option<Timestamp> {
        lock(&self.notes).get(uid)?.since.get(what).copied()
    }

    /// Starts the clock of a thing anew.
    pub(crate) fn restart(&self, uid: &str, what: &str, now: Timestamp) {
        lock(&self.notes).entry(uid.to_owned()).or_default().since.insert(what.to_owned(), now);
    }

    /// Ends the clock of a thing.
    pub(crate) fn over(&self, uid: &str, what: &str) {
        if let Some(notes) = lock(&self.notes).get_mut(uid) {
            notes.since.remove(what);
        }
    }

    /// Enters the deletions that a domain's plan asks for into the ledger of a credential, if `allowed` says so of those that it
    /// made within the window that ends now. Asked and entered in one act: domains that are deleted at the same time share what
    /// is left. A plan without any is entered as well, since it tells what became of the last one.
    pub(crate) fn begin_deletions<E>(
        &self,
        credential: &str,
        uid: &str,
        count: usize,
        window: Duration,
        now: Timestamp,
        allowed: impl FnOnce(usize) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut ledgers = lock(&self.deletions);
        let ledger = ledgers.entry(credential.to_owned()).or_default();
        let window = SignedDuration::try_from(window).unwrap_or(SignedDuration::MAX);
        ledger.forget_before(now.saturating_sub(window).unwrap_or(Timestamp::MIN));
        ledger.settle(uid, count);
        allowed(ledger.count())?;
        if count > 0 {
            ledger.begun.insert(uid.to_owned(), (now, count));
        }
        Ok(())
    }

    /// The answer to them: made, or refused as a whole. Without an answer they stay begun.
    pub(crate) fn end_deletions(&self, credential: &str, uid: &str, made: bool) {
        if let Some(ledger) = lock(&self.deletions).get_mut(credential) {
            if made {
                ledger.settle(uid, 0);
            } else {
                ledger.begun.remove(uid);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn p1_the_third_revert_after_our_write_makes_a_value_contested() {
        let (memory, slot, value) = (Memory::default(), "spf".parse::<Slot>().unwrap(), Value::text("v=spf1 -all"));
        for second in 0..=2 {
            memory.wrote("u", &slot, &value, at(second));
        }
        assert!(memory.contested("u", at(3)).is_empty());
        memory.wrote("u", &slot, &value, at(3));
        assert_eq!(memory.contested("u", at(4)), HashSet::from([slot]));
        memory.settle_quarrels("u");
        assert!(memory.contested("u", at(5)).is_empty());
    }

    #[test]
    fn a_changed_spec_and_reverts_days_apart_are_no_quarrel() {
        let (memory, slot) = (Memory::default(), "spf".parse::<Slot>().unwrap());
        for version in 0..6 {
            memory.wrote("u", &slot, &Value::text(&format!("v=spf1 ip4:192.0.2.{version} -all")), at(version));
            memory.wrote("v", &slot, &Value::text("v=spf1 -all"), at(version * 90_000));
        }
        assert!(memory.contested("u", at(6)).is_empty());
        assert!(memory.contested("v", at(5 * 90_000)).is_empty());
    }

    #[test]
    fn p6_deletions_leave_the_ledger_after_their_window() {
        let memory = Memory::default();
        assert_eq!(begun(&memory, "a", 3, 0), 0);
        memory.end_deletions("c", "a", true);
        assert_eq!(begun(&memory, "b", 2, 3000), 3);
        assert_eq!(begun(&memory, "d", 0, 3600), 5);
        assert_eq!(begun(&memory, "d", 0, 3601), 2);
        assert_eq!(begun(&memory, "d", 0, 6601), 0);
    }

    #[test]
    fn p6_deletions_count_from_when_they_begin_and_not_when_they_were_refused() {
        let memory = Memory::default();
        assert_eq!(begun(&memory, "a", 3, 0), 0);
        let refused: Result<(), usize> = memory.begin_deletions("c", "b", 3, Duration::from_hours(1), at(0), Err);
        assert_eq!(refused, Err(3), "whoever comes while the first is at it sees its deletions");
        memory.end_deletions("c", "a", false);
        assert_eq!(begun(&memory, "b", 0, 0), 0);
    }

    #[test]
    fn p6_deletions_whose_answer_was_lost_count_as_far_as_they_are_not_asked_for_again() {
        let memory = Memory::default();
        assert_eq!(begun(&memory, "a", 3, 0), 0);
        assert_eq!(begun(&memory, "a", 1, 1), 2, "two of them were made");
        memory.end_deletions("c", "a", true);
        assert_eq!(begun(&memory, "a", 0, 2), 3);
    }

    /// Enters deletions of a domain, and says how many there were.
    fn begun(memory: &Memory, uid: &str, count: usize, second: i64) -> usize {
        let mut before = 0;
        let hour = Duration::from_hours(1);
        let entered: Result<(), ()> = memory.begin_deletions("c", uid, count, hour, at(second), |used| {
            before = used;
            Ok(())
        });
        entered.unwrap();
        before
    }
}
