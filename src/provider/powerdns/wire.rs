//! What goes over the wire, as far as we use it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a server says of itself.
#[derive(Debug, Deserialize)]
pub(super) struct ServerInfo {
    #[serde(default)]
    pub version: String,
}

/// A zone of the list.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct ZoneItem {
    pub name: String,
    #[serde(default)]
    pub kind: String,
}

/// A zone with all that it holds.
#[derive(Debug, Deserialize)]
pub(super) struct ZoneData {
    #[serde(default)]
    pub kind: String,
    pub rrsets: Vec<RrSet>,
}

/// A record set. One that has only comments has no records.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct RrSet {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub ttl: u32,
    #[serde(default)]
    pub records: Vec<Record>,
}

/// A record, and whatever else a version keeps beside it: what stays is sent back as it came.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub(super) struct Record {
    pub content: String,
    #[serde(default)]
    pub disabled: bool,
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// The changes of one zone.
#[derive(Debug, Serialize)]
pub(super) struct Patch<'a> {
    pub rrsets: &'a [Write],
}

/// A change of one set. It says nothing of comments, so that they stay.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Write {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub changetype: ChangeType,
    pub ttl: u32,
    pub records: Vec<Record>,
}

/// What happens to the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum ChangeType {
    /// It has these records and no other.
    Replace,
    /// It goes.
    Delete,
    /// It has this one record, too (4.9.12 and 5.0.2).
    Extend,
    /// It has this one record no longer (4.9.12 and 5.0.2).
    Prune,
}

/// Why a request was refused.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Problem {
    #[serde(default)]
    pub error: String,
}
