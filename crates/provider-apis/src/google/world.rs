//! Zones, record sets, changes, accounts and tokens: what is stored.

use std::collections::{BTreeMap, HashMap};

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair, KeySize},
    signature::KeyPair as _,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

/// Everything stored.
#[derive(Debug, Default)]
pub(super) struct World {
    pub project: String,
    pub zones: Vec<Zone>,
    pub accounts: BTreeMap<String, Account>,
    /// Access tokens and whose they are.
    pub tokens: HashMap<String, String>,
    pub platform: Option<String>,
    /// Most things on a page; 0: a thousand.
    pub page: usize,
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
        let file = json!({
            "type": "service_account",
            "project_id": self.project,
            "private_key_id": account.key_id,
            "private_key": account.pem,
            "client_email": email,
            "client_id": "105",
            "auth_uri": "https://accounts.google.com/o/oauth2/auth",
            "token_uri": "https://oauth2.googleapis.com/token",
            "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
            "universe_domain": "googleapis.com",
        });
        file.to_string()
    }
}

/// A service account and its one key.
#[derive(Debug)]
pub(super) struct Account {
    pub key_id: String,
    pub rights: Rights,
    pub disabled: bool,
    pub public_key: Vec<u8>,
    pem: String,
}

impl Account {
    fn new(number: u64) -> Self {
        let (pem, public_key) = key_pair();
        Self { key_id: format!("{number:040x}"), rights: Rights::default(), disabled: false, public_key, pem }
    }
}

/// An RSA key as PKCS#8 in PEM, and its public half as PKCS#1.
fn key_pair() -> (String, Vec<u8>) {
    let Ok(pair) = KeyPair::generate(KeySize::Rsa2048) else { return Default::default() };
    let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).map(|der| der.as_ref().to_vec()).unwrap_or_default();
    let lines: Vec<String> =
        STANDARD.encode(der).as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"));
    (pem, pair.public_key().as_ref().to_vec())
}

/// What a service account may do, by permissions of IAM.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rights {
    /// `dns.managedZones.list`, `dns.managedZones.get`.
    pub zones: bool,
    /// `dns.managedZones.create`, `dns.managedZones.delete`.
    pub make_zones: bool,
    /// `dns.resourceRecordSets.list`, `dns.changes.list`, `dns.changes.get`.
    pub read: bool,
    /// `dns.changes.create`, and to create, update and delete `dns.resourceRecordSets`.
    pub write: bool,
}

impl Rights {
    /// The role `roles/dns.admin`.
    pub fn admin() -> Self {
        Self { zones: true, make_zones: true, read: true, write: true }
    }

    /// The role `roles/dns.reader`.
    pub fn reader() -> Self {
        Self { zones: true, make_zones: false, read: true, write: false }
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
