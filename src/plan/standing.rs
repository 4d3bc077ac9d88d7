//! Who holds the domain: what the marker says, and whether we may write at all.

use std::collections::BTreeSet;

use mail_records::marker::{Marker, Slot};

use super::{
    Input, claim, marker_name,
    order::Step,
    ruling::Edit,
    sentence::{hides, quote},
};
use crate::dns::{Name, RecordType, Value, Zone};

/// How every text of ours at the marker's name begins.
const HERITAGE: &str = "heritage=mailward";

/// Why nothing at all is written for the domain.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) reason: &'static str,
    pub(super) why: String,
    /// The marker that stays.
    pub(super) marker: Option<Box<Marker>>,
}

/// The domain is ours, or free.
#[derive(Debug)]
pub(super) struct Holding<'a> {
    pub(super) name: Name,
    pub(super) zone: &'a Zone,
    /// The markers that stand there: none, ours, or those that may be replaced.
    found: Vec<(&'a Value, Marker)>,
    /// The slots that are ours.
    pub(super) has: BTreeSet<Slot>,
    /// The slots that were taken over once.
    pub(super) took: BTreeSet<Slot>,
    /// The marker after this plan, still without slots.
    blank: Marker,
}

/// Reads the marker and decides whether the domain is ours to write.
pub(super) fn read<'a>(input: &Input<'a>) -> Result<Holding<'a>, Refusal> {
    let name = marker_name(input.domain).map_err(|error| refuse("ZoneNotFound", error.to_string()))?;
    let zone = claim::zone(input, &name).map_err(|(reason, why)| refuse(reason, why))?;
    let found = markers(input, &name)?;
    if let Some((_, other)) = found.iter().find(|(_, marker)| !may_hold(input, marker)) {
        return Err(Refusal { marker: Some(Box::new(other.clone())), ..owned_by_other(input, &name, other.owner()) });
    }
    if found.is_empty() {
        check_room(input, &name)?;
    }
    let blank = Marker::new(&input.me.owner, &input.me.uid).map_err(|error| refuse("MarkerInvalid", error.to_string()))?;
    let slots = |pick: fn(&Marker) -> &BTreeSet<Slot>| found.iter().flat_map(|(_, marker)| pick(marker)).cloned().collect();
    Ok(Holding { has: slots(|marker| &marker.has), took: slots(|marker| &marker.took), name, zone, found, blank })
}

fn refuse(reason: &'static str, why: String) -> Refusal {
    Refusal { reason, why, marker: None }
}

fn owned_by_other(input: &Input<'_>, name: &Name, owner: &str) -> Refusal {
    let why = format!(
        "the marker at {name} says that {} belongs to \"{owner}\"; let that one go first, or set `takeOverFrom: {owner}` to take the domain",
        input.domain
    );
    refuse("OwnedByOther", why)
}

/// Every marker at the name. One that looks like ours and cannot be read may be a later release's: hands off.
fn markers<'a>(input: &Input<'a>, name: &Name) -> Result<Vec<(&'a Value, Marker)>, Refusal> {
    let values = input.observed.get(name, RecordType::Txt).map_or(&[][..], |set| &set.values);
    let texts = values.iter().filter_map(|value| value.as_text().map(|text| (value, text)));
    let ours = texts.filter(|(_, text)| text.trim_start().starts_with(HERITAGE));
    ours.map(|(value, text)| match text.parse() {
        Ok(marker) => Ok((value, marker)),
        Err(error) => Err(refuse(
            "MarkerUnreadable",
            format!("the marker {} at {name} cannot be read ({error}); repair it, or remove it to start anew", quote(value)),
        )),
    })
    .collect()
}

/// Whether we may write under this marker. The UID is not compared: the same owner string is the same object, made anew.
fn may_hold(input: &Input<'_>, marker: &Marker) -> bool {
    let owner = marker.owner();
    let allowed = [Some(input.me.owner.as_str()), input.takeover.from.as_deref(), input.handover_from];
    allowed.contains(&Some(owner))
}

/// A first marker must not sit beside an alias (DNS-R2) nor hide a wildcard (DNS-R3).
fn check_room(input: &Input<'_>, name: &Name) -> Result<(), Refusal> {
    if let Some(alias) = input.observed.get(name, RecordType::Cname) {
        let target = alias.values.first().map(quote).unwrap_or_default();
        let why = format!("DNS-R2: the marker cannot stand beside the CNAME {target} at {name}; remove that first");
        return Err(refuse("CNAMEClash", why));
    }
    match input.hidden.get(name) {
        Some(hidden) if claim::at(input.observed, name).next().is_none() => {
            Err(refuse("HidesWildcard", format!("the marker at {name} has to come first, and {}", hides(hidden))))
        }
        _ => Ok(()),
    }
}

impl Holding<'_> {
    /// Whether this is the very object that wrote the marker. A finalizer whose UID is not in it deletes nothing.
    pub(super) fn is_same_object(&self) -> bool {
        self.found.iter().all(|(_, marker)| marker.uid() == self.blank.uid())
    }

    /// The marker that stands now.
    pub(super) fn current(&self) -> Option<Marker> {
        self.found.first().map(|(_, marker)| marker.clone())
    }

    /// The marker with these slots.
    pub(super) fn with(&self, has: BTreeSet<Slot>, took: BTreeSet<Slot>) -> Marker {
        let mut marker = self.blank.clone();
        (marker.has, marker.took) = (has, took);
        marker
    }

    /// Whether going to `next` adds something that has to be said before it is done.
    pub(super) fn gains(&self, next: &Marker) -> bool {
        let same_holder = self.current().is_some_and(|now| now.owner() == next.owner() && now.uid() == next.uid());
        !same_holder || !next.has.is_subset(&self.has) || next.took != self.took
    }

    /// The edit that leads to `next`, if one is needed.
    pub(super) fn edit(&self, input: &Input<'_>, next: Option<&Marker>) -> Option<Edit> {
        let stands: Vec<_> = self.found.iter().map(|(_, marker)| marker).collect();
        if stands == next.into_iter().collect::<Vec<_>>() {
            return None;
        }
        let set = input.observed.get(&self.name, RecordType::Txt);
        let shared = set.filter(|set| set.values.len() > self.found.len());
        Some(Edit {
            zone: self.zone.clone(),
            name: self.name.clone(),
            kind: RecordType::Txt,
            remove: self.found.iter().map(|(value, _)| (*value).clone()).collect(),
            add: next.map(|marker| Value::text(&marker.to_string())).into_iter().collect(),
            ttl: shared.map_or_else(|| input.clamp(input.marker_ttl), |set| set.ttl),
            step: Step::marker(next.is_some_and(|next| self.gains(next))),
        })
    }
}
