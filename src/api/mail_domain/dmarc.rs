//! The `dmarc` block (RFC 9989).

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::schema;

/// The tags of the DMARC record.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct DmarcSpec {
    /// `p` (RFC 9989 4.7): what receivers are asked to do with mail of this domain that fails. `None` (only report),
    /// `Quarantine` or `Reject`.
    pub policy: DmarcPolicy,
    /// `sp`: the same for subdomains that exist. Absent: as `policy`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "DmarcPolicy")]
    pub subdomain_policy: Option<DmarcPolicy>,
    /// `np`: the same for subdomains that do not exist. Absent: as `subdomainPolicy`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "DmarcPolicy")]
    pub nonexistent_policy: Option<DmarcPolicy>,
    /// `t=y`: ask receivers to apply the policy one level lower and to report as if it held. Takes the place of `pct`.
    /// Default false.
    #[serde(default)]
    pub testing: bool,
    /// `psd`: what the domain is to a receiver's walk up the tree (RFC 9989 4.10). `PublicSuffix` (`psd=y`): others register
    /// below it. `OrganizationalDomain` (`psd=n`): the walk ends here. Absent: the receiver finds out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "DmarcPsd")]
    pub psd: Option<DmarcPsd>,
    /// `adkim`: how the domain that signed must match the one in From. `Relaxed` (default): the same organization;
    /// `Strict`: the same name.
    #[serde(default)]
    pub adkim: Alignment,
    /// `aspf`: how the domain that SPF vouches for must match the one in From. `Relaxed` (default) or `Strict`.
    #[serde(default)]
    pub aspf: Alignment,
    /// `rua`: where aggregate reports go, as `mailto:` URIs. Old receivers serve the first two.
    ///
    /// An address at another organization works only if that organization publishes its consent (RFC 9990 4).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "schema::uris::dmarc_reports")]
    pub rua: Vec<String>,
    /// `ruf`: where failure reports go, as `mailto:` URIs. They hold parts of single mails; few receivers send them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "schema::uris::dmarc_reports")]
    pub ruf: Vec<String>,
    /// `fo`: when a failure report is wanted. `0`: SPF and DKIM both failed to vouch; `1`: one of them; `d`: a DKIM
    /// signature failed; `s`: SPF failed. `0` and `1` exclude each other. Means nothing without `ruf`. Absent: `0`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "schema::dmarc::failure_options")]
    #[x_kube(validation = Rule::new("!('0' in self && '1' in self)").message("DMARC-R1: fo takes one of 0 and 1, not both"))]
    pub fo: Vec<String>,
    /// Tags that RFC 9989 removed, written only if they are set here, with a warning in status. For a record that old
    /// software reads.
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

/// `psd` values. Written as words that YAML does not take for booleans, as it does `Yes` and `No`.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub enum DmarcPsd {
    /// `y`.
    #[serde(rename = "PublicSuffix")]
    Yes,
    /// `n`.
    #[serde(rename = "OrganizationalDomain")]
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

/// Tags of RFC 7489 that RFC 9989 removed.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct DmarcObsolete {
    /// `pct` (RFC 7489 6.3): percentage of mail the policy applies to, 0 to 100. Use `testing` instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 100))]
    pub pct: Option<u8>,
    /// `rf` (RFC 7489 6.3): formats of failure reports, such as `afrf`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "schema::dmarc::report_formats")]
    pub rf: Vec<String>,
    /// `ri` (RFC 7489 6.3): seconds between aggregate reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ri: Option<u32>,
}
