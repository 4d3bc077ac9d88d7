//! Zones, record sets and changes: what is stored.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use super::accounts::{Account, Rights};

/// Everything stored.
#[derive(Debug, Default)]
pub struct World {
    pub(super) project: String,
    pub(super) zones: Vec<Zone>,
    pub(super) accounts: BTreeMap<String, Account>,
    /// Access tokens and whose they are.
    pub(super) tokens: HashMap<String, String>,
    pub(super) platform: Option<String>,
    /// Most things on a page; 0: a thousand.
    pub(super) page: usize,
    /// Readings that still see an old world, and that world.
    old: Option<(usize, Vec<Zone>)>,
    ids: u64,
}

impl World {
    pub(super) fn of(project: &str) -> Self {
        Self { project: project.to_owned(), ..Self::default() }
    }

    pub(super) fn new_id(&mut self) -> u64 {
        self.ids += 1;
        self.ids
    }

    /// By name or by id, as paths may call it.
    pub(super) fn zone(&self, name: &str) -> Option<&Zone> {
        self.zones.iter().find(|zone| zone.name == name || zone.id.to_string() == name)
    }

    pub(super) fn zone_mut(&mut self, name: &str) -> Option<&mut Zone> {
        self.zones.iter_mut().find(|zone| zone.name == name || zone.id.to_string() == name)
    }

    pub(super) fn lag(&mut self, requests: usize) {
        self.old = Some((requests, self.zones.clone()));
    }

    /// The sets of a zone as a reading sees them.
    pub(super) fn seen(&mut self, name: &str) -> Option<Vec<RecordSet>> {
        let old = match &mut self.old {
            Some((left, zones)) if *left > 0 => {
                *left -= 1;
                zones.iter().find(|zone| zone.name == name).map(|zone| zone.sets.clone())
            }
            _ => None,
        };
        old.or_else(|| self.zone(name).map(|zone| zone.sets.clone()))
    }

    pub(super) fn add_account(&mut self, email: &str, rights: Rights) -> String {
        let number = self.new_id();
        let account = self.accounts.entry(email.to_owned()).or_insert_with(|| Account::new(number));
        account.rights = rights;
        account.key_file(email, &self.project)
    }
}

/// A managed zone.
#[derive(Clone, Debug)]
pub struct Zone {
    /// Its number.
    pub id: u64,
    /// Its name in the project.
    pub name: String,
    /// The apex, with its last dot.
    pub dns_name: String,
    /// For people.
    pub description: String,
    /// `public` or `private`.
    pub visibility: String,
    /// Its record sets.
    pub sets: Vec<RecordSet>,
    /// What was changed, in the form of answers.
    pub(super) changes: Vec<Value>,
}

impl Zone {
    /// A public one, with SOA and NS at the apex.
    pub fn new(id: u64, name: &str, apex: &str) -> Self {
        let dns_name = format!("{}.", apex.trim_end_matches('.'));
        let set = |kind: &str, ttl, rrdatas: &[&str]| RecordSet {
            name: dns_name.clone(),
            kind: kind.to_owned(),
            ttl,
            rrdatas: rrdatas.iter().map(|data| (*data).to_owned()).collect(),
            routing_policy: None,
        };
        let soa = "ns-cloud-a1.googledomains.com. cloud-dns-hostmaster.google.com. 1 21600 3600 259200 300";
        let sets = vec![set("NS", 21600, &["ns-cloud-a1.googledomains.com."]), set("SOA", 21600, &[soa])];
        let (name, visibility, description) = (name.to_owned(), "public".to_owned(), String::new());
        Self { id, name, dns_name, description, visibility, sets, changes: vec![] }
    }

    /// The same, seen only by networks.
    #[must_use]
    pub fn private(self) -> Self {
        Self { visibility: "private".to_owned(), ..self }
    }

    pub(super) fn json(&self) -> Value {
        json!({
            "kind": "dns#managedZone",
            "id": self.id.to_string(),
            "name": self.name,
            "dnsName": self.dns_name,
            "description": self.description,
            "nameServers": ["ns-cloud-a1.googledomains.com.", "ns-cloud-a2.googledomains.com."],
            "creationTime": "2026-11-22T06:00:00.000Z",
            "visibility": self.visibility,
            "cloudLoggingConfig": {"kind": "dns#managedZoneCloudLoggingConfig"},
        })
    }
}

/// A record set, in the form of requests and answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordSet {
    /// Fully qualified, with its last dot.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Seconds; a number or, as every integer in Google's JSON, its digits as a text.
    #[serde(deserialize_with = "number")]
    pub ttl: u32,
    /// Data in the presentation format.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rrdatas: Vec<String>,
    /// Instead of data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routing_policy: Option<Value>,
}

impl RecordSet {
    pub(super) fn json(&self) -> Value {
        let mut json = json!(self);
        json["kind"] = json!("dns#resourceRecordSet");
        if self.routing_policy.is_none() {
            json["signatureRrdatas"] = json!([]);
        }
        json
    }
}

fn number<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(u32),
        Text(String),
    }
    match Either::deserialize(from)? {
        Either::Number(number) => Ok(number),
        Either::Text(text) => text.parse().map_err(serde::de::Error::custom),
    }
}
