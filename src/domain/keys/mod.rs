//! The life of a DKIM key: made, published, answered everywhere, active, retiring (P3, DKIM-G3, DNS-G5).
//!
//! The machine has no memory of its own. What must survive a crash stands in the annotations of the key Secrets, in
//! the stable Secret that signers mount, and in the marker's list of selectors. Making keys and writing Secrets does
//! not belong here.

mod active;
mod loss;
#[cfg(test)]
mod model;
mod selector;
mod status;
mod step;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, collections::BTreeSet, time::Duration};

use jiff::Timestamp;
use mail_records::dkim::{KeyRecord, Selector};

pub use selector::{belongs_to, selector_of};
pub use step::step;

use super::facts::{Sight, Wait};
use crate::api::{DkimAlgorithm, DkimKeyStatus, SelectorPhase};

/// Counts the keys made under one name, from 0.
pub type Ordinal = u32;

/// A key of the spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySpec {
    /// Its name; the first part of its selectors.
    pub name: String,
    /// Algorithm.
    pub algorithm: DkimAlgorithm,
    /// RSA modulus in bits.
    pub size: u32,
    /// The stable Secret that signers mount.
    pub secret_name: String,
}

/// A key that stands in a Secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HeldSelector {
    /// Its selector, bound to it for ever.
    pub selector: Selector,
    /// Which key of this name it is.
    pub ordinal: Ordinal,
    /// The public key, derived from the private one in the Secret (DKIM-G2).
    pub public: KeyRecord,
    /// SHA-256 of the SubjectPublicKeyInfo, hex.
    pub fingerprint: String,
    /// When it was made.
    pub created: Timestamp,
    /// Since when every authoritative server answers with it, as annotated.
    pub verified_since: Option<Timestamp>,
    /// Phase, as annotated.
    pub phase: SelectorPhase,
}

/// Everything a step is made from.
#[derive(Clone, Debug)]
pub struct KeyFacts<'a> {
    /// The key as the spec has it.
    pub spec: &'a KeySpec,
    /// The keys of this name that stand in Secrets, each read by name in this pass. A watch may be older than our own
    /// last write: with dates from it signers can be told too early, as the model shows.
    pub held: &'a [HeldSelector],
    /// Selectors of this name that our marker lists ([`belongs_to`] tells which).
    pub listed: &'a BTreeSet<Selector>,
    /// Whether `held` and `listed` are complete. `false` while a Secret, the list of Secrets or the marker could not be
    /// read: then no key is made and nothing is called lost (P6).
    pub complete: bool,
    /// The selector in the stable Secret.
    pub stable: Option<&'a Selector>,
    /// What DNS says about each held selector. One that a server was silent about is [`Sight::Unknown`] until whoever asks
    /// has waited long enough for that server.
    pub seen: &'a BTreeMap<Selector, Sight>,
    /// Since when a listed selector has no Secret, as far as this process knows. A restart begins the wait anew.
    pub lost_since: Option<Timestamp>,
    /// How long a lost Secret is waited for: restores arrive late.
    pub lost_key_wait: Duration,
    /// How long a resolver may remember that a name of the zone does not exist (RFC 2308 5).
    pub negative_ttl: Duration,
    /// The time, taken after `seen` was gathered.
    pub now: Timestamp,
}

/// What to do now. The order is the order of the fields: a crash in between loses nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyDecision {
    /// Make a key and store it, create-only, under this ordinal. Its selector is [`selector_of`] its fingerprint.
    pub generate: Option<Ordinal>,
    /// What should answer; only keys that a Secret holds.
    pub publish: Vec<(Selector, KeyRecord)>,
    /// Listed selectors whose Secret is lost: their record stays as it is and is never written again.
    pub keep: Vec<Selector>,
    /// Annotate these as seen everywhere since then.
    pub mark_verified: Vec<(Selector, Timestamp)>,
    /// Take that annotation away again: a server answered something else before the key was in use.
    pub clear_verified: Vec<Selector>,
    /// Write this key into the stable Secret. Its content is compared, so naming the active one heals a hand-edited Secret.
    pub stable: Option<Selector>,
    /// Annotate these phases; after the stable Secret was written.
    pub phases: Vec<(Selector, SelectorPhase)>,
    /// What is waited for.
    pub wait: Option<Wait>,
    /// Selectors without a Secret.
    pub lost: Option<Lost>,
    /// For the object's status.
    pub status: DkimKeyStatus,
}

/// Listed selectors that no Secret holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Which.
    pub selectors: Vec<Selector>,
    /// Since when; to be given back as [`KeyFacts::lost_since`].
    pub since: Timestamp,
    /// Whether another key of this name is held: mail is signed, or will be.
    pub replaced: bool,
    /// What happened and what would end it.
    pub message: String,
}
