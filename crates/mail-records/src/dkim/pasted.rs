//! A public key as a person pastes it: from a provider's console, a zone file or a PEM file.

use super::key::{KeyRecord, KeyType};
use super::parse::{self, ParseError};
use super::public_key::{self, ED25519_LENGTH, Form, KeyError};
use crate::txt::{self, TextError};

/// Why a pasted text gives no key. The text itself is never repeated: it may be a private key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasteError {
    /// Nothing there.
    #[error("the public key is empty: paste the key or the whole record")]
    Empty,
    /// A private key.
    #[error("this is a private key: paste the public key, and treat the private one as disclosed")]
    PrivateKey,
    /// A PEM block of another kind.
    #[error(
        "this is a PEM block of another kind than \"PUBLIC KEY\": make one with \"openssl rsa -pubout\""
    )]
    OtherPem,
    /// A PEM block without an end.
    #[error("the PEM block has no \"-----END PUBLIC KEY-----\" line: the text is cut off")]
    OpenPem,
    /// A quotation mark without its pair.
    #[error("a quoted string is not closed: the text is cut off")]
    OpenQuote,
    /// Characters that no key has.
    #[error(transparent)]
    Text(#[from] TextError),
    /// A record that cannot be read.
    #[error(transparent)]
    Record(#[from] ParseError),
    /// Not base64.
    #[error("the key is not valid base64 ({0}): was the text cut off or a character lost?")]
    Base64(base64::DecodeError),
    /// A key that is not what it should be.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// Reads bare base64, a PEM block `PUBLIC KEY`, or a whole `v=DKIM1; ...` record, each also as quoted strings in the
/// manner of zone files. An Ed25519 key in PEM or DER becomes the raw key that a record holds.
pub fn parse_pasted(text: &str) -> Result<KeyRecord, PasteError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(PasteError::Empty);
    }
    if text.contains("PRIVATE KEY") {
        return Err(PasteError::PrivateKey);
    }
    if text.contains("-----BEGIN ") {
        return from_octets(&decode(pem_body(text)?)?);
    }
    let text = unquote(text)?;
    if !is_record(&text) {
        return from_octets(&decode(&text)?);
    }
    let record = KeyRecord::parse(&text)?;
    if !record.is_revoked() {
        public_key::check(&record.key_type, &record.public_key)?;
    }
    Ok(record)
}

fn decode(base64: &str) -> Result<Vec<u8>, PasteError> {
    parse::decode(base64).map_err(PasteError::Base64)
}

fn pem_body(text: &str) -> Result<&str, PasteError> {
    let (_, body) = text
        .split_once("-----BEGIN PUBLIC KEY-----")
        .ok_or(PasteError::OtherPem)?;
    let (body, _) = body
        .split_once("-----END PUBLIC KEY-----")
        .ok_or(PasteError::OpenPem)?;
    Ok(body)
}

/// The joined quoted strings, or the text itself when nothing is quoted. What stands outside the quotes (an owner
/// name, `IN TXT`, brackets) is dropped.
fn unquote(text: &str) -> Result<String, PasteError> {
    let flat: String = text
        .chars()
        .map(|c| if c.is_ascii_whitespace() { ' ' } else { c })
        .collect();
    txt::check(&flat)?;
    if !flat.contains('"') {
        return Ok(flat.replace("\\;", ";"));
    }
    let pieces: Vec<_> = flat.split('"').collect();
    if pieces.len() % 2 == 0 {
        return Err(PasteError::OpenQuote);
    }
    Ok(pieces
        .into_iter()
        .skip(1)
        .step_by(2)
        .collect::<String>()
        .replace("\\;", ";"))
}

/// Base64 has an equals sign only at its end, a record has one after its first tag name.
fn is_record(text: &str) -> bool {
    let name = text.split('=').next().unwrap_or(text).trim();
    text.contains(';') || (text.contains('=') && name.len() == 1)
}

fn from_octets(octets: &[u8]) -> Result<KeyRecord, PasteError> {
    match public_key::form(octets)? {
        Form::RsaSpki { .. } => Ok(KeyRecord::rsa(octets)),
        Form::RsaPkcs1 => Err(KeyError::Pkcs1.into()),
        Form::Ed25519Raw | Form::Ed25519Spki => Ok(raw_ed25519(octets)),
    }
}

/// Both forms end in the 32 octets of the key.
fn raw_ed25519(octets: &[u8]) -> KeyRecord {
    let raw = octets[octets.len() - ED25519_LENGTH..].to_vec();
    KeyRecord {
        key_type: KeyType::Ed25519,
        public_key: raw,
        ..KeyRecord::revoked()
    }
}
