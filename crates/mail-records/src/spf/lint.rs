//! The SPF rules that one record alone can break: SPF-G1, SPF-R1, SPF-R2, SPF-W1. What needs other records is in
//! `cost`.

use super::lint_term::{includes_itself, lint_term};
use super::parse::refuse_repeated;
use super::term::{Qualifier, Term};
use super::{MAX_TEXT, Spf};
use crate::lint::Finding;

/// Lookups from which on a record is called expensive (SPF-W1); two more are a permerror.
pub(super) const MANY_LOOKUPS: u32 = 8;

/// Everything that is wrong with a joined TXT, including what keeps it from being read.
pub fn lint_text(text: &str, domain: Option<&str>) -> Vec<Finding> {
    match Spf::parse(text) {
        Ok(spf) => version_case(text)
            .into_iter()
            .chain(spf.lint(domain))
            .collect(),
        Err(error) => vec![error.into()],
    }
}

fn version_case(text: &str) -> Option<Finding> {
    let message =
        "the version is not written v=spf1 in lower case: some checkers refuse the record";
    (!text.starts_with("v=spf1")).then(|| Finding::warn("SPF-G1", message))
}

impl Spf {
    /// What should not be published although receivers can read it. `domain` is the record's owner, if known.
    pub fn lint(&self, domain: Option<&str>) -> Vec<Finding> {
        let whole: [fn(&Self) -> Option<Finding>; 7] = [
            repeated,
            several_all,
            all_beside_redirect,
            no_terminal,
            after_all,
            many_lookups,
            long_text,
        ];
        let mut findings: Vec<_> = whole.iter().filter_map(|rule| rule(self)).collect();
        for term in &self.terms {
            findings.extend(lint_term(term));
            findings.extend(includes_itself(term, domain));
        }
        findings
    }

    /// SPF-W1: whether this record fits beside `sibling_octets` of other TXT at its name (RFC 7208 3.4). The record
    /// alone is judged by [`Spf::lint`], so that nothing is said twice.
    pub fn lint_size(&self, sibling_octets: usize) -> Option<Finding> {
        let own = self.to_string().len();
        (own <= MAX_TEXT && own + sibling_octets > MAX_TEXT).then(|| {
            let message = format!(
                "the record has {own} octets and the other TXT at its name {sibling_octets}: above {MAX_TEXT} together \
                 old resolvers get a truncated answer; move other TXT away"
            );
            Finding::warn("SPF-W1", message)
        })
    }
}

fn repeated(spf: &Spf) -> Option<Finding> {
    refuse_repeated(spf).err().map(Finding::from)
}

fn several_all(spf: &Spf) -> Option<Finding> {
    let count = spf.terms.iter().filter(|term| term.is_all()).count();
    (count > 1).then(|| {
        Finding::reject(
            "SPF-R1",
            format!("{count} \"all\" terms: only the first counts, keep one"),
        )
    })
}

fn all_beside_redirect(spf: &Spf) -> Option<Finding> {
    let redirect = spf.redirect().filter(|_| spf.all().is_some())?;
    let message = format!(
        "redirect={redirect} is never used because the record has an \"all\": remove one of them"
    );
    Some(Finding::reject("SPF-R1", message))
}

fn no_terminal(spf: &Spf) -> Option<Finding> {
    let message = match (spf.all(), spf.redirect()) {
        (None, None) => {
            "the record has no \"all\" and no redirect=, so other senders are neutral: end it in ~all or -all"
        }
        (Some(Qualifier::Neutral), _) => "?all says nothing about other senders: use ~all or -all",
        _ => return None,
    };
    Some(Finding::warn("SPF-W1", message))
}

fn after_all(spf: &Spf) -> Option<Finding> {
    let end = spf.terms.iter().position(Term::is_all)?;
    let dead = spf.terms[end + 1..]
        .iter()
        .find(|term| matches!(term, Term::Directive { .. }) && !term.is_all())?;
    Some(Finding::warn(
        "SPF-W1",
        format!("term {dead} stands after \"all\" and is never read: move it or remove it"),
    ))
}

fn many_lookups(spf: &Spf) -> Option<Finding> {
    let lookups = spf.static_lookups();
    match lookups {
        0..=MANY_LOOKUPS => None,
        9..=super::MAX_LOOKUPS => Some(Finding::warn(
            "SPF-W1",
            format!(
                "{lookups} terms need a lookup before anything included is counted: receivers stop at 10"
            ),
        )),
        _ => Some(Finding::reject(
            "SPF-G2",
            format!(
                "{lookups} terms need a lookup: receivers answer permerror above 10, remove some"
            ),
        )),
    }
}

fn long_text(spf: &Spf) -> Option<Finding> {
    let octets = spf.to_string().len();
    let message = format!(
        "the record has {octets} octets: above {MAX_TEXT} old resolvers get a truncated answer"
    );
    (octets > MAX_TEXT).then(|| Finding::warn("SPF-W1", message))
}
