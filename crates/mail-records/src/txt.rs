//! TXT character-strings: from one text to strings of at most 255 octets and back (RFC 1035 3.3.14), and the check
//! that a text may stand in a record at all. Escaping for a zone file or a provider's API does not belong here.

use crate::lint::Finding;

/// Longest character-string, in octets: its length is one octet on the wire (RFC 1035 3.3).
pub const MAX_STRING: usize = 255;

/// Splits a finished record text into character-strings (DNS-G1).
///
/// The cut is by octets, no string is empty, and [`join`] gives the text back byte for byte. An empty text has no
/// strings: there is nothing to publish.
pub fn split(text: &str) -> Vec<Vec<u8>> {
    text.as_bytes()
        .chunks(MAX_STRING)
        .map(<[u8]>::to_vec)
        .collect()
}

/// Joins the character-strings of one TXT record, with nothing between them, as every reader does.
pub fn join<I>(strings: I) -> Vec<u8>
where
    I: IntoIterator,
    I::Item: AsRef<[u8]>,
{
    strings.into_iter().fold(Vec::new(), |mut text, string| {
        text.extend_from_slice(string.as_ref());
        text
    })
}

/// An octet that no record text may hold (DNS-G2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "octet {octet:#04x} at position {position} is not printable US-ASCII; record text may hold 0x20 to 0x7e only, \
     and domain names go in as A-labels (xn--...)"
)]
pub struct TextError {
    /// The first such octet.
    pub octet: u8,
    /// Its offset from the start of the text, in octets.
    pub position: usize,
}

impl From<TextError> for Finding {
    fn from(error: TextError) -> Self {
        Self::reject("DNS-G2", error.to_string())
    }
}

/// Checks that joined octets are printable US-ASCII and gives them as text (DNS-G2).
pub fn text(octets: &[u8]) -> Result<&str, TextError> {
    if let Some(position) = octets
        .iter()
        .position(|octet| !(0x20..=0x7e).contains(octet))
    {
        return Err(TextError {
            octet: octets[position],
            position,
        });
    }
    // Printable ASCII is UTF-8; the mapping only spares a panic.
    std::str::from_utf8(octets).map_err(|error| TextError {
        octet: 0,
        position: error.valid_up_to(),
    })
}

/// [`text`] for what is already a string.
pub fn check(text: &str) -> Result<(), TextError> {
    self::text(text.as_bytes()).map(|_| ())
}
