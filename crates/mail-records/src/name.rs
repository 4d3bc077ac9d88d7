//! Domain names in text form: lower-case A-labels without a trailing dot (DNS-G3), lengths (DNS-R1).
//! What a name means (a selector, a policy host) is decided by the record modules.

use crate::lint::Finding;

/// Longest name in text form without the trailing dot, in octets (RFC 1035 2.3.4; 255 on the wire).
pub const MAX_NAME: usize = 253;
/// Longest label, in octets (RFC 1035 2.3.4).
pub const MAX_LABEL: usize = 63;

/// Why a text is not a domain name that may be published.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing, or only a dot.
    #[error("the domain name is empty")]
    Empty,
    /// Two dots in a row, or a leading dot.
    #[error("{name:?} has an empty label: remove the extra dot")]
    EmptyLabel {
        /// The whole name.
        name: String,
    },
    /// More than 63 octets between two dots.
    #[error("label {label:?} has {} octets, a label may have 63", label.len())]
    LabelTooLong {
        /// The label.
        label: String,
    },
    /// More than 253 octets in all.
    #[error("{name:?} has {} octets, a name may have 253 with all its prefixes", name.len())]
    NameTooLong {
        /// The name with its prefixes.
        name: String,
    },
    /// A name in native script that has an A-label form.
    #[error("{name:?} is not ASCII: write its A-label form {a_label:?}")]
    NotAscii {
        /// The name as given.
        name: String,
        /// What to write instead.
        a_label: String,
    },
    /// A name in native script that no A-label form exists for.
    #[error("{name:?} is not ASCII and not a valid internationalised name either")]
    NotIdn {
        /// The name as given.
        name: String,
    },
    /// An `xn--` label that decodes to nothing valid.
    #[error("label {label:?} starts with xn-- but is no valid A-label")]
    BadALabel {
        /// The label.
        label: String,
    },
    /// Something other than letters, digits and hyphens.
    #[error(
        "label {label:?} holds {character:?}: a host name has letters, digits and hyphens only"
    )]
    BadCharacter {
        /// The label.
        label: String,
        /// The first character that may not be there.
        character: char,
    },
    /// A hyphen at either end of a label.
    #[error("label {label:?} starts or ends with a hyphen")]
    HyphenAtEdge {
        /// The label.
        label: String,
    },
    /// A last label of digits: this is an address, not a name.
    #[error("{name:?} ends in a number: an IP address stands here where a domain name belongs")]
    NumericTop {
        /// The whole name.
        name: String,
    },
}

impl NameError {
    /// The rule this breaks: `DNS-R1` for lengths, `DNS-G3` for the form.
    pub fn rule(&self) -> &'static str {
        match self {
            Self::LabelTooLong { .. } | Self::NameTooLong { .. } => "DNS-R1",
            _ => "DNS-G3",
        }
    }
}

impl From<NameError> for Finding {
    fn from(error: NameError) -> Self {
        Self::reject(error.rule(), error.to_string())
    }
}

/// Checks a host or mail domain name and gives it in lower case without a trailing dot.
///
/// Letters, digits and inner hyphens only. A U-label is refused rather than converted, so that what a user reads in
/// the spec is what DNS holds; the error gives the A-label to write.
pub fn check_domain(name: &str) -> Result<String, NameError> {
    let name = normalise(name)?;
    name.split('.').try_for_each(check_label)?;
    Ok(name)
}

/// [`check_domain`] for owner names: underscores may stand in any label, and the leftmost label may be `*`
/// (`_dmarc.example.com`, `*._domainkey.example.com`; RFC 8552, RFC 4592).
pub fn check_owner(name: &str) -> Result<String, NameError> {
    let name = normalise(name)?;
    let labels = name.strip_prefix("*.").unwrap_or(&name);
    labels
        .split('.')
        .try_for_each(|label| check_characters(label, true))?;
    Ok(name)
}

/// Checks the lengths only, for a name that was put together from checked parts (DNS-R1).
pub fn check_length(name: &str) -> Result<(), NameError> {
    let name = name.strip_suffix('.').unwrap_or(name);
    if name.is_empty() {
        return Err(NameError::Empty);
    }
    if name.len() > MAX_NAME {
        return Err(NameError::NameTooLong {
            name: name.to_owned(),
        });
    }
    name.split('.')
        .try_for_each(|label| check_label_length(label, name))
}

/// Puts a prefix such as `_dmarc` in front of a checked domain and checks the lengths again (DNS-R1).
pub fn prefixed(prefix: &str, domain: &str) -> Result<String, NameError> {
    let name = format!("{prefix}.{}", fold(domain));
    check_length(&name)?;
    Ok(name)
}

/// Checks one label of a host name: 1 to 63 letters, digits and inner hyphens, a valid A-label if it starts `xn--`.
pub fn check_label(label: &str) -> Result<(), NameError> {
    check_label_length(label, label)?;
    check_characters(label, false)
}

/// Whether `name` is `parent` or below it, compared label by label and without regard to case or trailing dots.
pub fn is_same_or_below(name: &str, parent: &str) -> bool {
    let (name, parent) = (fold(name), fold(parent));
    name == parent
        || name
            .strip_suffix(&parent)
            .is_some_and(|rest| rest.ends_with('.'))
}

/// Lower case and no trailing dot, without any check: for comparing only (DNS-G3).
pub(crate) fn fold(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

fn normalise(name: &str) -> Result<String, NameError> {
    if !name.is_ascii() {
        return Err(not_ascii(name));
    }
    check_length(name)?;
    let folded = fold(name);
    match folded.rsplit('.').next() {
        Some(top) if top.bytes().all(|octet| octet.is_ascii_digit()) => {
            Err(NameError::NumericTop { name: folded })
        }
        _ => Ok(folded),
    }
}

fn not_ascii(name: &str) -> NameError {
    match idna::domain_to_ascii(name) {
        Ok(a_label) => NameError::NotAscii {
            name: name.to_owned(),
            a_label,
        },
        Err(_) => NameError::NotIdn {
            name: name.to_owned(),
        },
    }
}

fn check_label_length(label: &str, name: &str) -> Result<(), NameError> {
    match label.len() {
        0 => Err(NameError::EmptyLabel {
            name: name.to_owned(),
        }),
        1..=MAX_LABEL => Ok(()),
        _ => Err(NameError::LabelTooLong {
            label: label.to_owned(),
        }),
    }
}

fn check_characters(label: &str, underscores: bool) -> Result<(), NameError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || (underscores && c == '_');
    if let Some(character) = label.chars().find(|c| !allowed(*c)) {
        return Err(NameError::BadCharacter {
            label: label.to_owned(),
            character,
        });
    }
    if label.starts_with('-') || label.ends_with('-') {
        return Err(NameError::HyphenAtEdge {
            label: label.to_owned(),
        });
    }
    let is_a_label = label
        .get(..4)
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case("xn--"));
    if is_a_label && idna::domain_to_unicode(label).1.is_err() {
        return Err(NameError::BadALabel {
            label: label.to_owned(),
        });
    }
    Ok(())
}
