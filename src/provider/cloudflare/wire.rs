//! What goes over the wire, as far as we use it. Fields that Cloudflare adds are passed over, types it adds stay text.

use serde::{Deserialize, Serialize};

/// Every answer of the v4 API.
#[derive(Debug, Deserialize)]
pub(super) struct Envelope<T> {
    pub success: bool,
    #[serde(default)]
    pub errors: Vec<Problem>,
    #[serde(default = "none")]
    pub result: Option<T>,
    #[serde(default)]
    pub result_info: Option<Paging>,
}

fn none<T>() -> Option<T> {
    None
}

/// One error. The codes of DNS are 81xxx, which the crate's 16 bits do not hold.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Problem {
    #[serde(default)]
    pub code: u32,
    #[serde(default)]
    pub message: String,
    /// What the error came from.
    #[serde(default)]
    pub error_chain: Vec<Problem>,
}

/// Where a page stands.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct Paging {
    #[serde(default)]
    pub total_count: usize,
}

/// A zone.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct ZoneItem {
    pub id: String,
    pub name: String,
    /// `active`, `pending`, `initializing`, `moved`.
    #[serde(default)]
    pub status: Option<String>,
    /// `full`: Cloudflare answers for it. `partial`, `secondary`, `internal`: others do, or nobody outside.
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    #[serde(default)]
    pub account: Option<Account>,
    #[serde(default)]
    pub plan: Option<Plan>,
    /// What the token may do, in words such as `#dns_records:edit`. Called legacy and often empty: a hint, no proof.
    #[serde(default)]
    pub permissions: Option<Vec<String>>,
}

/// Whose a zone is.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Account {
    #[serde(default)]
    pub name: Option<String>,
}

/// What is paid for it.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Plan {
    /// `free`, `pro`, `business`, `enterprise`.
    #[serde(default)]
    pub legacy_id: Option<String>,
}

/// A record of any type.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Record {
    pub id: String,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub content: Option<String>,
    /// Seconds; 1 is "automatic".
    #[serde(default)]
    pub ttl: u32,
    #[serde(default)]
    pub proxied: Option<bool>,
    #[serde(default)]
    pub tags: Option<Vec<String>>,
}

/// The body of a batch. Whatever its order here, Cloudflare deletes first, then updates, then creates.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(super) struct Batch {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deletes: Vec<Delete>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub patches: Vec<Write>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub posts: Vec<Write>,
}

impl Batch {
    pub(super) fn len(&self) -> usize {
        self.deletes.len() + self.patches.len() + self.posts.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A record to delete.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Delete {
    pub id: String,
}

/// A record to create, or with an id to update; what an update leaves out stays.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(super) struct Write {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub content: String,
    pub ttl: u32,
    /// Only for the types that can be proxied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxied: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
}
