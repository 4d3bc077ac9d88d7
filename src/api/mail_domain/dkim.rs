//! The `dkim` block (RFC 6376, updated by RFC 8301).

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::schema;

/// The keys that sign the domain's mail. Each selector stands in one of the three lists.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[x_kube(
    validation = Rule::new("!has(self.published) || !has(self.delegated) || self.published.all(p, !self.delegated.exists(d, d.selector == p.selector))")
        .message("DKIM-R1: a selector stands in both published and delegated; it can have one key only"),
    validation = Rule::new(KEYS_BESIDE_PUBLISHED)
        .message("DKIM-R1: a selector in published is the name of a key of ours, or begins with that name and a hyphen; such selectors are kept for the key"),
    validation = Rule::new(KEYS_BESIDE_DELEGATED)
        .message("DKIM-R1: a selector in delegated is the name of a key of ours, or begins with that name and a hyphen; such selectors are kept for the key"),
    validation = Rule::new("!has(self.keys) || self.keys.all(k, self.keys.exists_one(o, o.secretName == k.secretName))")
        .message("two keys share a secretName; give each a Secret of its own")
)]
#[serde(rename_all = "camelCase")]
pub struct DkimSpec {
    /// Keys that Mailward makes and holds in Secrets of this namespace, for mail servers of your own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 8))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["name".into()]))]
    pub keys: Vec<DkimKey>,
    /// Public keys that a sender shows you to paste, published as TXT records (Google Workspace).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 32))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["selector".into()]))]
    pub published: Vec<DkimPublished>,
    /// Selectors handed to a sender by CNAME, who then keeps and rotates the key (Microsoft 365, Mailchimp, Amazon SES).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 32))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["selector".into()]))]
    pub delegated: Vec<DkimDelegated>,
}

const KEYS_BESIDE_PUBLISHED: &str = "!has(self.keys) || !has(self.published) || \
    self.published.all(p, !self.keys.exists(k, p.selector == k.name || p.selector.startsWith(k.name + '-')))";
const KEYS_BESIDE_DELEGATED: &str = "!has(self.keys) || !has(self.delegated) || \
    self.delegated.all(d, !self.keys.exists(k, d.selector == k.name || d.selector.startsWith(k.name + '-')))";

/// A key that Mailward makes and holds.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct DkimKey {
    /// Name of the key, the first part of its selectors: lower-case letters, digits and inner hyphens, at most 40.
    #[schemars(schema_with = "schema::dkim::key_name")]
    pub name: String,
    /// Algorithm of the key. `RSA` (default): signatures are rsa-sha256, which every receiver verifies.
    #[serde(default)]
    pub algorithm: DkimAlgorithm,
    /// Bits of the RSA modulus: 2048 (default), 3072 or 4096 (RFC 8301 3.2).
    ///
    /// Above 2048 the record needs three strings, and its answer no longer fits a plain UDP packet.
    #[serde(default = "default_rsa_size", skip_serializing_if = "is_default_rsa_size")]
    #[x_kube(validation = Rule::new("self in [2048, 3072, 4096]").message("DKIM-R1: an RSA key has 2048, 3072 or 4096 bits"))]
    pub size: u32,
    /// Name of the Secret with the active key that signers mount: PEM files, selector, domain, and tables for OpenDKIM and
    /// rspamd.
    ///
    /// A Secret of this name that Mailward did not make is a conflict and is left alone.
    #[schemars(schema_with = "schema::kubernetes::object_name")]
    pub secret_name: String,
}

fn default_rsa_size() -> u32 {
    2048
}

/// Left out when written, so that the schema stores no default that an algorithm without sizes would have to explain.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_default_rsa_size(size: &u32) -> bool {
    *size == default_rsa_size()
}

/// Key algorithms.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DkimAlgorithm {
    /// rsa-sha256.
    #[default]
    RSA,
}

/// A public key pasted from a sender.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct DkimPublished {
    /// The selector the sender signs with: what stands before `._domainkey`.
    #[schemars(schema_with = "schema::dkim::selector")]
    pub selector: String,
    /// The public key as the sender shows it: bare base64, PEM, or the whole record `v=DKIM1; k=rsa; p=...`.
    ///
    /// It is read and checked, not only copied: a key cut short is refused.
    #[schemars(length(min = 1, max = 4096))]
    pub public_key: String,
}

/// A selector handed to a sender by CNAME.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct DkimDelegated {
    /// The selector the sender signs with: what stands before `._domainkey`.
    #[schemars(schema_with = "schema::dkim::selector")]
    pub selector: String,
    /// The name the sender gives for it, without a trailing dot.
    #[schemars(schema_with = "schema::names::cname_target")]
    pub target: String,
}
