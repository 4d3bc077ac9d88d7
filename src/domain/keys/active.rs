//! Which selector signers use now, and which one they should use next.

use mail_records::dkim::{KeyType, Selector};

use super::{HeldSelector, KeyFacts, KeySpec};
use crate::{
    api::{DkimAlgorithm, SelectorPhase},
    domain::facts::{Sight, Wait, after},
};

/// The selector that signers use. What the stable Secret says counts; where it is gone, the phase that was annotated.
/// Once active a key stays active: what DNS answers today is not asked.
pub(super) fn active<'a>(facts: &KeyFacts<'a>) -> Option<&'a Selector> {
    let known = |selector: &Selector| held(facts, selector).is_some() || facts.listed.contains(selector);
    let annotated = || facts.held.iter().filter(|held| held.phase == SelectorPhase::Active).max_by_key(|held| held.ordinal);
    facts.stable.filter(|selector| known(selector)).or_else(|| annotated().map(|held| &held.selector))
}

/// The newest key that may be used and is what the spec asks for.
pub(super) fn newest<'a>(facts: &KeyFacts<'a>) -> Option<&'a HeldSelector> {
    let usable = |held: &&HeldSelector| matches!(held.phase, SelectorPhase::Publishing | SelectorPhase::Active);
    facts.held.iter().filter(usable).filter(|held| fits(held, facts.spec)).max_by_key(|held| held.ordinal)
}

/// The held key of a selector.
pub(super) fn held<'a>(facts: &KeyFacts<'a>, selector: &Selector) -> Option<&'a HeldSelector> {
    facts.held.iter().find(|held| held.selector == *selector)
}

fn fits(held: &HeldSelector, spec: &KeySpec) -> bool {
    match spec.algorithm {
        DkimAlgorithm::RSA => held.public.key_type == KeyType::Rsa && held.public.rsa_bits() == usize::try_from(spec.size).ok(),
    }
}

/// Why a key may not be used yet; `None` when every authoritative server answers with it now, has done so without a
/// break for the negative TTL, and no resolver can remember that the name did not exist (P3, DNS-G5).
pub(super) fn not_ripe(facts: &KeyFacts<'_>, key: &HeldSelector) -> Option<Wait> {
    let selector = &key.selector;
    let missing = match facts.seen.get(selector) {
        Some(Sight::EverywhereRight) => None,
        Some(sight) => sight.missing(),
        None => Some("nobody was asked yet"),
    };
    if let Some(missing) = missing {
        let what = format!("selector {selector} becomes active once every authoritative server answers with it: {missing}");
        return Some(Wait { until: None, what });
    }
    let wait = jiff::SignedDuration::try_from(facts.negative_ttl).unwrap_or(jiff::SignedDuration::MAX);
    let until = after(key.verified_since.unwrap_or(facts.now), wait);
    (facts.now < until).then(|| {
        let what = format!(
            "every server answers with selector {selector}; it becomes active at {until:.0}, when no resolver can remember any \
             more that it did not exist"
        );
        Wait { until: Some(until), what }
    })
}
