//! What is wrong with a DMARC text.

use crate::lint::Finding;
use crate::tag_list::TagError;
use crate::uri::UriError;

/// Why a text gives no DMARC policy, or what a receiver passes over in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// `v=DMARC1` is not the first tag.
    #[error("the text does not start with \"v=DMARC1;\" (capitals, and a semicolon behind)")]
    NotDmarc,
    /// The tags cannot be read.
    #[error(transparent)]
    Tags(#[from] TagError),
    /// No valid `p=`, and no `rua=` that would make up for it.
    #[error("p= is missing or not one of none, quarantine, reject")]
    NoPolicy,
    /// A value that a tag cannot have.
    #[error("{tag}={value:?} is not a value of this tag")]
    Value {
        /// The tag.
        tag: &'static str,
        /// Its value.
        value: String,
    },
    /// A wrong report address.
    #[error("{tag}=: {cause}")]
    Uri {
        /// `rua` or `ruf`.
        tag: &'static str,
        /// What is wrong with it.
        cause: UriError,
    },
    /// `!10m` behind an address.
    #[error(
        "{tag}={uri}: the size limit behind ! is obsolete and ignored (RFC 9989 C.4), remove it"
    )]
    SizeLimit {
        /// `rua` or `ruf`.
        tag: &'static str,
        /// The address with its limit.
        uri: String,
    },
}

impl From<ParseError> for Finding {
    fn from(error: ParseError) -> Self {
        match error {
            ParseError::SizeLimit { .. } => Self::warn("DMARC-W1", error.to_string()),
            _ => Self::reject("DMARC-R1", error.to_string()),
        }
    }
}
