//! What a plan is made from. Everything arrives here as data: what is wanted, what stands, who we are, what we may do.

use std::collections::{BTreeMap, BTreeSet};

use mail_records::marker::Slot;

use super::Role;
use crate::{
    dns::{Name, RecordSet, Ttl, Value},
    provider::{Limits, Snapshot, ZoneLookup},
};

/// One value that should answer. A slot with several values (two addresses of the policy host) has one `Wanted` for
/// each; they share name and role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// How the marker lists it; made by [`slots`](super::slots), so that a deletion finds the name again.
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

impl Wanted {
    /// Whether a set answers as wanted: the value is there by meaning, and nothing beside it competes with it.
    ///
    /// A policy host may have several addresses, each with a `Wanted` of its own, so they do not compete there.
    pub fn answered_by(&self, set: &RecordSet) -> bool {
        let (same, rest): (Vec<_>, Vec<_>) = set.values.iter().partition(|value| self.role.same(value, &self.value));
        let alone = self.role == Role::PolicyHost || !rest.into_iter().any(|value| self.role.competes(value));
        !same.is_empty() && alone
    }
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
    /// UID of the `MailDomain`.
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
    /// What stands at every name of [`names_of_interest`](super::names_of_interest).
    pub observed: &'a Snapshot,
    /// Where each of those names would be written. A name that is missing here counts as not found.
    pub zones: &'a BTreeMap<Name, ZoneLookup>,
    /// Wildcards that a first record below a node without data would hide (DNS-R3): record name -> the node and the
    /// wildcard. The marker's name belongs in here too.
    pub hidden: &'a BTreeMap<Name, HiddenWildcard>,
    /// What we may do with foreign values.
    pub takeover: &'a Takeover,
    /// Owner string of an object that is gone and whose domain this one carries on (same owner-id and namespace, new
    /// name). Its marker is taken without being asked for.
    pub handover_from: Option<&'a str>,
    /// Slots whose value somebody reverted again and again; we stopped writing them.
    pub contested: &'a BTreeSet<Slot>,
    /// TTL in seconds of our marker.
    pub marker_ttl: Ttl,
    /// What the provider can hold: TTLs are clamped to it before they are compared, and its atomicity decides when a
    /// deleted slot leaves the marker.
    pub limits: Limits,
}

impl Input<'_> {
    /// The TTL that the provider would really store.
    pub(super) fn clamp(&self, ttl: Ttl) -> Ttl {
        // Not `Ord::clamp`: that one panics when a provider declares its limits the wrong way round.
        ttl.max(self.limits.min_ttl).min(self.limits.max_ttl)
    }
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
