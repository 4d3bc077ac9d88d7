//! What is said of a route that is taken, refused, or not answered.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]

use serde_json::{Value, json};

use super::*;

/// A route of generation 2 at two listeners of one Gateway.
fn route(parents: &Value) -> HTTPRoute {
    serde_json::from_value(json!({
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": "a", "namespace": "policies", "generation": 2},
        "spec": {
            "hostnames": ["mta-sts.cafe.lab"],
            "parentRefs": [{"group": "gateway.networking.k8s.io", "kind": "Gateway", "namespace": "infra", "name": "public"}],
        },
        "status": {"parents": parents},
    }))
    .unwrap()
}

fn said(parent: &Value, conditions: &[(&str, &str, &str, i64)]) -> Value {
    let conditions: Vec<Value> = conditions
        .iter()
        .map(|(kind, status, reason, generation)| {
            json!({"type": kind, "status": status, "reason": reason, "message": " two\n lines ",
                   "observedGeneration": generation, "lastTransitionTime": "2026-11-22T06:00:00Z"})
        })
        .collect();
    json!({"parentRef": parent, "controllerName": "lab/gateways", "conditions": conditions})
}

fn public() -> Value {
    json!({"namespace": "infra", "name": "public"})
}

fn of(conditions: &[(&str, &str, &str, i64)]) -> Option<String> {
    trouble(&route(&json!([said(&public(), conditions)])))
}

#[test]
fn a_route_that_every_gateway_took_has_no_trouble() {
    assert_eq!(of(&[("Accepted", "True", "Accepted", 2), ("ResolvedRefs", "True", "ResolvedRefs", 2)]), None);
    assert_eq!(of(&[("Accepted", "True", "Accepted", 3)]), None, "not every controller says the second one");
}

#[test]
fn p8_a_route_without_a_listener_says_whose_work_it_is_and_what_the_controller_said() {
    let why = of(&[("Accepted", "False", "NoMatchingListenerHostname", 2)]).unwrap();
    for words in ["infra/public", "NoMatchingListenerHostname: two lines", "listener for mta-sts.cafe.lab", "namespace policies"]
    {
        assert!(why.contains(words), "{why}");
    }
}

#[test]
fn p8_a_backend_that_is_not_resolved_is_named() {
    let why = of(&[("Accepted", "True", "Accepted", 2), ("ResolvedRefs", "False", "RefNotPermitted", 2)]).unwrap();
    assert!(why.contains("does not reach the policy servers (RefNotPermitted"), "{why}");
}

#[test]
fn an_answer_about_an_earlier_spec_or_to_another_parent_is_no_answer() {
    let other = json!({"namespace": "infra", "name": "public", "sectionName": "http"});
    let accepted = [("Accepted", "True", "Accepted", 2)];
    let rows = [json!([]), json!([said(&public(), &[("Accepted", "True", "Accepted", 1)])]), json!([said(&other, &accepted)])];
    for row in rows {
        let why = trouble(&route(&row)).unwrap();
        assert!(why.contains("no controller has answered the HTTPRoute for Gateway infra/public"), "{row}: {why}");
    }
}

#[test]
fn an_answer_that_leaves_out_the_routes_own_namespace_is_one() {
    let mut route = route(&json!([said(&json!({"name": "public"}), &[("Accepted", "True", "Accepted", 2)])]));
    route.spec.parent_refs[0].namespace = Some("policies".to_owned());
    assert_eq!(trouble(&route), None);
}

#[test]
fn addresses_are_those_that_a_resolver_knows() {
    let gateway: Gateway = serde_json::from_value(json!({
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {"name": "public", "namespace": "infra"},
        "spec": {"gatewayClassName": "lab", "listeners": []},
        "status": {"addresses": [
            {"value": "203.0.113.7"},
            {"type": "IPAddress", "value": "2001:db8::7"},
            {"type": "Hostname", "value": "lb.test"},
            {"type": "cloud.test/named", "value": "front"},
            {"type": "IPAddress", "value": "front"},
        ]},
    }))
    .unwrap();
    let found: Vec<LoadBalancer> = addresses(&gateway).collect();
    let address = |text: &str| LoadBalancer::Address(text.parse().unwrap());
    assert_eq!(found, [address("203.0.113.7"), address("2001:db8::7"), LoadBalancer::Host("lb.test".parse().unwrap())]);
}
