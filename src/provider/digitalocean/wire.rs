//! What goes over the wire, as far as we use it.

use serde::{Deserialize, Serialize};

/// A page of domains.
#[derive(Debug, Deserialize)]
pub(super) struct DomainsPage {
    pub domains: Vec<Domain>,
    pub meta: Meta,
}

/// A page of records.
#[derive(Debug, Deserialize)]
pub(super) struct RecordsPage {
    pub domain_records: Vec<Record>,
    pub meta: Meta,
}

/// How many there are on all pages.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Meta {
    pub total: usize,
}

/// A domain is a zone; its name is its id.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Domain {
    pub name: String,
}

/// A record of any type.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Record {
    pub id: u64,
    #[serde(rename = "type")]
    pub kind: String,
    /// Within the zone; `@` is the zone itself.
    pub name: String,
    #[serde(default)]
    pub data: Option<String>,
    #[serde(default)]
    pub ttl: Option<u32>,
}

/// A record to create, or to update with what is named.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Write {
    #[serde(rename = "type")]
    pub kind: String,
    pub name: String,
    pub data: String,
    pub ttl: u32,
}

/// Why a request was refused.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Problem {
    #[serde(default)]
    pub id: String,
    #[serde(default)]
    pub message: String,
}
