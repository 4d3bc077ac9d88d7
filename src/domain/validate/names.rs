//! The names that records of a domain stand at, checked after prefixing (DNS-R1): selectors overflow first.

use mail_records::{
    dkim::Selector,
    name::{self, NameError},
};

use super::Complaint;
use crate::dns::{self, Name};

/// The names that do not depend on a selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordNames {
    /// The domain itself: SPF.
    pub domain: Name,
    /// `_dmarc`.
    pub dmarc: Name,
    /// `_mta-sts`: the id.
    pub mta_sts: Name,
    /// `mta-sts`: the policy host.
    pub policy_host: Name,
    /// `_smtp._tls`.
    pub tls_rpt: Name,
    /// `_domainkey`, above every selector.
    pub domainkey: Name,
}

impl RecordNames {
    /// Checks the domain and every name below it.
    pub(super) fn of(domain: &str) -> Result<Self, Complaint> {
        let checked = name::check_domain(domain).map_err(|why: NameError| Complaint::new("spec.domain", why))?;
        let domain: Name = checked.parse().map_err(|why| too_long(&why))?;
        let below = |prefix: &str| domain.child(prefix).map_err(|why| too_long(&why));
        // The marker stands below the domain too; whoever needs its name later finds it checked.
        crate::plan::marker_name(&domain).map_err(|why| too_long(&why))?;
        Ok(Self {
            dmarc: below("_dmarc")?,
            mta_sts: below("_mta-sts")?,
            policy_host: below("mta-sts")?,
            tls_rpt: below("_smtp._tls")?,
            domainkey: below("_domainkey")?,
            domain,
        })
    }

    /// Where the key of a selector stands.
    pub fn selector(&self, selector: &Selector) -> Result<Name, dns::NameError> {
        self.domainkey.child(selector.as_str())
    }
}

fn too_long(why: &dns::NameError) -> Complaint {
    Complaint::reject("spec.domain", "DNS-R1", format!("with the prefixes of its records: {why}"))
}
