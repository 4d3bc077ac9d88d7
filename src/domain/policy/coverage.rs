//! Whether an enforce policy covers the hosts that receive today (STS-G3, P4).

use mail_records::mta_sts::{Mode, Policy};

use super::PolicyFacts;
use crate::{dns::Name, domain::facts::MxFacts, plan::Hold};

/// Why `wanted` may not take the place of `current`; `None` when it may.
///
/// Going to enforce needs every live MX covered. Between two enforce policies it is enough that no MX loses its cover:
/// refusing would keep a policy that covers even fewer. A failed lookup covers nothing (P4).
pub(super) fn refusal(facts: &PolicyFacts<'_>, current: Option<&Policy>, wanted: &Policy) -> Option<Hold> {
    if wanted.mode != Mode::Enforce || current == Some(wanted) {
        return None;
    }
    let hosts = match facts.mx {
        MxFacts::Hosts(hosts) => hosts,
        MxFacts::NullMx | MxFacts::None => return None,
        MxFacts::Failed(why) => return Some(unknown_mx(why)),
    };
    let enforced = current.filter(|policy| policy.mode == Mode::Enforce);
    let covered_today = |host: &str| enforced.is_none_or(|policy| policy.uncovered([host]).is_empty());
    let uncovered: Vec<&str> = uncovered(wanted, hosts).into_iter().filter(|host| covered_today(host)).collect();
    (!uncovered.is_empty()).then(|| not_covered(&uncovered))
}

/// What to say about a policy that stays although a live MX is not covered.
pub(super) fn warning(facts: &PolicyFacts<'_>, policy: &Policy) -> Option<String> {
    let MxFacts::Hosts(hosts) = facts.mx else { return None };
    let missing = uncovered(policy, hosts);
    (policy.mode != Mode::None && !missing.is_empty()).then(|| {
        let effect = if policy.mode == Mode::Enforce { "do not deliver there" } else { "report failures there" };
        format!("STS-G3: no pattern in spec.mtaSts.mx matches MX {}: senders {effect}; add it", missing.join(", "))
    })
}

fn uncovered<'h>(policy: &Policy, hosts: &'h [Name]) -> Vec<&'h str> {
    policy.uncovered(hosts.iter().map(Name::as_str))
}

fn not_covered(hosts: &[&str]) -> Hold {
    let message = format!(
        "STS-G3: mode Enforce is refused because no pattern in spec.mtaSts.mx matches MX {}: senders would not deliver there. \
         Add it; until then the policy served before stays",
        hosts.join(", ")
    );
    Hold { reason: "MXNotCovered", message }
}

fn unknown_mx(why: &str) -> Hold {
    let message = format!(
        "STS-G3: mode Enforce is refused while the domain's MX cannot be looked up: {why}. Until then the policy served before stays"
    );
    Hold { reason: "MXUnknown", message }
}
