//! One API server for all tests of this file's siblings, with the definitions installed.

use std::time::Duration;

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::{
    Api, Client, ResourceExt,
    api::{ApiResource, DynamicObject, Patch, PatchParams, PostParams},
    core::Status,
    runtime::{conditions::is_crd_established, wait::await_condition},
};
use mailward::api;
use mailward_sandbox::control_plane::{ControlPlane, StartOptions};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

static PLANE: OnceCell<ControlPlane> = OnceCell::const_new();

/// The control plane, with every definition established.
pub(crate) async fn plane() -> &'static ControlPlane {
    PLANE
        .get_or_init(async || {
            let plane = ControlPlane::start(StartOptions::default()).await.unwrap();
            install(plane.client().await.unwrap()).await;
            plane
        })
        .await
}

/// A client of this test's own runtime.
pub(crate) async fn client() -> Client {
    plane().await.client().await.unwrap()
}

async fn install(client: Client) {
    let definitions: Api<CustomResourceDefinition> = Api::all(client);
    for crd in api::crds() {
        let name = crd.name_any();
        definitions.patch(&name, &PatchParams::apply("tests"), &Patch::Apply(&crd)).await.unwrap();
        let established = await_condition(definitions.clone(), &name, is_crd_established());
        tokio::time::timeout(Duration::from_mins(1), established).await.expect("established in time").unwrap();
    }
}

/// An object of one of our kinds with this spec.
pub(crate) fn object(kind: &str, name: &str, spec: &Value) -> DynamicObject {
    let resource = resource(kind);
    let mut object = DynamicObject::new(name, &resource);
    object.data = json!({ "spec": spec });
    object
}

/// An Api for one of our kinds; the namespaced ones in `default`.
pub(crate) async fn api_of(kind: &str) -> Api<DynamicObject> {
    match kind {
        "ClusterDNSProvider" => Api::all_with(client().await, &resource(kind)),
        _ => Api::namespaced_with(client().await, "default", &resource(kind)),
    }
}

fn resource(kind: &str) -> ApiResource {
    let crd = api::crds().into_iter().find(|crd| crd.spec.names.kind == kind).unwrap();
    ApiResource {
        group: api::GROUP.to_owned(),
        version: "v1alpha1".to_owned(),
        api_version: format!("{}/v1alpha1", api::GROUP),
        kind: kind.to_owned(),
        plural: crd.spec.names.plural,
    }
}

/// What the API server says of an object, without storing it: each field at fault with its sentence.
pub(crate) async fn verdict(object: &DynamicObject) -> Vec<(String, String)> {
    let dry_run = PostParams { dry_run: true, ..PostParams::default() };
    let kind = object.types.as_ref().unwrap().kind.clone();
    match api_of(&kind).await.create(&dry_run, object).await {
        Ok(_) => vec![],
        Err(kube::Error::Api(status)) => causes(&status),
        Err(other) => panic!("{other}"),
    }
}

/// Field and sentence of each cause, without the value the API server repeats before it.
///
/// A cause without a field is the API server's remark that it left rules unasked; it says nothing of the object.
pub(crate) fn causes(status: &Status) -> Vec<(String, String)> {
    let causes = status.details.as_ref().map(|details| details.causes.clone()).unwrap_or_default();
    causes
        .into_iter()
        .filter(|cause| cause.field != "<nil>")
        .map(|cause| (cause.field.clone(), sentence(&cause.message)))
        .collect()
}

fn sentence(message: &str) -> String {
    let Some(rest) = message.strip_prefix("Invalid value: ") else { return message.to_owned() };
    let after_value = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split_once("\": ").map(|(_, sentence)| sentence),
        None => rest.split_once(": ").filter(|(value, _)| value.parse::<i64>().is_ok()).map(|(_, sentence)| sentence),
    };
    after_value.unwrap_or(rest).to_owned()
}

/// A spec written as the YAML of a manifest.
pub(crate) fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The smallest MailDomain with these fields beside `domain` and `providerRef`.
pub(crate) fn mail_domain(fields: &str) -> DynamicObject {
    let mut spec = json!({"domain": "example.com", "providerRef": {"name": "sandbox"}});
    spec.as_object_mut().unwrap().extend(yaml(fields).as_object().unwrap().clone());
    object("MailDomain", "example.com", &spec)
}
