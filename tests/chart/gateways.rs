//! The rights that Gateways need: none without them, and with them no more than their names (P9).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::helm::{POLICY_NAMESPACE, objects};

const GROUP: &str = "gateway.networking.k8s.io";

/// Namespace and rules of each role that speaks of Gateway API.
fn roles(values: &str) -> Vec<(String, Value)> {
    let roles = objects(values).into_iter().filter(|object| object["kind"].as_str().is_some_and(|kind| kind.ends_with("Role")));
    let ours = roles.filter(|role| role["rules"].to_string().contains(GROUP));
    ours.map(|role| (role["metadata"]["namespace"].as_str().unwrap_or_default().to_owned(), role["rules"].clone())).collect()
}

#[test]
fn p9_without_gateways_no_right_to_their_kinds_is_given() {
    assert!(roles("{}").is_empty());
}

#[test]
fn p9_routes_are_written_beside_the_policies_and_each_gateway_is_seen_by_its_name_alone() {
    let found = roles("{gateways: [infra/public/https, infra/public/other, edge/public]}");
    let gateway = |name: &str| json!([{"apiGroups": [GROUP], "resources": ["gateways"], "resourceNames": [name], "verbs": ["list", "watch"]}]);
    let verbs = ["list", "watch", "create", "patch", "delete"];
    let routes = json!([{"apiGroups": [GROUP], "resources": ["httproutes"], "verbs": verbs}]);
    let wanted = [(POLICY_NAMESPACE, routes), ("infra", gateway("public")), ("edge", gateway("public"))]
        .map(|(place, rules)| (place.to_owned(), rules));
    assert_eq!(found, wanted);
}

#[test]
fn every_role_of_gateways_is_bound_to_the_controller_in_its_namespace() {
    let all = objects("{gateways: [infra/public, edge/other]}");
    let of = |kind: &str| -> BTreeSet<(String, String)> {
        let named = all.iter().filter(|object| object["kind"] == kind);
        let gateways = named.filter(|object| {
            let name = object["metadata"]["name"].as_str().unwrap();
            name.contains("-gateway-") || name.ends_with("-httproutes")
        });
        gateways.map(|object| (object["metadata"]["namespace"].to_string(), object["metadata"]["name"].to_string())).collect()
    };
    assert_eq!(of("Role").len(), 3);
    assert_eq!(of("Role"), of("RoleBinding"));
}
