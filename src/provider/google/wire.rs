//! What goes over the wire, as far as we use it.

use serde::{Deserialize, Serialize};

/// A page of managed zones.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ZonesPage {
    pub managed_zones: Vec<ManagedZone>,
    pub next_page_token: Option<String>,
}

/// A zone of the project.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ManagedZone {
    /// Unique in the project, and what paths call it.
    pub name: String,
    /// The apex, with its last dot.
    pub dns_name: String,
    /// `public` or `private`. Public where it is not said.
    pub visibility: Option<String>,
}

/// A page of record sets.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct SetsPage {
    pub rrsets: Vec<RecordSet>,
    pub next_page_token: Option<String>,
}

/// A record set, as it is listed, deleted and added.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct RecordSet {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub ttl: u32,
    /// In the presentation format; empty where a routing policy stands in their place.
    pub rrdatas: Vec<String>,
    /// Answers that depend on who asks, or where. Read only to see that there is one.
    #[serde(skip_serializing)]
    pub routing_policy: Option<serde_json::Value>,
}

/// What changes in a zone, as one act.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct ChangeBody {
    pub deletions: Vec<RecordSet>,
    pub additions: Vec<RecordSet>,
}

impl ChangeBody {
    pub(super) fn is_empty(&self) -> bool {
        self.deletions.is_empty() && self.additions.is_empty()
    }
}

/// An access token.
#[derive(Deserialize)]
pub(super) struct Granted {
    pub access_token: String,
    /// Seconds from now.
    pub expires_in: u64,
}

/// Why the API refused a request.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Refused {
    pub error: Problem,
}

/// Its reason, in words for people and in a word for programs.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Problem {
    pub message: String,
    pub errors: Vec<Reason>,
}

/// One of the reasons.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Reason {
    pub reason: String,
}

/// Why no token was granted (RFC 6749 5.2).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct NotGranted {
    pub error: String,
    pub error_description: String,
}
