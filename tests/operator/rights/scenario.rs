//! What a scenario does once a right is missing.

use serde_json::{Value, json};

use super::{
    scene::{Scene, settle_behind_a_gateway},
    stage::{FLAGS, Stage},
};
use crate::{
    gateway::{self, install},
    lab::Tenant,
    policy::policy,
};

/// What the operator is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scenario {
    /// The controller starts and is ready.
    Starts,
    /// A controller takes the Lease.
    Claims,
    /// A policy server starts and is ready.
    Serves,
    /// A change that somebody makes is noticed.
    Hears(Change),
    /// Something is written.
    Writes(Write),
}

/// What somebody changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Domain,
    Provider,
    ClusterProvider,
    /// Of a namespace, by which a provider allows it.
    Label,
    Credential,
    /// The ConfigMap of a policy goes.
    Policy,
    /// The Ingress of a policy goes.
    Ingress,
    /// The HTTPRoute of a policy goes.
    Route,
    /// A Gateway gets another address.
    Gateway,
    Endpoint,
    /// A policy comes, and a policy server hears of it.
    Served,
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Write {
    Finalizer,
    Report,
    ProviderReport,
    ClusterProviderReport,
    Event,
    EventAgain,
    Key,
    ActiveKey,
    KeyRemoval,
    Policy,
    Ingress,
    Route,
    PolicyRemoval,
    IngressRemoval,
    RouteRemoval,
    EndpointProvider,
    Endpoint,
    EndpointChange,
    EndpointRemoval,
}

pub(super) const SPF: &str = "spf: {all: Fail}";
const KEYS: &str = "dkim: {keys: [{name: main, secretName: dkim}]}";
pub(super) const EXTERNAL: &str = "providerRef: {kind: DNSProvider, name: external-dns}";
/// A policy server that nobody can reach, and whose address an EndpointSlice may hold.
pub(super) const NOBODY: &str = "255.255.255.255";

impl Scenario {
    /// Makes the operator try.
    pub(super) async fn begin(self, stage: &mut Stage) -> Scene {
        match self {
            Self::Starts => {
                stage.lab.end_controller();
                stage.lab.throw_in_controller(FLAGS).await;
                stage.scene(self).await
            }
            Self::Claims => {
                stage.lab.end_controller();
                let mut scene = stage.scene(self).await;
                let flags = [&["--lease-duration=5s"], FLAGS].concat();
                scene.candidate = Some(stage.lab.candidate(stage.number, &flags).await);
                scene
            }
            Self::Serves => {
                let mut scene = stage.scene(self).await;
                scene.server = Some(stage.lab.one_more_policy_server().await);
                scene
            }
            Self::Hears(change) => hears(change, stage).await,
            Self::Writes(write) => {
                let scene = stage.scene(self).await;
                writes(write, &scene).await;
                scene
            }
        }
    }
}

async fn hears(change: Change, stage: &mut Stage) -> Scene {
    let mut scene = stage.scene(Scenario::Hears(change)).await;
    let lab = stage.lab.clone();
    match change {
        Change::Served => {
            let server = lab.one_more_policy_server().await;
            lab.until("a policy server to be ready", async || server.is_ready().await).await;
            scene.server = Some(server);
        }
        Change::Endpoint => {
            lab.end_controller();
            lab.throw_in_controller_by_service(FLAGS).await;
        }
        _ => {
            lab.end_controller();
            lab.throw_in_controller(FLAGS).await;
        }
    }
    lab.until("the controller to be ready", async || lab.controller_is_ready().await).await;
    changed(change, stage, &scene.tenant).await;
    scene
}

async fn changed(change: Change, stage: &Stage, tenant: &Tenant) {
    let name = &tenant.namespace;
    match change {
        Change::Domain => tenant.apply(format!("{{{SPF}}}")).await,
        Change::Provider => provider(tenant, "DNSProvider", &json!({"manual": {}})).await,
        Change::ClusterProvider => provider(tenant, "ClusterDNSProvider", &json!({"manual": {}})).await,
        Change::Label => {
            let spec = json!({"manual": {}, "allowedNamespaces": {"matchLabels": {"team": "mail"}}});
            provider(tenant, "ClusterDNSProvider", &spec).await;
            tenant.apply(format!("{{providerRef: {{name: {name}}}, {SPF}}}")).await;
            tenant.until_not_ready("ProviderNotAllowed").await;
            let metadata = json!({"name": name, "labels": {"team": "mail"}});
            tenant.apply_object(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})).await;
        }
        Change::Credential => {
            let reference = json!({"name": name, "key": "secret"});
            let tsig = json!({"keyName": tenant.dns().key().name(), "secretRef": reference});
            let spec = json!({"rfc2136": {"server": tenant.dns().address().to_string(), "tsig": tsig}, "zones": ["lab"]});
            provider(tenant, "DNSProvider", &spec).await;
            stage.until_provider(tenant, "False").await;
            let metadata = json!({"name": name, "namespace": name});
            let data = json!({"secret": tenant.dns().key().secret_base64()});
            tenant.apply_object(&json!({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": data})).await;
        }
        Change::Policy | Change::Ingress | Change::Route => stage.delete_policy_object(change).await,
        Change::Gateway => {
            gateway::answer(&stage.routed, "True", "Accepted").await;
            install::gateway(&stage.client, install::GATEWAY, &[&stage.address()]).await;
        }
        Change::Endpoint => {
            tenant.apply(policy("Testing", 86_400, &[&tenant.name("mx1")])).await;
            tenant.until("miss the policy servers", |object| Scene::says(object, "no policy server is ready")).await;
            let labels = json!({"kubernetes.io/service-name": "mailward-policy"});
            tenant
                .apply_object(&json!({
                    "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
                    "metadata": {"name": name, "namespace": "mailward-policy", "labels": labels},
                    "endpoints": [{"addresses": [NOBODY], "conditions": {"ready": true}}],
                    "ports": [{"name": "policy", "port": 443, "protocol": "TCP"}],
                }))
                .await;
        }
        Change::Served => tenant.apply(policy("Testing", 86_400, &[&tenant.name("mx1")])).await,
    }
}

/// A provider object with the tenant's name, in its namespace if it has one.
pub(super) async fn provider(tenant: &Tenant, kind: &str, spec: &Value) {
    named_provider(tenant, kind, &tenant.namespace, spec).await;
}

async fn named_provider(tenant: &Tenant, kind: &str, name: &str, spec: &Value) {
    let mut metadata = json!({ "name": name });
    if kind == "DNSProvider" {
        metadata["namespace"] = tenant.namespace.clone().into();
    }
    let object = json!({"apiVersion": "mailward.dev/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec});
    tenant.apply_object(&object).await;
}

async fn writes(write: Write, scene: &Scene) {
    let tenant = &scene.tenant;
    let testing = || policy("Testing", 86_400, &[&tenant.name("mx1")]);
    match write {
        Write::Finalizer => tenant.apply(format!("{{deletionPolicy: Delete, {SPF}}}")).await,
        Write::Report | Write::Event => tenant.apply(format!("{{{SPF}}}")).await,
        Write::ProviderReport => provider(tenant, "DNSProvider", &json!({"manual": {}})).await,
        Write::ClusterProviderReport => provider(tenant, "ClusterDNSProvider", &json!({"manual": {}})).await,
        Write::EventAgain => {
            tenant.apply(format!("{{{SPF}, dmarc: {{policy: None}}}}")).await;
            tenant.ready().await;
            scene.healed_twice("@").await;
        }
        Write::Key | Write::ActiveKey => tenant.apply(format!("{{{KEYS}}}")).await,
        Write::KeyRemoval => {
            tenant.apply(format!("{{deletionPolicy: Delete, {KEYS}}}")).await;
            tenant.ready().await;
            tenant.begin_to_delete().await;
        }
        Write::Policy | Write::Ingress => tenant.apply(testing()).await,
        Write::Route => tenant.apply(gateway::through_gateway(tenant)).await,
        Write::PolicyRemoval | Write::IngressRemoval => {
            tenant.apply(testing()).await;
            tenant.ready().await;
            tenant.apply(format!("{{{SPF}}}")).await;
        }
        Write::RouteRemoval => {
            settle_behind_a_gateway(tenant).await;
            tenant.apply(format!("{{{SPF}}}")).await;
        }
        Write::EndpointProvider => scene.external_dns().await,
        Write::Endpoint => scene.endpoint(SPF).await,
        Write::EndpointChange => {
            scene.endpoint(SPF).await;
            scene.until_endpoint("-all").await;
            scene.endpoint("spf: {all: SoftFail}").await;
        }
        Write::EndpointRemoval => {
            scene.endpoint(&format!("deletionPolicy: Delete, {SPF}")).await;
            scene.until_endpoint("-all").await;
            scene.publish().await;
            tenant.ready().await;
            tenant.begin_to_delete().await;
        }
    }
}
