//! A small language for worlds to plan in: what stands, what the marker says, what is wanted.

use std::collections::{BTreeMap, BTreeSet};

use mail_records::marker::{Marker, Slot};

use super::super::*;
use crate::{
    dns::{RecordSet, Ttl},
    provider::{Atomicity, Limits, ZoneLookup},
};

/// Our owner string; no name in it is one of the product's.
pub(super) const ME: &str = "cluster-a/mail/shop";
pub(super) const MY_UID: &str = "uid-1";
pub(super) const DOMAIN: &str = "example.com";
pub(super) const SPF: &str = "v=spf1 ip4:192.0.2.1 -all";
pub(super) const OTHER_SPF: &str = "v=spf1 include:old.example -all";
pub(super) const DMARC: &str = "v=DMARC1; p=reject";
pub(super) const JUNK: &str = "google-site-verification=abc";

pub(super) fn name(text: &str) -> Name {
    text.parse().unwrap()
}

pub(super) fn slot(text: &str) -> Slot {
    text.parse().unwrap()
}

pub(super) fn slots(list: &str) -> BTreeSet<Slot> {
    list.split_whitespace().map(slot).collect()
}

/// A value as a zone file has it, short: `TXT text`, `CNAME target`, `A address` ...
pub(super) fn value(text: &str) -> Value {
    let (kind, rest) = text.split_once(' ').unwrap();
    match kind {
        "TXT" => Value::text(rest),
        "CNAME" => Value::Cname(name(rest)),
        "A" => Value::A(rest.parse().unwrap()),
        "AAAA" => Value::Aaaa(rest.parse().unwrap()),
        "MX" => Value::Mx(10, Some(name(rest))),
        other => panic!("no such type here: {other}"),
    }
}

/// A wanted value of a slot; the slot decides name and role, but for a selector's CNAME.
pub(super) fn wanted(slot_name: &str, text: &str) -> Wanted {
    let slot = slot(slot_name);
    let place = slots::place(&slot, &name(DOMAIN)).unwrap();
    let value = value(text);
    let role = match (place.role, &value) {
        (Role::DkimKey, Value::Cname(_)) => Role::DkimCname,
        (role, _) => role,
    };
    Wanted { slot, role, name: place.name, value, ttl: 3600, hold: None }
}

pub(super) const CHANGE_SET: Limits =
    Limits { min_ttl: 60, max_ttl: 86_400, max_txt_octets: 2048, atomicity: Atomicity::ChangeSet, publishes: true };

/// Everything an `Input` borrows. The default is an empty zone `example.com` and nothing wanted.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) me: Identity,
    pub(super) wanted: Vec<Wanted>,
    pub(super) keep: BTreeSet<Slot>,
    pub(super) prune: bool,
    pub(super) observed: Snapshot,
    pub(super) zones: Vec<Name>,
    pub(super) cuts: Vec<Name>,
    pub(super) hidden: BTreeMap<Name, HiddenWildcard>,
    pub(super) takeover: Takeover,
    pub(super) handover_from: Option<&'static str>,
    pub(super) contested: BTreeSet<Slot>,
    pub(super) limits: Limits,
}

impl World {
    pub(super) fn new() -> Self {
        Self {
            me: Identity { owner: ME.to_owned(), uid: MY_UID.to_owned() },
            wanted: vec![],
            keep: BTreeSet::new(),
            prune: true,
            observed: Snapshot::default(),
            zones: vec![name(DOMAIN)],
            cuts: vec![],
            hidden: BTreeMap::new(),
            takeover: Takeover::default(),
            handover_from: None,
            contested: BTreeSet::new(),
            limits: CHANGE_SET,
        }
    }

    pub(super) fn want(mut self, slot: &str, text: &str) -> Self {
        self.wanted.push(wanted(slot, text));
        self
    }

    /// Puts a value beside those that stand there.
    pub(super) fn there(self, at: &str, text: &str) -> Self {
        self.there_for(3600, at, text)
    }

    pub(super) fn there_for(mut self, ttl: Ttl, at: &str, text: &str) -> Self {
        let value = value(text);
        let mut values = self.values(at, value.kind());
        values.push(value.clone());
        self.observed.insert(RecordSet::new(name(at), value.kind(), ttl, values));
        self
    }

    /// Our marker with these slots.
    pub(super) fn ours(self, has: &str) -> Self {
        self.marker(ME, MY_UID, has, "")
    }

    pub(super) fn marker(self, owner: &str, uid: &str, has: &str, took: &str) -> Self {
        let mut marker = Marker::new(owner, uid).unwrap();
        (marker.has, marker.took) = (slots(has), slots(took));
        self.there("_mailward.example.com", &format!("TXT {marker}"))
    }

    pub(super) fn adopt(mut self) -> Self {
        self.takeover.adopt = true;
        self
    }

    pub(super) fn hold(mut self) -> Self {
        let hold = Hold { reason: "DMARCHeld", message: "SPF is not verified yet.".to_owned() };
        self.wanted.last_mut().unwrap().hold = Some(hold);
        self
    }

    pub(super) fn hides(mut self, at: &str) -> Self {
        let hidden = HiddenWildcard { node: name(DOMAIN), wildcard: name("*.com"), types: vec!["MX".to_owned()] };
        self.hidden.insert(name(at), hidden);
        self
    }

    pub(super) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    pub(super) fn values(&self, at: &str, kind: RecordType) -> Vec<Value> {
        self.observed.get(&name(at), kind).map(|set| set.values.clone()).unwrap_or_default()
    }

    pub(super) fn texts(&self, at: &str) -> Vec<String> {
        self.values(at, RecordType::Txt).iter().filter_map(Value::as_text).collect()
    }

    pub(super) fn plan(&self) -> Plan {
        let domain = name(DOMAIN);
        let marker = read_marker(&domain, &self.observed);
        let names = names_of_interest(&domain, &self.wanted, marker.as_ref());
        let zones = names.iter().map(|name| (name.clone(), self.zone_of(name))).collect();
        compute(&Input {
            me: &self.me,
            domain: &domain,
            wanted: &self.wanted,
            keep: &self.keep,
            prune: self.prune,
            observed: &self.observed,
            zones: &zones,
            hidden: &self.hidden,
            takeover: &self.takeover,
            handover_from: self.handover_from,
            contested: &self.contested,
            marker_ttl: 300,
            limits: self.limits,
        })
    }

    fn zone_of(&self, name: &Name) -> ZoneLookup {
        if let Some(cut) = self.cuts.iter().find(|cut| name.is_at_or_below(cut)) {
            return ZoneLookup::Delegated { cut: cut.clone() };
        }
        let holding = self.zones.iter().filter(|zone| name.is_at_or_below(zone));
        let longest = holding.max_by_key(|zone| zone.as_str().len()).cloned();
        longest.map_or(ZoneLookup::NotFound, |name| ZoneLookup::Found(Zone { id: name.to_string(), name }))
    }

    /// The outcome of a slot's first line, as text for short comparisons.
    pub(super) fn outcome(&self, of: &str) -> String {
        outcome(&self.plan(), of)
    }
}

pub(super) fn outcome(plan: &Plan, of: &str) -> String {
    match &plan.item(&slot(of)).unwrap_or_else(|| panic!("no line about {of} in\n{plan}")).outcome {
        Outcome::Unchanged => "Unchanged".to_owned(),
        Outcome::Create => "Create".to_owned(),
        Outcome::Replace { was } => format!("Replace {was}"),
        Outcome::Delete { was } => format!("Delete {was}"),
        Outcome::Kept { reason } => format!("Kept {reason}"),
        Outcome::Conflict { reason } => format!("Conflict {reason}"),
        Outcome::Held { reason } => format!("Held {reason}"),
    }
}
