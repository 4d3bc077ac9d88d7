//! Waiting for what should become true, and saying what was there instead.

use std::time::Duration;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use mailward::api::{MailDomain, MailDomainStatus};
use mailward_sandbox::wait;

/// Far longer than anything takes: a drift interval is 10 s, and the machine may be busy.
const WITHIN: Duration = Duration::from_mins(1);

/// Whether something became true in time.
pub(super) async fn eventually(holds: impl AsyncFnMut() -> bool) -> bool {
    wait::until("", WITHIN, holds).await.is_ok()
}

/// What a test looks at of an object.
pub(crate) type Watched = MailDomain;

/// The status, empty where there is none.
pub(super) fn status(object: &Watched) -> MailDomainStatus {
    object.status.clone().unwrap_or_default()
}

/// A condition that speaks of the spec as it is now.
pub(crate) fn condition(object: &Watched, kind: &str) -> Option<Condition> {
    let current = |condition: &Condition| condition.observed_generation == object.metadata.generation;
    status(object).conditions.into_iter().find(|condition| condition.type_ == kind).filter(current)
}

/// Whether the spec as it is now holds.
pub(crate) fn is_ready(object: &Watched) -> bool {
    condition(object, "Ready").is_some_and(|ready| ready.status == "True")
}

/// What `Ready` says.
pub(crate) fn ready_message(object: &Watched) -> String {
    condition(object, "Ready").map(|ready| ready.message).unwrap_or_default()
}
