//! The way out with `deletionPolicy: Delete`: DMARC first and its TTL waited, then SPF and DKIM; the policy by its own
//! machine (P5 backwards: nobody may still apply a strict policy to mail that passes nothing any more).
//!
//! The marker says what is left; a crash at any point repeats at most a wait.

use std::{collections::BTreeSet, time::Duration};

use jiff::{SignedDuration, Timestamp};
use mail_records::marker::Slot;

use super::{
    facts::{Wait, after},
    policy::Withdrawal,
};

/// Everything a step is made from.
#[derive(Clone, Debug)]
pub struct DeletionFacts<'a> {
    /// What our marker lists; empty when there is no marker of ours.
    pub listed: &'a BTreeSet<Slot>,
    /// Since when DMARC is not listed any more, as far as this process knows. A restart begins the wait anew.
    pub dmarc_gone_since: Option<Timestamp>,
    /// How long a resolver can still hold the DMARC record: the TTL it had, bounded by what a deletion may take. Zero when
    /// it held no mail back (`p=none`).
    pub dmarc_wait: Duration,
    /// How far the policy is; `None` when there never was one.
    pub policy: Option<&'a Withdrawal>,
    /// The time.
    pub now: Timestamp,
}

/// What to do now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletionStep {
    /// Listed slots that stay in this pass; every other listed slot may go.
    pub keep: BTreeSet<Slot>,
    /// To be given back as [`DeletionFacts::dmarc_gone_since`].
    pub dmarc_gone_since: Option<Timestamp>,
    /// What is waited for.
    pub wait: Option<Wait>,
    /// Whether the finalizer can be released.
    pub end: End,
}

/// How far the deletion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Records are left.
    NotYet,
    /// Only the policy is left: a tombstone carries it on, and the marker stays with it.
    Tombstone,
    /// Nothing is left. The marker and the DKIM Secrets may go.
    Nothing,
}

/// Decides what may go now.
pub fn step(facts: &DeletionFacts<'_>) -> DeletionStep {
    let policy: BTreeSet<Slot> = facts.listed.iter().filter(|slot| is_policy(slot) && !policy_may_go(facts)).cloned().collect();
    let left = || facts.listed.iter().filter(|slot| !is_policy(slot));
    if left().next().is_none() {
        let end = if policy.is_empty() && policy_over(facts) { End::Nothing } else { End::Tombstone };
        let end = if policy.len() < facts.listed.len() { End::NotYet } else { end };
        return DeletionStep { keep: policy, dmarc_gone_since: None, wait: policy_wait(facts), end };
    }
    let (gone_since, wait) = dmarc_first(facts);
    let later = left().filter(|slot| wait.is_some() && is_authentication(slot)).cloned();
    DeletionStep { keep: policy.iter().cloned().chain(later).collect(), dmarc_gone_since: gone_since, wait, end: End::NotYet }
}

/// Since when DMARC is gone, and what SPF and DKIM wait for.
fn dmarc_first(facts: &DeletionFacts<'_>) -> (Option<Timestamp>, Option<Wait>) {
    if !facts.dmarc_wait.is_zero() && facts.listed.iter().any(|slot| slot.as_str() == "dmarc") {
        let what = "SPF and DKIM stay until the DMARC record is gone".to_owned();
        return (None, Some(Wait { until: None, what }));
    }
    let since = facts.dmarc_gone_since.unwrap_or(facts.now);
    let until = after(since, SignedDuration::try_from(facts.dmarc_wait).unwrap_or(SignedDuration::MAX));
    let what = format!("SPF and DKIM stay until {until:.0}, when no resolver holds the DMARC record any more");
    (Some(since), (facts.now < until).then_some(Wait { until: Some(until), what }))
}

fn is_policy(slot: &Slot) -> bool {
    matches!(slot.as_str(), "mta-sts" | "policy-host")
}

fn is_authentication(slot: &Slot) -> bool {
    slot.as_str() == "spf" || slot.as_str().starts_with("sel:")
}

fn policy_may_go(facts: &DeletionFacts<'_>) -> bool {
    facts.policy.is_none_or(|policy| policy.records)
}

fn policy_over(facts: &DeletionFacts<'_>) -> bool {
    facts.policy.is_none_or(|policy| policy.objects)
}

fn policy_wait(facts: &DeletionFacts<'_>) -> Option<Wait> {
    facts.policy.and_then(|policy| policy.wait.clone())
}

#[cfg(test)]
mod tests;
