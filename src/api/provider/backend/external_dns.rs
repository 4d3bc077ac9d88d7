//! What is reached through external-dns or its sidecars.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::schema;

/// A webhook provider of external-dns that runs already.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct ExternalDnsWebhook {
    /// Where the webhook listens, as in `http://webhook.dns-webhook.svc:8888`. The protocol has no credential: whoever reaches
    /// the address writes to the zones, so a `NetworkPolicy` should let nobody but the operator in.
    #[schemars(schema_with = "schema::uris::webhook_url")]
    pub url: String,
    /// How the webhook writes texts, which the protocol leaves open. `Quoted` (default): in quotes, a long text as several
    /// strings. `Plain`: as they are. Mailward refuses to write a set that is listed in the other form.
    #[serde(default)]
    pub txt_format: TxtFormat,
}

/// DNSEndpoint objects for an external-dns that alone may touch DNS.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct ExternalDnsEndpoint {
    /// Namespace of the objects. Absent: that of each MailDomain. ClusterDNSProvider only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::kubernetes::object_name")]
    pub namespace: Option<String>,
    /// How the provider of that external-dns writes texts. `Quoted` (default): in quotes, a long text as several strings.
    /// `Plain`: as they are.
    #[serde(default)]
    pub txt_format: TxtFormat,
}

/// How texts are written.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TxtFormat {
    /// In quotes (RFC 1035 5.1).
    #[default]
    Quoted,
    /// As they are.
    Plain,
}
