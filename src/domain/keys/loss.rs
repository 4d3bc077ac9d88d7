//! Lost Secrets: waited for, then replaced under a new selector, never quietly (P3, P8).

use mail_records::dkim::Selector;

use super::{KeyFacts, Lost, Ordinal, active};
use crate::domain::facts::{Wait, after};

/// Listed selectors that no Secret holds.
pub(super) fn lost_selectors(facts: &KeyFacts<'_>) -> Vec<Selector> {
    facts.listed.iter().filter(|selector| active::held(facts, selector).is_none()).cloned().collect()
}

/// What to say about them; `None` when there are none, or when nobody can tell.
pub(super) fn lost(facts: &KeyFacts<'_>) -> Option<Lost> {
    let selectors = lost_selectors(facts);
    if selectors.is_empty() || !facts.complete {
        return None;
    }
    let since = facts.lost_since.unwrap_or(facts.now);
    let replaced = active::newest(facts).is_some();
    let message = message(&selectors, replaced, facts);
    Some(Lost { selectors, since, replaced, message })
}

fn message(selectors: &[Selector], replaced: bool, facts: &KeyFacts<'_>) -> String {
    let names = selectors.iter().map(Selector::as_str).collect::<Vec<_>>().join(", ");
    let what =
        format!("the Secret of selector {names} is gone; its record stays, because no other key may ever stand there (P3)");
    if replaced {
        return format!("{what}; a new key has taken over under a new selector");
    }
    match facts.stable {
        Some(stable) if selectors.contains(stable) => {
            format!("{what}; signers still have it in Secret {}; restore it, or a new key replaces it", facts.spec.secret_name)
        }
        _ => format!("{what}; restore it, or a new key replaces it; mail is not signed meanwhile"),
    }
}

/// The ordinal of the key to make now, or what that waits for.
///
/// Nothing is made while input is incomplete (P6), nor while a lost Secret may still come back.
pub(super) fn generate(facts: &KeyFacts<'_>, lost: Option<&Lost>) -> (Option<Ordinal>, Option<Wait>) {
    if active::newest(facts).is_some() {
        return (None, None);
    }
    if !facts.complete {
        let what = format!("key {} is made once its Secrets and the marker in DNS can be read", facts.spec.name);
        return (None, Some(Wait { until: None, what }));
    }
    let Some(lost) = lost else { return (Some(next_ordinal(facts)), None) };
    let patience = jiff::SignedDuration::try_from(facts.lost_key_wait).unwrap_or(jiff::SignedDuration::MAX);
    let until = after(lost.since, patience);
    if facts.now >= until {
        return (Some(next_ordinal(facts)), None);
    }
    (None, Some(Wait { until: Some(until), what: lost.message.clone() }))
}

/// Above every ordinal that is held, and above those that lost Secrets can have had.
fn next_ordinal(facts: &KeyFacts<'_>) -> Ordinal {
    let above_held = facts.held.iter().map(|held| held.ordinal.saturating_add(1)).max().unwrap_or_default();
    above_held.max(Ordinal::try_from(facts.listed.len()).unwrap_or(Ordinal::MAX))
}
