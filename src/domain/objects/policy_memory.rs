//! What must outlive a MailDomain about its MTA-STS policy (RFC 8461 8.3, STS-G4).
//!
//! Kept as one JSON annotation on the policy ConfigMap, because senders keep an enforce policy for `max_age` whatever
//! happens to objects in a cluster.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::api::ProviderKind;

/// The durable memory of one domain's policy.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase", default)]
pub struct PolicyMemory {
    /// Owner string of the marker: `<owner-id>/<namespace>/<name>`.
    pub owner: String,
    /// The provider whose zone holds the `_mta-sts` record: a withdrawal ends after the MailDomain is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<ProviderMemory>,
    /// The zone that the domain's records are delegated to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delegation: Option<String>,
    /// Until when some sender may hold an enforce policy that is no longer served: the latest of (last time served +
    /// its `max_age`) over all of them. The one served now is not in it: its time begins when it stops being served.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enforced_until: Option<Timestamp>,
    /// Largest `max_age` in seconds that any enforce policy ever had; 0 when there was none.
    pub largest_max_age: u32,
    /// When the served text changed; `None` once every endpoint and the public address were seen to serve the new one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub switched_at: Option<Timestamp>,
    /// `mode: none` is served until `enforced_until` has passed.
    pub withdrawing: bool,
    /// Set once the MailDomain is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tombstone: Option<Tombstone>,
}

/// A provider object by name, kept after the MailDomain that referred to it.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct ProviderMemory {
    /// `ClusterDNSProvider` or `DNSProvider`.
    pub kind: ProviderKind,
    /// Namespace of a `DNSProvider`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Name.
    pub name: String,
}

/// What goes on after the MailDomain is gone.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Tombstone {
    /// When the MailDomain went.
    pub since: Timestamp,
    /// `false`: released by `Retain`, the policy is served on. `true`: record, Ingress and ConfigMap go once
    /// `enforced_until` has passed.
    pub remove: bool,
}

/// Why a memory could not be read. Whoever meets this must change nothing: an unknown memory may hold an enforce policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MemoryError {
    /// No annotation.
    #[error(
        "ConfigMap {name} has no annotation mailward.dev/memory: what was served before is unknown, so nothing is \
         withdrawn or removed; restore the annotation or delete the ConfigMap"
    )]
    Missing {
        /// `<namespace>/<name>` of the ConfigMap.
        name: String,
    },
    /// No JSON of ours.
    #[error(
        "annotation mailward.dev/memory of ConfigMap {name} cannot be read ({why}): nothing is withdrawn or removed; \
         restore the annotation or delete the ConfigMap"
    )]
    Unreadable {
        /// `<namespace>/<name>` of the ConfigMap.
        name: String,
        /// What the parser says.
        why: String,
    },
}

impl PolicyMemory {
    /// The annotation's value.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Reads the annotation's value; fields of a later version are ignored, absent ones take their default.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn full() -> PolicyMemory {
        PolicyMemory {
            owner: "o/mail/lab".into(),
            provider: Some(ProviderMemory { kind: ProviderKind::DNSProvider, namespace: Some("mail".into()), name: "p".into() }),
            delegation: Some("mail.hoster.net".into()),
            enforced_until: Some(at(1_000)),
            largest_max_age: 86_401,
            switched_at: Some(at(500)),
            withdrawing: true,
            tombstone: Some(Tombstone { since: at(600), remove: true }),
        }
    }

    #[test]
    fn what_is_remembered_is_read_back() {
        for memory in [PolicyMemory::default(), full()] {
            assert_eq!(PolicyMemory::from_json(&memory.to_json().unwrap()).unwrap(), memory);
        }
    }

    #[test]
    fn a_memory_of_a_later_version_is_read() {
        let json = r#"{"owner":"o","largestMaxAge":5,"somethingNew":{"a":1}}"#;
        let memory = PolicyMemory::from_json(json).unwrap();
        assert_eq!((memory.owner.as_str(), memory.largest_max_age), ("o", 5));
    }
}
