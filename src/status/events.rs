//! Events of a pass: what was changed, and each condition that became another one.
//!
//! Made from the difference of two statuses, so a pass that saw nothing new says nothing.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;

use super::{MailDomainStatus, Picture};
use crate::api::ConditionType;

/// How loud an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Progress.
    Normal,
    /// Somebody should look.
    Warning,
}

/// An event before it is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// How loud.
    pub severity: Severity,
    /// CamelCase reason.
    pub reason: String,
    /// One sentence.
    pub note: String,
}

/// Conditions whose `True` is a warning.
const ABNORMAL: [ConditionType; 3] = [ConditionType::Conflict, ConditionType::DMARCHeld, ConditionType::Stalled];

/// What to tell after a pass.
pub fn events(picture: &Picture, previous: Option<&MailDomainStatus>, next: &MailDomainStatus) -> Vec<Event> {
    let old = previous.map_or(&[][..], |status| &status.conditions);
    // One event for all changes of a pass: that is one write, and they are read together.
    let changes = (!picture.done.is_empty()).then(|| normal("Changed", picture.done.join("; ")));
    changes.into_iter().chain(next.conditions.iter().filter(|new| changed(old, new)).filter_map(told)).collect()
}

fn changed(old: &[Condition], new: &Condition) -> bool {
    !old.iter()
        .any(|old| old.type_ == new.type_ && old.status == new.status && old.reason == new.reason && old.message == new.message)
}

/// `Ready` speaks when it becomes true; what keeps it from being true speaks through the condition that says why.
fn told(new: &Condition) -> Option<Event> {
    let is = |kind: ConditionType| new.type_ == kind.as_str();
    let holds = new.status == "True";
    if ABNORMAL.into_iter().any(is) {
        return Some(Event {
            severity: Severity::Warning,
            reason: format!("{}{}", new.type_, suffix(new)),
            note: new.message.clone(),
        });
    }
    if is(ConditionType::Accepted) && !holds {
        return Some(Event { severity: Severity::Warning, reason: "NotAccepted".to_owned(), note: new.message.clone() });
    }
    if is(ConditionType::Withdrawing) {
        return Some(normal("Withdrawing", new.message.clone()));
    }
    let good = [ConditionType::Ready, ConditionType::DKIMReady, ConditionType::PolicyServed].into_iter().any(is);
    (good && holds).then(|| normal(&new.type_, new.message.clone()))
}

/// `Stalled` is told with its reason, because it repeats another condition's.
fn suffix(condition: &Condition) -> &str {
    if condition.type_ == ConditionType::Stalled.as_str() { &condition.reason } else { "" }
}

fn normal(reason: &str, note: String) -> Event {
    Event { severity: Severity::Normal, reason: reason.to_owned(), note }
}
