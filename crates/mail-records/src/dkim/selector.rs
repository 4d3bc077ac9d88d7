//! Selector names.

use std::fmt;
use std::str::FromStr;

use crate::name::{self, NameError};

/// The name of a key below `_domainkey`: one or more host-name labels (RFC 6376 3.1, 3.6.2.1), lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Selector(String);

/// Why a text is no selector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("selector {selector:?}: {cause}")]
pub struct SelectorError {
    /// The text.
    pub selector: String,
    /// What is wrong with it.
    pub cause: NameError,
}

impl Selector {
    /// Checks a selector: letters, digits and inner hyphens; dots make labels; each label at most 63 octets.
    pub fn new(text: impl AsRef<str>) -> Result<Self, SelectorError> {
        let text = text.as_ref();
        let fail = |cause| SelectorError {
            selector: text.to_owned(),
            cause,
        };
        if text.is_empty() {
            return Err(fail(NameError::Empty));
        }
        text.split('.')
            .try_for_each(|label| check_label(label, text))
            .map_err(fail)?;
        name::check_length(text).map_err(fail)?;
        Ok(Self(text.to_ascii_lowercase()))
    }

    /// The selector.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The owner of its record: `<selector>._domainkey.<domain>`, refused when that is too long (DNS-R1).
    pub fn owner(&self, domain: &str) -> Result<String, NameError> {
        name::prefixed(&format!("{self}.{}", super::PREFIX), domain)
    }
}

fn check_label(label: &str, selector: &str) -> Result<(), NameError> {
    if label.is_empty() {
        return Err(NameError::EmptyLabel {
            name: selector.to_owned(),
        });
    }
    name::check_label(label)
}

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Self, SelectorError> {
        Self::new(text)
    }
}

impl AsRef<str> for Selector {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
