//! Waiting for a condition, never for a time.

use std::time::Duration;

use mailward_sandbox::wait;

use super::Lab;

/// Far longer than anything takes: a drift interval is 10 s, and the machine may be busy.
const WITHIN: Duration = Duration::from_secs(90);

/// Waits until something holds; shows the controller's log if it never does.
pub(crate) async fn until(lab: &Lab, what: &str, holds: impl AsyncFnMut() -> bool) {
    assert!(eventually(holds).await, "waited in vain for: {what}\n{}", lab.log());
}

/// Whether something became true in time.
pub(super) async fn eventually(holds: impl AsyncFnMut() -> bool) -> bool {
    wait::until("", WITHIN, holds).await.is_ok()
}
