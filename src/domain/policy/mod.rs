//! The life of an MTA-STS policy: served, confirmed, announced by its id, withdrawn (P4, STS-G1, STS-G3, STS-G4,
//! RFC 8461 8.1-8.3).
//!
//! Its memory is the policy ConfigMap: the text that is served and [`PolicyMemory`]. Nothing is written while nothing
//! changes (P7), so the memory holds no date that moves: until when an enforce policy can be cached is computed at the
//! moment it stops being served. Fetching, serving and writing do not belong here.

mod coverage;
mod id;
mod memory;
#[cfg(test)]
mod model;
mod step;
#[cfg(test)]
mod tests;
mod withdraw;

use jiff::Timestamp;
use mail_records::mta_sts::{Policy, TxtRecord};

pub use id::id_of;
pub use step::step;

use super::{
    facts::{MxFacts, Wait},
    objects::PolicyMemory,
    validate::{Block, StsSpec},
};
use crate::{api::MtaStsStatus, plan::Hold};

/// Everything a step is made from.
#[derive(Clone, Debug)]
pub struct PolicyFacts<'a> {
    /// What shall become of the policy.
    pub wish: PolicyWish<'a>,
    /// The text in the ConfigMap; `None` when there is no ConfigMap.
    pub served: Option<&'a str>,
    /// What the ConfigMap remembers; the default when there is none.
    pub memory: &'a PolicyMemory,
    /// The id that DNS answers with.
    pub id_in_dns: IdSight,
    /// The domain's MX.
    pub mx: &'a MxFacts,
    /// Who serves `served`.
    pub confirmed: Confirmation,
    /// The time, taken after `confirmed` was gathered.
    pub now: Timestamp,
}

/// What shall become of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyWish<'a> {
    /// The spec has this one.
    Serve(&'a Policy),
    /// What is served stays: the block was rejected, or the object is suspended.
    Keep,
    /// The block left the spec, or the object is being deleted with `Delete`.
    Withdraw,
}

impl<'a> PolicyWish<'a> {
    /// What a judged block asks for.
    pub fn of(block: &'a Block<StsSpec>) -> Self {
        match block {
            Block::Accepted(spec) => Self::Serve(&spec.policy),
            Block::Rejected => Self::Keep,
            Block::Absent => Self::Withdraw,
        }
    }
}

/// What DNS says at `_mta-sts.<domain>`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum IdSight {
    /// Every server answers so; `None` when there is no record.
    Known(Option<String>),
    /// It could not be found out, or the servers disagree.
    Unknown,
}

/// Whether the text in the ConfigMap is what the world gets.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Confirmation {
    /// Every ready endpoint and every public address serve it, certificate verified, no redirect.
    Confirmed,
    /// Somebody does not.
    Not {
        /// Which endpoint or address.
        who: String,
        /// What it does instead.
        why: String,
    },
    /// Somebody gave no answer, for this reason, and nobody who answered serves anything else.
    Silent(String),
    /// Nobody could be asked, for this reason.
    Unknown(String),
}

/// What to do now. The order is the order of the fields.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyDecision {
    /// The text that the ConfigMap shall hold; `None`: there shall be none (yet), or it may go ([`Withdrawal::objects`]).
    pub serve: Option<String>,
    /// What the ConfigMap shall remember, written together with `serve`; equal to what was read when nothing changed.
    pub memory: PolicyMemory,
    /// The id record, and what it waits for.
    pub id: Option<IdDecision>,
    /// Why the policy of the spec is not served.
    pub refused: Option<Hold>,
    /// How far a withdrawal is; `None` when none is under way.
    pub withdrawal: Option<Withdrawal>,
    /// What is worth to be said although nothing is refused.
    pub warnings: Vec<String>,
    /// For the object's status.
    pub status: MtaStsStatus,
}

/// The TXT that should answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdDecision {
    /// The record that belongs to the served text.
    pub record: TxtRecord,
    /// Set until the text is confirmed: what DNS says stays meanwhile (P4).
    pub hold: Option<Hold>,
}

/// A policy on its way out (RFC 8461 8.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// The earliest moment at which no sender holds an enforce policy, as far as it is known now.
    pub safe_after: Option<Timestamp>,
    /// What is waited for; `None` when nothing is.
    pub wait: Option<Wait>,
    /// The `_mta-sts` record and the address of the policy host may go.
    pub records: bool,
    /// ConfigMap and Ingress may go: their records are gone.
    pub objects: bool,
}
