//! The `spf` block (RFC 7208).

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::schema;

/// The terms of the SPF record.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[x_kube(
    validation = Rule::new(HAS_TERMINAL)
        .message("SPF-G3: set `all` (Fail, SoftFail or Neutral), or end `terms` in redirect=: without either, every other host passes as neutral")
        .field_path(".all"),
    validation = Rule::new(ONE_TERMINAL)
        .message("SPF-R1: `all` and redirect= exclude each other: beside `all`, receivers ignore redirect=")
        .field_path(".all"),
    validation = Rule::new(ONE_REDIRECT).message("SPF-R1: redirect= stands more than once; a receiver refuses the whole record").field_path(".terms"),
    validation = Rule::new(ONE_EXP).message("SPF-R1: exp= stands more than once; a receiver refuses the whole record").field_path(".terms"),
    validation = Rule::new(TEN_LOOKUPS)
        .message("SPF-G2: more than 10 DNS lookups (a, mx, include, and include, a, mx, ptr, exists or redirect in terms); a receiver stops at the eleventh")
)]
#[serde(rename_all = "camelCase")]
pub struct SpfSpec {
    /// `ip4:` IPv4 addresses or networks, such as `192.0.2.1` or `192.0.2.0/28`. They cost no lookup.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "schema::spf::ip4")]
    pub ip4: Vec<String>,
    /// `ip6:` IPv6 addresses or networks, such as `2001:db8:25::/48`. They cost no lookup.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "schema::spf::ip6")]
    pub ip6: Vec<String>,
    /// `a:` hosts whose addresses may send; `@` is the domain itself. One lookup each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "schema::spf::hosts")]
    pub a: Vec<String>,
    /// `mx:` domains whose mail servers may send; `@` is the domain itself. One lookup each, and at most ten mail servers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "schema::spf::hosts")]
    pub mx: Vec<String>,
    /// `include:` domains whose own SPF record is asked too, such as `_spf.google.com`. One lookup each, and all that it
    /// names. The record there must exist.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "schema::spf::includes")]
    pub include: Vec<String>,
    /// Further terms, written as they stand and in this order, before `all`: `exists:`, macros, qualifiers, a prefix length
    /// after `a` or `mx`, `exp=`, `redirect=`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "schema::spf::terms")]
    pub terms: Vec<String>,
    /// The closing `all`: what is said of every other host. `Fail` (`-all`), `SoftFail` (`~all`) or `Neutral` (`?all`).
    ///
    /// Required unless `terms` end in `redirect=`. `~all` beside an enforced DMARC policy avoids rejection before DKIM is
    /// looked at (SPF-W2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "SpfAll")]
    pub all: Option<SpfAll>,
}

const HAS_TERMINAL: &str = "has(self.all) || (has(self.terms) && self.terms.exists(t, t.matches(r'(?i)^redirect=')))";
const ONE_TERMINAL: &str = "!has(self.all) || !has(self.terms) || !self.terms.exists(t, t.matches(r'(?i)^redirect='))";
const ONE_REDIRECT: &str = "!has(self.terms) || self.terms.filter(t, t.matches(r'(?i)^redirect=')).size() <= 1";
const ONE_EXP: &str = "!has(self.terms) || self.terms.filter(t, t.matches(r'(?i)^exp=')).size() <= 1";
/// Counts what this record itself asks; what the included records ask is counted where DNS can be asked.
const TEN_LOOKUPS: &str = "(has(self.a) ? self.a.size() : 0) + (has(self.mx) ? self.mx.size() : 0) + \
    (has(self.include) ? self.include.size() : 0) + (has(self.terms) ? self.terms.filter(t, \
    t.matches(r'(?i)^([-+~?]?(include:|exists:|(a|mx|ptr)([:/]|$))|redirect=)')).size() : 0) <= 10";

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
