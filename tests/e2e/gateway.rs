//! Gateway API as a cluster has it: the definitions, Traefik as its controller, and one Gateway, whose owner is somebody else than
//! Mailward and its users.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use anyhow::Result;
use mailward_sandbox::kubectl::Kubectl;
use serde_json::{Value, json};

use crate::{
    machine::Machine,
    services::{DNS_ISSUER, apply, apply_definitions, balance, rolled_out},
};

/// Where senders find the Gateway. Not where the Ingresses are: a policy that is served here is served by its HTTPRoute.
pub(crate) const GATEWAY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 81)), 443);
/// The Gateway that the install offers.
pub(crate) const PLACE: &str = "gateways/public";
/// Where it is, with its controller.
pub(crate) const NAMESPACE: &str = "gateways";

/// The definitions of Gateway API, all of the standard channel.
pub(crate) async fn definitions(kubectl: &Kubectl) -> Result<()> {
    apply_definitions(kubectl, "tools/gateway-api/crds.sh").await
}

/// The controller, and the Gateway with its address.
pub(crate) async fn traefik(machine: &Machine) -> Result<()> {
    let kubectl = machine.kubectl();
    apply(&kubectl, include_str!("manifests/gateway.yaml")).await?;
    balance(machine, NAMESPACE, GATEWAY.ip()).await?;
    rolled_out(&kubectl, NAMESPACE, "traefik").await?;
    listens_for(&kubectl, &[]).await?;
    let addressed = format!("--for=jsonpath={{.status.addresses[0].value}}={}", GATEWAY.ip());
    kubectl.run(&["wait", &addressed, "--timeout=120s", "--namespace", NAMESPACE, "gateway/public"]).await.map(drop)
}

/// The owner's part: beside one for HTTP, which is for the owner's own routes, a listener for each policy host. It takes routes from
/// the policy namespace, and cert-manager fills its certificate, because the Gateway says so.
pub(crate) async fn listens_for(kubectl: &Kubectl, domains: &[&str]) -> Result<()> {
    let web = json!({"name": "web", "port": 8000, "protocol": "HTTP"});
    let listeners: Vec<Value> = std::iter::once(web).chain(domains.iter().map(|domain| listener(domain))).collect();
    let metadata = json!({
        "name": "public", "namespace": NAMESPACE, "annotations": {"cert-manager.io/cluster-issuer": DNS_ISSUER},
    });
    let spec = json!({"gatewayClassName": "traefik", "listeners": listeners});
    let gateway = json!({
        "apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway", "metadata": metadata, "spec": spec,
    });
    apply(kubectl, &gateway.to_string()).await
}

fn listener(domain: &str) -> Value {
    let name = domain.replace('.', "-");
    let policies = json!({"matchLabels": {"kubernetes.io/metadata.name": crate::release::POLICY_NAMESPACE}});
    json!({
        "name": name, "hostname": format!("mta-sts.{domain}"), "port": 8443, "protocol": "HTTPS",
        "tls": {"certificateRefs": [{"name": format!("mta-sts-{name}")}]},
        "allowedRoutes": {"namespaces": {"from": "Selector", "selector": policies}},
    })
}
