//! What each identity of the chart may do, namespace by namespace, as the API server itself lists it (P9).

use std::fmt::Write as _;

use crate::{
    cluster::Cluster,
    fresh::fresh,
    helm::{NAMESPACE, POLICY_NAMESPACE, template},
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

/// `maildomains.mailward.dev  []  []  [get list watch]`, with the verbs in order.
fn right(line: &str) -> String {
    let (resource, rest) = line.split_once(' ').unwrap();
    let (_, verbs) = rest.rsplit_once('[').unwrap();
    let mut verbs: Vec<&str> = verbs.trim_end_matches(']').split(' ').collect();
    verbs.sort_unstable();
    format!("{resource}: {}", verbs.join(" "))
}

#[tokio::test]
async fn golden_p9_what_each_identity_may_do_where_is_this_list_and_no_more() {
    let cluster = Cluster::start().await;
    for namespace in [NAMESPACE, POLICY_NAMESPACE] {
        cluster.kubectl(&["create", "namespace", namespace], "").unwrap();
    }
    cluster.apply(&template("{}").unwrap());
    let mut text = String::new();
    for (home, account) in IDENTITIES {
        for place in PLACES {
            writeln!(text, "{account} in {place}").unwrap();
            for right in rights(&cluster, &format!("system:serviceaccount:{home}:{account}"), place) {
                writeln!(text, "  {right}").unwrap();
            }
        }
    }
    cluster.apply(&template("{externalDns: {dnsEndpoint: {enabled: true}}}").unwrap());
    let controller = format!("system:serviceaccount:{NAMESPACE}:mailward-controller");
    let more = rights(&cluster, &controller, "default");
    cluster.stop().await;
    fresh("tests/golden/rights.txt", &text);
    let endpoints: Vec<&String> = more.iter().filter(|right| !text.contains(right.as_str())).collect();
    assert_eq!(endpoints, ["dnsendpoints.externaldns.k8s.io: create delete get list patch"]);
}
