//! From a spec to values that can be published, rule by rule.
//!
//! Each block is judged alone: a bad one is rejected with the field and the rule, what it published stays, and the
//! others go on. Only a domain that is no name stops everything. Rules that need DNS are not here: lookups of an SPF
//! record, MX coverage and what DMARC rests on come later, as facts.

mod block;
mod complaint;
mod dkim;
mod dmarc;
mod gateway;
mod mta_sts;
mod names;
mod parked;
mod spf;
#[cfg(test)]
mod tests;
mod tls_rpt;

use std::{cmp::Reverse, collections::BTreeSet, fmt};

use mail_records::{
    dkim::{KeyRecord, Selector},
    dmarc::Dmarc,
    lint::Severity,
    mta_sts::Policy,
    spf::Spf,
    tls_rpt::TlsRpt,
};

pub use block::Block;
pub use complaint::Complaint;
pub use names::RecordNames;

use super::{
    keys::KeySpec,
    policy_host::{Address, Way},
};
use crate::{
    api::{MailDomainSpec, ParentReference},
    dns::{Name, Ttl},
};

/// What the install allows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Install {
    /// Private and local addresses may be published for policy hosts.
    pub allow_private_addresses: bool,
    /// Annotation keys that a MailDomain may put on its Ingress.
    pub ingress_annotations: BTreeSet<String>,
    /// Gateways that a MailDomain may be served through; the first is the one it gets if it names none.
    pub gateways: Vec<OfferedGateway>,
}

/// A Gateway that the install offers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OfferedGateway {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The listener for whoever names none; absent: all of them.
    pub section: Option<String>,
}

impl fmt::Display for OfferedGateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

/// A spec whose blocks are judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Validated {
    /// The domain.
    pub domain: Name,
    /// Every name a record of ours can stand at.
    pub names: RecordNames,
    /// TTL in seconds for names that are ours alone.
    pub ttl: Ttl,
    /// Whether the domain is parked; its blocks are then those of a parked domain.
    pub parked: bool,
    /// SPF.
    pub spf: Block<Spf>,
    /// The DKIM entries that passed.
    pub dkim: Dkim,
    /// DMARC.
    pub dmarc: Block<Dmarc>,
    /// MTA-STS.
    pub mta_sts: Block<StsSpec>,
    /// TLS-RPT.
    pub tls_rpt: Block<TlsRpt>,
    /// Records that receivers of DMARC reports must publish (DMARC-G2), to be asked for.
    pub report_authorizations: Vec<ReportName>,
    /// What the rules found, refusals first.
    pub complaints: Vec<Complaint>,
}

/// The DKIM entries that passed. Each is judged alone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dkim {
    /// Keys made and held by us.
    pub keys: Vec<KeySpec>,
    /// Somebody else's public keys; the selector `*` is written [`DkimName::Any`].
    pub published: Vec<(DkimName, KeyRecord)>,
    /// CNAMEs to somebody else's selectors.
    pub delegated: Vec<(Selector, Name)>,
    /// Whether an entry was rejected. Its selector may not even be readable, so then no listed selector is removed.
    pub rejected: bool,
}

/// What stands left of `_domainkey`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DkimName {
    /// A selector.
    Selector(Selector),
    /// `*`: every selector of a parked domain.
    Any,
}

/// The `mtaSts` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StsSpec {
    /// The policy.
    pub policy: Policy,
    /// Who answers for the policy host.
    pub serving: StsServing,
    /// Who publishes its address.
    pub address: Address,
}

/// Who answers for the policy host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StsServing {
    /// An Ingress of ours, with these annotations.
    Ingress(std::collections::BTreeMap<String, String>),
    /// An HTTPRoute of ours, at these Gateways.
    Gateway(Vec<ParentReference>),
    /// Somebody else.
    External,
}

impl StsServing {
    /// What leads senders to it.
    pub fn way(&self) -> Way {
        match self {
            Self::Ingress(_) => Way::Ingress,
            Self::Gateway(_) => Way::Gateway,
            Self::External => Way::External,
        }
    }
}

/// A record that a receiver of reports must publish.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReportName {
    /// `<domain>._report._dmarc.<host>`.
    pub name: Name,
    /// The host that receives reports.
    pub host: String,
}

impl ReportName {
    /// What to say while that record does not answer (DMARC-G2).
    pub fn unauthorized(&self) -> String {
        format!(
            "DMARC-G2: reports to {} are not sent until its owner publishes: {} TXT \"{}\"",
            self.host,
            self.name.fqdn(),
            mail_records::dmarc::ReportAuthorization::TEXT
        )
    }
}

/// A spec of which nothing can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", complaint::join(.complaints))]
pub struct Rejected {
    /// Why.
    pub complaints: Vec<Complaint>,
}

impl Validated {
    /// What keeps blocks from being published; `Accepted` is false while there is any.
    pub fn refusals(&self) -> impl Iterator<Item = &Complaint> {
        self.complaints.iter().filter(|complaint| complaint.finding.severity == Severity::Reject)
    }

    /// What should be known but keeps nothing back.
    pub fn warnings(&self) -> impl Iterator<Item = &Complaint> {
        self.complaints.iter().filter(|complaint| complaint.finding.severity == Severity::Warn)
    }
}

/// Judges a spec.
pub fn validate(spec: &MailDomainSpec, install: &Install) -> Result<Validated, Rejected> {
    let names = RecordNames::of(&spec.domain, spec.delegation.as_ref().map(|delegation| delegation.zone.as_str()))
        .map_err(|complaint| Rejected { complaints: vec![complaint] })?;
    let mut complaints = Vec::new();
    let found = &mut complaints;
    if spec.parked {
        return Ok(parked::expand(spec, names));
    }
    let spf = spf::judge(spec.spf.as_ref(), &names, found);
    let dkim = dkim::judge(spec.dkim.as_ref(), &names, found);
    let (dmarc, report_authorizations) = dmarc::judge(spec, &names, found);
    let mta_sts = mta_sts::judge(spec, install, found);
    let tls_rpt = tls_rpt::judge(spec.tls_rpt.as_ref(), &names, found);
    complaints.sort_by_key(|complaint| Reverse(complaint.finding.severity));
    Ok(Validated {
        domain: names.domain.clone(),
        names,
        ttl: spec.ttl,
        parked: false,
        spf,
        dkim,
        dmarc,
        mta_sts,
        tls_rpt,
        report_authorizations,
        complaints,
    })
}
