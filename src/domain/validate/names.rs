//! The names that records of a domain stand at, checked after prefixing (DNS-R1): selectors overflow first.

use mail_records::{
    dkim::Selector,
    name::{self, NameError},
};

use super::Complaint;
use crate::{
    dns::{self, Name},
    domain::delegation,
};

/// The names that do not depend on a selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordNames {
    /// The domain, as mail speaks of it.
    pub domain: Name,
    /// The host that senders fetch the policy from.
    pub sts_host: Name,
    /// Where the domain's records stand: SPF here, the others below. The domain itself, but for a delegation.
    pub home: Name,
    /// `_dmarc`.
    pub dmarc: Name,
    /// `_mta-sts`: the id.
    pub mta_sts: Name,
    /// `mta-sts`: the address of the policy host.
    pub policy_host: Name,
    /// `_smtp._tls`.
    pub tls_rpt: Name,
    /// `_domainkey`, above every selector.
    pub domainkey: Name,
}

impl RecordNames {
    /// Checks the domain, the zone that it is delegated to, and every name below them.
    pub(super) fn of(domain: &str, zone: Option<&str>) -> Result<Self, Complaint> {
        let domain = checked("spec.domain", domain)?;
        let zone = zone.map(|zone| checked("spec.delegation.zone", zone)).transpose()?;
        let too_long = |why| too_long(if zone.is_some() { "spec.delegation.zone" } else { "spec.domain" }, &why);
        let home = delegation::home(&domain, zone.as_ref()).map_err(too_long)?;
        let below = |prefix: &str| home.child(prefix).map_err(too_long);
        // The marker stands there too; whoever needs its name later finds it checked.
        crate::plan::marker_name(&home).map_err(too_long)?;
        Ok(Self {
            dmarc: below("_dmarc")?,
            mta_sts: below("_mta-sts")?,
            policy_host: below("mta-sts")?,
            tls_rpt: below("_smtp._tls")?,
            domainkey: below("_domainkey")?,
            sts_host: domain.child("mta-sts").map_err(too_long)?,
            domain,
            home,
        })
    }

    /// Whether the records stand in a zone of ours.
    pub fn are_delegated(&self) -> bool {
        self.home != self.domain
    }

    /// Where the key of a selector stands.
    pub fn selector(&self, selector: &Selector) -> Result<Name, dns::NameError> {
        self.domainkey.child(selector.as_str())
    }
}

fn checked(field: &'static str, text: &str) -> Result<Name, Complaint> {
    let checked = name::check_domain(text).map_err(|why: NameError| Complaint::new(field, why))?;
    checked.parse().map_err(|why| too_long(field, &why))
}

fn too_long(field: &'static str, why: &dns::NameError) -> Complaint {
    Complaint::reject(field, "DNS-R1", format!("with the prefixes of its records: {why}"))
}
