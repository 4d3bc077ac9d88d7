//! A domain that sends nothing: `v=spf1 -all`, `p=reject`, an empty key for every selector.

use mail_records::{
    dkim::KeyRecord,
    dmarc::{Dmarc, Policy},
    spf::{Mechanism, Qualifier, Spf, Term},
};

use super::{Block, Complaint, Dkim, DkimName, RecordNames, Validated};
use crate::api::MailDomainSpec;

/// Puts the blocks of a parked domain in place of the spec's, which may not have any.
pub(super) fn expand(spec: &MailDomainSpec, names: RecordNames) -> Validated {
    let complaints: Vec<Complaint> = blocks(spec).map(excluded).collect();
    let nothing_else = complaints.is_empty();
    let dkim = Dkim { published: vec![(DkimName::Any, KeyRecord::revoked())], ..Dkim::default() };
    Validated {
        domain: names.domain.clone(),
        names,
        ttl: spec.ttl,
        parked: true,
        spf: if nothing_else { Block::Accepted(no_sender()) } else { Block::Rejected },
        dkim: if nothing_else { dkim } else { Dkim { rejected: true, ..Dkim::default() } },
        dmarc: if nothing_else { Block::Accepted(reject()) } else { Block::Rejected },
        mta_sts: if nothing_else { Block::Absent } else { Block::Rejected },
        tls_rpt: if nothing_else { Block::Absent } else { Block::Rejected },
        report_authorizations: Vec::new(),
        complaints,
    }
}

fn no_sender() -> Spf {
    Spf { terms: vec![Term::Directive { qualifier: Qualifier::Fail, mechanism: Mechanism::All }] }
}

fn reject() -> Dmarc {
    Dmarc { policy: Policy::Reject, ..Dmarc::default() }
}

fn blocks(spec: &MailDomainSpec) -> impl Iterator<Item = &'static str> {
    let blocks = [
        ("spec.spf", spec.spf.is_some()),
        ("spec.dkim", spec.dkim.is_some()),
        ("spec.dmarc", spec.dmarc.is_some()),
        ("spec.mtaSts", spec.mta_sts.is_some()),
        ("spec.tlsRpt", spec.tls_rpt.is_some()),
    ];
    blocks.into_iter().filter(|(_, there)| *there).map(|(field, _)| field)
}

fn excluded(field: &'static str) -> Complaint {
    Complaint::reject(field, "P5", "parked excludes it: remove the block, or parked")
}
