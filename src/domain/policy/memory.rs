//! What is remembered when the served text changes, and when the change has arrived everywhere (STS-G4).

use jiff::{SignedDuration, Timestamp};
use mail_records::mta_sts::{Mode, Policy};

use super::{Confirmation, PolicyFacts};
use crate::domain::{
    facts::{after, after_seconds},
    objects::PolicyMemory,
};

/// The memory to store beside `serve`. The same memory comes back when nothing changed (P7).
pub(super) fn next(facts: &PolicyFacts<'_>, serve: &str, withdrawing: bool) -> PolicyMemory {
    let mut memory = if facts.served == Some(serve) { arrived(facts) } else { switched(facts) };
    if let Some(max_age) = enforced(Policy::parse(serve).ok().as_ref()) {
        memory.largest_max_age = memory.largest_max_age.max(max_age);
    } else if memory.largest_max_age > 0 && memory.enforced_until.is_none() {
        // Somebody edited the text by hand: an enforce policy was served and nobody noted when it ended.
        memory.enforced_until = Some(after_seconds(facts.now, memory.largest_max_age));
    }
    memory.withdrawing = withdrawing;
    memory
}

/// The text changes now: an enforce policy that was served until now can be cached for its whole `max_age`.
fn switched(facts: &PolicyFacts<'_>) -> PolicyMemory {
    let mut memory = facts.memory.clone();
    let Some(served) = facts.served else { return memory };
    // An earlier change that has not arrived everywhere keeps its date: some endpoint may still serve what was before it.
    memory.switched_at = memory.switched_at.or(Some(facts.now));
    let left = match Policy::parse(served) {
        Ok(policy) => enforced(Some(&policy)),
        // Not ours any more: what it was is unknown, so the worst is taken.
        Err(_) => Some(memory.largest_max_age).filter(|max_age| *max_age > 0),
    };
    if let Some(max_age) = left {
        memory.enforced_until = memory.enforced_until.max(Some(after_seconds(facts.now, max_age)));
    }
    memory
}

/// The text changed earlier and everybody serves the new one now. Until this moment a slow endpoint may have served
/// an old one, so every wait is longer by that time.
fn arrived(facts: &PolicyFacts<'_>) -> PolicyMemory {
    let mut memory = facts.memory.clone();
    if facts.confirmed == Confirmation::Confirmed
        && let Some(switched_at) = memory.switched_at.take()
    {
        let delay = facts.now.duration_since(switched_at).max(SignedDuration::ZERO);
        memory.enforced_until = memory.enforced_until.map(|until: Timestamp| after(until, delay));
    }
    memory
}

/// The `max_age` of an enforce policy, in seconds.
fn enforced(policy: Option<&Policy>) -> Option<u32> {
    policy.filter(|policy| policy.mode == Mode::Enforce).map(|policy| policy.max_age)
}
