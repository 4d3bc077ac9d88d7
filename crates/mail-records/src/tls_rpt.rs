//! TLS-RPT (RFC 8460): where reports about TLS failures go. Owner `_smtp._tls.<domain>`.

use std::fmt;
use std::str::FromStr;

use crate::lint::Finding;
use crate::name;
use crate::tag_list::{TagError, TagList};
use crate::uri::{self, Scheme, Uri, UriError};

/// Stands in front of the domain: `_smtp._tls.<domain>` (RFC 8460 3).
pub const PREFIX: &str = "_smtp._tls";

/// A TLS-RPT record. The version is implied: `v=TLSRPTv1`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TlsRpt {
    /// `rua=`: where reports go, at least one.
    pub rua: Vec<Uri>,
}

/// Why a text is no TLS-RPT record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// The version is not first, not exact, or not directly followed by a semicolon.
    #[error(
        "the text does not start with \"v=TLSRPTv1;\" (exact case, no space before the semicolon)"
    )]
    NotTlsRpt,
    /// The tags cannot be read.
    #[error(transparent)]
    Tags(#[from] TagError),
    /// No address.
    #[error("rua= is missing or empty: name at least one mailto: or https: address")]
    NoRua,
    /// A wrong address.
    #[error("rua=: {0}")]
    Rua(#[from] UriError),
}

impl From<ParseError> for Finding {
    fn from(error: ParseError) -> Self {
        Self::reject("TLSRPT-R1", error.to_string())
    }
}

/// Whether a joined TXT is meant as TLS-RPT; others at the name are dropped by readers (RFC 8460 3).
pub fn is_tls_rpt(text: &str) -> bool {
    text.starts_with("v=TLSRPTv1;")
}

/// Everything that is wrong with a joined TXT, including what keeps it from being read.
pub fn lint_text(text: &str, domain: Option<&str>) -> Vec<Finding> {
    TlsRpt::parse(text).map_or_else(|error| vec![error.into()], |record| record.lint(domain))
}

impl TlsRpt {
    /// Reads a joined TXT.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        if !is_tls_rpt(text) {
            return Err(ParseError::NotTlsRpt);
        }
        let tags = TagList::read_strict(text)?;
        match tags.get("rua") {
            None | Some("") => Err(ParseError::NoRua),
            Some(list) => Ok(Self {
                rua: uri::parse_list(list).collect::<Result<_, _>>()?,
            }),
        }
    }

    /// What should not be published. `domain` is the domain whose failures are reported, if known.
    pub fn lint(&self, domain: Option<&str>) -> Vec<Finding> {
        let empty = self.rua.is_empty().then(|| ParseError::NoRua.into());
        empty
            .into_iter()
            .chain(domain.and_then(|domain| self.reports_to_itself(domain)))
            .collect()
    }

    /// Whether both name the same addresses.
    pub fn same_meaning(&self, other: &Self) -> bool {
        let folded = |record: &Self| {
            record
                .rua
                .iter()
                .map(Uri::folded)
                .collect::<std::collections::BTreeSet<_>>()
        };
        folded(self) == folded(other)
    }

    fn reports_to_itself(&self, domain: &str) -> Option<Finding> {
        let at_home = |uri: &Uri| {
            uri.scheme() == Scheme::Mailto && name::is_same_or_below(uri.host(), domain)
        };
        let only = !self.rua.is_empty() && self.rua.iter().all(at_home);
        only.then(|| {
            let message = format!("rua=: reports go only to mail at {domain}, whose delivery may be what is broken: add an address elsewhere");
            Finding::warn("TLSRPT-W1", message)
        })
    }
}

impl FromStr for TlsRpt {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text)
    }
}

impl fmt::Display for TlsRpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v=TLSRPTv1; rua={}", uri::join_list(&self.rua))
    }
}
