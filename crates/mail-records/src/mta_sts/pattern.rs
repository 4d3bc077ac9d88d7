//! The `mx:` patterns of a policy and what they match.

use std::fmt;
use std::str::FromStr;

use crate::name::{self, NameError};

/// A host name, or `*.` and the rest of one (RFC 8461 3.2, 4.1). Lower case, A-labels.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MxPattern(String);

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// `*` alone, twice, or inside a label.
    #[error("mx {0:?}: a star stands only for the whole leftmost label, as in *.example.net")]
    Star(String),
    /// A dot at the end.
    #[error("mx {0:?}: remove the dot at the end")]
    TrailingDot(String),
    /// Not a host name.
    #[error("mx {pattern:?}: {cause}")]
    Name {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        cause: NameError,
    },
}

impl MxPattern {
    /// Checks a pattern.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let suffix = text.strip_prefix("*.").unwrap_or(text);
        if suffix.contains('*') {
            return Err(PatternError::Star(text.to_owned()));
        }
        if suffix.ends_with('.') {
            return Err(PatternError::TrailingDot(text.to_owned()));
        }
        match name::check_domain(suffix) {
            Ok(_) => Ok(Self(text.to_ascii_lowercase())),
            Err(cause) => Err(PatternError::Name {
                pattern: text.to_owned(),
                cause,
            }),
        }
    }

    /// Whether a host is covered. The star is exactly one label: `*.example.net` matches `a.example.net`, neither
    /// `example.net` nor `a.b.example.net`.
    pub fn matches(&self, host: &str) -> bool {
        let host = name::fold(host);
        match self.0.strip_prefix("*.") {
            None => host == self.0,
            Some(suffix) => host
                .split_once('.')
                .is_some_and(|(label, rest)| !label.is_empty() && rest == suffix),
        }
    }

    /// The pattern as it stands in a policy.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for MxPattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        Self::parse(text)
    }
}

impl fmt::Display for MxPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
