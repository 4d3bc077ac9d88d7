//! A lab of its own, in which Gateway API comes after Mailward.

use std::{fs, path::Path, process::Command, sync::Arc};

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::{
    Api, Client,
    api::{Patch, PatchParams},
};
use mailward::api::Gateway;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::lab::{Lab, Tenant};

/// Where the Gateways are.
pub(crate) const NAMESPACE: &str = "gateways";
/// The first one that the install offers.
pub(crate) const GATEWAY: &str = "public";
/// The other one.
pub(crate) const SECOND: &str = "second";
/// The address of both.
pub(crate) const ADDRESS: &str = "127.0.0.77";

/// The lab, and what was said in it before there was a Gateway API.
pub(crate) struct Install {
    pub(crate) lab: Arc<Lab>,
    pub(crate) while_absent: String,
}

impl Install {
    /// The one of all tests.
    pub(crate) async fn shared() -> &'static Self {
        static INSTALL: OnceCell<Install> = OnceCell::const_new();
        INSTALL.get_or_init(Self::start).await
    }

    async fn start() -> Self {
        let offers = [GATEWAY, SECOND].map(|name| format!("--gateway={NAMESPACE}/{name}"));
        let lab = Lab::start(&[&offers[0], &offers[1], "--drift-interval=10s"]).await;
        let early = lab.tenant("gateway-early").await;
        rights(&early, &[GATEWAY, SECOND]).await;
        early.apply(super::through_gateway(&early)).await;
        // Before the watch was tried with its rights, it is the rights that are missing.
        let mut while_absent = String::new();
        let absent = early.eventually(async || {
            while_absent = early.until_not_ready("GatewayUnavailable").await;
            while_absent.contains("install Gateway API")
        });
        assert!(absent.await, "{while_absent}");
        definitions(&early).await;
        for name in [GATEWAY, SECOND] {
            gateway(&early.client, name, &[ADDRESS]).await;
        }
        Self { lab, while_absent }
    }

    /// A Gateway with these addresses, as its controller would report them.
    pub(crate) async fn gateway(&self, name: &str, addresses: &[&str]) {
        // Each test has a runtime, and so a client, of its own.
        gateway(&self.lab.plane.client().await.unwrap(), name, addresses).await;
    }
}

/// Gateway API and one Gateway, with the rights to it.
pub(crate) async fn whole(tenant: &Tenant) {
    rights(tenant, &[GATEWAY]).await;
    definitions(tenant).await;
    gateway(&tenant.client, GATEWAY, &[ADDRESS]).await;
}

/// A Gateway with these addresses, as its controller would report them.
pub(crate) async fn gateway(client: &Client, name: &str, addresses: &[&str]) {
    let listener = json!({"name": "https", "port": 443, "protocol": "HTTPS",
        "tls": {"certificateRefs": [{"name": "policy-hosts"}]}, "allowedRoutes": {"namespaces": {"from": "All"}}});
    let api = "gateway.networking.k8s.io/v1";
    let object = json!({"apiVersion": api, "kind": "Gateway", "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {"gatewayClassName": "lab", "listeners": [listener]}});
    let gateways: Api<Gateway> = Api::namespaced(client.clone(), NAMESPACE);
    gateways.patch(name, &PatchParams::apply("somebody").force(), &Patch::Apply(&object)).await.unwrap();
    let addresses: Vec<Value> = addresses.iter().map(|value| json!({"type": "IPAddress", "value": value})).collect();
    let patch = Patch::Merge(json!({"status": {"addresses": addresses}}));
    gateways.patch_status(name, &PatchParams::default(), &patch).await.unwrap();
}

async fn rights(tenant: &Tenant, names: &[&str]) {
    tenant.apply_object(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})).await;
    for name in names {
        roles(tenant, name).await;
    }
}

/// What the chart adds for this Gateway: the file has it for the first one.
async fn roles(tenant: &Tenant, name: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/optional/gateways.yaml");
    let text = fs::read_to_string(file).unwrap().replace(GATEWAY, name);
    for object in text.split("\n---\n") {
        tenant.apply_object(&serde_saphyr::from_str::<Value>(object).unwrap()).await;
    }
}

async fn definitions(tenant: &Tenant) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/gateway-api/crds.sh");
    let output = Command::new(script).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let folder = String::from_utf8(output.stdout).unwrap();
    for plural in ["gateways", "httproutes"] {
        let file = Path::new(folder.trim()).join(format!("gateway.networking.k8s.io_{plural}.yaml"));
        let definition: Value = serde_saphyr::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        tenant.apply_object(&definition).await;
        established(&tenant.client, &format!("{plural}.gateway.networking.k8s.io"), tenant).await;
    }
}

async fn established(client: &Client, name: &str, tenant: &Tenant) {
    let definitions: Api<CustomResourceDefinition> = Api::all(client.clone());
    let served = async || {
        let conditions = definitions.get(name).await.unwrap().status.and_then(|status| status.conditions).unwrap_or_default();
        conditions.iter().any(|one| one.type_ == "Established" && one.status == "True")
    };
    assert!(tenant.eventually(served).await, "{name} is never served");
}
