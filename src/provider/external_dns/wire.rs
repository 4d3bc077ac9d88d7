//! What goes over the wire: the JSON of external-dns' `Endpoint`, `Changes` and `DomainFilter`.
//!
//! What is not known here is kept and sent back: an endpoint belongs to the webhook, not to us.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

/// The one version of the protocol.
pub(super) const MEDIA_TYPE: &str = "application/external.dns.webhook+json;version=1";

/// A record set.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Endpoint {
    #[serde(default)]
    pub dns_name: String,
    #[serde(default, deserialize_with = "or_null")]
    pub targets: Vec<String>,
    #[serde(default)]
    pub record_type: String,
    /// Tells apart several sets of one name and type, where a vendor answers by weight or place.
    #[serde(default, deserialize_with = "or_null", skip_serializing_if = "String::is_empty")]
    pub set_identifier: String,
    /// In seconds; 0 leaves it to the vendor.
    #[serde(rename = "recordTTL", default, deserialize_with = "or_null", skip_serializing_if = "is_zero")]
    pub ttl: i64,
    #[serde(default, deserialize_with = "or_null", skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "or_null", skip_serializing_if = "Vec::is_empty")]
    pub provider_specific: Vec<Property>,
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// What only one vendor knows of a set.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub(super) struct Property {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub value: String,
}

/// A change set. `update_old` and `update_new` are pairs.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Changes {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub create: Vec<Endpoint>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub update_old: Vec<Endpoint>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub update_new: Vec<Endpoint>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub delete: Vec<Endpoint>,
}

/// The names a webhook takes: by lists, or by expressions.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DomainFilter {
    #[serde(default, deserialize_with = "or_null")]
    pub include: Vec<String>,
    #[serde(default, deserialize_with = "or_null")]
    pub exclude: Vec<String>,
    #[serde(default, deserialize_with = "or_null")]
    pub regex_include: String,
    #[serde(default, deserialize_with = "or_null")]
    pub regex_exclude: String,
}

/// An empty list is `null` in some languages.
pub(super) fn or_null<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn is_zero(ttl: &i64) -> bool {
    *ttl == 0
}
