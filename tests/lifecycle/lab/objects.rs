//! Objects as JSON: what a user applies, and what a user reads back.

use kube::{
    Api, Client, ResourceExt,
    api::{ApiResource, DynamicObject, GroupVersionKind, Patch, PatchParams},
};
use serde_json::Value;

/// Applies one object; what is refused is the error.
pub(crate) async fn apply(client: &Client, object: &Value) -> kube::Result<DynamicObject> {
    let parsed: DynamicObject = serde_json::from_value(object.clone()).unwrap();
    let types = parsed.types.clone().unwrap();
    let (group, version) = types.api_version.split_once('/').unwrap_or(("", &types.api_version));
    let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, &types.kind));
    let api: Api<DynamicObject> = match parsed.namespace() {
        Some(namespace) => Api::namespaced_with(client.clone(), &namespace, &resource),
        None => Api::all_with(client.clone(), &resource),
    };
    api.patch(&parsed.name_any(), &PatchParams::apply("somebody").force(), &Patch::Apply(object)).await
}

/// The MailDomains of a namespace.
pub(crate) fn mail_domains(client: &Client, namespace: &str) -> Api<DynamicObject> {
    let resource = ApiResource::from_gvk(&GroupVersionKind::gvk("mailward.dev", "v1alpha1", "MailDomain"));
    Api::namespaced_with(client.clone(), namespace, &resource)
}

/// Status and message of a condition that speaks of the spec as it is now.
pub(crate) fn condition<'a>(object: &'a DynamicObject, kind: &str) -> Option<(&'a str, &'a str)> {
    let conditions = object.data.pointer("/status/conditions")?.as_array()?;
    let found = conditions.iter().find(|condition| condition["type"] == kind)?;
    let current = found["observedGeneration"].as_i64() == object.metadata.generation;
    current.then_some(())?;
    Some((found["status"].as_str()?, found["message"].as_str()?))
}
