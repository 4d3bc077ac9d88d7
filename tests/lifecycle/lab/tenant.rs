//! One test's part of a lab: a namespace, a domain `<namespace>.lab` and the MailDomain `mail` for it.

use k8s_openapi::{
    NamespaceResourceScope,
    api::core::v1::{Namespace, Secret},
};
use kube::{
    Api, Client, Resource, ResourceExt,
    api::{DeleteParams, DynamicObject, ObjectMeta, Patch, PatchParams, PostParams},
};
use serde_json::{Value, json};

use super::{
    Lab, PROVIDER,
    objects::{self, condition},
    wait,
};

/// A namespace and a domain.
pub(crate) struct Tenant<'a> {
    /// Everything that is shared.
    pub(crate) lab: &'a Lab,
    /// With the administrator's rights.
    pub(crate) client: Client,
    /// Its own.
    pub(crate) namespace: String,
    /// Its own.
    pub(crate) domain: String,
    provider: String,
}

impl<'a> Tenant<'a> {
    /// `name` is the namespace, and `<name>.lab` the domain.
    pub(crate) async fn new(lab: &'a Lab, name: &str) -> Self {
        Self::with_provider(lab, name, PROVIDER).await
    }

    /// The same, published through another provider.
    pub(crate) async fn with_provider(lab: &'a Lab, name: &str, provider: &str) -> Self {
        let client = lab.plane.client().await.unwrap();
        let metadata = ObjectMeta { name: Some(name.to_owned()), ..ObjectMeta::default() };
        let namespace = Namespace { metadata, ..Namespace::default() };
        Api::<Namespace>::all(client.clone()).create(&PostParams::default(), &namespace).await.unwrap();
        Self { lab, client, namespace: name.to_owned(), domain: format!("{name}.lab"), provider: provider.to_owned() }
    }

    /// `<label>.<domain>`.
    pub(crate) fn name(&self, label: &str) -> String {
        format!("{label}.{}", self.domain)
    }

    /// Applies the MailDomain with these fields beside domain, provider and the shortest TTL.
    pub(crate) async fn apply(&self, fields: Value) {
        let mut spec = json!({"domain": self.domain, "providerRef": {"name": self.provider}, "ttl": 30});
        let Value::Object(fields) = fields else { panic!("{fields} is no object") };
        spec.as_object_mut().unwrap().extend(fields);
        let metadata = json!({"name": "mail", "namespace": self.namespace});
        let object = json!({"apiVersion": "mailward.dev/v1alpha1", "kind": "MailDomain", "metadata": metadata, "spec": spec});
        objects::apply(&self.client, &object).await.unwrap_or_else(|error| panic!("{error}\n{object:#}"));
    }

    /// Sets an annotation of the MailDomain.
    pub(crate) async fn annotate(&self, key: &str, value: &str) {
        let patch = Patch::Merge(json!({"metadata": {"annotations": {key: value}}}));
        self.mail_domains().patch("mail", &PatchParams::default(), &patch).await.unwrap();
    }

    /// Gives the domain a mail server, which has an address: BIND takes no other.
    pub(crate) async fn has_mx(&self, host: &str) {
        let lines = format!("update add {host}. 30 A 192.0.2.10\nupdate add {}. 30 MX 10 {host}.", self.domain);
        self.lab.nsupdate(&lines).await;
    }

    fn mail_domains(&self) -> Api<DynamicObject> {
        objects::mail_domains(&self.client, &self.namespace)
    }

    /// An Api of the tenant's namespace.
    pub(crate) fn api<K: Resource<DynamicType = (), Scope = NamespaceResourceScope>>(&self) -> Api<K> {
        Api::namespaced(self.client.clone(), &self.namespace)
    }

    /// The MailDomain as it is now.
    pub(crate) async fn object(&self) -> Option<DynamicObject> {
        self.mail_domains().get_opt("mail").await.unwrap()
    }

    /// Waits until the MailDomain is as `holds` says.
    pub(crate) async fn until(&self, what: &str, holds: impl Fn(&DynamicObject) -> bool) -> DynamicObject {
        let mut seen = None;
        let held = wait::eventually(async || {
            seen = self.object().await;
            seen.as_ref().is_some_and(&holds)
        });
        let held = held.await;
        let status = seen.as_ref().map(|seen| &seen.data["status"]);
        assert!(held, "{} never came to {what}\n{:#}\n{}", self.domain, status.unwrap_or(&Value::Null), self.lab.log());
        seen.unwrap()
    }

    /// Waits until the spec as it is now holds.
    pub(crate) async fn ready(&self) -> DynamicObject {
        self.until("be ready", is_ready).await
    }

    /// Waits until a condition has this status and its message contains all of `words`; returns the message.
    pub(crate) async fn says(&self, kind: &str, status: &str, words: &[&str]) -> String {
        let said = |object: &DynamicObject| {
            condition(object, kind).is_some_and(|(is, says)| is == status && words.iter().all(|word| says.contains(word)))
        };
        let object = self.until(&format!("{kind}={status} saying {words:?}"), said).await;
        condition(&object, kind).unwrap().1.to_owned()
    }

    /// Asks for the deletion of the MailDomain.
    pub(crate) async fn delete(&self) {
        self.mail_domains().delete("mail", &DeleteParams::default()).await.unwrap();
    }

    /// Waits until the MailDomain is gone.
    pub(crate) async fn gone(&self) {
        let mut seen = None;
        let gone = wait::eventually(async || {
            seen = self.object().await;
            seen.is_none()
        });
        assert!(gone.await, "{} never went\n{:#}\n{}", self.domain, seen.unwrap().data["status"], self.lab.log());
    }

    /// The Secrets of the namespace, by name.
    pub(crate) async fn secrets(&self) -> Vec<Secret> {
        let mut secrets = self.api::<Secret>().list(&kube::api::ListParams::default()).await.unwrap().items;
        secrets.sort_by_key(ResourceExt::name_any);
        secrets
    }

    /// The Secrets that hold one key under one selector.
    pub(crate) async fn key_secrets(&self) -> Vec<Secret> {
        let mut secrets = self.secrets().await;
        secrets.retain(|secret| secret.labels().get("mailward.dev/part").is_some_and(|part| part == "dkim-key"));
        secrets
    }

    /// The Secret that signers mount, if it is there.
    pub(crate) async fn stable(&self) -> Option<Secret> {
        self.api::<Secret>().get_opt("dkim").await.unwrap()
    }

    /// The selector that signers use, as status says.
    pub(crate) async fn selector(&self) -> String {
        let object = self.object().await.unwrap();
        let selector = object.data.pointer("/status/dkim/keys/0/activeSelector").and_then(Value::as_str);
        selector.unwrap_or_else(|| panic!("{} has no active selector: {:#}", self.domain, object.data["status"])).to_owned()
    }

    /// Everything we could have published for the domain, one line a value.
    pub(crate) async fn zone(&self) -> Vec<String> {
        let mut lines = vec![];
        for secret in self.key_secrets().await {
            let name = self.name(&format!("{}._domainkey", secret.annotations()["mailward.dev/selector"]));
            lines.extend(self.lab.txt(&name).await.into_iter().map(|text| format!("{name} {text}")));
        }
        for label in ["_dmarc", "_mta-sts", "_smtp._tls"] {
            let name = self.name(label);
            lines.extend(self.lab.txt(&name).await.into_iter().map(|text| format!("{name} {text}")));
        }
        lines.extend(self.lab.txt(&self.domain).await.into_iter().map(|text| format!("{} {text}", self.domain)));
        let host = self.name("mta-sts");
        let addresses = self.lab.values(&host, hickory_proto::rr::RecordType::A).await;
        lines.extend(addresses.into_iter().map(|address| format!("{host} {address}")));
        lines
    }
}

/// Whether the spec as it is now holds.
pub(crate) fn is_ready(object: &DynamicObject) -> bool {
    condition(object, "Ready").is_some_and(|(status, _)| status == "True")
}
