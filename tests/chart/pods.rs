//! What the pods are allowed and given.

use serde_json::{Value, json};

use crate::helm::{NAMESPACE, POLICY_NAMESPACE, arguments, container, find, objects};

const DEPLOYMENTS: [&str; 2] = ["-controller", "-policy-server"];

fn pod(deployment: &Value) -> &Value {
    &deployment["spec"]["template"]["spec"]
}

#[test]
fn a_container_can_neither_gain_rights_nor_write_to_its_image() {
    let rendered = objects("{}");
    for name in DEPLOYMENTS {
        let deployment = find(&rendered, "Deployment", name);
        let rights = json!({
            "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]},
        });
        assert_eq!(container(deployment)["securityContext"], rights);
        let user = json!({
            "runAsNonRoot": true, "runAsUser": 65532, "runAsGroup": 65532, "fsGroup": 65532,
            "seccompProfile": {"type": "RuntimeDefault"},
        });
        assert_eq!(pod(deployment)["securityContext"], user);
    }
}

#[test]
fn a_platform_that_chooses_users_itself_is_left_the_choice() {
    let rendered = objects("{runAsUser: null}");
    let user = &pod(find(&rendered, "Deployment", "-controller"))["securityContext"];
    assert_eq!(*user, json!({"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}}));
}

#[test]
fn an_upgrade_never_runs_fewer_policy_servers() {
    let rendered = objects("{}");
    let rolling = json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}});
    assert_eq!(find(&rendered, "Deployment", "-policy-server")["spec"]["strategy"], rolling);
}

#[test]
fn both_are_two_spread_out_and_drained_one_at_a_time() {
    let rendered = objects("{}");
    for name in DEPLOYMENTS {
        let (deployment, budget) = (find(&rendered, "Deployment", name), find(&rendered, "PodDisruptionBudget", name));
        assert_eq!((&deployment["spec"]["replicas"], &budget["spec"]["maxUnavailable"]), (&json!(2), &json!(1)));
        assert_eq!(budget["metadata"]["namespace"], deployment["metadata"]["namespace"]);
        assert_eq!(budget["spec"]["selector"], deployment["spec"]["selector"]);
        let spread = pod(deployment)["topologySpreadConstraints"].as_array().unwrap();
        let keys: Vec<&Value> = spread.iter().map(|constraint| &constraint["topologyKey"]).collect();
        assert_eq!(keys, ["kubernetes.io/hostname", "topology.kubernetes.io/zone"]);
        assert!(spread.iter().all(|constraint| constraint["labelSelector"] == deployment["spec"]["selector"]));
    }
}

#[test]
fn each_is_asked_whether_it_lives_and_whether_it_works_and_takes_what_it_is_given() {
    let rendered = objects("{policyServer: {resources: {requests: {memory: 99Mi}, limits: null}}}");
    for name in DEPLOYMENTS {
        let container = container(find(&rendered, "Deployment", name));
        for (probe, path) in [("livenessProbe", "/healthz"), ("readinessProbe", "/readyz")] {
            let asked = &container[probe]["httpGet"];
            assert_eq!((&asked["path"], &asked["port"]), (&json!(path), &json!("health")), "{name}");
        }
        assert!(
            container["ports"].as_array().unwrap().iter().any(|port| port["name"] == "health" && port["containerPort"] == 8081)
        );
        assert!(container["resources"]["requests"]["cpu"].is_string(), "{name} can be scheduled by what it needs");
    }
    let given = |name| &container(find(&rendered, "Deployment", name))["resources"];
    assert!(given("-controller")["limits"]["memory"].is_string());
    assert_eq!(
        (&given("-policy-server")["requests"]["memory"], &given("-policy-server")["limits"]),
        (&json!("99Mi"), &Value::Null)
    );
}

#[test]
fn a_selector_selects_its_own_pods_and_outlives_an_upgrade() {
    let (small, large) = (objects("{}"), objects("{commonLabels: {team: post}, policyServer: {podLabels: {a: b}}}"));
    for name in DEPLOYMENTS {
        let (before, after) = (find(&small, "Deployment", name), find(&large, "Deployment", name));
        assert_eq!(before["spec"]["selector"], after["spec"]["selector"], "a selector cannot be changed");
        let labels = after["spec"]["template"]["metadata"]["labels"].as_object().unwrap();
        let selector = after["spec"]["selector"]["matchLabels"].as_object().unwrap();
        assert!(selector.iter().all(|(key, value)| labels.get(key) == Some(value)));
        assert_eq!(labels["team"], "post");
    }
}

#[test]
fn a_policy_server_may_drain_before_it_is_killed() {
    let rendered = objects("{policyServer: {shutdownDelaySeconds: 300}}");
    assert_eq!(pod(find(&rendered, "Deployment", "-policy-server"))["terminationGracePeriodSeconds"], 325);
}

#[test]
fn the_service_leads_to_the_policy_servers_by_the_port_that_the_controller_is_told() {
    for (values, port) in [("{}", 80), ("{policyServer: {tls: {enabled: true, secretName: a}}}", 443)] {
        let rendered = objects(values);
        let service = find(&rendered, "Service", "-policy");
        assert_eq!(service["spec"]["ports"][0], json!({"name": "policy", "port": port, "targetPort": "policy"}));
        assert_eq!(service["metadata"]["namespace"], POLICY_NAMESPACE);
        let selector = &find(&rendered, "Deployment", "-policy-server")["spec"]["selector"]["matchLabels"];
        assert_eq!(service["spec"]["selector"], *selector);
    }
}

#[test]
fn a_certificate_is_mounted_where_the_policy_server_looks() {
    let rendered = objects("{policyServer: {tls: {enabled: true, secretName: wild, hosts: {mta-sts.example.com: own}}}}");
    let deployment = find(&rendered, "Deployment", "-policy-server");
    let volumes = json!([
        {"name": "tls-default", "secret": {"secretName": "wild"}},
        {"name": "tls-hosts", "projected": {"sources": [{"secret": {"name": "own", "items": [
            {"key": "tls.crt", "path": "mta-sts.example.com/tls.crt"},
            {"key": "tls.key", "path": "mta-sts.example.com/tls.key"},
        ]}}]}},
    ]);
    assert_eq!(pod(deployment)["volumes"], volumes);
    let mounts = container(deployment)["volumeMounts"].as_array().unwrap();
    let paths: Vec<&Value> = mounts.iter().map(|mount| &mount["mountPath"]).collect();
    assert_eq!(paths, ["/etc/mailward/tls/default", "/etc/mailward/tls/hosts"]);
}

#[test]
fn a_changed_ca_bundle_starts_the_controller_anew() {
    let bundle = |name: &str| {
        let rendered = objects(&format!("{{caBundle: {{pem: \"-----BEGIN CERTIFICATE-----\\n{name}\\n\"}}}}"));
        let pem = find(&rendered, "ConfigMap", "-ca-bundle")["data"]["ca.crt"].clone();
        assert_eq!(pem, format!("-----BEGIN CERTIFICATE-----\n{name}\n"));
        find(&rendered, "Deployment", "-controller")["spec"]["template"]["metadata"]["annotations"].clone()
    };
    assert_ne!(bundle("a"), bundle("b"));
}

#[test]
fn a_proxy_is_for_the_controller_alone() {
    let rendered = objects("{proxy: {https: 'http://proxy.example:3128', except: '10.0.0.0/8,.svc'}}");
    let told = |name| arguments(find(&rendered, "Deployment", name)).iter().filter(|flag| flag.contains("proxy")).count();
    assert_eq!((told("-controller"), told("-policy-server")), (2, 0));
    // As variables of the environment every library of the process would read them.
    for name in DEPLOYMENTS {
        let env = container(find(&rendered, "Deployment", name))["env"].as_array().unwrap();
        assert!(env.iter().all(|entry| !entry["name"].as_str().unwrap().contains("PROXY")), "{env:?}");
    }
}

#[test]
fn the_way_to_a_proxy_is_open_where_traffic_is_limited() {
    for (proxy, port) in
        [("http://proxy.example:3128", 3128), ("http://u:p@[2001:db8::1]:8080", 8080), ("http://proxy.example", 80)]
    {
        let rendered = objects(&format!("{{networkPolicy: {{enabled: true}}, proxy: {{https: '{proxy}'}}}}"));
        let out = find(&rendered, "NetworkPolicy", "-controller")["spec"]["egress"].to_string();
        assert!(out.contains(&format!(r#""port":{port},"protocol":"TCP""#)), "{proxy}: {out}");
    }
}

#[test]
fn what_a_cloud_calls_the_operator_is_written_on_its_service_account_alone() {
    let rendered = objects("{controller: {serviceAccountAnnotations: {eks.amazonaws.com/role-arn: 'arn:aws:iam::1:role/m'}}}");
    let annotations = |name| find(&rendered, "ServiceAccount", name)["metadata"]["annotations"].clone();
    assert_eq!(annotations("-controller")["eks.amazonaws.com/role-arn"], "arn:aws:iam::1:role/m");
    assert!(annotations("-policy-server").is_null());
}

#[test]
fn an_image_is_named_by_its_digest_or_its_tag_or_the_version() {
    let image = |values| container(find(&objects(values), "Deployment", "-controller"))["image"].clone();
    assert_eq!(image("{}"), format!("localhost/mailward:{}", env!("CARGO_PKG_VERSION")));
    assert_eq!(image("{image: {repository: r.example/m, tag: v2}}"), "r.example/m:v2");
    let digest = format!("sha256:{}", "a".repeat(64));
    assert_eq!(image(&format!("{{image: {{tag: v2, digest: '{digest}'}}}}")), format!("localhost/mailward@{digest}"));
}

#[test]
fn traffic_is_limited_to_what_is_needed_when_asked() {
    assert!(objects("{}").iter().all(|object| object["kind"] != "NetworkPolicy"));
    let from = "[{namespaceSelector: {matchLabels: {a: b}}}]";
    let rendered = objects(&format!("{{networkPolicy: {{enabled: true, policyServerFrom: {from}}}}}"));
    let public = &find(&rendered, "NetworkPolicy", "-policy-server")["spec"]["ingress"][0];
    assert_eq!(public["from"][0], json!({"namespaceSelector": {"matchLabels": {"a": "b"}}}));
    let controller = &public["from"][1]["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"];
    assert_eq!(*controller, NAMESPACE, "the controller asks every policy server");
    let out = find(&rendered, "NetworkPolicy", "-controller")["spec"]["egress"].as_array().unwrap();
    let ports: Vec<&Value> = out.iter().flat_map(|rule| rule["ports"].as_array().unwrap()).map(|port| &port["port"]).collect();
    assert_eq!(ports, [&json!(443), &json!(6443), &json!(53), &json!(53), &json!(443), &json!("policy")]);
}
