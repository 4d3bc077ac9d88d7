//! What a cluster has before Mailward comes: DNS, an Ingress controller with an address, certificates. Gateways are in `gateway.rs`.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::Path,
};

use anyhow::{Context, Result};
use k8s_openapi::api::core::v1::Service;
use kube::{
    Api, Client,
    api::{Patch, PatchParams},
};
use mailward_sandbox::{https::Https, kubectl::Kubectl};
use serde_json::{Value, json};

use crate::{
    machine::{Machine, built},
    zone::{self, Dns},
};

/// Where senders find Traefik: the address of its load balancer, which kube-proxy leads to its pod.
pub(crate) const INGRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 80)), 443);
/// The issuer that proves by HTTP-01, through an Ingress: for hosts that DNS leads there.
pub(crate) const ISSUER: &str = "pebble";
/// The one that proves by DNS-01: for hosts that lead nowhere yet.
pub(crate) const DNS_ISSUER: &str = "pebble-dns";
/// The name in the certificate of the ACME CA's own server.
const PEBBLE: &str = "pebble.pebble.svc.cluster.local";

/// The cluster's DNS.
pub(crate) async fn coredns(kubectl: &Kubectl) -> Result<()> {
    apply(kubectl, include_str!("manifests/coredns.yaml")).await?;
    rolled_out(kubectl, "kube-system", "coredns").await
}

/// The Ingress controller.
pub(crate) async fn traefik(machine: &Machine) -> Result<()> {
    let kubectl = machine.kubectl();
    apply(&kubectl, include_str!("manifests/traefik.yaml")).await?;
    balance(machine, "traefik", INGRESS.ip()).await?;
    rolled_out(&kubectl, "traefik", "traefik").await
}

/// Gives the Service `traefik` of a namespace its address, as a cloud does for one of type `LoadBalancer`.
pub(crate) async fn balance(machine: &Machine, namespace: &str, address: IpAddr) -> Result<()> {
    let services: Api<Service> = Api::namespaced(machine.client().await?, namespace);
    let status = json!({"status": {"loadBalancer": {"ingress": [{"ip": address}]}}});
    services.patch_status("traefik", &PatchParams::default(), &Patch::Merge(status)).await?;
    Ok(())
}

/// The ACME CA.
pub(crate) async fn pebble(machine: &Machine) -> Result<()> {
    let kubectl = machine.kubectl();
    let leaf = machine.certify(&[PEBBLE])?;
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
        "metadata": {"name": "pebble", "namespace": "pebble"},
        "stringData": {"tls.crt": leaf.certificate, "tls.key": leaf.key},
    });
    kubectl.run(&["create", "namespace", "pebble"]).await?;
    apply(&kubectl, &secret.to_string()).await?;
    apply(&kubectl, include_str!("manifests/pebble.yaml")).await?;
    rolled_out(&kubectl, "pebble", "pebble").await
}

/// cert-manager, the issuer that the chart is told of, and the one of the Gateway's owner.
pub(crate) async fn cert_manager(machine: &Machine, dns: &Dns) -> Result<()> {
    let kubectl = machine.kubectl();
    apply_definitions(&kubectl, "tools/node/definitions.sh").await?;
    apply(&kubectl, include_str!("manifests/cert-manager.yaml")).await?;
    rolled_out(&kubectl, "cert-manager", "cert-manager").await?;
    let credential = json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "dns-key", "namespace": "cert-manager"},
        "stringData": {"secret": dns.key()},
    });
    let by_update = json!({
        "nameserver": zone::SERVER.to_string(), "tsigKeyName": dns.key_name(), "tsigAlgorithm": "HMACSHA256",
        "tsigSecretSecretRef": {"name": "dns-key", "key": "secret"},
    });
    let issuers = [
        credential,
        issuer(machine.authority(), ISSUER, &json!({"http01": {"ingress": {"ingressClassName": "traefik"}}})),
        issuer(machine.authority(), DNS_ISSUER, &json!({"dns01": {"rfc2136": by_update}})),
    ];
    apply(&kubectl, &json!({"apiVersion": "v1", "kind": "List", "items": issuers}).to_string()).await?;
    kubectl.run(&["wait", "--for=condition=Ready", "--timeout=120s", "clusterissuers", "--all"]).await.map(drop)
}

/// Applies the definitions in the folder that a script prints, and waits until they are served.
pub(crate) async fn apply_definitions(kubectl: &Kubectl, script: &str) -> Result<()> {
    let files = glob(&built(script, &[])?.display().to_string())?;
    let arguments: Vec<&str> = files.iter().flat_map(|file| ["--filename", file.as_str()]).collect();
    kubectl.run(&[&["apply", "--server-side"], &arguments[..]].concat()).await?;
    kubectl.run(&["wait", "--for=condition=Established", "--timeout=60s", "crd", "--all"]).await.map(drop)
}

fn glob(folder: &str) -> Result<Vec<String>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("read {folder}"))?;
    let files = entries.filter_map(|entry| Some(entry.ok()?.path().display().to_string()));
    Ok(files.filter(|file| Path::new(file).extension().is_some_and(|kind| kind == "yaml")).collect())
}

fn issuer(authority: &str, name: &str, solver: &Value) -> Value {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let acme = json!({
        "server": format!("https://{PEBBLE}:14000/dir"),
        "caBundle": STANDARD.encode(authority),
        "privateKeySecretRef": {"name": format!("{name}-account")},
        "solvers": [solver],
    });
    let metadata = json!({"name": name});
    json!({"apiVersion": "cert-manager.io/v1", "kind": "ClusterIssuer", "metadata": metadata, "spec": {"acme": acme}})
}

/// What the ACME CA signs with; it makes one at each start.
pub(crate) async fn acme_root(client: &Client, authority: &str) -> Result<String> {
    let service = Api::<Service>::namespaced(client.clone(), "pebble").get("pebble").await?;
    let address = service.spec.and_then(|spec| spec.cluster_ip).context("the Service of the ACME CA has no address")?;
    let page = Https::trusting(authority)?.get(SocketAddr::new(address.parse()?, 15_000), PEBBLE, "/roots/0").await?;
    Ok(page.body)
}

/// Applies manifests as a user does.
pub(crate) async fn apply(kubectl: &Kubectl, manifests: &str) -> Result<()> {
    kubectl.run_with(&["apply", "--filename", "-"], manifests).await.map(drop)
}

/// Waits until a Deployment is as it should be.
pub(crate) async fn rolled_out(kubectl: &Kubectl, namespace: &str, deployment: &str) -> Result<()> {
    let deployment = format!("deployment/{deployment}");
    kubectl.run(&["rollout", "status", "--timeout=300s", "--namespace", namespace, &deployment]).await.map(drop)
}
