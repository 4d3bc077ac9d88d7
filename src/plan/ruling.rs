//! What is decided about one slot: its lines in the plan, the edits they need, and whether the marker lists it.

use mail_records::marker::Slot;

use super::{Item, Outcome, order::Step, sentence::At};
use crate::dns::{Name, RecordType, Ttl, Value, Zone};

/// Whether the marker lists a slot afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listing {
    /// As before.
    Stays,
    /// Listed; `taken` when a foreign value was replaced for it.
    Listed { taken: bool },
    /// No longer listed.
    Dropped,
}

/// Values to take away from and put into one set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) zone: Zone,
    pub(super) name: Name,
    pub(super) kind: RecordType,
    pub(super) remove: Vec<Value>,
    pub(super) add: Vec<Value>,
    pub(super) ttl: Ttl,
    pub(super) step: Step,
}

/// The decision about one slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ruling {
    pub(super) slot: Slot,
    pub(super) items: Vec<Item>,
    pub(super) edits: Vec<Edit>,
    pub(super) listing: Listing,
}

/// Who a ruling is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'a> {
    pub(super) slot: &'a Slot,
    pub(super) name: &'a Name,
    pub(super) kind: RecordType,
}

impl<'a> Subject<'a> {
    /// Subject of a sentence about one of its values.
    pub(super) fn at(self, value: &Value) -> At<'a> {
        At { name: self.name, kind: value.kind() }
    }

    /// A line about a value that should stand there afterwards.
    pub(super) fn item(self, value: &Value, outcome: Outcome, sentence: String) -> Item {
        Item { kind: value.kind(), value: Some(value.clone()), ..self.bare_item(outcome, sentence) }
    }

    /// A line about a slot of which nothing stands there afterwards.
    pub(super) fn bare_item(self, outcome: Outcome, sentence: String) -> Item {
        let Self { slot, name, kind } = self;
        Item { slot: slot.clone(), name: name.clone(), kind, value: None, outcome, sentence }
    }

    /// A line about a value that goes and that nothing replaces.
    pub(super) fn delete_item(self, was: &Value) -> Item {
        let sentence = self.at(was).deleted(was);
        Item { kind: was.kind(), ..self.bare_item(Outcome::Delete { was: was.clone() }, sentence) }
    }

    /// A ruling that touches nothing, with the same outcome for each value of the slot.
    pub(super) fn leave(self, values: &[&Value], outcome: &Outcome, sentence: impl Fn(At<'a>) -> String) -> Ruling {
        let items = match values {
            [] => vec![self.bare_item(outcome.clone(), sentence(At { name: self.name, kind: self.kind }))],
            _ => values.iter().map(|value| self.item(value, outcome.clone(), sentence(self.at(value)))).collect(),
        };
        Ruling { slot: self.slot.clone(), items, edits: vec![], listing: Listing::Stays }
    }

    /// A ruling that touches nothing because something stands in the way.
    pub(super) fn conflict(self, values: &[&Value], reason: &'static str, sentence: impl Fn(At<'a>) -> String) -> Ruling {
        self.leave(values, &Outcome::Conflict { reason }, sentence)
    }
}
