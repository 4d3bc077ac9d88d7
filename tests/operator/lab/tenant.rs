//! One test's part of the lab: a namespace, a domain and a MailDomain in it.

use std::net::SocketAddr;

use k8s_openapi::{
    NamespaceResourceScope,
    api::{
        core::v1::{Namespace, Secret},
        events::v1::Event,
    },
    apimachinery::pkg::apis::meta::v1::Condition,
};
use kube::{
    Api, Client, Resource,
    api::{DeleteParams, ListParams, ObjectMeta, Patch, PatchParams, PostParams},
};
use mailward_sandbox::{control_plane::AuditEvent, steps::operator::NAMESPACE};
use serde_json::{Value, json};

use super::{Lab, PROVIDER, Server, Watched, cluster, condition, is_ready, wait};

/// A namespace and a domain.
pub(crate) struct Tenant {
    /// Everything that is shared.
    pub(crate) lab: &'static Lab,
    /// With the administrator's rights.
    pub(crate) client: Client,
    /// Its own.
    pub(crate) namespace: String,
    /// Its own; the MailDomains are about it.
    pub(crate) domain: String,
    provider: String,
}

impl Tenant {
    /// `name` is the namespace, and `<name>.lab` the domain.
    pub(crate) async fn new(name: &str) -> Self {
        Self::of(name, &format!("{name}.lab"), PROVIDER).await
    }

    /// The same with another domain.
    pub(crate) async fn with_domain(name: &str, domain: &str) -> Self {
        Self::of(name, domain, PROVIDER).await
    }

    /// A tenant whose domain is the zone of a server of its own, verified at `nameservers`.
    pub(crate) async fn at(name: &str, server: &Server, nameservers: &[SocketAddr]) -> Self {
        let lab = Lab::shared().await;
        cluster::provider(lab.plane(), name, server, nameservers).await;
        Self::of(name, &format!("{name}.test"), name).await
    }

    /// Another provider, for a server of the same zone.
    pub(crate) async fn second_provider(&self, name: &str, server: &Server) {
        cluster::provider(self.lab.plane(), name, server, &[server.address()]).await;
    }

    async fn of(name: &str, domain: &str, provider: &str) -> Self {
        let lab = Lab::shared().await;
        let client = lab.plane().client().await.unwrap();
        let metadata = ObjectMeta { name: Some(name.to_owned()), ..ObjectMeta::default() };
        let namespace = Namespace { metadata, ..Namespace::default() };
        Api::<Namespace>::all(client.clone()).create(&PostParams::default(), &namespace).await.unwrap();
        Self { lab, client, namespace: name.to_owned(), domain: domain.to_owned(), provider: provider.to_owned() }
    }

    /// `<label>.<domain>`; `@` is the domain.
    pub(crate) fn name(&self, label: &str) -> String {
        if label == "@" { self.domain.clone() } else { format!("{label}.{}", self.domain) }
    }

    /// Applies the MailDomain `mail` with these fields, as YAML.
    pub(crate) async fn apply(&self, fields: &str) {
        self.apply_as("mail", fields).await;
    }

    /// Applies a MailDomain under another name.
    pub(crate) async fn apply_as(&self, name: &str, fields: &str) {
        cluster::apply(&self.client, &self.manifest(name, fields)).await;
    }

    /// Applies `mail` and expects the API server to refuse it; returns what it says.
    pub(crate) async fn refused(&self, fields: &str) -> String {
        match cluster::try_apply(&self.client, &self.manifest("mail", fields)).await {
            Err(kube::Error::Api(status)) => status.message,
            other => panic!("{fields} was not refused: {other:?}"),
        }
    }

    fn manifest(&self, name: &str, fields: &str) -> Value {
        let mut spec = json!({"domain": self.domain, "providerRef": {"name": self.provider}, "ttl": 30});
        let fields: Value = serde_saphyr::from_str(fields).unwrap_or_else(|error| panic!("{fields}: {error}"));
        spec.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        cluster::ours("MailDomain", &json!({"name": name, "namespace": self.namespace}), &spec)
    }

    /// Applies any object.
    pub(crate) async fn apply_object(&self, object: &Value) {
        cluster::apply(&self.client, object).await;
    }

    /// Puts another key into the Secret of the tenant's own provider.
    pub(crate) async fn set_tsig_key(&self, key: &str) {
        cluster::apply(&self.client, &cluster::tsig_secret(&self.provider, key)).await;
    }

    /// Name of that Secret, with its namespace.
    pub(crate) fn tsig_secret(&self) -> String {
        format!("{NAMESPACE}/{}", cluster::tsig_name(&self.provider))
    }

    /// An Api of the tenant's namespace.
    pub(crate) fn api<K: Resource<DynamicType = (), Scope = NamespaceResourceScope>>(&self) -> Api<K> {
        Api::namespaced(self.client.clone(), &self.namespace)
    }

    /// The MailDomain `mail` as it is now.
    pub(crate) async fn object(&self) -> Watched {
        self.api::<Watched>().get("mail").await.unwrap()
    }

    /// Waits until the MailDomain `name` is as `holds` says.
    pub(crate) async fn until_of(&self, name: &str, what: &str, holds: impl Fn(&Watched) -> bool) -> Watched {
        let api = self.api::<Watched>();
        let mut seen = None;
        let held = wait::eventually(async || {
            seen = api.get_opt(name).await.unwrap();
            seen.as_ref().is_some_and(&holds)
        });
        let (held, log) = (held.await, self.lab.controller_log());
        let status = seen.as_ref().map(|seen| serde_saphyr::to_string(&wait::status(seen)).unwrap());
        assert!(held, "{}/{name} never came to {what}\n{}\n{log}", self.namespace, status.unwrap_or_default());
        seen.unwrap()
    }

    /// The same of `mail`.
    pub(crate) async fn until(&self, what: &str, holds: impl Fn(&Watched) -> bool) -> Watched {
        self.until_of("mail", what, holds).await
    }

    /// Waits until the spec of `mail` holds.
    pub(crate) async fn ready(&self) -> Watched {
        self.until("be ready", is_ready).await
    }

    /// Waits until a condition of `mail` is true and returns it.
    pub(crate) async fn until_true(&self, kind: &str) -> Condition {
        let object = self.until(&format!("{kind}=True"), |object| is(object, kind, "True")).await;
        condition(&object, kind).unwrap()
    }

    /// Waits until `Ready` is false for this reason, and returns what it says.
    pub(crate) async fn until_not_ready(&self, reason: &str) -> String {
        self.until_not_ready_of("mail", reason).await
    }

    /// The same of another MailDomain.
    pub(crate) async fn until_not_ready_of(&self, name: &str, reason: &str) -> String {
        let because = |object: &Watched| {
            is(object, "Ready", "False") && condition(object, "Ready").is_some_and(|ready| ready.reason == reason)
        };
        let object = self.until_of(name, &format!("be not ready because of {reason}"), because).await;
        condition(&object, "Ready").unwrap().message
    }

    /// Makes the controller look again at once, as any change of metadata does.
    pub(crate) async fn poke(&self) {
        let now = k8s_openapi::jiff::Timestamp::now().to_string();
        self.patch(&json!({"metadata": {"annotations": {"example.com/looked-at": now}}})).await;
    }

    /// Merges a patch into `mail`.
    pub(crate) async fn patch(&self, patch: &Value) {
        self.api::<Watched>().patch("mail", &PatchParams::default(), &Patch::Merge(patch)).await.unwrap();
    }

    /// Takes everything out of the status of `mail`.
    pub(crate) async fn wipe_status(&self) {
        let nothing: Patch<Value> = Patch::Json(serde_json::from_value(json!([{"op": "remove", "path": "/status"}])).unwrap());
        self.api::<Watched>().patch_status("mail", &PatchParams::default(), &nothing).await.unwrap();
        self.poke().await;
    }

    /// Notes of the events about `mail` that have this reason, oldest first.
    pub(crate) async fn notes(&self, reason: &str) -> Vec<String> {
        let mut events = self.api::<Event>().list(&ListParams::default()).await.unwrap().items;
        events.retain(|event| event.reason.as_deref() == Some(reason));
        events.sort_by_key(|event| event.event_time.clone().map(|time| time.0));
        events.into_iter().filter_map(|event| event.note).collect()
    }

    /// Deletes a MailDomain and waits until it is gone.
    pub(crate) async fn delete(&self, name: &str) {
        let api = self.api::<Watched>();
        api.delete(name, &DeleteParams::default()).await.unwrap();
        let gone = wait::eventually(async || api.get_opt(name).await.unwrap().is_none());
        assert!(gone.await, "{}/{name} never went\n{}", self.namespace, self.lab.controller_log());
    }

    /// A Secret of the tenant, once it is there.
    pub(crate) async fn secret(&self, name: &str) -> Secret {
        let api = self.api::<Secret>();
        let mut seen = None;
        let there = wait::eventually(async || {
            seen = api.get_opt(name).await.unwrap();
            seen.is_some()
        });
        assert!(there.await, "there is no Secret {}/{name}", self.namespace);
        seen.unwrap()
    }

    /// What the controller wrote that concerns this tenant, refused writes included.
    pub(crate) async fn controller_writes(&self) -> Vec<AuditEvent> {
        let mut writes = self.lab.plane().audit_writes(&Lab::controller_user()).await.unwrap();
        writes.retain(|write| write.namespace == self.namespace || write.name.contains(&self.namespace));
        writes
    }

    /// Waits for anything else; answers whether it came.
    pub(crate) async fn eventually(&self, holds: impl AsyncFnMut() -> bool) -> bool {
        wait::eventually(holds).await
    }

    /// The shared server.
    pub(crate) fn dns(&self) -> &'static Server {
        self.lab.server()
    }
}

fn is(object: &Watched, kind: &str, value: &str) -> bool {
    condition(object, kind).is_some_and(|condition| condition.status == value)
}
