//! The control plane is a real one: it answers, it refuses without a role, it collects garbage, it can be counted at.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may end at the first surprise")]

use std::time::Duration;

use k8s_openapi::api::core::v1::{ConfigMap, Namespace};
use k8s_openapi::api::rbac::v1::{PolicyRule, Role, RoleBinding, RoleRef, Subject};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use kube::api::{DeleteParams, ListParams, ObjectMeta, PostParams};
use kube::{Api, Client, Resource, ResourceExt};
use mailward_sandbox::control_plane::{self, ControlPlane, StartOptions};
use mailward_sandbox::wait;

const SOON: Duration = Duration::from_secs(30);

fn named<K: Resource + Default>(name: &str) -> K {
    let mut object = K::default();
    *object.meta_mut() = ObjectMeta { name: Some(name.to_owned()), ..ObjectMeta::default() };
    object
}

async fn create<K>(api: &Api<K>, object: &K) -> K
where
    K: serde::Serialize + serde::de::DeserializeOwned + Clone + std::fmt::Debug,
{
    api.create(&PostParams::default(), object).await.unwrap()
}

async fn allow_reading_configmaps(admin: &Client, namespace: &str, account: &str) {
    let rule = PolicyRule {
        api_groups: Some(vec![String::new()]),
        resources: Some(vec!["configmaps".to_owned()]),
        verbs: vec!["list".to_owned(), "create".to_owned()],
        ..PolicyRule::default()
    };
    let role = Role { rules: Some(vec![rule]), ..named("reader") };
    create(&Api::namespaced(admin.clone(), namespace), &role).await;
    let subject = Subject {
        kind: "ServiceAccount".to_owned(),
        name: account.to_owned(),
        namespace: Some(namespace.to_owned()),
        ..Subject::default()
    };
    let role_ref =
        RoleRef { api_group: "rbac.authorization.k8s.io".to_owned(), kind: "Role".to_owned(), name: "reader".to_owned() };
    let binding = RoleBinding { role_ref, subjects: Some(vec![subject]), ..named("reader") };
    create(&Api::namespaced(admin.clone(), namespace), &binding).await;
}

/// One control plane for all of it: starting one takes longer than everything it is asked here.
#[tokio::test]
async fn a_control_plane_answers_refuses_collects_and_counts() {
    let plane = ControlPlane::start(StartOptions::default()).await.unwrap();
    let admin = plane.client().await.unwrap();
    a_service_account_is_forbidden_until_a_role_is_bound(&plane, &admin).await;
    an_object_goes_with_its_owner(&admin).await;
    a_deleted_namespace_ends(&admin).await;
    plane.stop().await.unwrap();
}

async fn a_service_account_is_forbidden_until_a_role_is_bound(plane: &ControlPlane, admin: &Client) {
    let kubeconfig = plane.service_account_kubeconfig("mail", "clerk").await.unwrap();
    let clerk = control_plane::client(&kubeconfig).await.unwrap();
    let maps: Api<ConfigMap> = Api::namespaced(clerk, "mail");

    let refused = maps.list(&ListParams::default()).await.unwrap_err();
    assert!(matches!(&refused, kube::Error::Api(status) if status.is_forbidden()), "{refused}");
    assert_eq!(plane.audit_writes("system:serviceaccount:mail:clerk").await.unwrap(), []);

    allow_reading_configmaps(admin, "mail", "clerk").await;
    wait::until("the role to count", SOON, async || maps.list(&ListParams::default()).await.is_ok()).await.unwrap();

    create(&maps, &named("one")).await;
    maps.delete("one", &DeleteParams::default()).await.unwrap_err();
    let writes = plane.audit_writes("system:serviceaccount:mail:clerk").await.unwrap();
    let seen: Vec<_> = writes.iter().map(|w| (w.verb.as_str(), w.resource.as_str(), w.name.as_str(), w.code)).collect();
    assert_eq!(seen, [("create", "configmaps", "one", 201), ("delete", "configmaps", "one", 403)]);
}

async fn an_object_goes_with_its_owner(admin: &Client) {
    let maps: Api<ConfigMap> = Api::namespaced(admin.clone(), "default");
    let owner = create(&maps, &named("owner")).await;
    let mut owned: ConfigMap = named("owned");
    owned.metadata.owner_references = Some(vec![OwnerReference {
        api_version: "v1".to_owned(),
        kind: "ConfigMap".to_owned(),
        name: owner.name_any(),
        uid: owner.uid().unwrap(),
        ..OwnerReference::default()
    }]);
    create(&maps, &owned).await;
    maps.delete("owner", &DeleteParams::default()).await.unwrap();
    wait::until("the owned object to go", SOON, async || maps.get_opt("owned").await.unwrap().is_none()).await.unwrap();
}

async fn a_deleted_namespace_ends(admin: &Client) {
    let namespaces: Api<Namespace> = Api::all(admin.clone());
    create(&namespaces, &named("short-lived")).await;
    namespaces.delete("short-lived", &DeleteParams::default()).await.unwrap();
    wait::until("the namespace to end", SOON, async || namespaces.get_opt("short-lived").await.unwrap().is_none()).await.unwrap();
}
