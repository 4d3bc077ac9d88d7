//! `ClusterDNSProvider` and `DNSProvider`: a credential and the zones it may serve.

mod backend;

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, LabelSelector};
use kube::{CustomResource, KubeSchema, core::SelectorExt};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::backend::{
    AzureCloud, AzureDns, Backend, Cloudflare, DigitalOcean, ExternalDnsEndpoint, ExternalDnsWebhook, GoogleCloudDns, Manual,
    PowerDns, Rfc2136, Route53, Tsig, TsigAlgorithm, TxtFormat,
};
use self::backend::{
    NO_AMBIENT, NO_AMBIENT_MESSAGE, NO_API_URL, NO_API_URL_MESSAGE, NO_WEBHOOK, NO_WEBHOOK_MESSAGE, ONE_BACKEND,
    ONE_BACKEND_MESSAGE, OWN_KEYS, OWN_KEYS_MESSAGE, OWN_NAMESPACE, OWN_NAMESPACE_MESSAGE,
};
use super::schema;

/// A DNS provider that every allowed namespace may use.
///
/// Secrets are read from the operator's own namespace.
#[derive(CustomResource, KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[kube(
    group = "mailward.dev",
    version = "v1alpha1",
    kind = "ClusterDNSProvider",
    status = "ProviderStatus",
    derive = "PartialEq",
    doc = "A ClusterDNSProvider is a DNS provider that MailDomains of every allowed namespace may use: how to reach it, a credential in the operator's namespace, and the zones it may serve.",
    shortname = "cdp",
    category = "mailward",
    printcolumn(name = "Ready", type_ = "string", json_path = r#".status.conditions[?(@.type=="Ready")].status"#),
    printcolumn(name = "Zones", type_ = "integer", description = "Zones the credential sees", json_path = ".status.zoneCount"),
    printcolumn(
        name = "Message",
        type_ = "string",
        json_path = r#".status.conditions[?(@.type=="Ready")].message"#,
        priority = 1
    ),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp")
)]
#[x_kube(validation = Rule::new(ONE_BACKEND).message(ONE_BACKEND_MESSAGE))]
#[serde(rename_all = "camelCase")]
pub struct ClusterDNSProviderSpec {
    /// Which API, and how to reach it.
    #[serde(flatten)]
    pub backend: Backend,
    /// Domains it may serve: exact (`example.com`), or everything below (`*.example.net`). Empty: all the credential sees.
    ///
    /// Compared label by label with `spec.domain` of a MailDomain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "schema::names::zone_patterns")]
    pub zones: Vec<String>,
    /// Namespaces whose MailDomains may use it, by their labels. Absent: the operator's own only; `{}`: every namespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_namespaces: Option<LabelSelector>,
    /// How Mailward checks that records answer.
    #[serde(default, skip_serializing_if = "Verification::is_default")]
    pub verification: Verification,
}

/// A DNS provider for MailDomains of its own namespace.
///
/// Secrets are read from that namespace.
#[derive(CustomResource, KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[kube(
    group = "mailward.dev",
    version = "v1alpha1",
    kind = "DNSProvider",
    namespaced,
    status = "ProviderStatus",
    derive = "PartialEq",
    doc = "A DNSProvider is a DNS provider for the MailDomains of its namespace: how to reach it, a credential in that namespace, and the zones it may serve.",
    shortname = "dp",
    category = "mailward",
    printcolumn(name = "Ready", type_ = "string", json_path = r#".status.conditions[?(@.type=="Ready")].status"#),
    printcolumn(name = "Zones", type_ = "integer", description = "Zones the credential sees", json_path = ".status.zoneCount"),
    printcolumn(
        name = "Message",
        type_ = "string",
        json_path = r#".status.conditions[?(@.type=="Ready")].message"#,
        priority = 1
    ),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp")
)]
#[x_kube(
    validation = Rule::new(ONE_BACKEND).message(ONE_BACKEND_MESSAGE),
    validation = Rule::new(NO_API_URL).message(NO_API_URL_MESSAGE),
    validation = Rule::new(NO_AMBIENT).message(NO_AMBIENT_MESSAGE),
    validation = Rule::new(OWN_KEYS).message(OWN_KEYS_MESSAGE),
    validation = Rule::new(NO_WEBHOOK).message(NO_WEBHOOK_MESSAGE),
    validation = Rule::new(OWN_NAMESPACE).message(OWN_NAMESPACE_MESSAGE)
)]
#[serde(rename_all = "camelCase")]
pub struct DNSProviderSpec {
    /// Which API, and how to reach it.
    #[serde(flatten)]
    pub backend: Backend,
    /// Domains it may serve: exact (`example.com`), or everything below (`*.example.net`). Empty: all the credential sees.
    ///
    /// Compared label by label with `spec.domain` of a MailDomain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "schema::names::zone_patterns")]
    pub zones: Vec<String>,
    /// How Mailward checks that records answer.
    #[serde(default, skip_serializing_if = "Verification::is_default")]
    pub verification: Verification,
}

/// A key in a Secret: of the operator's namespace for a ClusterDNSProvider, of the object's own for a DNSProvider.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct SecretKeyRef {
    /// Name of the Secret.
    #[schemars(schema_with = "schema::kubernetes::object_name")]
    pub name: String,
    /// Key in its data.
    #[schemars(schema_with = "schema::kubernetes::data_key")]
    pub key: String,
}

/// How Mailward checks that records answer.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// Who is asked. `Authoritative` (default): every server the zone is delegated to. `Resolvers`: the operator's resolvers,
    /// where outbound port 53 is closed; changes are then seen only after caches expire.
    #[serde(default)]
    pub mode: VerificationMode,
    /// Servers to ask instead of the delegated ones, by address: `192.0.2.53`, `192.0.2.53:5353` or `[2001:db8::53]:5353`.
    /// For a hidden primary, split horizon, or a sandbox.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "schema::addresses::nameservers")]
    pub nameservers: Vec<String>,
}

impl Verification {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Who is asked.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VerificationMode {
    /// Every authoritative server.
    #[default]
    Authoritative,
    /// The operator's resolvers.
    Resolvers,
}

/// What is known of a provider. Written by the controller only.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct ProviderStatus {
    /// The `metadata.generation` that the conditions speak of; -1 until the object was first seen.
    #[serde(default = "unseen")]
    pub observed_generation: i64,
    /// `Ready` always: the credential was found and the server answers to it. While it is not so, `Stalled` where somebody has
    /// to act, and `Reconciling` where the operator's next check may end it.
    #[serde(default)]
    #[schemars(length(max = 32))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["type".into()]))]
    pub conditions: Vec<Condition>,
    /// How many zones the credential sees, where the provider can list them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone_count: Option<i64>,
    /// The first 20 of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20), inner(length(max = 253)))]
    pub zones: Vec<String>,
}

/// Default of `observedGeneration`, so that an object nobody has looked at is not "current".
pub(super) fn unseen() -> i64 {
    -1
}

/// Whether a label selector takes an object with these labels; one that cannot be read takes nothing.
pub fn selects(selector: &LabelSelector, labels: &BTreeMap<String, String>) -> bool {
    kube::core::Selector::try_from(selector.clone()).is_ok_and(|selector| selector.matches(labels))
}
