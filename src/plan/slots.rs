//! The slots a marker can list, and where each of them stands.
//!
//! The marker lists slots and not values, so a deletion has nothing but the slot's name to go by: both directions,
//! name to slot and slot to name, live here and nowhere else.

use mail_records::marker::{MarkerError, Slot};

use super::Role;
use crate::dns::Name;

const SPF: &str = "spf";
const DMARC: &str = "dmarc";
const MTA_STS: &str = "mta-sts";
const TLS_RPT: &str = "tls-rpt";
const POLICY_HOST: &str = "policy-host";
const SELECTOR: &str = "sel:";
/// Stands for `*` as a selector: a slot name holds no star, and a real selector holds no underscore (DKIM-R1).
const ANY_SELECTOR: &str = "_any";

/// Slot of every role that a domain has once; `None` for DKIM, which needs a selector.
pub fn of_role(role: Role) -> Option<Slot> {
    let name = match role {
        Role::Spf => SPF,
        Role::Dmarc => DMARC,
        Role::MtaSts => MTA_STS,
        Role::TlsRpt => TLS_RPT,
        Role::PolicyHost => POLICY_HOST,
        Role::DkimKey | Role::DkimCname => return None,
    };
    Slot::new(name).ok()
}

/// Slot of a DKIM selector, key or CNAME; `*` is the wildcard of a parked domain.
pub fn of_selector(selector: &str) -> Result<Slot, MarkerError> {
    let selector = if selector == "*" { ANY_SELECTOR } else { selector };
    Slot::new(format!("{SELECTOR}{}", selector.to_ascii_lowercase()))
}

/// Where a slot stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Owner name.
    pub name: Name,
    /// What it is. For a selector one of its two shapes; [`Role::owns`] is the same for both.
    pub role: Role,
}

/// Finds the place of a slot; `None` when another release made the slot and this one does not know it, or when its
/// name would be too long (DNS-R1).
pub fn place(slot: &Slot, domain: &Name) -> Option<Place> {
    let below = |prefix: &str, role| domain.child(prefix).ok().map(|name| Place { name, role });
    match slot.as_str() {
        SPF => Some(Place { name: domain.clone(), role: Role::Spf }),
        DMARC => below("_dmarc", Role::Dmarc),
        MTA_STS => below("_mta-sts", Role::MtaSts),
        TLS_RPT => below("_smtp._tls", Role::TlsRpt),
        POLICY_HOST => below("mta-sts", Role::PolicyHost),
        other => {
            let selector = other.strip_prefix(SELECTOR)?;
            let label = if selector == ANY_SELECTOR { "*" } else { selector };
            below(&format!("{label}._domainkey"), Role::DkimKey)
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    fn name_of(slot: &Slot) -> String {
        place(slot, &"example.com".parse().unwrap()).unwrap().name.to_string()
    }

    #[test]
    fn every_role_finds_its_name_again_from_the_slot_alone() {
        let expected = [
            (Role::Spf, "example.com"),
            (Role::Dmarc, "_dmarc.example.com"),
            (Role::MtaSts, "_mta-sts.example.com"),
            (Role::TlsRpt, "_smtp._tls.example.com"),
            (Role::PolicyHost, "mta-sts.example.com"),
        ];
        for (role, name) in expected {
            let slot = of_role(role).unwrap();
            assert_eq!(name_of(&slot), name);
            assert_eq!(place(&slot, &"example.com".parse().unwrap()).unwrap().role, role);
        }
    }

    #[test]
    fn a_selector_keeps_its_dots_and_the_wildcard_its_star() {
        assert_eq!(name_of(&of_selector("S1.mail").unwrap()), "s1.mail._domainkey.example.com");
        assert_eq!(name_of(&of_selector("*").unwrap()), "*._domainkey.example.com");
    }

    #[test]
    fn a_slot_of_a_later_release_has_no_place() {
        assert_eq!(place(&"bimi:default".parse().unwrap(), &"example.com".parse().unwrap()), None);
    }
}
