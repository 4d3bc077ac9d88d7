//! The DKIM rules that only several records together can break: DKIM-R1 (two keys, one selector), DKIM-W1.

use super::key::KeyRecord;
use crate::lint::Finding;

/// A key record and where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Published<'a> {
    /// The mail domain, lower case.
    pub domain: &'a str,
    /// The selector, or `*` for a wildcard below `_domainkey`.
    pub selector: &'a str,
    /// The record.
    pub record: &'a KeyRecord,
}

/// What is wrong between records, of one domain or of several. Each pair is named once.
pub fn lint_set(records: &[Published<'_>]) -> Vec<Finding> {
    let wildcards = records.iter().filter_map(|one| wildcard(one, records));
    let pairs = records
        .iter()
        .enumerate()
        .flat_map(|(at, one)| records[at + 1..].iter().map(move |other| (one, other)));
    wildcards
        .chain(pairs.filter_map(|(one, other)| pair(one, other)))
        .collect()
}

/// A wildcard answers for every selector that has no record, which matters where mail is signed.
fn wildcard(one: &Published<'_>, records: &[Published<'_>]) -> Option<Finding> {
    let signs = |other: &Published<'_>| {
        other.domain == one.domain && other.selector != "*" && !other.record.is_revoked()
    };
    (one.selector == "*" && records.iter().any(signs)).then(|| {
        let message = format!(
            "*._domainkey.{} answers for every selector of a domain that signs: remove it",
            one.domain
        );
        Finding::warn("DKIM-W1", message)
    })
}

fn pair(one: &Published<'_>, other: &Published<'_>) -> Option<Finding> {
    if (one.domain, one.selector) == (other.domain, other.selector) {
        let message = format!(
            "{}._domainkey.{} has two key records: verifiers may take either, keep one",
            one.selector, one.domain
        );
        return Some(Finding::reject("DKIM-R1", message));
    }
    let same_key = !one.record.is_revoked() && one.record.public_key == other.record.public_key;
    (same_key && one.domain != other.domain).then(|| {
        let message = format!(
            "{}._domainkey.{} and {}._domainkey.{} hold the same key: give each domain its own",
            one.selector, one.domain, other.selector, other.domain
        );
        Finding::warn("DKIM-W1", message)
    })
}
