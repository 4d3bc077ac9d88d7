//! The edits of a slot that may be written, and the lines that go with them.

use std::collections::BTreeSet;

use super::{
    Item, Outcome,
    compare::Case,
    order::Step,
    ruling::{Edit, Listing, Ruling},
};
use crate::dns::{RecordType, Value};

/// Lines 9 and 10: DNS means it already; at most the TTL is put right.
pub(super) fn settle(case: &Case<'_>) -> Ruling {
    let may_retime = case.claim.hold.is_none() && !case.input.contested.contains(case.claim.slot);
    let items = case.claim.values.iter().map(|value| settled_item(case, value, may_retime)).collect::<Vec<_>>();
    let kinds: BTreeSet<_> = items.iter().filter(|item| item.outcome != Outcome::Unchanged).map(|item| item.kind).collect();
    let edits = kinds.into_iter().map(|kind| edit(case, kind, &[], &[])).collect();
    ruling(case, items, edits, false)
}

fn settled_item(case: &Case<'_>, value: &Value, may_retime: bool) -> Item {
    let subject = case.claim.subject();
    let at = subject.at(value);
    if let Some((from, to)) = case.retime(value).filter(|_| may_retime) {
        return subject.item(value, Outcome::Replace { was: value.clone() }, at.retimed(from, to));
    }
    // Status shows what answers, in the bytes that answer.
    let there = case.kept.iter().find(|there| case.role().same(value, there)).copied().unwrap_or(value);
    let sentence = if case.listed { at.unchanged(there) } else { at.adopted(there) };
    subject.item(value, Outcome::Unchanged, sentence)
}

/// Lines 19 to 22: ours is created, or takes the place of what is there.
pub(super) fn write(case: &Case<'_>) -> Ruling {
    let taken = (!case.listed && !case.there.is_empty()) || case.has_several();
    let (remove, add) = if case.has_several() { whole(case) } else { (case.extra.clone(), case.missing.clone()) };
    let retimed = case.claim.values.iter().filter(|value| case.retime(value).is_some());
    let kinds: BTreeSet<_> = remove.iter().chain(&add).chain(retimed).map(|value| value.kind()).collect();
    let edits = kinds.into_iter().map(|kind| edit(case, kind, &remove, &add)).collect();
    ruling(case, lines(case, taken), edits, taken)
}

/// Several values where one should be: everything goes but the wanted bytes themselves.
fn whole<'a>(case: &Case<'a>) -> (Vec<&'a Value>, Vec<&'a Value>) {
    let remove = case.there.iter().copied().filter(|there| !case.claim.values.contains(there)).collect();
    let add = case.claim.values.iter().copied().filter(|value| !case.there.contains(value)).collect();
    (remove, add)
}

/// One set's edit. Where the TTL changes too, the values that stay are written again under it.
fn edit(case: &Case<'_>, kind: RecordType, remove: &[&Value], add: &[&Value]) -> Edit {
    let ttl = case.ttl(kind);
    let of_kind = |values: &[&Value]| values.iter().copied().filter(|value| value.kind() == kind).cloned().collect::<Vec<_>>();
    let (mut remove, mut add) = (of_kind(remove), of_kind(add));
    let retimed = case.sighting.set(kind).is_some_and(|set| set.ttl != ttl);
    let staying = of_kind(&case.there).into_iter().filter(|there| retimed && !remove.contains(there)).collect::<Vec<_>>();
    remove.extend(staying.iter().cloned());
    add.extend(staying);
    Edit { zone: case.zone.clone(), name: case.claim.name.clone(), kind, remove, add, ttl, step: Step::write(case.role()) }
}

/// One line for each wanted value, and one for each that goes without a successor.
fn lines(case: &Case<'_>, taken: bool) -> Vec<Item> {
    let mut going = if case.has_several() { case.there.clone() } else { case.extra.clone() };
    let mut items: Vec<_> = case.claim.values.iter().map(|value| line(case, value, &mut going, taken)).collect();
    if case.role().is_multiple() {
        items.extend(going.into_iter().map(|value| case.claim.subject().delete_item(value)));
    }
    items
}

fn line(case: &Case<'_>, value: &Value, going: &mut Vec<&Value>, taken: bool) -> Item {
    let subject = case.claim.subject();
    let at = subject.at(value);
    let stays = !case.has_several() && !case.missing.contains(&value);
    if stays {
        return settled_item(case, value, true);
    }
    let sentence = |was: &Value| {
        if taken { at.taken(&case.there, value) } else { at.replaced(was, value) }
    };
    match predecessor(value, going) {
        Some(was) => subject.item(value, Outcome::Replace { was: was.clone() }, sentence(was)),
        None => subject.item(value, Outcome::Create, at.created(value)),
    }
}

/// The value that this one takes the place of: one of its own type if there is one.
fn predecessor<'a>(value: &Value, going: &mut Vec<&'a Value>) -> Option<&'a Value> {
    let differs = |was: &&Value| *was != value;
    let same_kind = going.iter().position(|was| was.kind() == value.kind() && differs(was));
    let index = same_kind.or_else(|| going.iter().position(differs))?;
    Some(going.remove(index))
}

fn ruling(case: &Case<'_>, items: Vec<Item>, edits: Vec<Edit>, taken: bool) -> Ruling {
    Ruling { slot: case.claim.slot.clone(), items, edits, listing: Listing::Listed { taken } }
}
