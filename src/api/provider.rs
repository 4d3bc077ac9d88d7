//! `ClusterDNSProvider` and `DNSProvider`: a credential and the zones it may serve.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, LabelSelector};
use kube::{CustomResource, KubeSchema, core::SelectorExt};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A DNS provider that every allowed namespace may use.
#[derive(CustomResource, KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[kube(
    group = "mailward.dev",
    version = "v1alpha1",
    kind = "ClusterDNSProvider",
    status = "ProviderStatus",
    derive = "PartialEq"
)]
#[serde(rename_all = "camelCase")]
pub struct ClusterDNSProviderSpec {
    /// Which API, and how to reach it.
    #[serde(flatten)]
    pub backend: Backend,
    /// Zones it may serve.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<String>,
    /// Namespaces whose MailDomains may use it; absent = the operator's own only, `{}` = all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_namespaces: Option<LabelSelector>,
    /// How answers are verified.
    #[serde(default)]
    pub verification: Verification,
}

/// A DNS provider for MailDomains of its own namespace.
#[derive(CustomResource, KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[kube(
    group = "mailward.dev",
    version = "v1alpha1",
    kind = "DNSProvider",
    namespaced,
    status = "ProviderStatus",
    derive = "PartialEq"
)]
#[serde(rename_all = "camelCase")]
pub struct DNSProviderSpec {
    /// Which API, and how to reach it.
    #[serde(flatten)]
    pub backend: Backend,
    /// Zones it may serve.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<String>,
    /// How answers are verified.
    #[serde(default)]
    pub verification: Verification,
}

/// Exactly one provider block.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Backend {
    /// DNS UPDATE (RFC 2136) to a primary server, signed with TSIG (RFC 8945).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rfc2136: Option<Rfc2136>,
    /// Publishes nothing: status lists the records for a person to enter, and they are verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manual: Option<Manual>,
}

/// RFC 2136.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Rfc2136 {
    /// Primary server, `host:port`, `[v6]:port` or `host` (port 53).
    pub server: String,
    /// Zones the server is primary for; found by SOA query where empty.
    pub tsig: Tsig,
}

/// A TSIG key.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Tsig {
    /// Name of the key.
    pub key_name: String,
    /// MAC algorithm.
    #[serde(default)]
    pub algorithm: TsigAlgorithm,
    /// The Secret that holds the base64 key.
    pub secret_ref: SecretKeyRef,
}

/// MAC algorithms (RFC 8945 6).
#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TsigAlgorithm {
    /// hmac-sha256.
    #[default]
    #[serde(rename = "hmac-sha256")]
    HmacSha256,
    /// hmac-sha384.
    #[serde(rename = "hmac-sha384")]
    HmacSha384,
    /// hmac-sha512.
    #[serde(rename = "hmac-sha512")]
    HmacSha512,
}

/// A key in a Secret: of the operator's namespace for the cluster kind, of the object's own for the namespaced kind.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct SecretKeyRef {
    /// Secret name.
    pub name: String,
    /// Key in its data.
    pub key: String,
}

/// No settings.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct Manual {}

/// How answers are verified.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// Ask authoritative servers, or resolvers where outbound port 53 is closed.
    #[serde(default)]
    pub mode: VerificationMode,
    /// Servers to ask instead of the delegated NS set: `ip`, `ip:port`, `[v6]:port`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nameservers: Vec<String>,
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

/// What is known of a provider.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct ProviderStatus {
    /// Generation the conditions speak of; -1 until first seen.
    #[serde(default = "unseen")]
    pub observed_generation: i64,
    /// `Ready`.
    #[serde(default)]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["type".into()]))]
    pub conditions: Vec<Condition>,
    /// How many zones the credential sees, where the provider can list them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone_count: Option<i64>,
    /// The first 20 of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
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
