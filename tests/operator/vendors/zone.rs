//! One zone at one vendor, with a tenant whose provider object and Secret are for it.

use kube::Api;
use mailward::api::{ClusterDNSProvider, ProviderStatus};
use mailward_sandbox::steps::operator::NAMESPACE;
use serde_json::json;

use super::Vendor;
use crate::lab::{Server, Tenant};

/// Records of domains in it answer at `dns`, unless the vendor answers itself.
pub(super) struct Zone<V> {
    pub(super) vendor: V,
    pub(super) tenant: Tenant,
    pub(super) dns: Server,
}

impl<V: Vendor> Zone<V> {
    /// `<name>.test`, with this credential in the Secret.
    pub(super) async fn start(name: &str, credential: impl Fn(&V) -> String) -> Self {
        let zone = format!("{name}.test");
        let dns = Server::start(&zone, "").await;
        let vendor = V::start(&zone).await;
        let tenant = Tenant::at(name, &dns, &[dns.address()]).await;
        let started = Self { vendor, tenant, dns };
        started.set_credential(&credential(&started.vendor)).await;
        started.provider(&started.name()).await;
        started
    }

    /// Of the provider object and its Secret.
    pub(super) fn name(&self) -> String {
        format!("{}-vendor", self.tenant.namespace)
    }

    /// Where the credential is, as conditions call it.
    pub(super) fn place(&self) -> String {
        format!("{NAMESPACE}/{}", self.name())
    }

    pub(super) async fn set_credential(&self, credential: &str) {
        self.secret(&self.name(), credential).await;
    }

    /// A Secret with a credential.
    pub(super) async fn secret(&self, name: &str, credential: &str) {
        let metadata = json!({"name": name, "namespace": NAMESPACE});
        let data = json!({(V::KEY): credential});
        self.tenant.apply_object(&json!({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": data})).await;
    }

    /// A provider object for the Secret of its name.
    pub(super) async fn provider(&self, name: &str) {
        let mut spec = self.vendor.block(&json!({"name": name, "key": V::KEY}));
        let nameserver = self.vendor.dns().unwrap_or(self.dns.address());
        spec["allowedNamespaces"] = json!({});
        spec["verification"] = json!({"nameservers": [nameserver.to_string()]});
        let metadata = json!({"name": name});
        let object =
            json!({"apiVersion": "mailward.dev/v1alpha1", "kind": "ClusterDNSProvider", "metadata": metadata, "spec": spec});
        self.tenant.apply_object(&object).await;
    }

    /// Applies a MailDomain through this provider.
    pub(super) async fn apply(&self, name: &str, fields: &str) {
        self.apply_through(&self.name(), name, fields).await;
    }

    /// The same through another.
    pub(super) async fn apply_through(&self, provider: &str, name: &str, fields: &str) {
        self.tenant.apply_as(name, format!("{{providerRef: {{name: {provider}}}, ttl: 60, {fields}}}")).await;
    }

    /// The provider's status once its `Ready` is `wanted` and says what it should.
    pub(super) async fn until_provider(&self, wanted: &str, says: impl Fn(&str) -> bool) -> ProviderStatus {
        self.until_provider_of(&self.name(), wanted, says).await
    }

    /// The same of another.
    pub(super) async fn until_provider_of(&self, name: &str, wanted: &str, says: impl Fn(&str) -> bool) -> ProviderStatus {
        let api = Api::<ClusterDNSProvider>::all(self.tenant.client.clone());
        let mut seen = None;
        let came = self.tenant.eventually(async || {
            seen = api.get(name).await.unwrap().status;
            let conditions = seen.iter().flat_map(|status| &status.conditions);
            conditions.filter(|ready| ready.type_ == "Ready").any(|ready| ready.status == wanted && says(&ready.message))
        });
        assert!(came.await, "the provider never came to Ready={wanted}: {seen:#?}\n{}", self.tenant.lab.controller_log());
        seen.unwrap()
    }

    /// Waits until the vendor stores this many values.
    pub(super) async fn until_records(&self, count: usize) {
        let came = self.tenant.eventually(async || self.vendor.records().await.len() == count);
        assert!(came.await, "there are {:#?}\n{}", self.vendor.records().await, self.tenant.lab.controller_log());
    }

    /// Waits until a visit has asked DNS for the records, where the tests' own server answers.
    pub(super) async fn until_looked_at(&self) {
        if self.vendor.dns().is_none() {
            self.dns.until_asked(8).await;
        }
    }

    /// Lets DNS answer what the vendor stores.
    pub(super) async fn propagate(&self) {
        if self.vendor.dns().is_some() {
            return;
        }
        let zone = &self.tenant.domain;
        let absolute = |name: &str| if name == "@" { zone.clone() } else { format!("{name}.{zone}") };
        let records = self.vendor.records().await;
        let gone = records.iter().map(|[name, _, kind, _]| format!("update delete {} {kind}", absolute(name)));
        let new = records.iter().map(|[name, ttl, kind, value]| format!("update add {} {ttl} {kind} {value}", absolute(name)));
        self.dns.nsupdate(&gone.chain(new).collect::<Vec<_>>().join("\n")).await;
    }
}

/// A name as seen from the zone.
pub(super) fn label(name: &str, zone: &str) -> String {
    match name.trim_end_matches('.').strip_suffix(zone).unwrap_or(name).trim_end_matches('.') {
        "" => "@".to_owned(),
        inside => inside.to_owned(),
    }
}
