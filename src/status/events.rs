//! Events of a pass: what was changed, and each condition that became another one.
//!
//! Made from the difference of two statuses, so a pass that saw nothing new says nothing.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;

use super::{DELETING, MailDomainStatus, Picture};
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

/// What to tell of a provider object: that it works, or why not, each once however many domains it serves.
pub fn of_provider(old: &[Condition], new: &[Condition]) -> Option<Event> {
    let ready = |all: &[Condition]| all.iter().find(|condition| condition.type_ == ConditionType::Ready.as_str()).cloned();
    let new = ready(new)?;
    if ready(old).is_some_and(|old| old.status == new.status && old.reason == new.reason) {
        return None;
    }
    if new.status == "True" && new.reason == "Connected" {
        return Some(normal(&new.type_, new.message));
    }
    Some(Event { severity: Severity::Warning, reason: new.reason, note: new.message })
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
    // Whoever deletes something waits for it.
    if is(ConditionType::Reconciling) && new.reason == DELETING {
        return Some(normal(DELETING, new.message.clone()));
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

#[cfg(test)]
mod tests {
    use k8s_openapi::jiff::Timestamp;

    use super::{
        super::{Obstacle, status},
        *,
    };
    use crate::api::condition;

    fn ready(holds: bool, reason: &str, message: &str) -> Vec<Condition> {
        vec![condition(ConditionType::Ready, holds, reason, message, 1, Timestamp::UNIX_EPOCH)]
    }

    fn told(old: &[Condition], new: &[Condition]) -> Option<(Severity, String)> {
        of_provider(old, new).map(|event| (event.severity, event.reason))
    }

    #[test]
    fn p8_a_deletion_that_goes_on_by_itself_is_no_warning_and_one_that_is_stuck_is() {
        let told = |obstacle: Obstacle| {
            let picture = Picture { blocked: Some(obstacle), ..Picture::new(1, Timestamp::UNIX_EPOCH) };
            events(&picture, None, &status(&picture, None))
                .into_iter()
                .map(|event| (event.severity, event.reason))
                .collect::<Vec<_>>()
        };
        let why = || "SPF stays until the DMARC record is gone".to_owned();
        assert_eq!(told(Obstacle::passing("Deleting", why())), [(Severity::Normal, "Deleting".to_owned())]);
        assert_eq!(told(Obstacle::lasting("Deleting", why())), [(Severity::Warning, "StalledDeleting".to_owned())]);
    }

    #[test]
    fn p8_an_outage_of_a_provider_is_told_when_it_begins_and_when_it_ends() {
        let (works, down) = (ready(true, "Connected", "1 zone"), ready(false, "ProviderUnreachable", "connection refused"));
        assert_eq!(told(&works, &down), Some((Severity::Warning, "ProviderUnreachable".to_owned())));
        assert_eq!(told(&down, &ready(false, "ProviderUnreachable", "connection reset")), None, "the same in other words");
        assert_eq!(told(&down, &works), Some((Severity::Normal, "Ready".to_owned())));
        assert_eq!(told(&works, &ready(true, "Connected", "2 zones")), None);
    }

    #[test]
    fn p8_what_keeps_a_provider_from_working_is_told_anew_when_it_is_something_else() {
        let (down, denied) = (ready(false, "ProviderUnreachable", "refused"), ready(false, "ProviderDenied", "a wrong token"));
        assert_eq!(told(&down, &denied), Some((Severity::Warning, "ProviderDenied".to_owned())));
        let less = ready(true, "PermissionsMissing", "it seems to lack DNS / Edit");
        assert_eq!(told(&[], &less), Some((Severity::Warning, "PermissionsMissing".to_owned())));
    }
}
