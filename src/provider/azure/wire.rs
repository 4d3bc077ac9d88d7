//! What goes over the wire, as far as we use it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One page of a list.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page<T> {
    pub value: Vec<T>,
    /// Whole address of the next one.
    #[serde(default)]
    pub next_link: Option<String>,
}

/// A zone of the resource group.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct ZoneItem {
    pub name: String,
    #[serde(default)]
    pub properties: ZoneProperties,
}

/// What is looked at of a zone.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ZoneProperties {
    /// `Public` or `Private`. Public where it is not said.
    pub zone_type: Option<String>,
}

/// A record set, as it is listed.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct RecordSet {
    /// Within the zone; `@` is the zone itself.
    pub name: String,
    /// Ends in the type of its records.
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub etag: String,
    #[serde(default)]
    pub properties: Properties,
}

/// What a record set says.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Properties {
    #[serde(rename = "TTL")]
    pub ttl: u32,
    /// What people noted at the set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<BTreeMap<String, String>>,
    /// The Azure resource that it stands for. Read only to see that there is one.
    #[serde(rename = "targetResource", skip_serializing)]
    pub target: Option<Target>,
    #[serde(rename = "ARecords", skip_serializing_if = "Option::is_none")]
    pub a: Option<Vec<A>>,
    #[serde(rename = "AAAARecords", skip_serializing_if = "Option::is_none")]
    pub aaaa: Option<Vec<Aaaa>>,
    #[serde(rename = "CNAMERecord", skip_serializing_if = "Option::is_none")]
    pub cname: Option<Cname>,
    #[serde(rename = "TXTRecords", skip_serializing_if = "Option::is_none")]
    pub txt: Option<Vec<Txt>>,
}

/// An empty one stands for nothing.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Target {
    pub id: Option<String>,
}

/// An IPv4 address.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub(super) struct A {
    #[serde(rename = "ipv4Address")]
    pub address: String,
}

/// An IPv6 address.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub(super) struct Aaaa {
    #[serde(rename = "ipv6Address")]
    pub address: String,
}

/// A target.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub(super) struct Cname {
    #[serde(rename = "cname")]
    pub target: String,
}

/// The strings of a text.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub(super) struct Txt {
    pub value: Vec<String>,
}

/// A record set to store.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Body {
    pub properties: Properties,
}

/// Why Resource Manager refused a request; the provider of DNS leaves the outer layer out.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Refused {
    pub error: Option<Problem>,
    #[serde(flatten)]
    pub bare: Problem,
}

/// A word for programs, and words for people.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Problem {
    pub code: String,
    pub message: String,
}

/// Why no token was granted (RFC 6749 5.2).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct NotGranted {
    pub error: String,
    pub error_description: String,
}
