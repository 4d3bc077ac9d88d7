//! Step: what an installer would apply: the CRDs, the namespaces, the roles, and a provider for our DNS server.

use std::net::SocketAddr;

use anyhow::Result;
use serde_json::{Value, json};

use super::dns::DnsServer;
use super::operator::NAMESPACE;
use crate::control_plane::ControlPlane;
use crate::kubectl::Kubectl;
use crate::programs;
use crate::tsig::TsigKey;

/// The cluster-wide provider that may write all writable zones from every namespace.
pub const PROVIDER: &str = "sandbox";

/// A ClusterDNSProvider for every namespace, and the Secret it signs with.
#[derive(Debug, Clone, Copy)]
pub struct Provider<'a> {
    /// Its name; the Secret's is [`tsig_name`] of it.
    pub name: &'a str,
    /// Where updates go.
    pub server: SocketAddr,
    /// The key that `server` takes them from.
    pub key: &'a TsigKey,
    /// Where what was written is looked for.
    pub nameservers: &'a [SocketAddr],
}

/// Applies everything and waits until the API server serves our kinds.
pub async fn apply(plane: &ControlPlane, dns: &DnsServer) -> Result<()> {
    apply_for(plane, dns.address, &dns.key).await
}

/// The same for a DNS server of another kind: where it takes updates, and the key to it.
pub async fn apply_for(plane: &ControlPlane, dns: SocketAddr, key: &TsigKey) -> Result<()> {
    apply_kinds(plane).await?;
    apply_provider(plane, &Provider { name: PROVIDER, server: dns, key, nameservers: &[dns] }).await
}

/// Applies all but a provider and waits until the API server serves our kinds.
pub async fn apply_kinds(plane: &ControlPlane) -> Result<()> {
    let kubectl = Kubectl::of(plane);
    for path in ["crds", "deploy/namespaces.yaml", "deploy/rbac.yaml"] {
        kubectl.run(&["apply", "--server-side", "--filename", &repository_file(path)]).await?;
    }
    let ours = ["maildomains", "dnsproviders", "clusterdnsproviders"].map(|kind| format!("crd/{kind}.mailward.dev"));
    let mut wait = vec!["wait", "--for=condition=Established", "--timeout=60s"];
    wait.extend(ours.iter().map(String::as_str));
    kubectl.run(&wait).await.map(drop)
}

/// Applies one provider and its Secret.
pub async fn apply_provider(plane: &ControlPlane, provider: &Provider<'_>) -> Result<()> {
    let manifest = manifest(provider).to_string();
    Kubectl::of(plane).run_with(&["apply", "--server-side", "--filename", "-"], &manifest).await.map(drop)
}

/// Applies manifests of the repository as they are: a file or a directory.
pub async fn apply_manifests(plane: &ControlPlane, path: &str) -> Result<()> {
    Kubectl::of(plane).run(&["apply", "--filename", &repository_file(path)]).await.map(drop)
}

/// Name of the Secret of a provider, in [`NAMESPACE`].
pub fn tsig_name(provider: &str) -> String {
    format!("{provider}-tsig")
}

fn manifest(provider: &Provider<'_>) -> Value {
    let name = tsig_name(provider.name);
    let secret = json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "stringData": {"secret": provider.key.secret_base64()},
    });
    let tsig = json!({"keyName": provider.key.name(), "secretRef": {"name": name, "key": "secret"}});
    let object = json!({
        "apiVersion": "mailward.dev/v1alpha1",
        "kind": "ClusterDNSProvider",
        "metadata": {"name": provider.name},
        "spec": {
            "rfc2136": {"server": provider.server.to_string(), "tsig": tsig},
            "allowedNamespaces": {},
            "verification": {"nameservers": provider.nameservers.iter().map(ToString::to_string).collect::<Vec<_>>()},
        },
    });
    json!({"apiVersion": "v1", "kind": "List", "items": [secret, object]})
}

fn repository_file(path: &str) -> String {
    programs::repository().join(path).display().to_string()
}
