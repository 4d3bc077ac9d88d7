//! Step: what an installer would apply: the CRDs, the namespaces, the roles, and a provider for our DNS server.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::dns::DnsServer;
use super::operator::NAMESPACE;
use crate::control_plane::ControlPlane;
use crate::programs;
use crate::tsig::TsigKey;

/// The cluster-wide provider that may write all writable zones from every namespace.
pub const PROVIDER: &str = "sandbox";
const KEY_SECRET: &str = "sandbox-tsig";

/// Applies everything and waits until the API server serves our kinds.
pub async fn apply(plane: &ControlPlane, dns: &DnsServer) -> Result<()> {
    apply_for(plane, dns.address, &dns.key).await
}

/// The same for a DNS server of another kind: where it takes updates, and the key to it.
pub async fn apply_for(plane: &ControlPlane, dns: SocketAddr, key: &TsigKey) -> Result<()> {
    for path in ["crds", "deploy/namespaces.yaml", "deploy/rbac.yaml"] {
        kubectl(plane, &["apply", "--server-side", "--filename", &repository_file(path)], "").await?;
    }
    let ours = ["maildomains", "dnsproviders", "clusterdnsproviders"].map(|kind| format!("crd/{kind}.mailward.dev"));
    let mut wait = vec!["wait", "--for=condition=Established", "--timeout=60s"];
    wait.extend(ours.iter().map(String::as_str));
    kubectl(plane, &wait, "").await?;
    kubectl(plane, &["apply", "--server-side", "--filename", "-"], &provider(dns, key).to_string()).await
}

/// Applies manifests of the repository as they are: a file or a directory.
pub async fn apply_manifests(plane: &ControlPlane, path: &str) -> Result<()> {
    kubectl(plane, &["apply", "--filename", &repository_file(path)], "").await
}

fn provider(dns: SocketAddr, key: &TsigKey) -> Value {
    let address = dns.to_string();
    let secret = json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": KEY_SECRET, "namespace": NAMESPACE},
        "stringData": {"secret": key.secret_base64()},
    });
    let tsig = json!({"keyName": key.name(), "secretRef": {"name": KEY_SECRET, "key": "secret"}});
    let provider = json!({
        "apiVersion": "mailward.dev/v1alpha1",
        "kind": "ClusterDNSProvider",
        "metadata": {"name": PROVIDER},
        "spec": {
            "rfc2136": {"server": address, "tsig": tsig},
            "allowedNamespaces": {},
            "verification": {"nameservers": [address]},
        },
    });
    json!({"apiVersion": "v1", "kind": "List", "items": [secret, provider]})
}

fn repository_file(path: &str) -> String {
    programs::repository().join(path).display().to_string()
}

/// Runs kubectl as the administrator; what it complains of is the error.
async fn kubectl(plane: &ControlPlane, args: &[&str], input: &str) -> Result<()> {
    let what = || format!("kubectl {}", args.join(" "));
    let mut child = command(plane).args(args).spawn().with_context(what)?;
    let mut stdin = child.stdin.take().context("kubectl without standard input")?;
    stdin.write_all(input.as_bytes()).await?;
    drop(stdin);
    let output = child.wait_with_output().await?;
    if !output.status.success() {
        bail!("{}: {}", what(), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

fn command(plane: &ControlPlane) -> Command {
    let kubectl: &Path = &plane.kubectl();
    let mut command = Command::new(kubectl);
    command.env("KUBECONFIG", plane.kubeconfig_path()).kill_on_drop(true);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}
