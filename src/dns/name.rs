//! A domain name in the one form everything is compared in: lower-case, A-labels, no trailing dot.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Longest name in text form without the trailing dot (RFC 1035 2.3.4: 255 octets on the wire).
const MAX_NAME: usize = 253;
/// Longest label (RFC 1035 2.3.4).
const MAX_LABEL: usize = 63;

/// An absolute domain name (DNS-G3). Underscore labels and a leftmost `*` are allowed: owner names need them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

/// Why a text is no domain name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The text has no label at all.
    #[error("a domain name is empty")]
    Empty,
    /// Two dots in a row, or one at the start.
    #[error("`{0}` has an empty label: remove the extra dot")]
    EmptyLabel(String),
    /// DNS-R1.
    #[error("DNS-R1: label `{label}` of `{name}` has {} octets, 63 is the most", label.len())]
    LongLabel {
        /// The whole name.
        name: String,
        /// The label that is too long.
        label: String,
    },
    /// DNS-R1.
    #[error("DNS-R1: `{0}` has {len} characters, 253 is the most", len = .0.len())]
    LongName(String),
    /// Anything but letters, digits, `-`, `_` and a leftmost `*`.
    #[error("`{name}` holds {found:?}: write names in ASCII (A-labels, `xn--...`, for international ones)")]
    Character {
        /// The whole name.
        name: String,
        /// The first character that cannot stand in a name.
        found: char,
    },
}

impl Name {
    /// The name as text, without the trailing dot.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name with its trailing dot, as zone files and RDATA write it.
    pub fn fqdn(&self) -> String {
        format!("{}.", self.0)
    }

    /// The name `prefix` below this one; `prefix` may hold several labels. Lengths are checked again (DNS-R1).
    pub fn child(&self, prefix: &str) -> Result<Self, NameError> {
        format!("{prefix}.{}", self.0).parse()
    }

    /// The name one label up; `None` for a top-level name.
    pub fn parent(&self) -> Option<Self> {
        self.0.split_once('.').map(|(_, rest)| Self(rest.to_owned()))
    }

    /// The labels from left to right.
    pub fn labels(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('.')
    }

    /// Whether this name is `other` or stands somewhere below it.
    pub fn is_at_or_below(&self, other: &Self) -> bool {
        self.0.strip_suffix(other.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }

    /// The wildcard sibling that could answer for this name: `*` in place of the leftmost label.
    pub fn wildcard_sibling(&self) -> Option<Self> {
        self.parent().map(|parent| Self(format!("*.{parent}")))
    }

    /// This name and every name above it, nearest first.
    pub fn ancestors(&self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self.clone()), Self::parent)
    }
}

impl FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        if name.is_empty() {
            return Err(NameError::Empty);
        }
        if name.len() > MAX_NAME {
            return Err(NameError::LongName(name));
        }
        for (index, label) in name.split('.').enumerate() {
            check_label(&name, label, index == 0)?;
        }
        Ok(Self(name))
    }
}

fn check_label(name: &str, label: &str, leftmost: bool) -> Result<(), NameError> {
    if label.is_empty() {
        return Err(NameError::EmptyLabel(name.to_owned()));
    }
    if label.len() > MAX_LABEL {
        return Err(NameError::LongLabel { name: name.to_owned(), label: label.to_owned() });
    }
    if leftmost && label == "*" {
        return Ok(());
    }
    match label.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))) {
        Some(found) => Err(NameError::Character { name: name.to_owned(), found }),
        None => Ok(()),
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Name {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    #[test]
    fn dns_g3_case_and_the_trailing_dot_do_not_matter() {
        assert_eq!(name("_DMARC.Example.COM."), name("_dmarc.example.com"));
    }

    #[test]
    fn a_name_is_below_another_only_at_a_label_boundary() {
        assert!(name("a.example.com").is_at_or_below(&name("example.com")));
        assert!(name("example.com").is_at_or_below(&name("example.com")));
        assert!(!name("badexample.com").is_at_or_below(&name("example.com")));
        assert!(!name("com").is_at_or_below(&name("example.com")));
    }

    #[test]
    fn dns_r1_lengths_are_checked_again_after_prefixing() {
        let domain = name(&format!("{}.example", ["a".repeat(60), "b".repeat(60), "c".repeat(60), "d".repeat(50)].join(".")));
        assert!(matches!(domain.child("selector._domainkey"), Err(NameError::LongName(_))));
        assert!(matches!(name("example.com").child(&"x".repeat(64)), Err(NameError::LongLabel { .. })));
    }

    #[test]
    fn a_u_label_is_refused_with_a_hint() {
        let error = "bücher.example".parse::<Name>().unwrap_err();
        assert!(error.to_string().contains("xn--"), "{error}");
    }

    #[test]
    fn a_star_stands_only_leftmost() {
        assert_eq!(name("s1.example.com").wildcard_sibling(), Some(name("*.example.com")));
        assert!("a.*.example.com".parse::<Name>().is_err());
    }
}
