//! The roles of `deploy/rbac.yaml`, asked of a real API server: enough to work, and nothing beside it (P9).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed step is a failed test")]

use std::{collections::BTreeSet, path::Path};

use futures::{StreamExt, stream};
use k8s_openapi::api::{
    authorization::v1::{
        ResourceAttributes, SelfSubjectRulesReview, SelfSubjectRulesReviewSpec, SubjectAccessReview, SubjectAccessReviewSpec,
    },
    core::v1::{ConfigMap, Pod, Secret},
};
use kube::{
    Api, Client, Discovery,
    api::{DeleteParams, ListParams, PostParams},
};
use mailward_sandbox::control_plane::{self, ControlPlane};
use tokio::{process::Command, sync::OnceCell};

const CONTROLLER: &str = "system:serviceaccount:mailward-system:mailward-controller";
const POLICY_SERVER: &str = "system:serviceaccount:mailward-policy:mailward-policy-server";

/// Verb, group, resource (with `/subresource`), namespace (empty: all), and whether the controller may.
type Row = (&'static str, &'static str, &'static str, &'static str, bool);

const ROWS: &[Row] = &[
    ("watch", "mailward.dev", "maildomains", "", true),
    ("patch", "mailward.dev", "maildomains", "a", true),
    ("patch", "mailward.dev", "maildomains/status", "a", true),
    ("create", "mailward.dev", "maildomains", "a", false),
    ("delete", "mailward.dev", "maildomains", "a", false),
    ("watch", "mailward.dev", "clusterdnsproviders", "", true),
    ("patch", "mailward.dev", "clusterdnsproviders", "", false),
    ("patch", "mailward.dev", "clusterdnsproviders/status", "", true),
    ("patch", "mailward.dev", "dnsproviders/status", "a", true),
    ("list", "", "namespaces", "", true),
    ("get", "", "namespaces", "", false),
    ("patch", "", "namespaces", "", false),
    ("create", "", "secrets", "a", true),
    ("delete", "", "secrets", "a", true),
    ("deletecollection", "", "secrets", "a", false),
    ("create", "events.k8s.io", "events", "a", true),
    ("patch", "", "configmaps", "mailward-policy", true),
    ("get", "", "configmaps", "a", false),
    ("delete", "networking.k8s.io", "ingresses", "mailward-policy", true),
    ("get", "networking.k8s.io", "ingresses", "a", false),
    ("watch", "discovery.k8s.io", "endpointslices", "mailward-policy", true),
    ("create", "coordination.k8s.io", "leases", "mailward-system", true),
    ("update", "coordination.k8s.io", "leases", "mailward-system", false),
    ("get", "coordination.k8s.io", "leases", "kube-system", false),
    ("create", "", "pods", "mailward-system", false),
    ("escalate", "rbac.authorization.k8s.io", "clusterroles", "", false),
];

/// The one of these tests, with our definitions, namespaces and roles.
async fn plane() -> &'static ControlPlane {
    static DEPLOYED: OnceCell<&'static ControlPlane> = OnceCell::const_new();
    let deployed = async || {
        let plane = ControlPlane::shared().await.unwrap();
        deploy(plane).await;
        plane
    };
    DEPLOYED.get_or_init(deployed).await
}

async fn deploy(plane: &ControlPlane) {
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    let mut kubectl = Command::new(plane.kubectl());
    kubectl.arg("--kubeconfig").arg(plane.kubeconfig_path()).args(["apply", "--validate=strict"]);
    kubectl
        .arg("-f")
        .arg(deploy.join("../crds"))
        .arg("-f")
        .arg(deploy.join("namespaces.yaml"))
        .arg("-f")
        .arg(deploy.join("rbac.yaml"));
    let output = kubectl.output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

async fn allowed(client: &Client, user: &str, verb: &str, group: &str, resource: &str, namespace: &str) -> bool {
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

/// Verbs of the API and of RBAC itself.
const VERBS: [&str; 11] =
    ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "impersonate", "escalate", "bind"];
/// Where it lives, where the controller lives, and the whole cluster.
const PLACES: [&str; 3] = ["mailward-policy", "mailward-system", ""];

/// Group and resource (with `/subresource`) of everything that the API server serves.
async fn everything(client: &Client) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    let discovery = Discovery::new(client.clone()).run().await.unwrap();
    for group in discovery.groups() {
        for (resource, capabilities) in group.versions().flat_map(|version| group.versioned_resources(version)) {
            found.insert((resource.group.clone(), resource.plural.clone()));
            let below = capabilities.subresources.iter().map(|(below, _)| format!("{}/{}", resource.plural, below.plural));
            found.extend(below.map(|name| (resource.group.clone(), name)));
        }
    }
    found
}

#[tokio::test]
async fn p9_of_everything_that_there_is_a_policy_server_may_read_the_configmaps_of_its_namespace() {
    let plane = plane().await;
    let client = plane.client().await.unwrap();
    let everything = everything(&client).await;
    assert!(everything.len() > 50, "{everything:?}");
    let questions = everything.iter().flat_map(|(group, resource)| {
        VERBS.iter().flat_map(move |verb| PLACES.iter().map(move |place| (POLICY_SERVER, *verb, &**group, &**resource, *place)))
    });
    let client = &client;
    let asked = questions.map(|(user, verb, group, resource, place)| async move {
        let may = allowed(client, user, verb, group, resource, place).await;
        may.then(|| format!("{verb} {resource}.{group} in {place}"))
    });
    let allowed: BTreeSet<String> = stream::iter(asked).buffer_unordered(16).filter_map(std::future::ready).collect().await;
    let wanted = ["list configmaps. in mailward-policy", "watch configmaps. in mailward-policy"];
    assert_eq!(allowed, wanted.map(str::to_owned).into());
}

#[tokio::test]
async fn p9_with_the_token_of_a_policy_server_nothing_but_policies_can_be_had() {
    let plane = plane().await;
    let kubeconfig = plane.service_account_kubeconfig("mailward-policy", "mailward-policy-server").await.unwrap();
    let client = control_plane::client(&kubeconfig).await.unwrap();
    let all = ListParams::default();
    Api::<ConfigMap>::namespaced(client.clone(), "mailward-policy").list(&all).await.unwrap();
    let refused = [
        Api::<ConfigMap>::namespaced(client.clone(), "mailward-system").list(&all).await.err(),
        Api::<ConfigMap>::all(client.clone()).list(&all).await.err(),
        Api::<Secret>::namespaced(client.clone(), "mailward-policy").list(&all).await.err(),
        Api::<Secret>::namespaced(client.clone(), "mailward-policy").get("tls").await.err(),
        Api::<Pod>::namespaced(client.clone(), "mailward-policy").list(&all).await.err(),
        Api::<ConfigMap>::namespaced(client.clone(), "mailward-policy").delete("any", &DeleteParams::default()).await.err(),
        Api::<ConfigMap>::namespaced(client.clone(), "mailward-policy").create(&PostParams::default(), &one()).await.err(),
    ];
    for error in refused {
        assert!(matches!(&error, Some(kube::Error::Api(status)) if status.code == 403), "{error:?}");
    }
    let mine = rules(&client, "mailward-policy").await;
    assert_eq!(mine, ["configmaps: list watch"]);
    assert!(rules(&client, "mailward-system").await.is_empty());
}

fn one() -> ConfigMap {
    let mut object = ConfigMap::default();
    object.metadata.name = Some("any".to_owned());
    object
}

/// What whoever asks may do in a namespace, without what every authenticated client may.
async fn rules(client: &Client, namespace: &str) -> Vec<String> {
    let spec = SelfSubjectRulesReviewSpec { namespace: Some(namespace.to_owned()) };
    let review = SelfSubjectRulesReview { spec, ..SelfSubjectRulesReview::default() };
    let answer = Api::<SelfSubjectRulesReview>::all(client.clone()).create(&PostParams::default(), &review).await.unwrap();
    let status = answer.status.unwrap();
    assert!(!status.incomplete, "{status:?}");
    let resources = status.resource_rules.into_iter().map(|rule| (rule.resources.unwrap_or_default().join(","), rule.verbs));
    let ours = resources.filter(|(resources, _)| !resources.contains("selfsubject"));
    ours.map(|(resources, verbs)| format!("{resources}: {}", verbs.join(" "))).collect()
}

#[tokio::test]
async fn p9_the_controller_may_do_its_work_and_not_what_lies_beside_it() {
    let plane = plane().await;
    let client = plane.client().await.unwrap();
    let mut wrong = vec![];
    for row @ (verb, group, resource, namespace, may) in ROWS {
        if allowed(&client, CONTROLLER, verb, group, resource, namespace).await != *may {
            wrong.push(row);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
