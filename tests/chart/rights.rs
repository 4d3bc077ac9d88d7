//! What each identity of the chart may do, namespace by namespace, as the API server itself lists it (P9).

use std::{collections::BTreeSet, fmt::Write as _};

use crate::{
    cluster::Cluster,
    fresh::fresh,
    helm::{NAMESPACE, POLICY_NAMESPACE, objects, template},
};

const IDENTITIES: [(&str, &str); 2] = [(NAMESPACE, "mailward-controller"), (POLICY_NAMESPACE, "mailward-policy-server")];
/// The two namespaces of the chart, and one of a tenant.
const PLACES: [&str; 3] = [NAMESPACE, POLICY_NAMESPACE, "default"];

/// `resource: verbs` of each right in this namespace, without those that every authenticated client has.
fn rights(cluster: &Cluster, user: &str, namespace: &str) -> Vec<String> {
    let (user, namespace) = (format!("--as={user}"), format!("--namespace={namespace}"));
    let everybody = "--as-group=system:authenticated";
    let list = cluster.kubectl(&["auth", "can-i", "--list", "--no-headers", &user, everybody, &namespace], "").unwrap();
    let ours = list.lines().filter(|line| !line.starts_with([' ', '\t', '[']) && !line.contains("selfsubject"));
    let mut rights: Vec<String> = ours.map(right).collect();
    rights.sort();
    rights
}

/// `maildomains.mailward.dev  []  [the only name]  [get list watch]`, with the verbs in order.
fn right(line: &str) -> String {
    let (resource, rest) = line.split_once(' ').unwrap();
    let (rest, verbs) = rest.rsplit_once('[').unwrap();
    let (_, names) = rest.rsplit_once('[').unwrap();
    let names = names.trim().trim_end_matches(']');
    let names = if names.is_empty() { String::new() } else { format!(" {names}") };
    let mut verbs: Vec<&str> = verbs.trim_end_matches(']').split(' ').collect();
    verbs.sort_unstable();
    format!("{resource}{names}: {}", verbs.join(" "))
}

fn write(text: &mut String, cluster: &Cluster, places: &[&str]) {
    for (home, account) in IDENTITIES {
        for place in places {
            writeln!(text, "{account} in {place}").unwrap();
            for right in rights(cluster, &format!("system:serviceaccount:{home}:{account}"), place) {
                writeln!(text, "  {right}").unwrap();
            }
        }
    }
}

#[tokio::test]
async fn golden_p9_what_each_identity_may_do_where_is_this_list_and_no_more() {
    let cluster = Cluster::start().await;
    for namespace in [NAMESPACE, POLICY_NAMESPACE, "mail", "gateways"] {
        cluster.kubectl(&["create", "namespace", namespace], "").unwrap();
    }
    // First the lesser rights: applying takes none away.
    cluster.apply(&template("{watchNamespaces: [mail]}").unwrap());
    let mut watched = String::new();
    write(&mut watched, &cluster, &[PLACES[0], PLACES[1], PLACES[2], "mail"]);
    cluster.apply(&template("{}").unwrap());
    let mut text = String::new();
    write(&mut text, &cluster, &PLACES);
    cluster.apply(&template("{externalDns: {dnsEndpoint: {enabled: true}}}").unwrap());
    let controller = format!("system:serviceaccount:{NAMESPACE}:mailward-controller");
    let more = rights(&cluster, &controller, "default");
    cluster.apply(&template("{gateways: [gateways/public]}").unwrap());
    let mut attached = [POLICY_NAMESPACE, "gateways", "default"].map(|place| rights(&cluster, &controller, place));
    cluster.stop().await;
    fresh("tests/golden/rights.txt", &text);
    fresh("tests/golden/rights-in-watched-namespaces.txt", &watched);
    let endpoints: Vec<&String> = more.iter().filter(|right| !text.contains(right.as_str())).collect();
    assert_eq!(endpoints, ["dnsendpoints.externaldns.k8s.io: create delete get list patch"]);
    for found in &mut attached {
        found.retain(|right| right.contains("gateway.networking.k8s.io"));
    }
    let routes = "httproutes.gateway.networking.k8s.io: create delete list patch watch";
    assert_eq!(attached, [vec![routes], vec!["gateways.gateway.networking.k8s.io public: list watch"], vec![]]);
}

/// `verb group/resource` of every rule, wherever it holds.
fn rules(values: &str) -> BTreeSet<String> {
    let words = |rule: &serde_json::Value, key: &str| -> Vec<String> {
        rule[key].as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect()
    };
    let rendered = objects(values);
    let roles = rendered.iter().filter(|object| ["Role", "ClusterRole"].iter().any(|kind| object["kind"] == *kind));
    let mut found = BTreeSet::new();
    for rule in roles.flat_map(|role| role["rules"].as_array().unwrap()) {
        for (group, resource, verb) in words(rule, "apiGroups").iter().flat_map(|group| {
            let verbs = words(rule, "verbs");
            let of = move |resource: String| verbs.clone().into_iter().map(move |verb| (resource.clone(), verb));
            words(rule, "resources").into_iter().flat_map(of).map(|(resource, verb)| (group.clone(), resource, verb))
        }) {
            assert!(verb != "*" && resource != "*" && group != "*", "a rule for everything: {rule}");
            found.insert(format!("{verb} {group}/{resource}"));
        }
    }
    found
}

/// What is shown to be needed in the whole cluster is what is asked for in named namespaces.
#[test]
fn watched_namespaces_give_the_same_rights_elsewhere() {
    for more in ["", ", externalDns: {dnsEndpoint: {enabled: true}}"] {
        assert_eq!(rules(&format!("{{watchNamespaces: [mail, web]{more}}}")), rules(&format!("{{ownerId: ''{more}}}")));
    }
}

#[test]
fn an_owner_id_spares_the_right_to_read_kube_system() {
    assert!(rules("{}").contains("get /namespaces") && !rules("{ownerId: blue}").contains("get /namespaces"));
}

/// Rules for Secrets, MailDomains and the rest end in the namespaces that are named.
#[test]
fn watched_namespaces_leave_one_role_for_the_cluster_and_it_holds_no_secrets() {
    let rendered = objects("{watchNamespaces: [mail, web], externalDns: {dnsEndpoint: {enabled: true}}}");
    let of = |kind: &str| rendered.iter().filter(|object| object["kind"] == kind).collect::<Vec<_>>();
    let [cluster] = of("ClusterRole")[..] else { panic!("{rendered:#?}") };
    let resources: Vec<String> = cluster["rules"].as_array().unwrap().iter().map(|rule| rule["resources"].to_string()).collect();
    let wanted = [r#"["clusterdnsproviders"]"#, r#"["clusterdnsproviders/status"]"#, r#"["namespaces"]"#, r#"["namespaces"]"#];
    assert_eq!(resources, wanted);
    assert_eq!(cluster["rules"][2]["resourceNames"], serde_json::json!(["mail", "web"]));
    let places: BTreeSet<&str> = of("Role").iter().map(|role| role["metadata"]["namespace"].as_str().unwrap()).collect();
    assert_eq!(places, BTreeSet::from(["default", "mail", "mailward-policy", "mailward-system", "web"]));
}
