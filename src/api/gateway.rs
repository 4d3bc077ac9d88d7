//! The kinds of Gateway API (`gateway.networking.k8s.io/v1`) that Mailward writes and reads: the fields it uses, and no more.
//!
//! Not ours: no definition is made of them. What others add to an object and is not named here is passed over when it is read, and
//! left alone when it is written, because server-side apply takes only what we name (ADR 36).

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kube::CustomResource;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Its API group.
pub const GATEWAY_GROUP: &str = "gateway.networking.k8s.io";

/// Which requests go where.
#[derive(CustomResource, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[kube(
    group = "gateway.networking.k8s.io",
    version = "v1",
    kind = "HTTPRoute",
    plural = "httproutes",
    namespaced,
    schema = "disabled",
    status = "HTTPRouteStatus",
    derive = "Default",
    derive = "PartialEq",
    doc = "Leads requests for host names from Gateways to Services."
)]
#[serde(rename_all = "camelCase", default)]
pub struct HTTPRouteSpec {
    /// The Gateways, or listeners of them, that it asks to be served by.
    pub parent_refs: Vec<ParentReference>,
    /// The hosts it is for.
    pub hostnames: Vec<String>,
    /// What is done with their requests.
    pub rules: Vec<HTTPRouteRule>,
}

/// A Gateway, and in it the listeners with this name or port.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase", default)]
pub struct ParentReference {
    /// Group of the kind.
    pub group: String,
    /// `Gateway`.
    pub kind: String,
    /// Its namespace; absent: that of the route.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// Name of a listener; absent: all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section_name: Option<String>,
    /// Port of listeners; absent: any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<i32>,
}

/// One rule. What changes a request or its answer would break the policy (RFC 8461 3.3), so it counts as a difference; the rest of
/// what a rule may hold (time limits, retries) does not.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase", default)]
pub struct HTTPRouteRule {
    /// Which requests.
    pub matches: Vec<HTTPRouteMatch>,
    /// What is changed about them; we want nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Value>,
    /// Where they go.
    pub backend_refs: Vec<HTTPBackendRef>,
}

/// Requests of one kind.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase", default)]
pub struct HTTPRouteMatch {
    /// By path.
    pub path: HTTPPathMatch,
    /// By header; we want none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<Value>,
    /// By query; we want none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub query_params: Vec<Value>,
    /// By method; we want none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
}

/// A path.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
#[serde(default)]
pub struct HTTPPathMatch {
    /// `Exact` or `PathPrefix`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The path.
    pub value: String,
}

/// A Service in the route's namespace.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase", default)]
pub struct HTTPBackendRef {
    /// Empty: the core group.
    pub group: String,
    /// `Service`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its port.
    pub port: i32,
    /// Its share of the requests.
    pub weight: i32,
    /// What is changed about them; we want nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Value>,
}

/// What Gateway controllers say of a route.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(default)]
pub struct HTTPRouteStatus {
    /// One entry for each parent that a controller looks after.
    pub parents: Vec<RouteParentStatus>,
}

/// What one controller says of a route at one parent.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct RouteParentStatus {
    /// The parent, as the route's spec names it.
    pub parent_ref: ParentReference,
    /// `Accepted`, `ResolvedRefs` and others.
    #[serde(default)]
    pub conditions: Vec<Condition>,
}

/// Where requests come in. What it listens to and with which certificates is its owner's business.
#[derive(CustomResource, Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
#[kube(
    group = "gateway.networking.k8s.io",
    version = "v1",
    kind = "Gateway",
    plural = "gateways",
    namespaced,
    schema = "disabled",
    status = "GatewayStatus",
    derive = "Default",
    derive = "PartialEq",
    doc = "Where requests from outside come in."
)]
pub struct GatewaySpec {}

/// What its controller says.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
#[serde(default)]
pub struct GatewayStatus {
    /// Where it can be reached.
    pub addresses: Vec<GatewayAddress>,
}

/// One of its addresses.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(default)]
pub struct GatewayAddress {
    /// `IPAddress`, `Hostname`, or a kind of the controller's own. Absent: `IPAddress`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The address.
    pub value: String,
}
