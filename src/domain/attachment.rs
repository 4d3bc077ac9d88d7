//! Whether the Gateways that a policy's HTTPRoute names have taken it, and what address they have: read from the statuses that
//! their controllers write.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;

use super::{objects::described, policy_host::LoadBalancer};
use crate::api::{Gateway, HTTPRoute, ParentReference, RouteParentStatus};

/// Characters shown of what a Gateway controller says.
const LONGEST: usize = 300;

/// Why an HTTPRoute leads nowhere, and what would end that; `None` once every Gateway it names has taken it.
pub fn trouble(route: &HTTPRoute) -> Option<String> {
    let host = route.spec.hostnames.first().map(String::as_str).unwrap_or_default();
    let namespace = route.metadata.namespace.as_deref().unwrap_or_default();
    let troubles = route.spec.parent_refs.iter().filter_map(|parent| trouble_at(route, parent, host, namespace));
    Some(troubles.collect::<Vec<_>>().join("; ")).filter(|why| !why.is_empty())
}

fn trouble_at(route: &HTTPRoute, parent: &ParentReference, host: &str, namespace: &str) -> Option<String> {
    let gateway = described(parent);
    let said: Vec<&RouteParentStatus> = answers(route).filter(|said| names(said, parent, namespace)).collect();
    let current = |kind: &str| said.iter().flat_map(|said| &said.conditions).find(|found| is_current(found, kind, route));
    let Some(accepted) = current("Accepted") else {
        return Some(format!(
            "no controller has answered the HTTPRoute for Gateway {gateway} yet: see that the Gateway exists and that the controller \
             of its class runs"
        ));
    };
    if accepted.status != "True" {
        return Some(format!(
            "Gateway {gateway} does not accept the HTTPRoute ({}): its owner gives it a listener for {host}, with a certificate, \
             that allows routes from namespace {namespace}",
            reason(accepted)
        ));
    }
    let unresolved = current("ResolvedRefs").filter(|resolved| resolved.status != "True")?;
    Some(format!("Gateway {gateway} does not reach the policy servers ({})", reason(unresolved)))
}

fn answers(route: &HTTPRoute) -> impl Iterator<Item = &RouteParentStatus> {
    route.status.iter().flat_map(|status| &status.parents)
}

/// Controllers repeat the parent as the spec has it; some leave out what is the default.
fn names(said: &RouteParentStatus, parent: &ParentReference, own: &str) -> bool {
    let place = |parent: &ParentReference| parent.namespace.clone().unwrap_or_else(|| own.to_owned());
    let said = &said.parent_ref;
    (place(said), &said.name, &said.section_name, said.port) == (place(parent), &parent.name, &parent.section_name, parent.port)
}

/// What was said of an earlier spec says nothing of this one.
fn is_current(condition: &Condition, kind: &str, route: &HTTPRoute) -> bool {
    let spoke_of = condition.observed_generation.or(route.metadata.generation);
    condition.type_ == kind && spoke_of >= route.metadata.generation
}

/// `NoMatchingListenerHostname: <what the controller says, on one line>`.
fn reason(condition: &Condition) -> String {
    let words: Vec<&str> = condition.message.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let message: String = words.join(" ").chars().take(LONGEST).collect();
    let separator = if message.is_empty() { "" } else { ": " };
    format!("{}{separator}{message}", condition.reason)
}

/// The addresses of a Gateway; those of a kind that is its controller's own mean nothing to a resolver.
pub fn addresses(gateway: &Gateway) -> impl Iterator<Item = LoadBalancer> {
    gateway.status.iter().flat_map(|status| &status.addresses).filter_map(|address| match address.kind.as_deref() {
        None | Some("IPAddress") => address.value.parse().ok().map(LoadBalancer::Address),
        Some("Hostname") => address.value.parse().ok().map(LoadBalancer::Host),
        Some(_) => None,
    })
}

#[cfg(test)]
mod tests;
