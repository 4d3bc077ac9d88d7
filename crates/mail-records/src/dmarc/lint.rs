//! The DMARC rules: DMARC-R1, DMARC-W1.

use super::Dmarc;
use super::read;
use super::values::{FailureOption, Policy, Psd};
use crate::lint::Finding;
use crate::tag_list::TagList;
use crate::uri::{Scheme, Uri};

/// What a lint knows beside the record. Absent facts are not judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Context {
    /// The publisher really is a public suffix and may say `psd=y`.
    pub allow_psd: bool,
    /// Whether the domain has a DKIM selector with a valid key.
    pub has_dkim: Option<bool>,
    /// Whether the record stands at an organizational domain, where alone `sp` has a meaning.
    pub is_organizational: Option<bool>,
}

/// Everything that is wrong with a joined TXT, including what receivers pass over in it.
pub fn lint_text(text: &str, context: Context) -> Vec<Finding> {
    match read::read(text) {
        Err(error) => vec![error.into()],
        Ok((record, passed_over)) => {
            let mistakes = passed_over.into_iter().map(Finding::from);
            mistakes
                .chain(policy_not_second(text))
                .chain(record.lint(context))
                .collect()
        }
    }
}

/// RFC 9989 has no order, but RFC 7489 had, and old readers drop the record.
fn policy_not_second(text: &str) -> Option<Finding> {
    let list = TagList::read(text);
    let misplaced = list.get("p").is_some() && list.tags.get(1).is_some_and(|tag| tag.name != "p");
    misplaced.then(|| {
        Finding::warn(
            "DMARC-G1",
            "p= is not the second tag: old readers drop the record, move it behind v=",
        )
    })
}

impl Dmarc {
    /// What should not be published, as far as `context` lets it be judged.
    pub fn lint(&self, context: Context) -> Vec<Finding> {
        let rules: [fn(&Self, Context) -> Option<Finding>; 13] = [
            contradicting_fo,
            psd_yes,
            no_rua,
            monitored_domain_with_strict_subdomains,
            weak_subdomains,
            reject_without_dkim,
            testing,
            many_uris,
            subdomain_policy_below,
            unheard_fo,
            not_mail,
            obsolete_tags,
            partial,
        ];
        rules
            .iter()
            .filter_map(|rule| rule(self, context))
            .collect()
    }
}

fn warn(message: impl Into<String>) -> Finding {
    Finding::warn("DMARC-W1", message)
}

fn contradicting_fo(record: &Dmarc, _: Context) -> Option<Finding> {
    let both = record.fo.contains(&FailureOption::All) && record.fo.contains(&FailureOption::Any);
    both.then(|| Finding::reject("DMARC-R1", "fo=: 0 and 1 contradict each other, keep one"))
}

fn psd_yes(record: &Dmarc, context: Context) -> Option<Finding> {
    let wrong = record.psd == Psd::Yes && !context.allow_psd;
    wrong.then(|| {
        Finding::reject(
            "DMARC-R1",
            "psd=y is for public suffixes such as registries, remove it",
        )
    })
}

fn no_rua(record: &Dmarc, _: Context) -> Option<Finding> {
    record
        .rua
        .is_empty()
        .then(|| warn("rua= is missing, so nobody sees what the policy does: add a report address"))
}

fn monitored_domain_with_strict_subdomains(record: &Dmarc, _: Context) -> Option<Finding> {
    let odd = record.policy == Policy::None && record.subdomain_policy == Some(Policy::Reject);
    odd.then(|| warn("sp=reject with p=none: subdomains are protected and the domain itself is not, is that meant?"))
}

fn weak_subdomains(record: &Dmarc, _: Context) -> Option<Finding> {
    let subdomains = record
        .subdomain_policy
        .filter(|subdomains| *subdomains < record.policy)?;
    Some(warn(format!(
        "sp={subdomains} is weaker than p={}: spoofers move to a subdomain",
        record.policy
    )))
}

fn reject_without_dkim(record: &Dmarc, context: Context) -> Option<Finding> {
    let risky = record.policy == Policy::Reject && context.has_dkim == Some(false);
    risky.then(|| {
        warn("p=reject without a DKIM key: forwarded mail passes neither SPF nor DKIM and is lost")
    })
}

fn testing(record: &Dmarc, _: Context) -> Option<Finding> {
    record
        .testing
        .then(|| warn("t=y lowers every policy by one level: remove it after the test"))
}

fn many_uris(record: &Dmarc, _: Context) -> Option<Finding> {
    let (tag, count) = [("rua", record.rua.len()), ("ruf", record.ruf.len())]
        .into_iter()
        .find(|(_, count)| *count > 2)?;
    Some(warn(format!(
        "{tag}= has {count} addresses: old receivers serve only two"
    )))
}

fn subdomain_policy_below(record: &Dmarc, context: Context) -> Option<Finding> {
    let useless = record.subdomain_policy.is_some() && context.is_organizational == Some(false);
    useless.then(|| warn("sp= has no meaning below the organizational domain, remove it"))
}

fn unheard_fo(record: &Dmarc, _: Context) -> Option<Finding> {
    let unheard = !record.fo.is_empty() && record.ruf.is_empty();
    unheard.then(|| warn("fo= is ignored without ruf=: add an address or remove it"))
}

fn not_mail(record: &Dmarc, _: Context) -> Option<Finding> {
    let uri = record
        .rua
        .iter()
        .chain(&record.ruf)
        .find(|uri: &&Uri| uri.scheme() != Scheme::Mailto)?;
    Some(warn(format!(
        "{uri}: receivers need not support anything but mailto: for DMARC reports"
    )))
}

fn obsolete_tags(record: &Dmarc, _: Context) -> Option<Finding> {
    let obsolete = &record.obsolete;
    let found = [
        ("pct", obsolete.pct.is_some()),
        ("rf", obsolete.rf.is_some()),
        ("ri", obsolete.ri.is_some()),
    ];
    let names: Vec<_> = found
        .into_iter()
        .filter(|(_, present)| *present)
        .map(|(name, _)| format!("{name}="))
        .collect();
    (!names.is_empty()).then(|| {
        warn(format!(
            "{} no longer exists (RFC 9989 C.5.2): remove it",
            names.join(", ")
        ))
    })
}

fn partial(record: &Dmarc, _: Context) -> Option<Finding> {
    record.clone().modernised().1
}
