//! DMARC (RFC 9989): the TXT at `_dmarc.<domain>`. Tags of RFC 7489 that 9989 removed are read and kept apart.
//! Looking up the policy of a domain (the tree walk) does not belong here.

mod error;
mod external;
mod lint;
mod meaning;
mod read;
mod render;
mod strictness;
mod values;

pub use error::ParseError;
pub use external::ReportAuthorization;
pub use lint::{Context, lint_text};
pub use read::is_dmarc;
pub use strictness::{Level, Strictness};
pub use values::{Alignment, FailureOption, Obsolete, Policy, Psd};

use crate::uri::Uri;

/// Stands in front of the domain: `_dmarc.<domain>` (RFC 9989 4.5).
pub const PREFIX: &str = "_dmarc";

/// A DMARC record. The version is implied: `v=DMARC1`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Dmarc {
    /// `p=`: for mail of the domain itself.
    pub policy: Policy,
    /// `sp=`: for existing subdomains; falls back to `p`.
    pub subdomain_policy: Option<Policy>,
    /// `np=`: for subdomains that do not exist; falls back to `sp`, then `p`.
    pub nonexistent_policy: Option<Policy>,
    /// `t=y`: receivers apply each policy one level lower.
    pub testing: bool,
    /// `psd=`: whether the domain is a public suffix.
    pub psd: Psd,
    /// `adkim=`: how exactly the DKIM domain must match, default relaxed.
    pub adkim: Alignment,
    /// `aspf=`: how exactly the SPF domain must match, default relaxed.
    pub aspf: Alignment,
    /// `fo=`: when failure reports are wanted; empty is the default `0`. Ignored without `ruf`.
    pub fo: std::collections::BTreeSet<FailureOption>,
    /// `rua=`: where aggregate reports go.
    pub rua: Vec<Uri>,
    /// `ruf=`: where failure reports go.
    pub ruf: Vec<Uri>,
    /// Tags that RFC 9989 removed, as found; never set in a new record.
    pub obsolete: Obsolete,
}
