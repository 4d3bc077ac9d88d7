//! The TXT record: a version and an id that changes with each policy.

use std::fmt;
use std::str::FromStr;

use crate::lint::Finding;
use crate::tag_list::{TagError, TagList};

/// The TXT at `_mta-sts.<domain>`. The version is implied: `v=STSv1`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TxtRecord {
    id: String,
}

/// Why a text is no MTA-STS record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The version is not first, not exact, or not directly followed by a semicolon.
    #[error(
        "the text does not start with \"v=STSv1;\" (exact case, no space before the semicolon)"
    )]
    NotMtaSts,
    /// The tags cannot be read.
    #[error(transparent)]
    Tags(#[from] TagError),
    /// No id.
    #[error("id= is missing")]
    NoId,
    /// An id of the wrong form.
    #[error("id={0:?}: an id has 1 to 32 letters and digits and nothing else")]
    BadId(String),
}

impl From<RecordError> for Finding {
    fn from(error: RecordError) -> Self {
        Self::reject("STS-R1", error.to_string())
    }
}

/// Whether a joined TXT is meant as MTA-STS; others at the name are dropped by senders (RFC 8461 3.1).
pub fn is_mta_sts(text: &str) -> bool {
    text.starts_with("v=STSv1;")
}

/// Everything that is wrong with a joined TXT.
pub fn lint_text(text: &str) -> Vec<Finding> {
    TxtRecord::parse(text)
        .err()
        .map(Finding::from)
        .into_iter()
        .collect()
}

impl TxtRecord {
    /// Checks an id: 1 to 32 letters and digits (RFC 8461 3.1). It has no order, only equality.
    pub fn new(id: impl Into<String>) -> Result<Self, RecordError> {
        let id = id.into();
        let fits =
            (1..=32).contains(&id.len()) && id.bytes().all(|octet| octet.is_ascii_alphanumeric());
        if fits {
            Ok(Self { id })
        } else {
            Err(RecordError::BadId(id))
        }
    }

    /// The id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Reads a joined TXT; extension tags are passed over.
    pub fn parse(text: &str) -> Result<Self, RecordError> {
        if !is_mta_sts(text) {
            return Err(RecordError::NotMtaSts);
        }
        let tags = TagList::read_strict(text)?;
        Self::new(tags.get("id").ok_or(RecordError::NoId)?)
    }
}

impl FromStr for TxtRecord {
    type Err = RecordError;

    fn from_str(text: &str) -> Result<Self, RecordError> {
        Self::parse(text)
    }
}

impl fmt::Display for TxtRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v=STSv1; id={}", self.id)
    }
}
