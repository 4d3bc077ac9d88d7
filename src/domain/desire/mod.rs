//! What should answer in DNS: validated blocks and the decisions about them, as wanted records.
//!
//! A listed slot that is neither wanted nor kept is removed by the plan. Kept is what nobody may remove now: the records
//! of a rejected block, of a lost key, of a policy that is being withdrawn or whose address is not known.

mod keep;
mod records;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use mail_records::{marker::Slot, spf::Cost};

use super::{dmarc::DmarcDecision, keys::KeyDecision, policy::PolicyDecision, policy_host::PolicyHost, validate::Validated};
use crate::plan::{Hold, Wanted};

/// Everything that is wanted is made from.
#[derive(Clone, Debug)]
pub struct DesireInput<'a> {
    /// The spec, judged.
    pub validated: &'a Validated,
    /// What our marker lists; empty when there is none.
    pub listed: &'a BTreeSet<Slot>,
    /// The decision about each key of the spec, in its order.
    pub keys: &'a [KeyDecision],
    /// The decision about the policy; `None` when there is neither a block nor a ConfigMap.
    pub policy: Option<&'a PolicyDecision>,
    /// What should answer at the policy host; `None` when there is no block.
    pub policy_host: Option<&'a PolicyHost>,
    /// The decision about DMARC; `None` when there is no accepted block.
    pub dmarc: Option<&'a DmarcDecision>,
    /// What the SPF record costs a receiver, with everything it includes; `None` when it was not looked up.
    pub spf_cost: Option<&'a Cost>,
    /// Why the domain may not be parked.
    pub parking: Option<&'a Hold>,
}

/// What should answer, and what stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Desired {
    /// Records, by slot.
    pub wanted: Vec<Wanted>,
    /// Listed slots that stay as they are.
    pub keep: BTreeSet<Slot>,
}

/// Puts everything together.
pub fn desire(input: &DesireInput<'_>) -> Desired {
    let mut wanted = records::wanted(input);
    wanted.sort_by(|one, other| (&one.slot, &one.value).cmp(&(&other.slot, &other.value)));
    let keep = keep::keep(input, &wanted);
    Desired { wanted, keep }
}
