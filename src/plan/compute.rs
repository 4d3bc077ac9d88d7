//! From input to plan.

use std::collections::BTreeSet;

use mail_records::marker::{Marker, Slot};

use super::{
    Input, Item, Outcome, Plan,
    changes::arrange,
    claim::{Claim, group},
    decide::decide,
    ruling::{Listing, Ruling},
    standing::{self, Holding, Refusal},
    withdraw::{may_delete, withdraw},
};
use crate::provider::Atomicity;

/// Makes the plan. The same input gives the same plan, and a plan that was applied leaves nothing to do; only where
/// values came and went in zones or with a provider that cannot do both in one act, the next plan drops what went
/// from the marker.
pub fn compute(input: &Input<'_>) -> Plan {
    let claims = group(input.wanted);
    match standing::read(input) {
        Ok(holding) => plan(input, &holding, &claims),
        Err(refusal) => refused(refusal, &claims),
    }
}

/// Lines 1 to 3 of the table: nothing is written, and each wanted record says why.
fn refused(refusal: Refusal, claims: &[Claim<'_>]) -> Plan {
    let Refusal { reason, why, marker } = refusal;
    let items = claims.iter().flat_map(|claim| claim.subject().conflict(&claim.values, reason, |at| at.refused(&why)).items);
    Plan { items: sorted(items.collect()), changes: vec![], marker: marker.map(|marker| *marker) }
}

fn plan(input: &Input<'_>, holding: &Holding<'_>, claims: &[Claim<'_>]) -> Plan {
    let wanted: BTreeSet<_> = claims.iter().map(|claim| claim.slot).collect();
    let unwanted = holding.has.iter().filter(|slot| !wanted.contains(slot));
    let decided = claims.iter().map(|claim| decide(input, holding, claim));
    let rulings: Vec<_> = decided.chain(unwanted.map(|slot| withdraw(input, holding, slot))).collect();
    let marker = next_marker(input, holding, &rulings);
    let marker_edit = holding.edit(input, marker.as_ref());
    let (items, edits): (Vec<_>, Vec<_>) = rulings.into_iter().map(|ruling| (ruling.items, ruling.edits)).unzip();
    let edits = marker_edit.into_iter().chain(edits.into_iter().flatten()).collect();
    Plan { items: sorted(items.into_iter().flatten().collect()), changes: arrange(edits, input.observed), marker }
}

fn sorted(mut items: Vec<Item>) -> Vec<Item> {
    items.sort_by(|a, b| {
        (&a.slot, &a.name, a.kind, &a.value, &a.sentence).cmp(&(&b.slot, &b.name, b.kind, &b.value, &b.sentence))
    });
    items
}

/// The marker after this plan.
fn next_marker(input: &Input<'_>, holding: &Holding<'_>, rulings: &[Ruling]) -> Option<Marker> {
    if input.wanted.is_empty() && !holding.is_same_object() {
        return holding.current();
    }
    let mut next = holding.with(holding.has.clone(), holding.took.clone());
    for ruling in rulings {
        relist(&mut next, ruling);
    }
    if next.has.is_empty() && stays_away(input, holding) {
        return None;
    }
    if holding.gains(&next) && !is_one_act(input, holding, rulings) {
        // What goes in this plan is listed until it is gone: a crash in between would leave it to nobody.
        next.has.extend(leaving(rulings).cloned());
    }
    Some(next)
}

fn relist(next: &mut Marker, ruling: &Ruling) {
    match ruling.listing {
        Listing::Stays => {}
        Listing::Dropped => {
            next.has.remove(&ruling.slot);
        }
        Listing::Listed { taken } => {
            next.has.insert(ruling.slot.clone());
            if taken {
                next.took.insert(ruling.slot.clone());
            }
        }
    }
}

/// Without a slot there is no marker: none is made for nothing, and one that stands goes when nothing is wanted.
fn stays_away(input: &Input<'_>, holding: &Holding<'_>) -> bool {
    holding.current().is_none() || (input.wanted.is_empty() && may_delete(input, holding))
}

fn is_one_act(input: &Input<'_>, holding: &Holding<'_>, rulings: &[Ruling]) -> bool {
    let mut edits = rulings.iter().flat_map(|ruling| &ruling.edits);
    input.limits.atomicity == Atomicity::ChangeSet && edits.all(|edit| &edit.zone == holding.zone)
}

/// Slots of which something is deleted in this plan.
fn leaving(rulings: &[Ruling]) -> impl Iterator<Item = &Slot> {
    let deletes = |ruling: &&Ruling| {
        ruling.listing == Listing::Dropped && ruling.items.iter().any(|item| matches!(item.outcome, Outcome::Delete { .. }))
    };
    rulings.iter().filter(deletes).map(|ruling| &ruling.slot)
}
