//! Objects as JSON, applied as a user would.

use kube::{
    Api, Client, ResourceExt,
    api::{ApiResource, DynamicObject, GroupVersionKind, Patch, PatchParams},
};
use serde_json::{Value, json};

/// Who the tests are to server-side apply.
const MANAGER: &str = "somebody";

/// An object of one of our kinds.
pub(super) fn ours(kind: &str, metadata: &Value, spec: &Value) -> Value {
    json!({"apiVersion": "mailward.dev/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec})
}

/// Applies one object; what is refused is the error.
pub(super) async fn try_apply(client: &Client, object: &Value) -> kube::Result<DynamicObject> {
    let parsed: DynamicObject = serde_json::from_value(object.clone()).unwrap();
    let types = parsed.types.clone().unwrap();
    let (group, version) = types.api_version.split_once('/').unwrap_or(("", &types.api_version));
    let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, &types.kind));
    let api: Api<DynamicObject> = match parsed.namespace() {
        Some(namespace) => Api::namespaced_with(client.clone(), &namespace, &resource),
        None => Api::all_with(client.clone(), &resource),
    };
    api.patch(&parsed.name_any(), &PatchParams::apply(MANAGER).force(), &Patch::Apply(object)).await
}

/// Applies one object that must be taken.
pub(super) async fn apply(client: &Client, object: &Value) -> DynamicObject {
    try_apply(client, object).await.unwrap_or_else(|error| panic!("{error}\n{object:#}"))
}
