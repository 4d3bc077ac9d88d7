//! `MailDomain`: how one domain sends, signs, reports and receives mail.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::provider::unseen;

/// How one domain sends, signs, reports and receives mail.
#[derive(CustomResource, KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[kube(
    group = "mailward.dev",
    version = "v1alpha1",
    kind = "MailDomain",
    namespaced,
    status = "MailDomainStatus",
    shortname = "md",
    derive = "PartialEq"
)]
#[serde(rename_all = "camelCase")]
pub struct MailDomainSpec {
    /// The domain, as A-labels. Immutable.
    pub domain: String,
    /// Who publishes.
    pub provider_ref: ProviderRef,
    /// TTL in seconds for names that are ours alone.
    #[serde(default = "default_ttl")]
    pub ttl: u32,
    /// Stop touching anything; status says so.
    #[serde(default)]
    pub suspend: bool,
    /// What happens when a foreign value stands where ours should go.
    #[serde(default)]
    pub adoption: Adoption,
    /// The owner whose marker may be replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take_over_from: Option<String>,
    /// What happens to records, keys and policy when this object is deleted.
    #[serde(default)]
    pub deletion_policy: DeletionPolicy,
    /// SPF (RFC 7208).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spf: Option<SpfSpec>,
    /// DKIM keys (RFC 6376).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dkim: Option<DkimSpec>,
    /// DMARC (RFC 9989).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dmarc: Option<DmarcSpec>,
    /// MTA-STS (RFC 8461).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mta_sts: Option<MtaStsSpec>,
    /// TLS-RPT (RFC 8460).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_rpt: Option<TlsRptSpec>,
    /// A domain that sends nothing: `v=spf1 -all`, `p=reject`, an empty-key wildcard DKIM record.
    #[serde(default)]
    pub parked: bool,
}

fn default_ttl() -> u32 {
    3600
}

/// Which provider object.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[serde(rename_all = "camelCase")]
pub struct ProviderRef {
    /// `ClusterDNSProvider` or `DNSProvider`.
    #[serde(default)]
    pub kind: ProviderKind,
    /// Its name.
    pub name: String,
}

/// Kinds of provider objects.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProviderKind {
    /// Cluster-scoped.
    #[default]
    ClusterDNSProvider,
    /// Of the MailDomain's namespace.
    DNSProvider,
}

/// What happens to a foreign value at a slot of ours.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Adoption {
    /// It stays and is a conflict.
    #[default]
    Refuse,
    /// It is taken over, once.
    Adopt,
}

/// What a deletion does.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeletionPolicy {
    /// Records, keys and policy stay.
    #[default]
    Retain,
    /// They go, in the order that breaks no mail.
    Delete,
}

/// SPF.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct SpfSpec {
    /// `ip4:` addresses or networks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ip4: Vec<String>,
    /// `ip6:` addresses or networks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ip6: Vec<String>,
    /// `a:` host names; `@` is the domain itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub a: Vec<String>,
    /// `mx:` domains; `@` is the domain itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mx: Vec<String>,
    /// `include:` domains.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<String>,
    /// Further terms, verbatim and in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<String>,
    /// Qualifier of the closing `all`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all: Option<SpfAll>,
}

/// Qualifier of `all`.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpfAll {
    /// `-all`.
    Fail,
    /// `~all`.
    SoftFail,
    /// `?all`.
    Neutral,
}

/// DKIM.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct DkimSpec {
    /// Keys made and held by Mailward.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<DkimKey>,
    /// Somebody else's public keys, pasted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub published: Vec<DkimPublished>,
    /// CNAMEs to somebody else's selectors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delegated: Vec<DkimDelegated>,
}

/// A key of ours.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct DkimKey {
    /// Name of the key; first part of its selectors.
    pub name: String,
    /// Algorithm.
    #[serde(default)]
    pub algorithm: DkimAlgorithm,
    /// RSA modulus in bits.
    #[serde(default = "default_rsa_size")]
    pub size: u32,
    /// The Secret that signers mount.
    pub secret_name: String,
}

fn default_rsa_size() -> u32 {
    2048
}

/// Key algorithms.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DkimAlgorithm {
    /// rsa-sha256.
    #[default]
    RSA,
}

/// A pasted public key.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct DkimPublished {
    /// Selector.
    pub selector: String,
    /// The public key: base64, PEM or the whole record.
    pub public_key: String,
}

/// A delegated selector.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct DkimDelegated {
    /// Selector.
    pub selector: String,
    /// CNAME target.
    pub target: String,
}

/// DMARC.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct DmarcSpec {
    /// `p`.
    pub policy: DmarcPolicy,
    /// `sp`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subdomain_policy: Option<DmarcPolicy>,
    /// `np`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonexistent_policy: Option<DmarcPolicy>,
    /// `t`.
    #[serde(default)]
    pub testing: bool,
    /// `psd`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub psd: Option<DmarcPsd>,
    /// `adkim`.
    #[serde(default)]
    pub adkim: Alignment,
    /// `aspf`.
    #[serde(default)]
    pub aspf: Alignment,
    /// `rua`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rua: Vec<String>,
    /// `ruf`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ruf: Vec<String>,
    /// `fo`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fo: Vec<String>,
    /// Tags of RFC 7489 that RFC 9989 removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub obsolete: Option<DmarcObsolete>,
}

/// DMARC policies.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub enum DmarcPolicy {
    /// `none`.
    None,
    /// `quarantine`.
    Quarantine,
    /// `reject`.
    Reject,
}

/// `psd` values.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub enum DmarcPsd {
    /// `y`.
    Yes,
    /// `n`.
    No,
}

/// Identifier alignment.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Alignment {
    /// `r`.
    #[default]
    Relaxed,
    /// `s`.
    Strict,
}

/// Removed tags, written only on request.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct DmarcObsolete {
    /// `pct`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pct: Option<u8>,
    /// `rf`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rf: Vec<String>,
    /// `ri`, seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ri: Option<u32>,
}

/// MTA-STS.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct MtaStsSpec {
    /// `mode`.
    pub mode: MtaStsMode,
    /// `mx` patterns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mx: Vec<String>,
    /// `max_age`, seconds.
    #[serde(default = "default_max_age")]
    pub max_age: u32,
    /// Who answers for the policy host.
    #[serde(default)]
    pub serving: Serving,
    /// Who publishes its address.
    #[serde(default)]
    pub address: AddressSource,
    /// The address for `address: Static`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub static_address: Option<StaticAddress>,
}

fn default_max_age() -> u32 {
    604_800
}

/// Modes.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub enum MtaStsMode {
    /// `testing`.
    Testing,
    /// `enforce`.
    Enforce,
    /// `none`.
    None,
}

/// Exactly one way to serve the policy.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Serving {
    /// Behind an Ingress of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ingress: Option<IngressServing>,
    /// By somebody else; Mailward only checks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external: Option<ExternalServing>,
}

impl Default for Serving {
    fn default() -> Self {
        Self { ingress: Some(IngressServing::default()), external: None }
    }
}

/// Ingress settings.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct IngressServing {
    /// Annotations; only keys on the install's allow-list.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}

/// No settings.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct ExternalServing {}

/// A fixed address of `mta-sts.<domain>`: addresses, or one host name.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct StaticAddress {
    /// IPv4 addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ipv4: Vec<String>,
    /// IPv6 addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ipv6: Vec<String>,
    /// A host name; excludes addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cname: Option<String>,
}

/// Sources of the address.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AddressSource {
    /// The Ingress's load-balancer status.
    #[default]
    FromServing,
    /// Somebody else publishes it.
    External,
    /// As written.
    Static,
}

/// TLS-RPT.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct TlsRptSpec {
    /// `rua`: `mailto:` or `https:` URIs.
    pub rua: Vec<String>,
}

/// What Mailward saw and did.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct MailDomainStatus {
    /// Generation the conditions speak of; -1 until first seen.
    #[serde(default = "unseen")]
    pub observed_generation: i64,
    /// Conditions.
    #[serde(default)]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["type".into()]))]
    pub conditions: Vec<Condition>,
    /// The owner string in our marker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Every wanted record.
    #[serde(default)]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["name".into(), "type".into()]))]
    pub records: Vec<RecordStatus>,
    /// Keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dkim: Option<DkimStatus>,
    /// Policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mta_sts: Option<MtaStsStatus>,
    /// SPF cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spf: Option<SpfStatus>,
    /// What the rules found worth a warning.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

impl Default for MailDomainStatus {
    fn default() -> Self {
        Self {
            observed_generation: unseen(),
            conditions: vec![],
            owner: None,
            records: vec![],
            dkim: None,
            mta_sts: None,
            spf: None,
            warnings: vec![],
        }
    }
}

/// One wanted record.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct RecordStatus {
    /// Owner name.
    pub name: String,
    /// Type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Values of ours, joined.
    #[serde(default)]
    pub values: Vec<String>,
    /// Where it stands.
    pub state: RecordState,
    /// Why, when it is not `Verified`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
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
    /// One entry a key of the spec.
    #[serde(default)]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["name".into()]))]
    pub keys: Vec<DkimKeyStatus>,
}

/// One key.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct DkimKeyStatus {
    /// Name in the spec.
    pub name: String,
    /// The selector signers use now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_selector: Option<String>,
    /// Every selector of the key.
    #[serde(default)]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["selector".into()]))]
    pub selectors: Vec<SelectorStatus>,
}

/// One selector.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct SelectorStatus {
    /// Selector.
    pub selector: String,
    /// SHA-256 of the SubjectPublicKeyInfo, hex.
    pub fingerprint: String,
    /// Phase.
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
    /// `id` in DNS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Mode that is served.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub served_mode: Option<MtaStsMode>,
    /// Until when a sender may hold an enforce policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enforced_until: Option<Time>,
}

/// SPF cost (SPF-G2).
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct SpfStatus {
    /// DNS-querying terms, 10 at most.
    pub lookups: u32,
    /// Whether every target could be resolved; otherwise `lookups` is a lower bound.
    pub resolved: bool,
}
