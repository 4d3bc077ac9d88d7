//! Condition types and how one is made.

use k8s_openapi::{
    apimachinery::pkg::apis::meta::v1::{Condition, Time},
    jiff::Timestamp,
};

/// Every condition type Mailward sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConditionType {
    /// Everything the spec asks for holds, seen from outside. Always present.
    Ready,
    /// The spec passed every rule.
    Accepted,
    /// At least one key of ours is active, or none was asked for.
    DKIMReady,
    /// Every wanted record answers at every authoritative server.
    RecordsVerified,
    /// Every policy endpoint and the public address serve the policy.
    PolicyServed,
    /// Work is under way. Present only while true, as the five below.
    Reconciling,
    /// Nothing more happens until somebody changes something.
    Stalled,
    /// A foreign value stands where ours should go.
    Conflict,
    /// A stricter DMARC record waits for SPF and DKIM.
    DMARCHeld,
    /// A change was made and not every server answers with it yet.
    Propagating,
    /// An MTA-STS policy is being withdrawn.
    Withdrawing,
}

impl ConditionType {
    /// The type as written in `status.conditions`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "Ready",
            Self::Accepted => "Accepted",
            Self::DKIMReady => "DKIMReady",
            Self::RecordsVerified => "RecordsVerified",
            Self::PolicyServed => "PolicyServed",
            Self::Reconciling => "Reconciling",
            Self::Stalled => "Stalled",
            Self::Conflict => "Conflict",
            Self::DMARCHeld => "DMARCHeld",
            Self::Propagating => "Propagating",
            Self::Withdrawing => "Withdrawing",
        }
    }
}

/// Characters of a condition's message: a sentence or two, the rest is in `status.records`.
const LONGEST_MESSAGE: usize = 1024;
/// What stands where the rest of a text is missing.
const CUT: &str = " ...";

/// A condition as the API server stores it; a long message is cut, because one over the bounds of its schema would cost the
/// whole status.
pub fn condition(kind: ConditionType, status: bool, reason: &str, message: &str, generation: i64, now: Timestamp) -> Condition {
    Condition {
        type_: kind.as_str().to_owned(),
        status: if status { "True" } else { "False" }.to_owned(),
        reason: reason.to_owned(),
        message: cut(message, LONGEST_MESSAGE),
        observed_generation: Some(generation),
        last_transition_time: Time(now),
    }
}

/// The text in at most `most` characters.
pub fn cut(text: &str, most: usize) -> String {
    if text.chars().nth(most).is_none() {
        return text.to_owned();
    }
    text.chars().take(most - CUT.len()).chain(CUT.chars()).collect()
}

/// Keeps the transition time of a condition whose status did not change: a pass that saw nothing new writes nothing.
pub fn stamped(mut new: Condition, previous: &[Condition]) -> Condition {
    if let Some(old) = previous.iter().find(|old| old.type_ == new.type_ && old.status == new.status) {
        new.last_transition_time = old.last_transition_time.clone();
    }
    new
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut("ööööö", 5), "ööööö");
        assert_eq!(cut("öööööö", 5), "ö ...");
    }
}
