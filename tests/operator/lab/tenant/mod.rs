//! One test's part of a lab: a namespace, a domain and a MailDomain in it, `mail`.

mod keys;
mod said;

use std::{fmt::Display, net::SocketAddr, sync::Arc};

use k8s_openapi::{
    NamespaceResourceScope,
    api::core::v1::{Namespace, Secret},
};
use kube::{
    Api, Client, Resource,
    api::{DeleteParams, ObjectMeta, Patch, PatchParams, PostParams},
};
use mailward::api::MailDomain;
use mailward_sandbox::{
    control_plane::AuditEvent,
    steps::{install::tsig_name, operator::NAMESPACE},
};
use serde_json::{Value, json};

use super::{Lab, Server, objects, start::PROVIDER, wait};

/// A namespace and a domain.
pub(crate) struct Tenant {
    /// Everything that is shared.
    pub(crate) lab: Arc<Lab>,
    /// With the administrator's rights.
    pub(crate) client: Client,
    /// Its own.
    pub(crate) namespace: String,
    /// Its own; the MailDomains are about it.
    pub(crate) domain: String,
    provider: String,
}

impl Tenant {
    /// One of the shared lab: `name` is the namespace, and `<name>.lab` the domain.
    pub(crate) async fn new(name: &str) -> Self {
        Lab::shared().await.tenant(name).await
    }

    /// The same with another domain.
    pub(crate) async fn with_domain(name: &str, domain: &str) -> Self {
        Self::of(Lab::shared().await, name, domain, PROVIDER).await
    }

    /// A tenant whose domain is the zone of a server of its own, verified at `nameservers`.
    pub(crate) async fn at(name: &str, server: &Server, nameservers: &[SocketAddr]) -> Self {
        let lab = Lab::shared().await;
        lab.provider(name, server, nameservers).await;
        Self::of(lab, name, &format!("{name}.test"), name).await
    }

    pub(super) async fn of(lab: &Arc<Lab>, name: &str, domain: &str, provider: &str) -> Self {
        let client = lab.plane.client().await.unwrap();
        let metadata = ObjectMeta { name: Some(name.to_owned()), ..ObjectMeta::default() };
        let namespace = Namespace { metadata, ..Namespace::default() };
        Api::<Namespace>::all(client.clone()).create(&PostParams::default(), &namespace).await.unwrap();
        let (namespace, domain, provider) = (name.to_owned(), domain.to_owned(), provider.to_owned());
        Self { lab: lab.clone(), client, namespace, domain, provider }
    }

    /// The server of `lab`.
    pub(crate) fn dns(&self) -> &Server {
        &self.lab.dns
    }

    /// `<label>.<domain>`; `@` is the domain.
    pub(crate) fn name(&self, label: &str) -> String {
        if label == "@" { self.domain.clone() } else { format!("{label}.{}", self.domain) }
    }

    /// Applies `mail` with these fields, as YAML or JSON, beside domain, provider and the shortest TTL.
    pub(crate) async fn apply(&self, fields: impl Display) {
        self.apply_as("mail", fields).await;
    }

    /// Applies a MailDomain under another name.
    pub(crate) async fn apply_as(&self, name: &str, fields: impl Display) {
        objects::apply(&self.client, &self.manifest(name, fields)).await;
    }

    /// Applies `mail` and expects the API server to refuse it; returns what it says.
    pub(crate) async fn refused(&self, fields: &str) -> String {
        match objects::try_apply(&self.client, &self.manifest("mail", fields)).await {
            Err(kube::Error::Api(status)) => status.message,
            other => panic!("{fields} was not refused: {other:?}"),
        }
    }

    fn manifest(&self, name: &str, fields: impl Display) -> Value {
        let mut spec = json!({"domain": self.domain, "providerRef": {"name": self.provider}, "ttl": 30});
        let fields = fields.to_string();
        let fields: Value = serde_saphyr::from_str(&fields).unwrap_or_else(|error| panic!("{fields}: {error}"));
        spec.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        objects::ours("MailDomain", &json!({"name": name, "namespace": self.namespace}), &spec)
    }

    /// Applies any object.
    pub(crate) async fn apply_object(&self, object: &Value) {
        objects::apply(&self.client, object).await;
    }

    /// Merges a patch into `mail`.
    pub(crate) async fn patch(&self, patch: &Value) {
        self.api::<MailDomain>().patch("mail", &PatchParams::default(), &Patch::Merge(patch)).await.unwrap();
    }

    /// Makes the controller look again at once, as any change of metadata does.
    pub(crate) async fn poke(&self) {
        let now = k8s_openapi::jiff::Timestamp::now().to_string();
        self.patch(&json!({"metadata": {"annotations": {"example.com/looked-at": now}}})).await;
    }

    /// Takes everything out of the status of `mail`.
    pub(crate) async fn wipe_status(&self) {
        let nothing: Patch<Value> = Patch::Json(serde_json::from_value(json!([{"op": "remove", "path": "/status"}])).unwrap());
        self.api::<MailDomain>().patch_status("mail", &PatchParams::default(), &nothing).await.unwrap();
        self.poke().await;
    }

    /// Asks for the deletion of `mail`.
    pub(crate) async fn begin_to_delete(&self) {
        self.api::<MailDomain>().delete("mail", &DeleteParams::default()).await.unwrap();
    }

    /// Deletes `mail` and waits until it is gone.
    pub(crate) async fn delete(&self) {
        self.begin_to_delete().await;
        self.gone().await;
    }

    /// Gives the domain a mail server, which has an address: BIND takes no other.
    pub(crate) async fn has_mx(&self, host: &str) {
        let lines = format!("update add {host}. 30 A 192.0.2.10\nupdate add {}. 30 MX 10 {host}.", self.domain);
        self.dns().nsupdate(&lines).await;
    }

    /// Puts another key into the Secret of the tenant's own provider.
    pub(crate) async fn set_tsig_key(&self, key: &str) {
        let secrets: Api<Secret> = Api::namespaced(self.client.clone(), NAMESPACE);
        let patch = Patch::Merge(json!({"stringData": {"secret": key}}));
        secrets.patch(&tsig_name(&self.provider), &PatchParams::default(), &patch).await.unwrap();
    }

    /// Name of that Secret, with its namespace.
    pub(crate) fn tsig_secret(&self) -> String {
        format!("{NAMESPACE}/{}", tsig_name(&self.provider))
    }

    /// An Api of the tenant's namespace.
    pub(crate) fn api<K: Resource<DynamicType = (), Scope = NamespaceResourceScope>>(&self) -> Api<K> {
        Api::namespaced(self.client.clone(), &self.namespace)
    }

    /// What the controller wrote that concerns this tenant, refused writes included.
    pub(crate) async fn controller_writes(&self) -> Vec<AuditEvent> {
        let mut writes = self.lab.controller_writes().await;
        writes.retain(|write| write.namespace == self.namespace || write.name.contains(&self.namespace));
        writes
    }

    /// Waits for anything else; answers whether it came.
    pub(crate) async fn eventually(&self, holds: impl AsyncFnMut() -> bool) -> bool {
        wait::eventually(holds).await
    }
}
