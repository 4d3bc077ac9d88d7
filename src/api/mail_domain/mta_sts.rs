//! The `mtaSts` block (RFC 8461).

use std::collections::BTreeMap;

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::schema;

/// The MTA-STS policy and how it is served.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[x_kube(
    validation = Rule::new("self.mode == 'None' || (has(self.mx) && self.mx.size() > 0)")
        .message("STS-R1: mode Testing or Enforce needs at least one pattern in mx")
        .field_path(".mx"),
    validation = Rule::new("(self.address == 'Static') == has(self.staticAddress)")
        .message("staticAddress is written with address: Static, and only then")
        .field_path(".staticAddress"),
    validation = Rule::new("!has(self.serving) || !has(self.serving.external) || self.address != 'FromServing'")
        .message("with serving.external there is no Ingress or Gateway to take the address from; set address to External or Static")
        .field_path(".address")
)]
#[serde(rename_all = "camelCase")]
pub struct MtaStsSpec {
    /// `mode` (RFC 8461 3.2): what a sender does that finds no mail server of `mx` with valid TLS. `Testing` delivers and
    /// reports, `Enforce` does not deliver, `None` says that there is no policy any more.
    ///
    /// `Enforce` waits until every MX of the domain is covered by `mx` (STS-G3).
    pub mode: MtaStsMode,
    /// `mx` (RFC 8461 3.2): host names of the domain's mail servers, or `*.` and a name, where the star stands for exactly
    /// one label. Required unless `mode` is `None`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "schema::mta_sts::mx_patterns")]
    pub mx: Vec<String>,
    /// `max_age` (RFC 8461 3.2): seconds a sender keeps the policy, 0 to 31557600 (a year). Default 604800 (a week).
    ///
    /// It is also how long a withdrawal takes.
    #[serde(default = "default_max_age")]
    #[x_kube(validation = Rule::new("self <= 31557600").message("STS-R1: max_age is at most 31557600 seconds (a year)"))]
    pub max_age: u32,
    /// Who answers at `https://mta-sts.<domain>`, by exactly one of `ingress`, `gateway` and `external`. Absent: `ingress: {}`.
    #[serde(default, skip_serializing_if = "Serving::is_default")]
    pub serving: Serving,
    /// Who publishes the address of `mta-sts.<domain>`. `FromServing` (default): Mailward, from the status of the Ingress or
    /// of the Gateways. `External`: external-dns, a CDN or a person; Mailward only checks it. `Static`: Mailward, from
    /// `staticAddress`.
    #[serde(default)]
    pub address: AddressSource,
    /// The address for `address: Static`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub static_address: Option<StaticAddress>,
}

fn default_max_age() -> u32 {
    604_800
}

/// Modes.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub enum MtaStsMode {
    /// `testing`.
    Testing,
    /// `enforce`.
    Enforce,
    /// `none`.
    None,
}

const ONE_WAY: &str = "[has(self.ingress), has(self.gateway), has(self.external)].exists_one(set, set)";

/// Exactly one way to serve the policy.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[x_kube(validation = Rule::new(ONE_WAY).message("set exactly one of ingress, gateway and external"))]
#[serde(rename_all = "camelCase")]
pub struct Serving {
    /// Mailward's policy server answers behind an Ingress that Mailward makes; its class and certificate issuer come from
    /// the installation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ingress: Option<IngressServing>,
    /// Mailward's policy server answers behind Gateways of others, by an HTTPRoute that Mailward makes. Listeners and
    /// certificates are the business of the Gateways' owners.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<GatewayServing>,
    /// Somebody else serves the policy; Mailward only checks that it is the one described here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external: Option<ExternalServing>,
}

impl Default for Serving {
    fn default() -> Self {
        Self { ingress: Some(IngressServing::default()), gateway: None, external: None }
    }
}

impl Serving {
    /// Left out when written, so that the schema has no default: one stored beside a later `external` would be a second way.
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Settings of the Ingress.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct IngressServing {
    /// Annotations for the Ingress; only keys that the installation allows.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(schema_with = "schema::kubernetes::annotations")]
    pub annotations: BTreeMap<String, String>,
}

/// Settings of the HTTPRoute.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct GatewayServing {
    /// The Gateways that the HTTPRoute names; only those that the installation offers. Absent: the first one it offers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 4))]
    pub parent_refs: Vec<GatewayRef>,
}

/// A Gateway, and in it the listeners that are meant.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct GatewayRef {
    /// Namespace of the Gateway. (A bare name would mean one beside the policy servers, and there is none.)
    #[schemars(schema_with = "schema::kubernetes::namespace")]
    pub namespace: String,
    /// Name of the Gateway.
    #[schemars(schema_with = "schema::kubernetes::object_name")]
    pub name: String,
    /// Name of one of its listeners. Absent: the one that the installation names for this Gateway, or else every listener.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::kubernetes::object_name")]
    pub section_name: Option<String>,
    /// Port of its listeners, 1 to 65535. Absent: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub port: Option<u16>,
}

/// Serving by somebody else has no settings.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct ExternalServing {}

/// A fixed address of `mta-sts.<domain>`: addresses, or one host name.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[x_kube(
    validation = Rule::new("has(self.cname) != ((has(self.ipv4) && self.ipv4.size() > 0) || (has(self.ipv6) && self.ipv6.size() > 0))")
        .message("DNS-R2: set either cname, or addresses in ipv4 and ipv6: no other data can stand beside a CNAME")
)]
#[serde(rename_all = "camelCase")]
pub struct StaticAddress {
    /// IPv4 addresses (A records).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "schema::addresses::ipv4")]
    pub ipv4: Vec<String>,
    /// IPv6 addresses (AAAA records).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "schema::addresses::ipv6")]
    pub ipv6: Vec<String>,
    /// A host name (CNAME record), without a trailing dot. Excludes addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::names::cname_target")]
    pub cname: Option<String>,
}

/// Sources of the address.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AddressSource {
    /// The status of the Ingress (`loadBalancer`) or of the Gateways (`addresses`).
    #[default]
    FromServing,
    /// Somebody else publishes it.
    External,
    /// As written.
    Static,
}
