//! Zones, records and tokens: what is stored.

use serde::{Deserialize, Serialize};

/// When everything happened: nothing here depends on time.
pub(super) const DATE: &str = "2026-11-01T12:00:00.000000Z";

/// Everything stored.
#[derive(Debug, Default)]
pub struct World {
    pub(super) zones: Vec<Zone>,
    pub(super) tokens: Vec<Token>,
    /// Listings that still show [`Zone::before`].
    pub(super) lag: usize,
    ids: u64,
}

impl World {
    pub(super) fn zone(&self, id: &str) -> Option<&Zone> {
        self.zones.iter().find(|zone| zone.id == id)
    }

    pub(super) fn zone_mut(&mut self, id: &str) -> Option<&mut Zone> {
        self.zones.iter_mut().find(|zone| zone.id == id)
    }

    /// 32 hexadecimal digits that no other record has.
    pub(super) fn new_id(&mut self) -> String {
        self.ids += 1;
        format!("{:032x}", self.ids)
    }
}

/// A zone.
#[derive(Clone, Debug)]
pub struct Zone {
    /// Its id; Cloudflare's are 32 hexadecimal digits.
    pub id: String,
    /// Its apex.
    pub name: String,
    /// `active`, `pending`, `initializing` or `moved`.
    pub status: String,
    /// `full`, `partial`, `secondary` or `internal`.
    pub kind: String,
    /// `free`, `pro`, `business` or `enterprise`.
    pub plan: String,
    /// Name of the account it belongs to.
    pub account: String,
    /// Its records.
    pub records: Vec<Record>,
    /// Its records before the last write, for listings that lag behind.
    pub before: Vec<Record>,
}

impl Zone {
    /// An active full zone on the free plan.
    pub fn new(id: &str, name: &str) -> Self {
        let [id, name, status, kind, plan, account] = [id, name, "active", "full", "free", "Cafe Ltd"].map(str::to_owned);
        Self { id, name, status, kind, plan, account, records: vec![], before: vec![] }
    }

    /// The same on another plan.
    #[must_use]
    pub fn on_plan(self, plan: &str) -> Self {
        Self { plan: plan.to_owned(), ..self }
    }
}

/// What an API token may do.
#[derive(Clone, Debug)]
pub struct Token {
    /// The token itself.
    pub secret: String,
    /// Ids of the zones it is for; `None`: all.
    pub zones: Option<Vec<String>>,
    /// Zone / Zone / Read.
    pub zone_read: bool,
    /// Zone / DNS / Read.
    pub dns_read: bool,
    /// Zone / DNS / Edit.
    pub dns_edit: bool,
}

impl Token {
    /// The least that publishing needs: Zone / Zone / Read and Zone / DNS / Edit, for all zones.
    pub fn editor(secret: &str) -> Self {
        Self { secret: secret.to_owned(), zones: None, zone_read: true, dns_read: true, dns_edit: true }
    }

    pub(super) fn sees(&self, zone: &str) -> bool {
        self.zones.as_ref().is_none_or(|zones| zones.iter().any(|id| id == zone))
    }

    /// In the words that the listing of zones has for them.
    pub(super) fn permissions(&self) -> Vec<&'static str> {
        let all = [(self.dns_edit, "#dns_records:edit"), (self.dns_read, "#dns_records:read"), (self.zone_read, "#zone:read")];
        all.into_iter().filter(|(has, _)| *has).map(|(_, name)| name).collect()
    }
}

/// A record, in the form of requests and answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its id.
    pub id: String,
    /// Complete name in lower case.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its content, as it was given.
    pub content: String,
    /// Seconds, or 1 for automatic.
    pub ttl: u32,
    /// Whether Cloudflare's proxy stands before it.
    pub proxied: bool,
    /// A note.
    pub comment: Option<String>,
    /// `name:value` pairs; none on a free zone.
    pub tags: Vec<String>,
    /// Of MX, SRV and URI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<u16>,
}

impl Record {
    /// A record without an id, note and tags.
    pub fn new(name: &str, kind: &str, content: &str, ttl: u32) -> Self {
        let [name, kind, content] = [name, kind, content].map(str::to_owned);
        Self { name, kind, content, ttl, ..Self::default() }
    }
}
