//! The wanted records, one function for each kind.

use mail_records::lint::{Severity, is_rejected};

use super::DesireInput;
use crate::{
    dns::{Name, Value},
    domain::{policy_host::PolicyHost, validate::DkimName},
    plan::{Hold, Role, Wanted, slots},
};

/// Every wanted record.
pub(super) fn wanted(input: &DesireInput<'_>) -> Vec<Wanted> {
    let kinds: [fn(&DesireInput<'_>) -> Vec<Wanted>; 8] =
        [spf, held_keys, published, delegated, dmarc, policy_id, policy_host, tls_rpt];
    kinds.iter().flat_map(|kind| kind(input)).collect()
}

fn spf(input: &DesireInput<'_>) -> Vec<Wanted> {
    let validated = input.validated;
    let record = validated.spf.accepted().map(|spf| Value::text(&spf.to_string()));
    let hold = input.parking.cloned().or_else(|| too_expensive(input));
    one(input, Role::Spf, &validated.names.home, record, hold)
}

/// A record that is a permerror for every receiver is not published (SPF-G2). What could not be looked up forbids nothing.
fn too_expensive(input: &DesireInput<'_>) -> Option<Hold> {
    let cost = input.spf_cost.filter(|cost| is_rejected(&cost.problems))?;
    let problems = cost.problems.iter().filter(|problem| problem.severity == Severity::Reject).map(ToString::to_string);
    let problems: Vec<_> = problems.collect();
    Some(Hold { reason: "SPFRejected", message: format!("spec.spf: {}", problems.join("; ")) })
}

fn held_keys(input: &DesireInput<'_>) -> Vec<Wanted> {
    let keys = input.keys.iter().flat_map(|key| &key.publish);
    keys.filter_map(|(selector, record)| {
        let name = input.validated.names.selector(selector).ok()?;
        selector_record(input, selector.as_str(), name, Role::DkimKey, Value::text(&record.to_string()))
    })
    .collect()
}

fn published(input: &DesireInput<'_>) -> Vec<Wanted> {
    let published = input.validated.dkim.published.iter();
    published
        .filter_map(|(name, record)| {
            let label = match name {
                DkimName::Selector(selector) => selector.as_str(),
                DkimName::Any => "*",
            };
            let name = input.validated.names.domainkey.child(label).ok()?;
            selector_record(input, label, name, Role::DkimKey, Value::text(&record.to_string()))
        })
        .collect()
}

fn delegated(input: &DesireInput<'_>) -> Vec<Wanted> {
    let delegated = input.validated.dkim.delegated.iter();
    delegated
        .filter_map(|(selector, target)| {
            let name = input.validated.names.selector(selector).ok()?;
            selector_record(input, selector.as_str(), name, Role::DkimCname, Value::Cname(target.clone()))
        })
        .collect()
}

/// Names were checked in validation, so a record is never left out here.
fn selector_record(input: &DesireInput<'_>, selector: &str, name: Name, role: Role, value: Value) -> Option<Wanted> {
    let slot = slots::of_selector(selector).ok()?;
    Some(Wanted { slot, role, name, value, ttl: input.validated.ttl, hold: input.parking.cloned() })
}

fn dmarc(input: &DesireInput<'_>) -> Vec<Wanted> {
    let validated = input.validated;
    let record = validated.dmarc.accepted().map(|dmarc| Value::text(&dmarc.to_string()));
    let hold = input.parking.cloned().or_else(|| input.dmarc.and_then(super::DmarcDecision::hold));
    one(input, Role::Dmarc, &validated.names.dmarc, record, hold)
}

fn policy_id(input: &DesireInput<'_>) -> Vec<Wanted> {
    let id = input.policy.and_then(|policy| policy.id.as_ref());
    let record = id.map(|id| Value::text(&id.record.to_string()));
    one(input, Role::MtaSts, &input.validated.names.mta_sts, record, id.and_then(|id| id.hold.clone()))
}

fn policy_host(input: &DesireInput<'_>) -> Vec<Wanted> {
    let accepted = input.validated.mta_sts.accepted().is_some();
    let Some(PolicyHost::Values(values)) = input.policy_host.filter(|_| accepted) else { return Vec::new() };
    let name = &input.validated.names.policy_host;
    values.iter().flat_map(|value| one(input, Role::PolicyHost, name, Some(value.clone()), None)).collect()
}

fn tls_rpt(input: &DesireInput<'_>) -> Vec<Wanted> {
    let validated = input.validated;
    let record = validated.tls_rpt.accepted().map(|record| Value::text(&record.to_string()));
    one(input, Role::TlsRpt, &validated.names.tls_rpt, record, None)
}

fn one(input: &DesireInput<'_>, role: Role, name: &Name, value: Option<Value>, hold: Option<Hold>) -> Vec<Wanted> {
    let made = slots::of_role(role).zip(value);
    let ttl = input.validated.ttl;
    made.map(|(slot, value)| Wanted { slot, role, name: name.clone(), value, ttl, hold }).into_iter().collect()
}
