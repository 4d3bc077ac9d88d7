//! Why a text is refused as an SPF record.

use super::domain_spec::DomainError;
use super::macro_string::MacroError;
use super::network::NetworkError;
use crate::lint::Finding;

/// Why a record is a permerror for every receiver.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// The text does not start `v=spf1` followed by a space or the end.
    #[error("the text does not start with \"v=spf1\" followed by a space or the end")]
    NotSpf,
    /// More than one SPF record at a name.
    #[error("{count} SPF records stand at one name: receivers refuse them all, keep one")]
    Several {
        /// How many.
        count: usize,
    },
    /// A term is wrong.
    #[error("term {term:?}: {cause}")]
    Term {
        /// The term as written.
        term: String,
        /// What is wrong with it.
        cause: TermError,
    },
    /// `redirect=` or `exp=` a second time (RFC 7208 6).
    #[error("modifier {0}= stands twice: keep one")]
    Repeated(&'static str),
}

/// What is wrong with a term.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TermError {
    /// A tab, control or non-ASCII character.
    #[error(
        "{0:?} may not stand in a record: spaces separate terms, and domains are A-labels (xn--...)"
    )]
    BadCharacter(char),
    /// No such mechanism.
    #[error("no mechanism has this name (all, include, a, mx, ptr, ip4, ip6, exists)")]
    UnknownMechanism,
    /// `redirect:` or `exp:`.
    #[error("{0} is a modifier: write {0}= instead of a colon")]
    ModifierAsMechanism(&'static str),
    /// `all`, `ip4` or the like with something behind it that has no place there.
    #[error("{0:?} may not follow here")]
    Unexpected(String),
    /// A mechanism that needs a value has none.
    #[error("a colon and a value must follow the name")]
    NoValue,
    /// A wrong domain.
    #[error(transparent)]
    Domain(#[from] DomainError),
    /// A wrong address or prefix length.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// A wrong macro in an unknown modifier.
    #[error(transparent)]
    Macro(#[from] MacroError),
}

impl From<ParseError> for Finding {
    fn from(error: ParseError) -> Self {
        let rule = if matches!(error, ParseError::Several { .. }) {
            "SPF-G1"
        } else {
            "SPF-R1"
        };
        Self::reject(rule, error.to_string())
    }
}
