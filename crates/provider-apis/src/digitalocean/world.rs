//! Domains, records and tokens: what is stored, and what is refused.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Everything stored.
#[derive(Debug, Default)]
pub struct World {
    pub(super) domains: BTreeMap<String, Vec<Record>>,
    pub(super) tokens: Vec<Token>,
    /// Listings that still see an old world, and that world.
    old: Option<(usize, BTreeMap<String, Vec<Record>>)>,
    ids: u64,
}

impl World {
    pub(super) fn new_id(&mut self) -> u64 {
        self.ids += 1;
        28_000_000 + self.ids
    }

    pub(super) fn lag(&mut self, listings: usize) {
        self.old = Some((listings, self.domains.clone()));
    }

    /// The records of a domain as a listing sees them.
    pub(super) fn seen(&mut self, domain: &str) -> Option<Vec<Record>> {
        let old = match &mut self.old {
            Some((left, domains)) if *left > 0 => {
                *left -= 1;
                domains.get(domain).cloned()
            }
            _ => None,
        };
        old.or_else(|| self.domains.get(domain).cloned())
    }
}

/// What an access token may do.
#[derive(Clone, Debug)]
pub struct Token {
    /// The token itself.
    pub secret: String,
    /// `domain:read`.
    pub read: bool,
    /// `domain:create`, `domain:update` and `domain:delete`.
    pub write: bool,
}

impl Token {
    /// One with all scopes of domains.
    pub fn editor(secret: &str) -> Self {
        Self { secret: secret.to_owned(), read: true, write: true }
    }
}

/// A record, in the form of answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its id.
    pub id: u64,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Within the domain; `@` is the domain.
    pub name: String,
    /// Its value.
    pub data: String,
    /// Of MX and SRV.
    pub priority: Option<u16>,
    /// Of SRV.
    pub port: Option<u16>,
    /// Seconds.
    pub ttl: u32,
    /// Of SRV.
    pub weight: Option<u16>,
    /// Of CAA.
    pub flags: Option<u8>,
    /// Of CAA.
    pub tag: Option<String>,
}

/// What a request says of a record.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Given {
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub name: Option<String>,
    pub data: Option<String>,
    pub ttl: Option<u32>,
    pub priority: Option<u16>,
}

impl Given {
    /// The record with what is given in it, stored form, or why not.
    pub(super) fn onto(self, domain: &str, base: Record) -> Result<Record, String> {
        let target = self.data.is_some();
        let mut record = Record {
            kind: self.kind.unwrap_or(base.kind),
            name: self.name.unwrap_or(base.name),
            data: self.data.unwrap_or(base.data),
            ttl: self.ttl.unwrap_or(base.ttl),
            priority: self.priority.or(base.priority),
            ..base
        };
        if target && ["CNAME", "MX", "NS"].contains(&record.kind.as_str()) {
            record.data = stored_target(domain, &record.data)?;
        }
        Ok(record)
    }
}

/// A target ends in a dot, or is the domain itself.
fn stored_target(domain: &str, data: &str) -> Result<String, String> {
    match data.strip_suffix('.') {
        _ if data == "@" => Ok("@".to_owned()),
        Some(target) if target == domain => Ok("@".to_owned()),
        Some(target) => Ok(target.to_owned()),
        None => Err("Data needs to end with a dot (.)".to_owned()),
    }
}

/// Checks a record against the others of its domain, itself left out.
pub(super) fn check(others: &[Record], record: &Record) -> Result<(), String> {
    let kinds = ["A", "AAAA", "CAA", "CNAME", "MX", "NS", "SRV", "TXT"];
    if !kinds.contains(&record.kind.as_str()) {
        return Err(format!("Type {} is not supported", record.kind));
    }
    if record.ttl < 30 {
        return Err("TTL must be at least 30 seconds".to_owned());
    }
    let same_name = || others.iter().filter(|other| other.name == record.name);
    if record.kind == "CNAME" && same_name().next().is_some() || same_name().any(|other| other.kind == "CNAME") {
        return Err("CNAME records cannot share a name with other records".to_owned());
    }
    match record.kind.as_str() {
        "A" if record.data.parse::<std::net::Ipv4Addr>().is_err() => {
            Err("IP address did not match IPv4 format (e.g. 127.0.0.1).".to_owned())
        }
        "AAAA" if record.data.parse::<std::net::Ipv6Addr>().is_err() => Err("IP address did not match IPv6 format.".to_owned()),
        "TXT" if record.data.len() > 512 => Err("Data is too long".to_owned()),
        _ if record.data.is_empty() => Err("Data can't be blank".to_owned()),
        _ => Ok(()),
    }
}
