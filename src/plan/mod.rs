//! What has to change in DNS: a plan as data, made from what is wanted, what is there and what is ours.
//!
//! Pure. A plan is sorted, comparable and printable, and each of its lines carries the one English sentence that
//! event, log and dry run share. Nothing here reads or writes; nothing here knows the CRD.
//!
//! How it is used: read the marker's name ([`marker_name`], [`read_marker`]); read [`names_of_interest`]; [`compute()`];
//! ask the [`DeleteCap`]; give each [`ZoneChanges`] to the provider, in order.
//!
//! Where things are: the two truth tables in `decide` (what is wanted) and `withdraw` (what is wanted no more); who
//! holds the domain in `standing`; when two values mean the same in `meaning`; the words in `sentence`; the order in
//! `order` and `changes`.

mod caps;
mod changes;
mod claim;
mod compare;
mod compute;
mod decide;
mod heritage;
mod input;
mod meaning;
mod names;
mod order;
mod ruling;
mod sentence;
pub mod slots;
mod standing;
#[cfg(test)]
mod tests;
mod withdraw;
mod write;

use std::fmt;

use mail_records::marker::{Marker, Slot};

use crate::{
    dns::{Name, NameError, RecordType, Value, Zone},
    provider::{Change, Snapshot},
};

pub use caps::{CapReached, DeleteCap};
pub use compute::compute;
pub use input::{HiddenWildcard, Hold, Identity, Input, Takeover, Wanted};
pub use meaning::Role;
pub use names::names_of_interest;

/// What a plan says about one value of a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// DNS already says it; nothing to do. Adopted silently when it was not listed as ours yet (the marker is then
    /// written). With no value: the slot is wanted no more and is gone already.
    Unchanged,
    /// A new value.
    Create,
    /// Our value differs from the wanted one; `was` is what stood there.
    Replace {
        /// The value that is replaced.
        was: Value,
    },
    /// A value of ours that is wanted no more.
    Delete {
        /// The value that goes.
        was: Value,
    },
    /// A value of ours that is wanted no more and stays for now.
    Kept {
        /// CamelCase reason: `Retained`, `InputIncomplete`, `OtherObject`, `UnknownSlot`.
        reason: &'static str,
    },
    /// Something stands in the way; nothing is written at this slot.
    Conflict {
        /// CamelCase reason: `ForeignValue`, `TwoValues`, `TakenOnce`, `OwnedByOther`, `Contested`, `CNAMEClash`,
        /// `HidesWildcard`, `DelegatedElsewhere`, `ZoneNotFound`, `ProviderLimit`, `MarkerUnreadable`, `MarkerInvalid`.
        reason: &'static str,
    },
    /// Something has to happen first.
    Held {
        /// CamelCase reason, from the [`Hold`].
        reason: &'static str,
    },
}

impl Outcome {
    /// Whether a value is put there.
    pub fn puts(&self) -> bool {
        matches!(self, Self::Create | Self::Replace { .. })
    }

    /// Whether anything is written.
    pub fn writes(&self) -> bool {
        self.puts() || matches!(self, Self::Delete { .. })
    }
}

/// One line of the plan: a value, or a slot without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The slot.
    pub slot: Slot,
    /// Owner name.
    pub name: Name,
    /// Type.
    pub kind: RecordType,
    /// What should stand there, or what is kept there; `None` when nothing is.
    pub value: Option<Value>,
    /// What happens.
    pub outcome: Outcome,
    /// One English sentence for event, log and dry run.
    pub sentence: String,
}

/// The changes to one zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneChanges {
    /// The zone.
    pub zone: Zone,
    /// In the order they must happen.
    pub changes: Vec<Change>,
}

/// What to change, in order, and what is left alone and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// One line for each wanted value and for each value of ours that is wanted no more, sorted by slot.
    pub items: Vec<Item>,
    /// The changes, zone by zone, in the order they must happen. The marker stands first when it gains anything, and
    /// last when it only loses or goes away.
    pub changes: Vec<ZoneChanges>,
    /// The marker that stands after this plan, whoever's it is; `None` when there is none.
    pub marker: Option<Marker>,
}

impl Plan {
    /// Nothing to write.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The lines about values that go and that nothing replaces.
    pub fn deleted(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| matches!(item.outcome, Outcome::Delete { .. }))
    }

    /// Number of deletions of whole values that nothing replaces; counted against the [`DeleteCap`].
    pub fn deletions(&self) -> usize {
        self.deleted().count()
    }

    /// The first line of a slot.
    pub fn item(&self, slot: &Slot) -> Option<&Item> {
        self.items.iter().find(|item| &item.slot == slot)
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.items.iter().try_for_each(|item| writeln!(f, "{}", item.sentence))
    }
}

/// The name at which a domain's marker stands.
pub fn marker_name(domain: &Name) -> Result<Name, NameError> {
    domain.child("_mailward")
}

/// The marker in a snapshot, if there is one that reads as ours (any owner).
pub fn read_marker(domain: &Name, observed: &Snapshot) -> Option<Marker> {
    let name = marker_name(domain).ok()?;
    let set = observed.get(&name, RecordType::Txt)?;
    set.values.iter().find_map(|value| value.as_text()?.parse().ok())
}
