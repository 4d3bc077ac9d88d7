//! What the object's status says about a key.

use mail_records::dkim::Selector;

use super::{HeldSelector, KeyFacts, step::phase};
use crate::api::{DkimKeyStatus, SelectorStatus};

/// The key with its selectors, oldest first.
pub(super) fn status(facts: &KeyFacts<'_>, active: Option<&Selector>) -> DkimKeyStatus {
    let mut held: Vec<&HeldSelector> = facts.held.iter().collect();
    held.sort_by_key(|held| held.ordinal);
    DkimKeyStatus {
        name: facts.spec.name.clone(),
        active_selector: active.map(ToString::to_string),
        selectors: held.into_iter().map(|held| selector(held, active)).collect(),
    }
}

fn selector(held: &HeldSelector, active: Option<&Selector>) -> SelectorStatus {
    SelectorStatus { selector: held.selector.to_string(), fingerprint: held.fingerprint.clone(), phase: phase(held, active) }
}
