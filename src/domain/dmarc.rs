//! Whether a DMARC record may be applied now: stricter only when it holds (P5).

use mail_records::{dkim::Selector, dmarc::Dmarc};

use super::facts::{MxFacts, Sight};
use crate::plan::Hold;

/// Everything the decision is made from.
#[derive(Clone, Debug)]
pub struct DmarcFacts<'a> {
    /// The record of the spec.
    pub wanted: &'a Dmarc,
    /// What applies today.
    pub current: CurrentDmarc,
    /// What DNS says about this spec's SPF record; `None` when the spec has none.
    pub spf: Option<Support>,
    /// What DNS says about each selector the spec names.
    pub selectors: Vec<(Selector, Support)>,
}

/// The record that receivers apply today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CurrentDmarc {
    /// This one: the domain's own, or the one it inherits from a domain above.
    Record(Dmarc),
    /// None that receivers can read.
    Nothing,
    /// The lookup failed, for this reason.
    Unknown(String),
}

/// How far something that DMARC rests on is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Support {
    /// What the servers say about a record that may stand.
    Seen(Sight),
    /// A foreign value stands in its place; the text says which.
    Conflict(String),
}

/// What to do with the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DmarcDecision {
    /// Write it.
    Apply,
    /// Leave what is there.
    Held(Hold),
}

impl DmarcDecision {
    /// The hold for the plan.
    pub fn hold(&self) -> Option<Hold> {
        match self {
            Self::Apply => None,
            Self::Held(hold) => Some(hold.clone()),
        }
    }
}

/// Decides. A record that turns away no more mail than today's is never held.
pub fn decide(facts: &DmarcFacts<'_>) -> DmarcDecision {
    let stricter = match &facts.current {
        CurrentDmarc::Record(current) => facts.wanted.is_stricter_than(Some(current)),
        CurrentDmarc::Nothing | CurrentDmarc::Unknown(_) => facts.wanted.is_stricter_than(None),
    };
    let missing = missing(facts);
    if !stricter || missing.is_empty() {
        return DmarcDecision::Apply;
    }
    let message = format!(
        "P5: this DMARC record is stricter than what DNS has, and would turn mail away before it can pass. Missing: {}. \
         What is published stays until then",
        missing.join("; ")
    );
    DmarcDecision::Held(Hold { reason: "DMARCHeld", message })
}

fn missing(facts: &DmarcFacts<'_>) -> Vec<String> {
    let named = facts.selectors.iter().map(|(selector, support)| (format!("selector {selector}"), support));
    let all = facts.spf.iter().map(|support| ("SPF".to_owned(), support)).chain(named);
    let conflicts = all.filter_map(|(what, support)| match support {
        Support::Conflict(why) => Some(format!("{what} is in conflict ({why})")),
        Support::Seen(_) => None,
    });
    let unknown = match &facts.current {
        CurrentDmarc::Unknown(why) => Some(format!("today's record cannot be read ({why})")),
        CurrentDmarc::Record(_) | CurrentDmarc::Nothing => None,
    };
    unknown
        .into_iter()
        .chain(conflicts)
        .chain(spf_missing(facts))
        .chain(no_selector(facts))
        .chain(nothing_at_all(facts))
        .collect()
}

fn spf_missing(facts: &DmarcFacts<'_>) -> Option<String> {
    match facts.spf.as_ref()? {
        Support::Seen(sight) => sight.missing().map(|why| format!("SPF is not verified ({why})")),
        Support::Conflict(_) => None,
    }
}

/// One selector that answers is enough: the others may belong to senders that are not set up yet.
fn no_selector(facts: &DmarcFacts<'_>) -> Option<String> {
    let right = |support: &Support| matches!(support, Support::Seen(sight) if sight.is_right());
    if facts.selectors.is_empty() || facts.selectors.iter().any(|(_, support)| right(support)) {
        return None;
    }
    let whys = facts.selectors.iter().filter_map(|(selector, support)| match support {
        Support::Seen(sight) => sight.missing().map(|why| format!("{selector}: {why}")),
        Support::Conflict(_) => None,
    });
    let whys: Vec<_> = whys.collect();
    (!whys.is_empty()).then(|| format!("no selector answers with a valid key ({})", whys.join(", ")))
}

fn nothing_at_all(facts: &DmarcFacts<'_>) -> Option<String> {
    (facts.spf.is_none() && facts.selectors.is_empty())
        .then(|| "the spec has neither spf nor dkim, so nothing tells that mail can pass; add one of them".to_owned())
}

/// Why a domain may not be parked: it still receives mail, so somebody uses it.
pub fn parking_refused(mx: &MxFacts) -> Option<Hold> {
    let why = match mx {
        MxFacts::NullMx | MxFacts::None => return None,
        MxFacts::Hosts(hosts) => {
            let hosts: Vec<_> = hosts.iter().map(ToString::to_string).collect();
            format!("the domain has MX {}: remove them (Mailward never writes MX), or do not park it", hosts.join(", "))
        }
        MxFacts::Failed(why) => format!("its MX cannot be looked up: {why}"),
    };
    Some(Hold { reason: "ParkingRefused", message: format!("P5: parking a live domain is refused; {why}") })
}

#[cfg(test)]
mod tests;
