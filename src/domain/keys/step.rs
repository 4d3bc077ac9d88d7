//! One step of the machine.

use mail_records::dkim::{KeyRecord, Selector};

use super::{HeldSelector, KeyDecision, KeyFacts, active, loss, status};
use crate::{api::SelectorPhase, domain::facts::Sight};

/// Decides what to do about one key of the spec.
pub fn step(facts: &KeyFacts<'_>) -> KeyDecision {
    let lost = loss::lost(facts);
    let (generate, wait_for_key) = loss::generate(facts, lost.as_ref());
    let now_active = active::active(facts);
    let next = active::newest(facts).filter(|next| Some(&next.selector) != now_active);
    let unripe = next.and_then(|next| active::not_ripe(facts, next));
    let ripe = next.filter(|_| unripe.is_none()).map(|next| &next.selector);
    let active = ripe.or(now_active);
    KeyDecision {
        generate,
        publish: facts.held.iter().map(record).collect(),
        keep: loss::lost_selectors(facts),
        mark_verified: mark_verified(facts),
        clear_verified: clear_verified(facts, now_active),
        stable: active.filter(|selector| active::held(facts, selector).is_some()).cloned(),
        phases: phases(facts, active),
        wait: wait_for_key.or(unripe),
        lost,
        status: status::status(facts, active),
    }
}

/// A revoked key stays in DNS with an empty `p=` (RFC 6376 3.6.1).
fn record(held: &HeldSelector) -> (Selector, KeyRecord) {
    let record = if held.phase == SelectorPhase::Revoked { KeyRecord::revoked() } else { held.public.clone() };
    (held.selector.clone(), record)
}

fn mark_verified(facts: &KeyFacts<'_>) -> Vec<(Selector, jiff::Timestamp)> {
    let unmarked = facts.held.iter().filter(|held| held.verified_since.is_none());
    unmarked
        .filter(|held| facts.seen.get(&held.selector).is_some_and(Sight::is_right))
        .map(|held| (held.selector.clone(), facts.now))
        .collect()
}

/// A key in use keeps its date, since it stays in use; silence clears nothing.
fn clear_verified(facts: &KeyFacts<'_>, now_active: Option<&Selector>) -> Vec<Selector> {
    let marked = facts.held.iter().filter(|held| held.verified_since.is_some() && held.phase == SelectorPhase::Publishing);
    marked
        .filter(|held| Some(&held.selector) != now_active)
        .filter(|held| matches!(facts.seen.get(&held.selector), Some(Sight::NotYet(_))))
        .map(|held| held.selector.clone())
        .collect()
}

/// The phases that differ from the annotated ones.
fn phases(facts: &KeyFacts<'_>, active: Option<&Selector>) -> Vec<(Selector, SelectorPhase)> {
    let wanted = facts.held.iter().map(|held| (held, phase(held, active)));
    wanted.filter(|(held, phase)| held.phase != *phase).map(|(held, phase)| (held.selector.clone(), phase)).collect()
}

pub(super) fn phase(held: &HeldSelector, active: Option<&Selector>) -> SelectorPhase {
    match held.phase {
        _ if Some(&held.selector) == active => SelectorPhase::Active,
        SelectorPhase::Active => SelectorPhase::Retiring,
        other => other,
    }
}
