//! The MTA-STS rules: STS-R1, STS-G3, STS-W1.

use super::policy::{Mode, Policy, PolicyError};
use super::{MAX_MAX_AGE, MAX_POLICY};
use crate::lint::Finding;

/// A day, in seconds: the least `max_age` that protects against an attacker who can wait a little.
const DAY: u32 = 86_400;

/// What a lint knows beside the policy. Absent facts are not judged.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// The domain's MX hosts; one empty name (or `.`) is a null MX.
    pub mx_hosts: Option<&'a [&'a str]>,
    /// Whether the domain has a TLS-RPT record.
    pub has_tls_rpt: Option<bool>,
    /// Whether no policy was ever served for the domain.
    pub is_first: Option<bool>,
}

impl Policy {
    /// What should not be published, as far as `context` lets it be judged.
    pub fn lint(&self, context: &Context<'_>) -> Vec<Finding> {
        let rules: [fn(&Self, &Context<'_>) -> Option<Finding>; 9] = [
            max_age_too_long,
            no_mx,
            too_large,
            uncovered,
            short_max_age,
            wider_than_mx,
            no_tls_rpt,
            null_mx,
            pointless_none,
        ];
        rules
            .iter()
            .filter_map(|rule| rule(self, context))
            .collect()
    }
}

fn max_age_too_long(policy: &Policy, _: &Context<'_>) -> Option<Finding> {
    (policy.max_age > MAX_MAX_AGE).then(|| PolicyError::MaxAge(policy.max_age.to_string()).into())
}

fn no_mx(policy: &Policy, _: &Context<'_>) -> Option<Finding> {
    let empty = policy.mx.is_empty() && policy.mode != Mode::None;
    empty.then(|| {
        let message = format!(
            "mode: {} needs at least one mx: pattern, otherwise no host may receive",
            policy.mode
        );
        Finding::reject("STS-R1", message)
    })
}

fn too_large(policy: &Policy, _: &Context<'_>) -> Option<Finding> {
    let octets = policy.to_text().len();
    (octets > MAX_POLICY).then(|| PolicyError::TooLarge(octets).into())
}

fn uncovered(policy: &Policy, context: &Context<'_>) -> Option<Finding> {
    let missing = policy.uncovered(
        context
            .mx_hosts?
            .iter()
            .copied()
            .filter(|host| !is_null(host)),
    );
    if missing.is_empty() || policy.mode == Mode::None {
        return None;
    }
    let message = format!(
        "no mx: pattern matches {}: senders would not deliver there, add it",
        missing.join(", ")
    );
    Some(match policy.mode {
        Mode::Enforce => Finding::reject("STS-G3", message),
        _ => Finding::warn("STS-G3", message),
    })
}

fn short_max_age(policy: &Policy, _: &Context<'_>) -> Option<Finding> {
    let short = policy.mode == Mode::Enforce && policy.max_age < DAY;
    short.then(|| {
        let message = format!(
            "max_age: {} is less than a day, too short to protect; weeks are normal",
            policy.max_age
        );
        Finding::warn("STS-W1", message)
    })
}

fn wider_than_mx(policy: &Policy, context: &Context<'_>) -> Option<Finding> {
    let hosts = context.mx_hosts?;
    let unused = policy
        .mx
        .iter()
        .find(|pattern| !hosts.iter().any(|host| pattern.matches(host)))?;
    let message = format!(
        "mx: {unused} matches none of the domain's MX hosts: remove it when no change is under way"
    );
    Some(Finding::warn("STS-W1", message))
}

fn no_tls_rpt(policy: &Policy, context: &Context<'_>) -> Option<Finding> {
    let missing = context.has_tls_rpt == Some(false) && policy.mode != Mode::None;
    missing.then(|| {
        Finding::warn(
            "STS-W1",
            "there is no TLS-RPT record, so nobody hears of failures: add one",
        )
    })
}

fn null_mx(policy: &Policy, context: &Context<'_>) -> Option<Finding> {
    let null = context.mx_hosts?.iter().any(|host| is_null(host)) && policy.mode != Mode::None;
    null.then(|| {
        Finding::warn(
            "STS-W1",
            "the domain has a null MX and receives nothing: MTA-STS has no use there",
        )
    })
}

fn pointless_none(policy: &Policy, context: &Context<'_>) -> Option<Finding> {
    let pointless = policy.mode == Mode::None && context.is_first == Some(true);
    pointless.then(|| {
        Finding::warn(
            "STS-R1",
            "mode: none as a first policy does nothing: leave MTA-STS out or start with testing",
        )
    })
}

fn is_null(host: &str) -> bool {
    matches!(host, "" | ".")
}
