//! What a visit says of the MTA-STS policy. No IO.

use super::{Subject, decide::Decisions, describe::is_verified, facts::Facts, patience::Patience};
use crate::{
    api::{ConditionType, MtaStsStatus, RecordStatus},
    controller::gather::way::WayView,
    domain::policy::{Confirmation, PolicyDecision},
    plan::Role,
    status::PolicyPicture,
};

/// Name of the clock that runs while somebody who has to serve the policy gives no answer.
const CLOCK: &str = "silent policy";
/// What is said while all is well.
const EVERYBODY: &str = "Every policy server and the public address serve the policy";

/// The picture, if there is a policy or one is being withdrawn.
pub(super) fn policy(
    patience: &Patience<'_>,
    subject: &Subject,
    facts: &Facts,
    decisions: &Decisions,
    records: &[RecordStatus],
) -> Option<PolicyPicture> {
    let decision = decisions.policy.as_ref()?;
    let withdrawing = withdrawing(decision);
    let silent = matches!(facts.confirmed, Confirmation::Silent(_));
    if !silent {
        patience.heard(CLOCK);
    }
    if silent && was_in_order(subject, facts, decisions, decision, records) && patience.bears(CLOCK) {
        let status = subject.before.mta_sts.clone().unwrap_or_else(|| decision.status.clone());
        return Some(PolicyPicture { status, served: true, reason: "Confirmed", message: EVERYBODY.to_owned(), withdrawing });
    }
    let (served, reason, message) = verdict(facts, decision);
    Some(PolicyPicture { status: status(decisions, decision, records), served, reason, message, withdrawing })
}

/// With the id that this very visit published, once it was seen: what is `Ready` names it.
fn status(decisions: &Decisions, decision: &PolicyDecision, records: &[RecordStatus]) -> MtaStsStatus {
    let mut ids = decisions.desired.wanted.iter().filter(|wanted| wanted.role == Role::MtaSts);
    let announced = ids.any(|wanted| is_verified(records, wanted)).then_some(decision.id.as_ref()).flatten();
    let status = decision.status.clone();
    MtaStsStatus { id: announced.map(|id| id.record.id().to_owned()).or(status.id), ..status }
}

fn withdrawing(decision: &PolicyDecision) -> Option<String> {
    let withdrawal = decision.withdrawal.as_ref()?;
    let wait = withdrawal.wait.as_ref().map(|wait| wait.what.clone());
    Some(wait.unwrap_or_else(|| "the policy's records and objects are being taken away".to_owned()))
}

fn verdict(facts: &Facts, decision: &PolicyDecision) -> (bool, &'static str, String) {
    let announced = decision.id.as_ref().is_none_or(|id| id.hold.is_none());
    if let Some(refused) = &decision.refused {
        return (false, refused.reason, refused.message.clone());
    }
    if facts.confirmed != Confirmation::Confirmed
        && let Some(why) = facts.way.as_ref().and_then(WayView::unattached)
    {
        return (false, "RouteNotAccepted", why.to_owned());
    }
    match &facts.confirmed {
        Confirmation::Confirmed if is_stored(facts, decision) && announced => (true, "Confirmed", EVERYBODY.to_owned()),
        Confirmation::Confirmed => (false, "Changing", "a new policy text was stored and is not confirmed yet".to_owned()),
        Confirmation::Not { who, why } => (false, "NotEverywhere", format!("{who}: {why}")),
        Confirmation::Silent(why) => (false, "NoAnswer", why.clone()),
        Confirmation::Unknown(why) => (false, "NotConfirmed", why.clone()),
    }
}

/// Whether the ConfigMap holds what it shall hold.
fn is_stored(facts: &Facts, decision: &PolicyDecision) -> bool {
    let stored = facts.policy.as_ref().and_then(|policy| policy.as_ref().ok());
    decision.serve.as_deref() == stored.map(|policy| policy.text.as_str())
}

/// Whether this text was seen everywhere before and its id is still said to answer: all that can be missing is an answer.
fn was_in_order(
    subject: &Subject,
    facts: &Facts,
    decisions: &Decisions,
    decision: &PolicyDecision,
    records: &[RecordStatus],
) -> bool {
    let mut ids = decisions.desired.wanted.iter().filter(|wanted| wanted.role == Role::MtaSts);
    decision.refused.is_none()
        && subject.before.is_true(ConditionType::PolicyServed)
        && is_stored(facts, decision)
        && ids.all(|wanted| is_verified(records, wanted))
}
