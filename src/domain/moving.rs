//! From one way of serving a policy to another: the new one first, and the old one goes after the new one answers.
//!
//! While both stand, nobody is without a policy: DNS leads to the old one until the new one was seen to serve the text, and the old
//! one stays until no resolver leads to it any more (P2, P4).

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::{
    facts::{Wait, after_seconds},
    policy::Confirmation,
    policy_host::PolicyHost,
};
use crate::dns::Value;

/// Everything that is decided from.
#[derive(Clone, Debug)]
pub struct MoveFacts<'a> {
    /// What stands of another way, as messages name it; empty when nothing is left over.
    pub leftovers: &'a [String],
    /// The values that lead to the wanted way; empty where it is not known, or others serve the policy.
    pub target: &'a BTreeSet<Value>,
    /// What every name server answers at the policy host, one set for each server.
    pub published: &'a [BTreeSet<Value>],
    /// Whether the wanted way serves the text.
    pub arrival: &'a Confirmation,
    /// Since when every server leads to the wanted way, which serves the text.
    pub arrived_since: Option<Timestamp>,
    /// How long resolvers remember the old address, in seconds.
    pub ttl: u32,
    /// The time.
    pub now: Timestamp,
}

/// What becomes of what is left over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leftover {
    /// There is nothing.
    Nothing,
    /// It stays a while.
    Stays(Wait),
    /// Mailward cannot see that nobody needs it: a person decides.
    Left(String),
    /// Nothing leads to it any more.
    Goes,
}

impl MoveFacts<'_> {
    /// Whether every server leads to the wanted way and nowhere else, and it serves the text.
    pub fn has_arrived(&self) -> bool {
        let leads = |published: &BTreeSet<Value>| !published.is_empty() && published.is_subset(self.target);
        !self.published.is_empty() && self.published.iter().all(leads) && *self.arrival == Confirmation::Confirmed
    }

    /// The address of the policy host: what answers stays until the wanted way serves the text.
    pub fn hold(&self, host: PolicyHost) -> PolicyHost {
        let PolicyHost::Values(values) = &host else { return host };
        let wanted: BTreeSet<Value> = values.iter().cloned().collect();
        let serves_now = |published: &BTreeSet<Value>| !published.is_empty() && *published != wanted;
        if self.leftovers.is_empty() || !self.published.iter().any(serves_now) {
            return host;
        }
        match self.arrival {
            Confirmation::Confirmed => host,
            Confirmation::Not { who, why } => {
                PolicyHost::Waiting(format!("{} stays until {who} serves the policy: {why}", self.old()))
            }
            Confirmation::Silent(why) | Confirmation::Unknown(why) => {
                PolicyHost::Waiting(format!("{} stays until the new way serves the policy: {why}", self.old()))
            }
        }
    }

    fn old(&self) -> String {
        self.leftovers.join(" and ")
    }

    /// What becomes of what is left over; `ours` says whether Mailward publishes the address from the wanted way.
    pub fn leftover(&self, ours: bool) -> Leftover {
        if self.leftovers.is_empty() {
            return Leftover::Nothing;
        }
        let old = self.old();
        match self.arrived_since.filter(|_| self.has_arrived()) {
            None if !ours => Leftover::Left(format!(
                "{old} is left over in the policy namespace: the policy is served in another way now, but its address is not \
                 Mailward's, so delete it yourself once nothing leads to it"
            )),
            None => Leftover::Stays(Wait { until: None, what: format!("{old} stays until the policy is served in the new way") }),
            Some(since) => self.outlived(&old, since),
        }
    }

    fn outlived(&self, old: &str, since: Timestamp) -> Leftover {
        let until = after_seconds(since, self.ttl);
        if self.now.duration_since(until) >= SignedDuration::ZERO {
            return Leftover::Goes;
        }
        let what = format!("{old} stays until {until:.0}, when no resolver leads to it any more");
        Leftover::Stays(Wait { until: Some(until), what })
    }
}

#[cfg(test)]
mod tests;
