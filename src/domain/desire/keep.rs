//! Which listed slots stay although nothing is wanted there.

use std::collections::BTreeSet;

use mail_records::marker::Slot;

use super::DesireInput;
use crate::{
    domain::{policy::Withdrawal, policy_host::PolicyHost},
    plan::{Role, Wanted, slots},
};

/// Listed slots that are not wanted and may not be removed now.
pub(super) fn keep(input: &DesireInput<'_>, wanted: &[Wanted]) -> BTreeSet<Slot> {
    let is_wanted = |slot: &Slot| wanted.iter().any(|wanted| wanted.slot == *slot);
    input.listed.iter().filter(|slot| !is_wanted(slot) && stays(input, slot)).cloned().collect()
}

fn stays(input: &DesireInput<'_>, slot: &Slot) -> bool {
    let validated = input.validated;
    let is = |role: Role| slots::of_role(role).as_ref() == Some(slot);
    // Parking replaces every block at once, so a refused parking leaves all of them as they are.
    input.parking.is_some()
        || (is(Role::Spf) && validated.spf.is_rejected())
        || (is(Role::Dmarc) && validated.dmarc.is_rejected())
        || (is(Role::TlsRpt) && validated.tls_rpt.is_rejected())
        || (is(Role::MtaSts) && policy_stays(input))
        || (is(Role::PolicyHost) && (policy_stays(input) || address_unknown(input)))
        || selector_stays(input, slot)
}

/// A rejected block keeps its records, and a withdrawal keeps them until its end.
fn policy_stays(input: &DesireInput<'_>) -> bool {
    let under_way = |withdrawal: &Withdrawal| !withdrawal.records;
    input.validated.mta_sts.is_rejected()
        || input.policy.is_some_and(|policy| policy.refused.is_some())
        || input.policy.and_then(|policy| policy.withdrawal.as_ref()).is_some_and(under_way)
}

fn address_unknown(input: &DesireInput<'_>) -> bool {
    matches!(input.policy_host, Some(PolicyHost::Waiting(_)))
}

/// A rejected entry may have been any selector; a lost one must never be written again (P3).
fn selector_stays(input: &DesireInput<'_>, slot: &Slot) -> bool {
    let lost = || input.keys.iter().flat_map(|key| &key.keep).filter_map(|selector| slots::of_selector(selector.as_str()).ok());
    slot.as_str().starts_with("sel:") && (input.validated.dkim.rejected || lost().any(|lost| lost == *slot))
}
