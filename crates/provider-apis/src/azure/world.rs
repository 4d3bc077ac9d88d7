//! Zones and record sets: what is stored.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

use super::apps::App;

/// Everything stored.
#[derive(Debug, Default)]
pub struct World {
    pub(super) tenant: String,
    pub(super) subscription: String,
    pub(super) zones: Vec<Zone>,
    /// Resource groups in which nothing may change.
    pub(super) locks: Vec<String>,
    pub(super) apps: Vec<App>,
    /// Access tokens and whose they are.
    pub(super) tokens: HashMap<String, String>,
    pub(super) page: Option<usize>,
    pub(super) unlimited: bool,
    pub(super) next_page_host: Option<String>,
    /// Readings that still see an old world, and that world.
    old: Option<(usize, Vec<Zone>)>,
    ids: u64,
}

impl World {
    pub(super) fn of(tenant: &str, subscription: &str) -> Self {
        Self { tenant: tenant.to_owned(), subscription: subscription.to_owned(), ..Self::default() }
    }

    pub(super) fn new_id(&mut self) -> u64 {
        self.ids += 1;
        self.ids
    }

    pub(super) fn new_etag(&mut self) -> String {
        format!("00000000-0000-0000-0000-{:012x}", self.new_id())
    }

    pub(super) fn named(&self, name: &str) -> Option<&Zone> {
        self.zones.iter().find(|zone| zone.name.eq_ignore_ascii_case(name))
    }

    /// Names of groups and zones are told apart without regard to case.
    pub(super) fn zone_mut(&mut self, group: &str, name: &str) -> Option<&mut Zone> {
        let fits = |zone: &&mut Zone| zone.group.eq_ignore_ascii_case(group) && zone.name.eq_ignore_ascii_case(name);
        self.zones.iter_mut().find(fits)
    }

    pub(super) fn edit(&mut self, zone: &str, work: impl FnOnce(&mut Vec<RecordSet>)) {
        let Some(at) = self.zones.iter().position(|known| known.name == zone) else { return };
        let before = self.zones[at].sets.clone();
        work(&mut self.zones[at].sets);
        for index in 0..self.zones[at].sets.len() {
            if !before.contains(&self.zones[at].sets[index]) {
                self.zones[at].sets[index].etag = self.new_etag();
            }
        }
    }

    pub(super) fn lag(&mut self, requests: usize) {
        self.old = Some((requests, self.zones.clone()));
    }

    /// The zone as a reading sees it.
    pub(super) fn seen(&mut self, group: &str, name: &str) -> Option<Zone> {
        let fits = |zone: &&Zone| zone.group.eq_ignore_ascii_case(group) && zone.name.eq_ignore_ascii_case(name);
        let old = match &mut self.old {
            Some((left, zones)) if *left > 0 => {
                *left -= 1;
                zones.iter().find(fits).cloned()
            }
            _ => None,
        };
        old.or_else(|| self.zones.iter().find(fits).cloned())
    }
}

/// A zone.
#[derive(Clone, Debug)]
pub struct Zone {
    /// Its resource group.
    pub group: String,
    /// Its name, which is the apex.
    pub name: String,
    /// `Public` or `Private`.
    pub kind: String,
    /// Its record sets.
    pub sets: Vec<RecordSet>,
}

impl Zone {
    /// A public one, with SOA and NS at the apex.
    pub fn new(group: &str, name: &str) -> Self {
        let apex = |kind: &str, records: Vec<Value>| RecordSet {
            etag: format!("00000000-0000-0000-{kind}"),
            ttl: 172_800,
            ..RecordSet::new(kind, "@", records)
        };
        let soa = json!({"host": "ns1-01.azure-dns.com.", "email": "azuredns-hostmaster.microsoft.com", "serialNumber": 1,
            "refreshTime": 3600, "retryTime": 300, "expireTime": 2_419_200, "minimumTTL": 300});
        let sets = vec![apex("NS", vec![json!({"nsdname": "ns1-01.azure-dns.com."})]), apex("SOA", vec![soa])];
        Self { group: group.to_owned(), name: name.to_owned(), kind: "Public".to_owned(), sets }
    }

    /// The same, seen only by networks.
    #[must_use]
    pub fn private(self) -> Self {
        Self { kind: "Private".to_owned(), ..self }
    }

    /// Its address, as answers write it.
    pub(super) fn id(&self, subscription: &str) -> String {
        let Self { group, name, .. } = self;
        format!("/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/dnszones/{name}")
    }

    pub(super) fn json(&self, subscription: &str) -> Value {
        json!({
            "id": self.id(subscription),
            "name": self.name,
            "type": "Microsoft.Network/dnszones",
            "etag": "00000002-0000-0000-0000-000000000000",
            "location": "global",
            "tags": {},
            "properties": {
                "maxNumberOfRecordSets": 10_000,
                "maxNumberOfRecordsPerRecordSet": null,
                "numberOfRecordSets": self.sets.len(),
                "nameServers": ["ns1-01.azure-dns.com.", "ns2-01.azure-dns.net."],
                "zoneType": self.kind,
            },
        })
    }
}

/// A record set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordSet {
    /// `TXT`, `CNAME` ...
    pub kind: String,
    /// Within the zone; `@` is the zone.
    pub name: String,
    /// Another one after each change.
    pub etag: String,
    /// Seconds.
    pub ttl: u32,
    /// What people noted.
    pub metadata: BTreeMap<String, String>,
    /// The resource that it stands for.
    pub target: Option<String>,
    /// Its records, in the form of answers.
    pub records: Vec<Value>,
}

/// The property in which the records of a type are, and whether there is one of them only.
pub(super) fn property(kind: &str) -> (String, bool) {
    match kind {
        "CNAME" | "SOA" => (format!("{kind}Record"), true),
        "CAA" => ("caaRecords".to_owned(), false),
        _ => (format!("{kind}Records"), false),
    }
}

impl RecordSet {
    /// One without an etag yet.
    pub fn new(kind: &str, name: &str, records: Vec<Value>) -> Self {
        Self { kind: kind.to_owned(), name: name.to_owned(), ttl: 3600, records, ..Self::default() }
    }

    pub(super) fn json(&self, zone: &Zone, subscription: &str) -> Value {
        let fqdn = if self.name == "@" { format!("{}.", zone.name) } else { format!("{}.{}.", self.name, zone.name) };
        let mut properties = Map::from_iter([
            ("TTL".to_owned(), json!(self.ttl)),
            ("fqdn".to_owned(), json!(fqdn)),
            ("provisioningState".to_owned(), json!("Succeeded")),
            ("targetResource".to_owned(), self.target.as_ref().map_or(json!({}), |id| json!({"id": id}))),
        ]);
        if !self.metadata.is_empty() {
            properties.insert("metadata".to_owned(), json!(self.metadata));
        }
        match property(&self.kind) {
            (key, true) => properties.extend(self.records.first().map(|record| (key, record.clone()))),
            (key, false) => properties.extend([(key, json!(self.records))]),
        }
        json!({
            "id": format!("{}/{}/{}", zone.id(subscription), self.kind, self.name),
            "name": self.name,
            "type": format!("Microsoft.Network/dnszones/{}", self.kind),
            "etag": self.etag,
            "properties": properties,
        })
    }
}
