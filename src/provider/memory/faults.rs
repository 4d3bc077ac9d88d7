//! Counting calls and making them fail.

use std::collections::{BTreeMap, VecDeque};

use crate::provider::Error;

/// A method of the provider trait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Call {
    /// `zone_of`.
    ZoneOf,
    /// `read`.
    Read,
    /// `apply`.
    Apply,
}

/// How an injected failure looks from the server's side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The request is refused or never arrives: nothing happens.
    Refused(Error),
    /// The request is carried out and its answer is lost: the caller must not believe that nothing happened.
    AnswerLost(Error),
}

/// How often each method was called, failed calls included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// `zone_of`.
    pub zone_of: usize,
    /// `read`.
    pub read: usize,
    /// `apply`.
    pub apply: usize,
}

#[derive(Debug, Default)]
pub(super) struct Faults {
    calls: Calls,
    waiting: BTreeMap<Call, VecDeque<Fault>>,
}

impl Faults {
    pub(super) fn calls(&self) -> Calls {
        self.calls
    }

    pub(super) fn inject(&mut self, call: Call, fault: Fault) {
        self.waiting.entry(call).or_default().push_back(fault);
    }

    /// Counts a call and says what shall go wrong with it.
    pub(super) fn next(&mut self, call: Call) -> Option<Fault> {
        match call {
            Call::ZoneOf => self.calls.zone_of += 1,
            Call::Read => self.calls.read += 1,
            Call::Apply => self.calls.apply += 1,
        }
        self.waiting.get_mut(&call)?.pop_front()
    }
}
