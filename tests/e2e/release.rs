//! The chart, installed and taken away by the real helm.

use std::{path::PathBuf, process::Command};

use anyhow::Result;
use mailward_sandbox::programs;
use serde_json::json;

use crate::{
    gateway,
    machine::{built, output},
    services::{ISSUER, apply},
    world::{Notes, World},
};

/// The release's namespace.
pub(crate) const NAMESPACE: &str = "mailward-system";
/// Where policies are.
pub(crate) const POLICY_NAMESPACE: &str = "mailward-policy";
/// The provider that may write `lab` for every namespace.
pub(crate) const PROVIDER: &str = "primary";

/// Installs the chart, and the provider with its credential.
pub(crate) async fn install(world: &World) -> Result<Notes> {
    helm(world, &["install", "mailward", "--create-namespace", "--wait", "--timeout=5m"], Some(&["--values", &values(world)?]))?;
    let credential = json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "dns-key", "namespace": NAMESPACE},
        "stringData": {"secret": world.dns.key()},
    });
    let tsig = json!({"keyName": world.dns.key_name(), "secretRef": {"name": "dns-key", "key": "secret"}});
    let provider = json!({
        "apiVersion": "mailward.dev/v1alpha1", "kind": "ClusterDNSProvider", "metadata": {"name": PROVIDER},
        "spec": {"rfc2136": {"server": crate::zone::SERVER.to_string(), "tsig": tsig}, "allowedNamespaces": {}},
    });
    apply(&world.kubectl, &json!({"apiVersion": "v1", "kind": "List", "items": [credential, provider]}).to_string()).await?;
    Ok(vec![])
}

/// Runs helm on the release; `chart` are the arguments after the chart, for the verbs that take one.
pub(crate) fn helm(world: &World, arguments: &[&str], chart: Option<&[&str]>) -> Result<String> {
    let mut command = Command::new(built("tools/helm/build.sh", &[])?);
    command.args(arguments);
    if let Some(more) = chart {
        command.arg(programs::repository().join("charts/mailward")).args(more);
    }
    // It knows no setting, plugin or repository of whoever runs the test.
    command.args(["--namespace", NAMESPACE]).env("HOME", world.machine.scratch()).env("KUBECONFIG", world.machine.kubeconfig());
    output(&mut command)
}

/// What somebody with this cluster would write into `my-values.yaml`.
fn values(world: &World) -> Result<String> {
    let values = json!({
        "ownerId": "e2e",
        "ingress": {"className": "traefik", "clusterIssuer": ISSUER},
        "gateways": [gateway::PLACE],
        "caBundle": {"pem": world.trusted},
        // Nobody who watches waits an hour for drift to be seen.
        "controller": {"driftInterval": "20s"},
    });
    let file: PathBuf = world.machine.scratch().join("values.json");
    std::fs::write(&file, values.to_string())?;
    Ok(file.display().to_string())
}
