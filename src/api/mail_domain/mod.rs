//! `MailDomain`: how one domain sends, signs, reports and receives mail.
//!
//! This file holds the spec and the fields that concern the object as a whole; each mail standard has a file of its own.

mod delegation;
mod dkim;
mod dmarc;
mod mta_sts;
mod spf;
mod status;
mod tls_rpt;

pub use delegation::*;
pub use dkim::*;
pub use dmarc::*;
pub use mta_sts::*;
pub use spf::*;
pub use status::*;
pub use tls_rpt::*;

use std::fmt;

use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::schema;

/// What the domain is, who publishes for it, and one block for each standard that Mailward keeps correct in DNS.
///
/// A block that is absent is not managed. A block that is taken away again is withdrawn in the order that breaks no mail.
#[derive(CustomResource, KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[kube(
    group = "mailward.dev",
    version = "v1alpha1",
    kind = "MailDomain",
    namespaced,
    status = "MailDomainStatus",
    derive = "PartialEq",
    doc = "A MailDomain describes how one domain sends, signs, reports and receives mail. Mailward keeps its SPF, DKIM, DMARC, MTA-STS and TLS-RPT records correct in DNS, holds its DKIM keys and serves its MTA-STS policy.",
    shortname = "md",
    category = "mailward",
    category = "mail",
    selectable = ".spec.domain",
    printcolumn(name = "Domain", type_ = "string", json_path = ".spec.domain"),
    printcolumn(name = "Ready", type_ = "string", json_path = r#".status.conditions[?(@.type=="Ready")].status"#),
    printcolumn(name = "DMARC", type_ = "string", description = "The DMARC policy asked for", json_path = ".spec.dmarc.policy"),
    printcolumn(
        name = "MTA-STS",
        type_ = "string",
        description = "The mode of the policy that is served",
        json_path = ".status.mtaSts.servedMode"
    ),
    printcolumn(name = "Provider", type_ = "string", json_path = ".spec.providerRef.name", priority = 1),
    printcolumn(
        name = "Message",
        type_ = "string",
        json_path = r#".status.conditions[?(@.type=="Ready")].message"#,
        priority = 1
    ),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp")
)]
#[x_kube(
    validation = Rule::new("!self.parked || !(has(self.spf) || has(self.dkim) || has(self.dmarc) || has(self.mtaSts) || has(self.tlsRpt))")
        .message("parked excludes spf, dkim, dmarc, mtaSts and tlsRpt: a parked domain sends and receives nothing")
        .field_path(".parked"),
    validation = Rule::new("!has(self.spf) || !has(self.spf.include) || self.spf.include.all(i, i.lowerAscii() != self.domain)")
        .message("SPF-R1: spec.spf.include names the domain itself, which is an endless loop")
        .field_path(".spf.include"),
    validation = Rule::new(SAME_DELEGATION)
        .message("delegation is immutable: its records stand where it says, so create another MailDomain after deleting this one"),
    validation = Rule::new(SELECTORS_FIT)
        .message("DNS-R1: <selector>._domainkey.<domain> is longer than the 253 characters of a DNS name")
)]
#[serde(rename_all = "camelCase")]
pub struct MailDomainSpec {
    /// The domain: what stands after the `@` of its addresses, in lower case, without a trailing dot, international names
    /// as A-labels (`xn--...`).
    ///
    /// Immutable: another domain is another MailDomain.
    #[schemars(schema_with = "schema::names::domain")]
    #[x_kube(validation = Rule::new("self == oldSelf").message("domain is immutable: create another MailDomain for another domain"))]
    pub domain: String,
    /// Who publishes the records.
    ///
    /// It can be changed. The zone at the old provider is neither written nor cleaned again, and status names it.
    pub provider_ref: ProviderRef,
    /// Keep the records in a zone of your own, to which the domain's zone points; for domains whose zone Mailward may not write.
    ///
    /// Mailward writes only below `<domain>.<zone>`. Whoever holds the domain's zone enters once what `status.delegation` lists:
    /// CNAMEs for DKIM, DMARC, MTA-STS and TLS-RPT, and for SPF a record that redirects, since no CNAME can stand at the domain
    /// itself (RFC 1034 3.6.2). A record counts as published only while its pointer stands. Immutable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegation: Option<DelegationSpec>,
    /// TTL in seconds of the records at names that are this domain's alone, 30 to 604800. Default 3600.
    ///
    /// At names shared with others (the domain itself, where SPF stands beside verification strings) the TTL found there
    /// stays, because a set of records has one TTL (RFC 2181 5.2). Longer than a week is cut by resolvers (RFC 8767 4).
    #[serde(default = "default_ttl")]
    #[schemars(range(min = 30, max = 604_800))]
    pub ttl: u32,
    /// Stop writing anything for this domain: records, keys and policy stay as they are, and status says so. Default false.
    #[serde(default)]
    pub suspend: bool,
    /// What happens when a value that Mailward did not write stands where one of its own should go.
    ///
    /// `Refuse` (default): it stays, and status reports a conflict with both values. `Adopt`: it is replaced, once for each
    /// name. A value that already means the same is taken over silently either way.
    #[serde(default)]
    pub adoption: Adoption,
    /// The owner whose marker may be replaced, as `<owner-id>/<namespace>/<name>`, for a domain that another cluster or
    /// another MailDomain managed before. Status and the TXT record at `_mailward.<domain>` show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::kubernetes::owner")]
    pub take_over_from: Option<String>,
    /// What happens to records, keys and policy when this object is deleted.
    ///
    /// `Retain` (default): all of them stay, so that a deletion by mistake breaks no mail. `Delete`: they go, in the order
    /// that breaks no mail, and an enforced MTA-STS policy is withdrawn first (RFC 8461 8.3).
    #[serde(default)]
    pub deletion_policy: DeletionPolicy,
    /// SPF (RFC 7208): the hosts that may send mail for the domain, as one TXT record at the domain itself.
    ///
    /// The terms are written in the order ip4, ip6, a, mx, include, terms, all. `a`, `mx`, `include` and some `terms` cost a
    /// DNS lookup each, and so does every lookup inside what they name; a receiver gives up after ten (RFC 7208 4.6.4).
    /// Status shows the sum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spf: Option<SpfSpec>,
    /// DKIM (RFC 6376): the keys that sign the domain's mail, as records at `<selector>._domainkey.<domain>`.
    ///
    /// A selector stands in one of the three lists, and is bound to one key for ever: another key gets another selector, and
    /// signers are told of it only after every authoritative server answers with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dkim: Option<DkimSpec>,
    /// DMARC (RFC 9989): what receivers do with mail that neither SPF nor DKIM vouches for, as a TXT record at
    /// `_dmarc.<domain>`.
    ///
    /// A record stricter than the one in DNS is written only after SPF and, where this spec names selectors, DKIM answer;
    /// until then status says `DMARCHeld`. A month each of `None`, `Quarantine` and `Reject` is advised (RFC 9989 7.4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dmarc: Option<DmarcSpec>,
    /// MTA-STS (RFC 8461): tells senders to insist on TLS to these mail servers, as a policy served over HTTPS at
    /// `mta-sts.<domain>` and a TXT record at `_mta-sts.<domain>` that announces it.
    ///
    /// The record changes only after the new policy is served everywhere. A policy taken away is served as `none` until every
    /// sender has forgotten the enforced one (RFC 8461 8.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mta_sts: Option<MtaStsSpec>,
    /// TLS-RPT (RFC 8460): where senders report their trouble with TLS, as a TXT record at `_smtp._tls.<domain>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_rpt: Option<TlsRptSpec>,
    /// The domain sends nothing: publish `v=spf1 -all`, DMARC `p=reject` and an empty key for every DKIM selector.
    /// Excludes the blocks above. MX records are never written. Default false.
    #[serde(default)]
    pub parked: bool,
}

const SAME_DELEGATION: &str = "has(self.delegation) == has(oldSelf.delegation) && \
    (!has(self.delegation) || self.delegation.zone == oldSelf.delegation.zone)";

/// `._domainkey.` between selector and domain has 12 characters.
const SELECTORS_FIT: &str = "!has(self.dkim) || \
    ((!has(self.dkim.published) || self.dkim.published.all(p, p.selector.size() + 12 + self.domain.size() <= 253)) && \
    (!has(self.dkim.delegated) || self.dkim.delegated.all(d, d.selector.size() + 12 + self.domain.size() <= 253)))";

fn default_ttl() -> u32 {
    3600
}

/// Which provider object publishes the records.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[serde(rename_all = "camelCase")]
pub struct ProviderRef {
    /// `ClusterDNSProvider` (default) for one that the cluster's administrators share, `DNSProvider` for one in the
    /// namespace of this MailDomain.
    #[serde(default)]
    pub kind: ProviderKind,
    /// Name of the provider object.
    #[schemars(schema_with = "schema::kubernetes::object_name")]
    pub name: String,
}

impl fmt::Display for ProviderRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            ProviderKind::ClusterDNSProvider => write!(f, "ClusterDNSProvider {}", self.name),
            ProviderKind::DNSProvider => write!(f, "DNSProvider {}", self.name),
        }
    }
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
