//! The domain of a term: a macro string that ends like a domain name (RFC 7208 7.1).

use std::fmt;

use super::macro_string::{MacroError, MacroString, Part};
use crate::name::{self, NameError};

/// A `domain-spec`. The text is kept as written; [`DomainSpec::literal`] gives the name to look up.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DomainSpec(MacroString);

/// Why a text is no `domain-spec`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DomainError {
    /// Nothing after the colon or equals sign.
    #[error("the domain is missing")]
    Empty,
    /// The macros in it are wrong.
    #[error(transparent)]
    Macro(#[from] MacroError),
    /// It is not ASCII; the error gives the A-label to write.
    #[error(transparent)]
    Name(#[from] NameError),
    /// It does not end in a dot and a top label, nor in a macro.
    #[error(
        "{text:?} does not end like a domain name: a dot and a last label that is no number belong there{hint}"
    )]
    NoTopLabel {
        /// The text.
        text: String,
        /// What was probably meant.
        hint: &'static str,
    },
}

impl DomainSpec {
    /// Checks a text against the grammar, which allows more than DNS does: `a:mail..example` passes here and is
    /// refused by [`DomainSpec::check`].
    pub fn parse(text: &str) -> Result<Self, DomainError> {
        if text.is_empty() {
            return Err(DomainError::Empty);
        }
        if !text.is_ascii() {
            name::check_owner(text)?;
        }
        let parsed = MacroString::parse(text)?;
        match parsed.parts().last() {
            Some(Part::Literal(end)) if !ends_in_top_label(end) => Err(DomainError::NoTopLabel {
                text: text.to_owned(),
                hint: hint(text),
            }),
            _ => Ok(Self(parsed)),
        }
    }

    /// The text as written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The macros and texts it is made of.
    pub fn macros(&self) -> &MacroString {
        &self.0
    }

    /// The name to look up, in lower case without a trailing dot, or `None` when it depends on the message.
    pub fn literal(&self) -> Option<String> {
        self.0.is_literal().then(|| name::fold(self.as_str()))
    }

    /// Whether DNS can hold the name at all; a name with macros is not judged.
    pub fn check(&self) -> Result<(), NameError> {
        match self.literal() {
            Some(name) => name::check_owner(&name).map(|_| ()),
            None => Ok(()),
        }
    }

    /// For comparing: [`DomainSpec::literal`], or the text where there are macros (their case has a meaning).
    pub(super) fn folded(&self) -> String {
        self.literal().unwrap_or_else(|| self.as_str().to_owned())
    }
}

impl fmt::Display for DomainSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// `"." toplabel [ "." ]` at the end of the last literal.
fn ends_in_top_label(literal: &str) -> bool {
    let literal = literal.strip_suffix('.').unwrap_or(literal);
    literal
        .rsplit_once('.')
        .is_some_and(|(_, top)| is_top_label(top))
}

/// Letters and digits with at least one letter, or with an inner hyphen (RFC 7208 7.1, `toplabel`).
fn is_top_label(label: &str) -> bool {
    let octets = label.as_bytes();
    let edges = octets
        .first()
        .zip(octets.last())
        .is_some_and(|(first, last)| first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric());
    edges
        && octets
            .iter()
            .all(|octet| octet.is_ascii_alphanumeric() || *octet == b'-')
        && octets.iter().any(|octet| !octet.is_ascii_digit())
}

fn hint(text: &str) -> &'static str {
    if text.parse::<std::net::Ipv4Addr>().is_ok() {
        "; this is an address, write it as ip4:"
    } else if text.ends_with('/') {
        "; remove the slash at the end"
    } else if text.contains("://") {
        "; write the domain name only, not a URL"
    } else {
        ""
    }
}
