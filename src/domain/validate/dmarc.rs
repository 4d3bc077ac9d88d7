//! The `dmarc` block (RFC 9989).

use mail_records::{
    dmarc::{Alignment, Context, Dmarc, FailureOption, Obsolete, Policy, Psd},
    lint::Finding,
    name,
    uri::Uri,
};

use super::{Block, Complaint, RecordNames, ReportName, complaint::each};
use crate::api::{self, DmarcObsolete, DmarcPolicy, DmarcPsd, DmarcSpec, MailDomainSpec};

/// Judges the block; also gives the records that receivers of its reports must publish (DMARC-G2).
pub(super) fn judge(
    spec: &MailDomainSpec,
    names: &RecordNames,
    complaints: &mut Vec<Complaint>,
) -> (Block<Dmarc>, Vec<ReportName>) {
    let Some(block) = &spec.dmarc else { return (Block::Absent, Vec::new()) };
    let mut bad = Vec::new();
    let record = record(block, &mut bad);
    let authorizations = authorizations(&record, names, &mut bad);
    if !bad.is_empty() {
        complaints.append(&mut bad);
        return (Block::Rejected, Vec::new());
    }
    let context = Context { allow_psd: false, has_dkim: Some(has_dkim(spec)), is_organizational: None };
    let findings = record.lint(context);
    (Block::linted(record, "spec.dmarc", findings, complaints), authorizations)
}

fn has_dkim(spec: &MailDomainSpec) -> bool {
    spec.dkim.as_ref().is_some_and(|dkim| !(dkim.keys.is_empty() && dkim.published.is_empty() && dkim.delegated.is_empty()))
}

fn record(block: &DmarcSpec, bad: &mut Vec<Complaint>) -> Dmarc {
    let DmarcSpec {
        policy: p,
        subdomain_policy,
        nonexistent_policy,
        testing,
        psd: suffix,
        adkim,
        aspf,
        rua,
        ruf,
        fo,
        obsolete: removed,
    } = block;
    Dmarc {
        policy: policy(*p),
        subdomain_policy: subdomain_policy.map(policy),
        nonexistent_policy: nonexistent_policy.map(policy),
        testing: *testing,
        psd: psd(*suffix),
        adkim: alignment(*adkim),
        aspf: alignment(*aspf),
        fo: each("spec.dmarc.fo", "DMARC-R1", fo, bad, str::parse::<FailureOption>).into_iter().collect(),
        rua: each("spec.dmarc.rua", "DMARC-R1", rua, bad, Uri::parse),
        ruf: each("spec.dmarc.ruf", "DMARC-R1", ruf, bad, Uri::parse),
        obsolete: removed.as_ref().map(obsolete).unwrap_or_default(),
    }
}

fn policy(policy: DmarcPolicy) -> Policy {
    match policy {
        DmarcPolicy::None => Policy::None,
        DmarcPolicy::Quarantine => Policy::Quarantine,
        DmarcPolicy::Reject => Policy::Reject,
    }
}

fn psd(psd: Option<DmarcPsd>) -> Psd {
    match psd {
        None => Psd::Undecided,
        Some(DmarcPsd::Yes) => Psd::Yes,
        Some(DmarcPsd::No) => Psd::No,
    }
}

fn alignment(alignment: api::Alignment) -> Alignment {
    match alignment {
        api::Alignment::Relaxed => Alignment::Relaxed,
        api::Alignment::Strict => Alignment::Strict,
    }
}

fn obsolete(block: &DmarcObsolete) -> Obsolete {
    let DmarcObsolete { pct, rf, ri } = block;
    Obsolete { pct: *pct, rf: (!rf.is_empty()).then(|| rf.join(":")), ri: *ri }
}

/// Without a public suffix list, one organization means: one of the names stands at or below the other. Where that
/// asks for a record too many, the record does no harm.
fn authorizations(record: &Dmarc, names: &RecordNames, bad: &mut Vec<Complaint>) -> Vec<ReportName> {
    let one_organization =
        |host: &str, domain: &str| name::is_same_or_below(host, domain) || name::is_same_or_below(domain, host);
    let wanted = match record.report_authorizations(names.domain.as_str(), one_organization) {
        Ok(wanted) => wanted,
        Err(why) => {
            bad.push(Complaint::new("spec.dmarc", Finding::from(why)));
            return Vec::new();
        }
    };
    wanted.into_iter().filter_map(|wanted| Some(ReportName { name: wanted.name.parse().ok()?, host: wanted.host })).collect()
}
