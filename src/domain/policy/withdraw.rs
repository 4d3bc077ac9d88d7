//! Withdrawal: `mode: none` until no sender can hold an enforce policy, then the records, then the objects (RFC 8461 8.3).

use mail_records::mta_sts::{Mode, Policy};

use super::{IdDecision, IdSight, PolicyFacts, Withdrawal};
use crate::domain::{facts::Wait, objects::PolicyMemory};

/// `max_age` of the policy that withdraws, in seconds: a day (RFC 8461 8.3).
const NONE_MAX_AGE: u32 = 86_400;

/// The text that withdraws a policy.
pub(super) fn none_text() -> String {
    Policy { mode: Mode::None, mx: Vec::new(), max_age: NONE_MAX_AGE }.to_text()
}

/// Whether an enforce policy was ever served: only that one can hold mail back after it is gone.
pub(super) fn was_enforced(facts: &PolicyFacts<'_>) -> bool {
    let serves_enforce =
        || facts.served.and_then(|text| Policy::parse(text).ok()).is_some_and(|policy| policy.mode == Mode::Enforce);
    facts.memory.largest_max_age > 0 || facts.memory.enforced_until.is_some() || serves_enforce()
}

/// A policy that never held mail back goes at once.
pub(super) fn at_once(facts: &PolicyFacts<'_>) -> Withdrawal {
    over(facts, None)
}

/// How far the withdrawal is, with `memory` and `id` as decided in this step.
pub(super) fn progress(facts: &PolicyFacts<'_>, memory: &PolicyMemory, id: Option<&IdDecision>) -> Withdrawal {
    let safe_after = memory.enforced_until;
    let Some(what) = missing(facts, memory, id) else { return over(facts, safe_after) };
    let until = safe_after.filter(|until| *until > facts.now);
    Withdrawal { safe_after, wait: Some(Wait { until, what }), records: false, objects: false }
}

fn missing(facts: &PolicyFacts<'_>, memory: &PolicyMemory, id: Option<&IdDecision>) -> Option<String> {
    let cached = memory.enforced_until.filter(|until| facts.now < *until);
    // Without a record nobody fetches, so what is served does not matter any more; without its address nobody could.
    if cached.is_none() && facts.id_in_dns == IdSight::Known(None) {
        return None;
    }
    if let Some(hold) = id.and_then(|id| id.hold.as_ref()) {
        return Some(format!("the policy is being withdrawn with mode: none. {}", hold.message));
    }
    if memory.switched_at.is_some() {
        return Some("the policy is being withdrawn: not every endpoint serves mode: none yet".to_owned());
    }
    let announced = id.map(|id| IdSight::Known(Some(id.record.id().to_owned())));
    if announced.is_some_and(|announced| facts.id_in_dns != announced) {
        return Some("the policy is being withdrawn: its new id does not answer everywhere yet".to_owned());
    }
    let until = cached?;
    Some(format!("mode: none is served until {until:.0}, when no sender can hold an enforce policy any more (RFC 8461 8.3)"))
}

/// Records first: a record without a policy is harmless, but a ConfigMap that is gone remembers no record.
fn over(facts: &PolicyFacts<'_>, safe_after: Option<jiff::Timestamp>) -> Withdrawal {
    Withdrawal { safe_after, wait: None, records: true, objects: facts.id_in_dns == IdSight::Known(None) }
}
