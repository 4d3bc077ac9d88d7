//! What Mailward saw and did.
//!
//! Everything here can be found again by a reconcile: nothing lives only in status. The bounds are far above what is ever
//! written, since a status that breaks one would be refused as a whole.

use std::fmt;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{MtaStsMode, ProviderKind, ProviderRef};
use crate::api::{ConditionType, provider::unseen};

/// What Mailward saw and did. Written by the controller only.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct MailDomainStatus {
    /// The `metadata.generation` that the conditions speak of; -1 until the object was first seen.
    #[serde(default = "unseen")]
    pub observed_generation: i64,
    /// `Ready` always; `Accepted`, `DKIMReady`, `RecordsVerified` and `PolicyServed` where they apply; `Reconciling`, `Stalled`,
    /// `Conflict`, `DMARCHeld`, `Propagating` and `Withdrawing` only while true.
    #[serde(default)]
    #[schemars(length(max = 32))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["type".into()]))]
    pub conditions: Vec<Condition>,
    /// The owner named in the marker at `_mailward.<domain>`: `<owner-id>/<namespace>/<name>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = MailDomainStatus::LONGEST_OWNER))]
    pub owner: Option<String>,
    /// Through which provider the records were last published, or would be entered by hand, and in which zone.
    ///
    /// When `spec.providerRef` names another one, this one is noted in annotation `mailward.dev/left-providers`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<PublishedThrough>,
    /// Every record the spec asks for, also those that the `manual` provider leaves to a person.
    #[serde(default)]
    #[schemars(length(max = 512))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["name".into(), "type".into()]))]
    pub records: Vec<RecordStatus>,
    /// What the domain's own zone must hold so that a `spec.delegation` leads anywhere. Entered once, by whoever holds that zone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 512))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["name".into(), "type".into()]))]
    pub delegation: Vec<RecordStatus>,
    /// The keys that Mailward holds for the domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dkim: Option<DkimStatus>,
    /// The MTA-STS policy as it is announced and served.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mta_sts: Option<MtaStsStatus>,
    /// What the SPF record costs a receiver.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spf: Option<SpfStatus>,
    /// What is valid but unwise, each with the id of the rule that says so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = MailDomainStatus::MOST_WARNINGS), inner(length(max = MailDomainStatus::LONGEST_WARNING)))]
    pub warnings: Vec<String>,
}

impl MailDomainStatus {
    /// Characters of an owner; one of somebody else may be longer.
    pub const LONGEST_OWNER: usize = 384;
    /// Warnings, of which the last may say how many there are besides.
    pub const MOST_WARNINGS: usize = 128;
    /// Characters of a warning.
    pub const LONGEST_WARNING: usize = 4096;

    /// Whether `Ready` is true.
    pub fn is_ready(&self) -> bool {
        self.is_true(ConditionType::Ready)
    }

    /// Whether a condition is there and true.
    pub fn is_true(&self, kind: ConditionType) -> bool {
        self.conditions.iter().any(|condition| condition.type_ == kind.as_str() && condition.status == "True")
    }
}

impl Default for MailDomainStatus {
    fn default() -> Self {
        Self {
            observed_generation: unseen(),
            conditions: vec![],
            owner: None,
            provider: None,
            records: vec![],
            delegation: vec![],
            dkim: None,
            mta_sts: None,
            spf: None,
            warnings: vec![],
        }
    }
}

/// A provider and the zone in which it publishes a domain's records.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct PublishedThrough {
    /// Kind of the provider object.
    pub kind: ProviderKind,
    /// Its name.
    #[schemars(length(max = 253))]
    pub name: String,
    /// The zone that holds the domain.
    #[schemars(length(max = 253))]
    pub zone: String,
}

impl PublishedThrough {
    /// The provider object.
    pub fn provider(&self) -> ProviderRef {
        ProviderRef { kind: self.kind, name: self.name.clone() }
    }
}

impl fmt::Display for PublishedThrough {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (zone {})", self.provider(), self.zone)
    }
}

/// One wanted record.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct RecordStatus {
    /// The name the record stands at, without a trailing dot.
    #[schemars(length(max = 253))]
    pub name: String,
    /// Its type: `TXT`, `CNAME`, `A` or `AAAA`.
    #[serde(rename = "type")]
    #[schemars(length(max = 16))]
    pub kind: String,
    /// The values wanted there, each joined to one text; values of others at the same name are not listed.
    #[serde(default)]
    #[schemars(length(max = 64), inner(length(max = 8192)))]
    pub values: Vec<String>,
    /// Where the record stands. `Verified`: every authoritative server answers with it. `Propagating`: written, or to be entered
    /// by hand, and not answered everywhere yet. `Held`: something else comes first. `Conflict`: a value of somebody else
    /// stands there. `Failed`: the provider refused it. `Unknown`: no server could be asked.
    pub state: RecordState,
    /// Why it is not `Verified`, and what would end that.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(max = RecordStatus::LONGEST_MESSAGE))]
    pub message: String,
}

impl RecordStatus {
    /// Characters of a message.
    pub const LONGEST_MESSAGE: usize = 32_768;
}

/// Where a record stands.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordState {
    /// Every authoritative server answers with it.
    Verified,
    /// Written (or to be entered by hand), not answered everywhere yet.
    Propagating,
    /// Something else has to happen first.
    Held,
    /// A foreign value stands there.
    Conflict,
    /// The provider refused or failed.
    Failed,
    /// Nobody could be asked.
    Unknown,
}

/// Keys.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct DkimStatus {
    /// One entry for each key of the spec.
    #[serde(default)]
    #[schemars(length(max = 64))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["name".into()]))]
    pub keys: Vec<DkimKeyStatus>,
}

/// One key.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct DkimKeyStatus {
    /// Name of the key in the spec.
    #[schemars(length(max = 63))]
    pub name: String,
    /// The selector that signers use now; absent until a key is published everywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 253))]
    pub active_selector: Option<String>,
    /// Every selector of the key that is still published or on its way.
    #[serde(default)]
    #[schemars(length(max = 64))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["selector".into()]))]
    pub selectors: Vec<SelectorStatus>,
}

/// One selector.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct SelectorStatus {
    /// What stands before `._domainkey`.
    #[schemars(length(max = 253))]
    pub selector: String,
    /// SHA-256 of the public key (its SubjectPublicKeyInfo), in hexadecimal.
    #[schemars(length(max = 128))]
    pub fingerprint: String,
    /// Where the selector is in its life. `Publishing`: in a Secret, and not everywhere in DNS yet. `Active`: signers use it.
    /// `Retiring`: replaced, and published for mail still on its way. `Revoked`: published with an empty key.
    pub phase: SelectorPhase,
}

/// Life of a selector.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SelectorPhase {
    /// In a Secret, not answered by every server yet, or the negative TTL has not passed.
    Publishing,
    /// Signers use it.
    Active,
    /// Replaced, still published for mail in transit.
    Retiring,
    /// Published with an empty key.
    Revoked,
}

/// Policy.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct MtaStsStatus {
    /// The `id` in the record at `_mta-sts.<domain>`; it changes with the policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 32))]
    pub id: Option<String>,
    /// The mode that every policy server and the public address serve; absent while a change is not confirmed yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "MtaStsMode")]
    pub served_mode: Option<MtaStsMode>,
    /// Until when a sender may still hold an enforced policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enforced_until: Option<Time>,
}

/// SPF cost (SPF-G2).
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct SpfStatus {
    /// DNS lookups the record needs, with those of everything it includes; 10 at most (RFC 7208 4.6.4).
    pub lookups: u32,
    /// Whether every included record could be read; otherwise `lookups` is a lower bound.
    pub resolved: bool,
}
