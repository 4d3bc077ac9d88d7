//! The roles of `deploy/rbac.yaml`, asked of a real API server: enough to work, and nothing beside it (P9).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed step is a failed test")]

use std::path::Path;

use k8s_openapi::api::authorization::v1::{ResourceAttributes, SubjectAccessReview, SubjectAccessReviewSpec};
use kube::{Api, Client, api::PostParams};
use mailward_sandbox::control_plane::{ControlPlane, StartOptions};
use tokio::process::Command;

const CONTROLLER: &str = "system:serviceaccount:mailward-system:mailward-controller";
const POLICY_SERVER: &str = "system:serviceaccount:mailward-policy:mailward-policy-server";

/// Who, verb, group, resource (with `/subresource`), namespace (empty: all), and whether it is allowed.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, bool);

const ROWS: &[Row] = &[
    (CONTROLLER, "watch", "mailward.dev", "maildomains", "", true),
    (CONTROLLER, "patch", "mailward.dev", "maildomains", "a", true),
    (CONTROLLER, "patch", "mailward.dev", "maildomains/status", "a", true),
    (CONTROLLER, "create", "mailward.dev", "maildomains", "a", false),
    (CONTROLLER, "delete", "mailward.dev", "maildomains", "a", false),
    (CONTROLLER, "watch", "mailward.dev", "clusterdnsproviders", "", true),
    (CONTROLLER, "patch", "mailward.dev", "clusterdnsproviders", "", false),
    (CONTROLLER, "patch", "mailward.dev", "clusterdnsproviders/status", "", true),
    (CONTROLLER, "patch", "mailward.dev", "dnsproviders/status", "a", true),
    (CONTROLLER, "get", "", "namespaces", "", true),
    (CONTROLLER, "patch", "", "namespaces", "", false),
    (CONTROLLER, "create", "", "secrets", "a", true),
    (CONTROLLER, "delete", "", "secrets", "a", true),
    (CONTROLLER, "deletecollection", "", "secrets", "a", false),
    (CONTROLLER, "create", "events.k8s.io", "events", "a", true),
    (CONTROLLER, "patch", "", "configmaps", "mailward-policy", true),
    (CONTROLLER, "get", "", "configmaps", "a", false),
    (CONTROLLER, "delete", "networking.k8s.io", "ingresses", "mailward-policy", true),
    (CONTROLLER, "get", "networking.k8s.io", "ingresses", "a", false),
    (CONTROLLER, "watch", "discovery.k8s.io", "endpointslices", "mailward-policy", true),
    (CONTROLLER, "update", "coordination.k8s.io", "leases", "mailward-system", true),
    (CONTROLLER, "get", "coordination.k8s.io", "leases", "kube-system", false),
    (CONTROLLER, "create", "", "pods", "mailward-system", false),
    (CONTROLLER, "escalate", "rbac.authorization.k8s.io", "clusterroles", "", false),
    (POLICY_SERVER, "watch", "", "configmaps", "mailward-policy", true),
    (POLICY_SERVER, "patch", "", "configmaps", "mailward-policy", false),
    (POLICY_SERVER, "get", "", "configmaps", "mailward-system", false),
    (POLICY_SERVER, "get", "", "secrets", "mailward-policy", false),
    (POLICY_SERVER, "get", "mailward.dev", "maildomains", "", false),
];

async fn deploy(plane: &ControlPlane) {
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    let mut kubectl = Command::new(plane.kubectl());
    kubectl.arg("--kubeconfig").arg(plane.kubeconfig_path()).args(["apply", "--validate=strict"]);
    kubectl.arg("-f").arg(deploy.join("namespaces.yaml")).arg("-f").arg(deploy.join("rbac.yaml"));
    let output = kubectl.output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

async fn allowed(client: &Client, (user, verb, group, resource, namespace, _): Row) -> bool {
    let (resource, subresource) =
        resource.split_once('/').map_or((resource, None), |(name, below)| (name, Some(below.to_owned())));
    let attributes = ResourceAttributes {
        verb: Some(verb.to_owned()),
        group: Some(group.to_owned()),
        resource: Some(resource.to_owned()),
        subresource,
        namespace: Some(namespace.to_owned()),
        ..ResourceAttributes::default()
    };
    let spec = SubjectAccessReviewSpec {
        user: Some(user.to_owned()),
        resource_attributes: Some(attributes),
        ..SubjectAccessReviewSpec::default()
    };
    let review = SubjectAccessReview { spec, ..SubjectAccessReview::default() };
    let answer = Api::all(client.clone()).create(&PostParams::default(), &review).await.unwrap();
    answer.status.unwrap().allowed
}

#[tokio::test]
async fn p9_each_identity_may_do_its_work_and_nothing_beside_it() {
    let plane = ControlPlane::start(StartOptions::default()).await.unwrap();
    deploy(&plane).await;
    let client = plane.client().await.unwrap();
    let mut wrong = vec![];
    for row in ROWS {
        if allowed(&client, *row).await != row.5 {
            wrong.push(row);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    plane.stop().await.unwrap();
}
