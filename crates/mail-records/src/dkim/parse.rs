//! From text to a key record.

use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::key::{KeyRecord, KeyType};
use crate::lint::Finding;
use crate::tag_list::{TagError, TagList, is_space};

/// Why a text is no key record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// The tags cannot be read.
    #[error(transparent)]
    Tags(#[from] TagError),
    /// `v=` in another place than first.
    #[error("v= must be the first tag")]
    VersionNotFirst,
    /// Another version.
    #[error("v={0:?} is not DKIM1")]
    Version(String),
    /// No `p=`.
    #[error("p= is missing: an empty one revokes a key, none makes the record useless")]
    NoKey,
    /// `p=` does not decode.
    #[error("p= is not valid base64 ({0}): was the text cut off or a character lost?")]
    Base64(base64::DecodeError),
}

impl From<ParseError> for Finding {
    fn from(error: ParseError) -> Self {
        Self::reject("DKIM-R1", error.to_string())
    }
}

impl KeyRecord {
    /// Reads a joined TXT as a verifier does: no tag twice, `v=` first and exact if present, unknown tags passed over.
    /// Whether the key in it is any good is for [`KeyRecord::lint`] to say.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let tags = TagList::read_strict(text)?;
        check_version(&tags)?;
        Ok(Self {
            key_type: tags.get("k").map_or(KeyType::Rsa, key_type),
            hashes: colon_list(tags.get("h")),
            services: colon_list(tags.get("s")),
            flags: colon_list(tags.get("t")),
            notes: tags
                .get("n")
                .filter(|notes| !notes.is_empty())
                .map(str::to_owned),
            public_key: decode(tags.get("p").ok_or(ParseError::NoKey)?)
                .map_err(ParseError::Base64)?,
        })
    }
}

impl FromStr for KeyRecord {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text)
    }
}

/// Base64 with white space anywhere, as `p=` may have it (RFC 6376 3.6.1).
pub(super) fn decode(text: &str) -> Result<Vec<u8>, base64::DecodeError> {
    STANDARD.decode(text.chars().filter(|c| !is_space(*c)).collect::<String>())
}

fn check_version(tags: &TagList<'_>) -> Result<(), ParseError> {
    match tags.get("v") {
        None => Ok(()),
        Some("DKIM1") if tags.starts_with("v", "DKIM1") => Ok(()),
        Some("DKIM1") => Err(ParseError::VersionNotFirst),
        Some(other) => Err(ParseError::Version(other.to_owned())),
    }
}

fn key_type(value: &str) -> KeyType {
    match value {
        "rsa" => KeyType::Rsa,
        "ed25519" => KeyType::Ed25519,
        other => KeyType::Other(other.to_owned()),
    }
}

fn colon_list(value: Option<&str>) -> Vec<String> {
    let items = value
        .unwrap_or_default()
        .split(':')
        .map(|item| item.trim_matches(is_space));
    items
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect()
}
