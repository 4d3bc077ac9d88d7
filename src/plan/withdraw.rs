//! What happens at a slot that is ours and wanted no more.
//!
//! The marker says which slot, not which value, so a deletion takes what competes at the slot's name, and only where
//! there is no doubt: two values at a name that can have one are a Conflict and both stay. Foreign values beside it
//! (a verification string at the apex, junk at `_dmarc`) survive.
//!
//! | slot                                  | outcome                                       |
//! |---------------------------------------|-----------------------------------------------|
//! | made by a later release               | Kept `UnknownSlot`                            |
//! | in `keep`                             | Kept `Retained`                               |
//! | input incomplete (`prune` is false)   | Kept `InputIncomplete` (P6)                   |
//! | marker has another UID, nothing wanted| Kept `OtherObject`                            |
//! | no zone, or a zone cut                | Conflict `ZoneNotFound`, `DelegatedElsewhere` |
//! | nothing there                         | Unchanged; the slot leaves the marker         |
//! | contested                             | Conflict `Contested`: the value is not ours   |
//! | two values, one role                  | Conflict `TwoValues`                          |
//! | else                                  | Delete                                        |

use mail_records::marker::Slot;

use super::{
    Input, Item, Outcome,
    claim::{self, Sighting},
    order::Step,
    ruling::{Edit, Listing, Ruling, Subject},
    sentence::At,
    slots::{Place, place},
    standing::Holding,
};
use crate::dns::{RecordType, Value, Zone};

/// Decides one slot that the marker lists and nobody wants.
pub(super) fn withdraw(input: &Input<'_>, holding: &Holding<'_>, slot: &Slot) -> Ruling {
    let Some(place) = place(slot, input.domain) else {
        let subject = Subject { slot, name: input.domain, kind: RecordType::Txt };
        let why = format!("this release does not know what the marker lists as {slot}");
        return kept(subject, &[], "UnknownSlot", &why);
    };
    let sighting = Sighting::new(input.observed, &place.name, place.role);
    let there = sighting.held();
    let subject = Subject { slot, name: &place.name, kind: place.role.kind() };
    if let Some((reason, why)) = obstacle(input, holding, slot) {
        return kept(subject, &there, reason, why);
    }
    match claim::zone(input, &place.name) {
        Ok(zone) => remove(input, subject, &place, &sighting, zone),
        Err((reason, why)) => subject.conflict(&there, reason, |at| at.refused(&why)),
    }
}

fn kept(subject: Subject<'_>, there: &[&Value], reason: &'static str, why: &str) -> Ruling {
    subject.leave(there, &Outcome::Kept { reason }, |at| at.kept(why))
}

/// Why nothing of ours may be deleted now.
fn obstacle(input: &Input<'_>, holding: &Holding<'_>, slot: &Slot) -> Option<(&'static str, &'static str)> {
    if input.keep.contains(slot) {
        Some(("Retained", "it has to wait, or is retained"))
    } else if !input.prune {
        Some(("InputIncomplete", "nothing is deleted while an input is missing or failed"))
    } else if !may_delete(input, holding) {
        Some(("OtherObject", "the marker carries the UID of another object, and only that one may delete"))
    } else {
        None
    }
}

/// An object made anew may prune what its spec leaves out; a finalizer of an object that is not in the marker may not.
pub(super) fn may_delete(input: &Input<'_>, holding: &Holding<'_>) -> bool {
    input.prune && (holding.is_same_object() || !input.wanted.is_empty())
}

fn remove(input: &Input<'_>, subject: Subject<'_>, place: &Place, sighting: &Sighting<'_>, zone: &Zone) -> Ruling {
    let there = sighting.held();
    if there.is_empty() {
        let at = At { name: subject.name, kind: subject.kind };
        return dropped(subject, vec![subject.bare_item(Outcome::Unchanged, at.gone())], vec![]);
    }
    if input.contested.contains(subject.slot) {
        return subject.conflict(&there, "Contested", |at| at.contested(&there, None));
    }
    if there.len() > 1 && !place.role.is_multiple() {
        return subject.conflict(&there, "TwoValues", |at| at.two_values(place.role, &there, None));
    }
    let items = there.iter().map(|value| subject.delete_item(value)).collect();
    let edits = there.iter().map(|value| delete(sighting, place, zone, value)).collect();
    dropped(subject, items, edits)
}

fn delete(sighting: &Sighting<'_>, place: &Place, zone: &Zone, value: &Value) -> Edit {
    Edit {
        zone: zone.clone(),
        name: place.name.clone(),
        kind: value.kind(),
        remove: vec![value.clone()],
        add: vec![],
        ttl: sighting.set(value.kind()).map_or(0, |set| set.ttl),
        step: Step::delete(place.role),
    }
}

fn dropped(subject: Subject<'_>, items: Vec<Item>, edits: Vec<Edit>) -> Ruling {
    Ruling { slot: subject.slot.clone(), items, edits, listing: Listing::Dropped }
}
