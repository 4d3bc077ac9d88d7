//! Waiting for what should become true, never for a time, and reading what an object says.

use std::time::Duration;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use mailward::api::{MailDomain, MailDomainStatus};
use mailward_sandbox::wait;

/// Far longer than anything takes: a drift interval is 10 s, and the machine may be busy.
const WITHIN: Duration = Duration::from_secs(90);

/// Whether something became true in time.
pub(crate) async fn eventually(holds: impl AsyncFnMut() -> bool) -> bool {
    wait::until("", WITHIN, holds).await.is_ok()
}

/// The status, empty where there is none.
pub(crate) fn status(object: &MailDomain) -> MailDomainStatus {
    object.status.clone().unwrap_or_default()
}

/// A condition that speaks of the spec as it is now.
pub(crate) fn condition(object: &MailDomain, kind: &str) -> Option<Condition> {
    let current = |condition: &Condition| condition.observed_generation == object.metadata.generation;
    status(object).conditions.into_iter().find(|condition| condition.type_ == kind).filter(current)
}

/// Whether such a condition has this status.
pub(crate) fn is(object: &MailDomain, kind: &str, value: &str) -> bool {
    condition(object, kind).is_some_and(|condition| condition.status == value)
}

/// Whether the spec as it is now holds.
pub(crate) fn is_ready(object: &MailDomain) -> bool {
    is(object, "Ready", "True")
}

/// What `Ready` says.
pub(crate) fn ready_message(object: &MailDomain) -> String {
    condition(object, "Ready").map(|ready| ready.message).unwrap_or_default()
}
