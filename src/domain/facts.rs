//! Facts and waits that several decisions share.

use jiff::{SignedDuration, Timestamp};

use crate::dns::Name;

/// What the authoritative servers say about one record that should answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Sight {
    /// Every one of them answers with it.
    EverywhereRight,
    /// At least one of them answers something else, or nothing; the text says who and what.
    NotYet(String),
    /// It could not be found out; the text says why. Never a reason to undo anything (P7).
    Unknown(String),
}

impl Sight {
    /// Whether every server answers with it.
    pub fn is_right(&self) -> bool {
        matches!(self, Self::EverywhereRight)
    }

    /// Who or what is missing, for a message; `None` when nothing is.
    pub fn missing(&self) -> Option<&str> {
        match self {
            Self::EverywhereRight => None,
            Self::NotYet(why) | Self::Unknown(why) => Some(why),
        }
    }
}

/// The MX of a domain, as its authoritative servers answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum MxFacts {
    /// These hosts receive.
    Hosts(Vec<Name>),
    /// The null MX of RFC 7505: nobody receives.
    NullMx,
    /// No MX.
    None,
    /// The lookup failed, for this reason. Not an answer: it covers nothing and permits nothing.
    Failed(String),
}

/// Something that time or somebody else has to bring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// When it is worth to look again; `None` when no moment is known.
    pub until: Option<Timestamp>,
    /// What is waited for and what would end it.
    pub what: String,
}

/// `from` plus a duration; the end of time where that cannot be expressed, since waiting longer breaks no mail.
pub fn after(from: Timestamp, wait: SignedDuration) -> Timestamp {
    from.checked_add(wait).unwrap_or(Timestamp::MAX)
}

/// [`after`] for the seconds of a TTL or a `max_age`.
pub fn after_seconds(from: Timestamp, seconds: u32) -> Timestamp {
    after(from, SignedDuration::from_secs(i64::from(seconds)))
}
