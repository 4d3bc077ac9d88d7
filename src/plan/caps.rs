//! How much may be deleted with one credential in one hour.
//!
//! Counting over time is the caller's work; here is only the arithmetic and the name of a plan's deletions.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::{Item, Outcome, Plan};

/// Hex digits of a digest: enough to name a plan, short enough to type.
const DIGITS: usize = 12;

/// Most deletions per credential and hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeleteCap(pub usize);

/// The plan has to wait.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CapReached {
    /// What an override has to name.
    pub digest: String,
    /// How many deletions, how many are allowed, and what would end the wait.
    pub message: String,
}

impl DeleteCap {
    /// Whether a plan's deletions fit beside those of the current window.
    ///
    /// `override_digest` is what the user allowed by name; it lets exactly these deletions through. A plan without
    /// deletions always passes.
    pub fn allowed(self, plan: &Plan, used_in_window: usize, override_digest: Option<&str>) -> Result<(), CapReached> {
        let count = plan.deletions();
        let digest = plan.deletion_digest();
        if count == 0 || used_in_window.saturating_add(count) <= self.0 || override_digest == Some(digest.as_str()) {
            return Ok(());
        }
        let then = if count > self.0 {
            "more than that wait until they are"
        } else {
            "they go on when the hour has passed, or at once when"
        };
        let message = format!(
            "{count} deletions wait: {used_in_window} of {} for this credential were made in the last hour; {then} allowed as {digest}",
            self.0
        );
        Err(CapReached { digest, message })
    }
}

impl Plan {
    /// Names the plan's deletions: the first 12 hex digits of SHA-256 over their sorted lines `<name> <type> <value>`.
    ///
    /// It says nothing of the rest of the plan, so an override holds while other records change.
    pub fn deletion_digest(&self) -> String {
        let mut lines: Vec<_> = self.items.iter().filter_map(deletion).collect();
        lines.sort();
        let hash = Sha256::digest(lines.concat());
        let mut hex = String::new();
        for byte in hash.iter().take(DIGITS / 2) {
            // Writing to a String does not fail.
            let _ = write!(hex, "{byte:02x}");
        }
        hex
    }
}

fn deletion(item: &Item) -> Option<String> {
    match &item.outcome {
        Outcome::Delete { was } => Some(format!("{} {} {was}\n", item.name, item.kind)),
        _ => None,
    }
}
