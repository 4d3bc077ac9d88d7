//! What has to change in DNS: a plan as data, made from what is wanted, what is there and what is ours.
//!
//! Pure. A plan is sorted, comparable and printable, and each of its lines carries the one English sentence that
//! event, log and dry run share. Nothing here reads or writes; nothing here knows the CRD.

mod compute;
mod meaning;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use mail_records::marker::{Marker, Slot};

use crate::{
    dns::{Name, RecordSet, RecordType, Ttl, Value, Zone},
    provider::{Change, Snapshot, ZoneLookup},
};

pub use compute::compute;
pub use meaning::Role;

/// One record that should answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// How the marker lists it.
    pub slot: Slot,
    /// What it is: decides which values at the name compete with it and when two values mean the same.
    pub role: Role,
    /// Owner name.
    pub name: Name,
    /// The value.
    pub value: Value,
    /// TTL in seconds where the name is ours alone; at a shared name the set keeps its own (DNS-R5).
    pub ttl: Ttl,
    /// Set while something else has to happen first; nothing is changed at the slot meanwhile.
    pub hold: Option<Hold>,
}

/// Why a wanted record is not written yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// CamelCase reason for condition and event, for example `DMARCHeld`.
    pub reason: &'static str,
    /// What is missing and what would end the wait.
    pub message: String,
}

/// Who we are in this plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// `<owner-id>/<namespace>/<name>`.
    pub owner: String,
    /// The MailDomain's UID.
    pub uid: String,
}

/// What we may do with values that are not ours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Takeover {
    /// `adoption: Adopt`: a foreign value at a slot is taken over, once per slot.
    pub adopt: bool,
    /// `takeOverFrom`: the owner whose marker may be replaced.
    pub from: Option<String>,
}

/// Everything a plan is made from.
#[derive(Clone, Debug)]
pub struct Input<'a> {
    /// Who we are.
    pub me: &'a Identity,
    /// The domain; its marker stands at `_mailward.<domain>`.
    pub domain: &'a Name,
    /// What should answer.
    pub wanted: &'a [Wanted],
    /// Slots that stay as they are although they are not in `wanted` (a withdrawal that has to wait, a retained block).
    pub keep: &'a BTreeSet<Slot>,
    /// Whether slots of ours that are neither wanted nor kept may be deleted. `false` while any input was incomplete.
    pub prune: bool,
    /// What stands at the names of interest: the wanted ones, the marker's, and what [`names_of_interest`] says.
    pub observed: &'a Snapshot,
    /// Where each name would be written.
    pub zones: &'a BTreeMap<Name, ZoneLookup>,
    /// Wildcards that a first record below a node without data would hide (DNS-R3): record name -> the node and the wildcard.
    pub hidden: &'a BTreeMap<Name, HiddenWildcard>,
    /// What we may do with foreign values.
    pub takeover: &'a Takeover,
    /// Slots whose value somebody reverted again and again; we stopped writing them.
    pub contested: &'a BTreeSet<Slot>,
    /// TTL in seconds of our marker.
    pub marker_ttl: Ttl,
}

/// A wildcard that would stop answering for a node (RFC 4592 2.2.2, 3.3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HiddenWildcard {
    /// The node without data that would become an empty non-terminal.
    pub node: Name,
    /// The wildcard that answers for it today.
    pub wildcard: Name,
    /// The types it answers with, as text, for the message.
    pub types: Vec<String>,
}

/// What a plan says about one slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// DNS already says it; nothing to do. Adopted silently when it was not listed as ours yet (the marker is then written).
    Unchanged,
    /// A new value.
    Create,
    /// Our value differs from the wanted one; `was` is what stood there.
    Replace {
        /// The value that is replaced.
        was: Value,
    },
    /// A value of ours that is wanted no more.
    Delete,
    /// Somebody else's value stands in the way; nothing is written at this slot.
    Conflict {
        /// CamelCase reason: `ForeignValue`, `TwoValues`, `OwnedByOther`, `CNAMEClash`, `DelegatedElsewhere`, `HidesWildcard`, `ZoneNotFound`, `Contested`, `TakenOnce`.
        reason: &'static str,
    },
    /// Something has to happen first.
    Held {
        /// CamelCase reason.
        reason: &'static str,
    },
}

/// One line of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The slot.
    pub slot: Slot,
    /// Owner name.
    pub name: Name,
    /// Type.
    pub kind: RecordType,
    /// What should stand there; `None` when it is deleted.
    pub value: Option<Value>,
    /// What happens.
    pub outcome: Outcome,
    /// One English sentence for event, log and dry run.
    pub sentence: String,
}

/// What to change, in order, and what is left alone and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Every slot, sorted.
    pub items: Vec<Item>,
    /// The changes by zone, each list in the order it must happen; the marker stands first, or last when it goes away.
    pub changes: BTreeMap<Zone, Vec<Change>>,
    /// The marker after this plan; `None` when it goes away.
    pub marker: Option<Marker>,
}

impl Plan {
    /// Nothing to write.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Number of deletions of whole values that nothing replaces; counted against the delete cap.
    pub fn deletions(&self) -> usize {
        self.items.iter().filter(|item| item.outcome == Outcome::Delete).count()
    }

    /// The item of a slot.
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
pub fn marker_name(domain: &Name) -> Result<Name, crate::dns::NameError> {
    domain.child("_mailward")
}

/// The marker in a snapshot, if there is one that reads as ours (any owner).
pub fn read_marker(domain: &Name, observed: &Snapshot) -> Option<Marker> {
    let name = marker_name(domain).ok()?;
    let set: &RecordSet = observed.get(&name, RecordType::Txt)?;
    set.values.iter().find_map(|value| value.as_text()?.parse().ok())
}
