//! What an installer applies, and objects written as YAML.

use std::{net::SocketAddr, process::Stdio};

use kube::{
    Api, Client, ResourceExt,
    api::{ApiResource, DynamicObject, Patch, PatchParams},
};
use mailward_sandbox::{control_plane::ControlPlane, steps::operator::NAMESPACE};
use serde_json::{Value, json};
use tokio::process::Command;

use super::{Server, repository};

/// Who the tests are to server-side apply.
const MANAGER: &str = "somebody";

/// Definitions, namespaces and roles, as they stand in the repository.
pub(super) async fn install(plane: &ControlPlane) {
    for path in ["crds", "deploy/namespaces.yaml", "deploy/rbac.yaml"] {
        let file = repository(path).display().to_string();
        kubectl(plane, &["apply", "--server-side", "--filename", &file]).await;
    }
    let ours = ["maildomains", "dnsproviders", "clusterdnsproviders"].map(|kind| format!("crd/{kind}.mailward.dev"));
    let wait = ["wait", "--for=condition=Established", "--timeout=60s"];
    kubectl(plane, &wait.into_iter().chain(ours.iter().map(String::as_str)).collect::<Vec<_>>()).await;
}

async fn kubectl(plane: &ControlPlane, arguments: &[&str]) {
    let mut command = Command::new(plane.kubectl());
    command.env("KUBECONFIG", plane.kubeconfig_path()).args(arguments).stdin(Stdio::null());
    let output = command.output().await.unwrap();
    assert!(output.status.success(), "kubectl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A ClusterDNSProvider for every namespace that writes to `server` and verifies at `nameservers`.
pub(super) async fn provider(plane: &ControlPlane, name: &str, server: &Server, nameservers: &[SocketAddr]) {
    let client = plane.client().await.unwrap();
    apply(&client, &tsig_secret(name, &server.key().secret_base64())).await;
    let spec = json!({
        "rfc2136": {
            "server": server.address().to_string(),
            "tsig": {"keyName": server.key().name(), "secretRef": {"name": tsig_name(name), "key": "secret"}},
        },
        "allowedNamespaces": {},
        "verification": {"nameservers": nameservers.iter().map(ToString::to_string).collect::<Vec<_>>()},
    });
    apply(&client, &ours("ClusterDNSProvider", &json!({ "name": name }), &spec)).await;
}

/// The Secret of a provider, with this key in it.
pub(super) fn tsig_secret(provider: &str, key: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": tsig_name(provider), "namespace": NAMESPACE},
        "stringData": {"secret": key},
    })
}

/// Name of a provider's Secret.
pub(super) fn tsig_name(provider: &str) -> String {
    format!("{provider}-tsig")
}

/// An object of one of our kinds.
pub(super) fn ours(kind: &str, metadata: &Value, spec: &Value) -> Value {
    json!({"apiVersion": "mailward.dev/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec})
}

/// Applies one object; what is refused is the error.
pub(super) async fn try_apply(client: &Client, object: &Value) -> kube::Result<DynamicObject> {
    let parsed: DynamicObject = serde_json::from_value(object.clone()).unwrap();
    let types = parsed.types.clone().unwrap();
    let (group, version) = types.api_version.split_once('/').unwrap_or(("", &types.api_version));
    let gvk = kube::api::GroupVersionKind::gvk(group, version, &types.kind);
    let resource = ApiResource::from_gvk(&gvk);
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
