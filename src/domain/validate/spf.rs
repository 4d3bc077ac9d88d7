//! The `spf` block (RFC 7208).

use mail_records::spf::{BuildError, Builder, DomainSpec, Ip4Network, Ip6Network, Mechanism, Qualifier, Spf, Term};

use super::{Block, Complaint, RecordNames, complaint::each};
use crate::api::{SpfAll, SpfSpec};

/// The domain itself, in `a` and `mx`.
const ITSELF: &str = "@";

/// Judges the block.
pub(super) fn judge(spec: Option<&SpfSpec>, names: &RecordNames, complaints: &mut Vec<Complaint>) -> Block<Spf> {
    let Some(spec) = spec else { return Block::Absent };
    let mut bad = Vec::new();
    let builder = builder(spec, names, &mut bad);
    if !bad.is_empty() {
        complaints.append(&mut bad);
        return Block::Rejected;
    }
    match builder.build() {
        Ok(spf) => {
            let findings = spf.lint(Some(names.domain.as_str()));
            Block::linted(spf, "spec.spf", findings, complaints)
        }
        Err(why) => {
            complaints.push(no_end(why));
            Block::Rejected
        }
    }
}

fn builder(spec: &SpfSpec, names: &RecordNames, bad: &mut Vec<Complaint>) -> Builder {
    let domain_or_itself = |text: &str| domain_or_itself(text, names);
    let SpfSpec { ip4, ip6, a, mx, include, terms, all } = spec;
    let builder = Builder::new()
        .ip4(each("spec.spf.ip4", "SPF-R1", ip4, bad, str::parse::<Ip4Network>))
        .ip6(each("spec.spf.ip6", "SPF-R1", ip6, bad, str::parse::<Ip6Network>))
        .a(each("spec.spf.a", "SPF-R1", a, bad, domain_or_itself))
        .mx(each("spec.spf.mx", "SPF-R1", mx, bad, domain_or_itself))
        .include(each("spec.spf.include", "SPF-R1", include, bad, domain))
        .terms(each("spec.spf.terms", "SPF-R1", terms, bad, |text: &str| Ok::<_, String>(spelled_out(one_term(text)?, names))));
    match all {
        Some(all) => builder.all(qualifier(*all)),
        None => builder,
    }
}

fn qualifier(all: SpfAll) -> Qualifier {
    match all {
        SpfAll::Fail => Qualifier::Fail,
        SpfAll::SoftFail => Qualifier::SoftFail,
        SpfAll::Neutral => Qualifier::Neutral,
    }
}

fn domain_or_itself(text: &str, names: &RecordNames) -> Result<Option<DomainSpec>, String> {
    if text == ITSELF { Ok(itself(names)) } else { domain(text).map(Some) }
}

/// How a term names the domain itself. A record that is redirected to or included speaks of the name it stands at
/// (RFC 7208 6.1), so in a delegation the domain has to be spelled out.
fn itself(names: &RecordNames) -> Option<DomainSpec> {
    if names.are_delegated() { DomainSpec::parse(names.domain.as_str()).ok() } else { None }
}

fn spelled_out(term: Term, names: &RecordNames) -> Term {
    let Term::Directive { qualifier, mechanism } = term else { return term };
    let mechanism = match mechanism {
        Mechanism::A { domain: None, cidr } => Mechanism::A { domain: itself(names), cidr },
        Mechanism::Mx { domain: None, cidr } => Mechanism::Mx { domain: itself(names), cidr },
        other => other,
    };
    Term::Directive { qualifier, mechanism }
}

fn domain(text: &str) -> Result<DomainSpec, String> {
    let domain = DomainSpec::parse(text).map_err(|why| why.to_string())?;
    domain.check().map_err(|why| why.to_string())?;
    Ok(domain)
}

/// A term is read as a record of its own, so that what is wrong with it is said about it.
fn one_term(text: &str) -> Result<Term, String> {
    let record = Spf::parse(&format!("v=spf1 {text}")).map_err(|why| why.to_string())?;
    let mut terms = record.terms.into_iter();
    match (terms.next(), terms.next()) {
        (Some(term), None) => Ok(term),
        (None, _) => Err("the term is empty: remove it".to_owned()),
        (Some(_), Some(_)) => Err(format!("{text:?} holds several terms: write each as an item of its own")),
    }
}

fn no_end(why: BuildError) -> Complaint {
    let field = match why {
        BuildError::NoTerminal => "spec.spf.all",
        BuildError::SeveralTerminals => "spec.spf.terms",
    };
    Complaint::reject(field, "SPF-R1", why)
}
