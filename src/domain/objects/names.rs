//! Names of our objects: readable in front, unique by a short hash at the end.

use sha2::{Digest, Sha256};

/// Longest name we give. Most kinds allow 253 characters, but names end up in labels (63, RFC 1123) sooner or later:
/// cert-manager and ingress controllers copy them there.
pub const MAX_NAME: usize = 63;

/// Hex digits of the hash: 32 bits, and a readable part in front that must collide too.
const HASH_DIGITS: usize = 8;

/// `<readable, cut>-<8 hex digits of the SHA-256 of identity>`.
///
/// `readable` is for people and may be cut or cleaned; `identity` alone decides, so two objects never share a name
/// because their readable parts begin alike.
pub fn object_name(readable: &str, identity: &str) -> String {
    let hash = hex_digest(identity.as_bytes());
    let room = MAX_NAME - HASH_DIGITS - 1;
    let clean: String = readable.chars().map(clean_char).take(room).collect();
    let clean = clean.trim_matches('-');
    let hash = &hash[..HASH_DIGITS];
    if clean.is_empty() { format!("x-{hash}") } else { format!("{clean}-{hash}") }
}

/// Only what an RFC 1123 label holds; dots too become dashes, because some kinds refuse them.
fn clean_char(c: char) -> char {
    match c.to_ascii_lowercase() {
        c @ ('a'..='z' | '0'..='9') => c,
        _ => '-',
    }
}

/// SHA-256 in lower-case hex.
pub(in crate::domain) fn hex_digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_reads_like_what_it_stands_for() {
        let name = object_name("mta-sts.example.com", "example.com");
        assert!(name.starts_with("mta-sts-example-com-"), "{name}");
    }

    #[test]
    fn names_that_are_cut_alike_still_differ() {
        let long = "a".repeat(80);
        let one = object_name(&long, "one");
        let two = object_name(&long, "two");
        assert_ne!(one, two);
        assert_eq!(one.len(), MAX_NAME);
    }

    #[test]
    fn a_name_begins_and_ends_with_a_letter_or_digit() {
        for readable in ["_dmarc.example", "--", "", "*.example.com", "Ünïcode"] {
            let name = object_name(readable, readable);
            assert!(name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit()), "{name}");
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{name}");
        }
    }
}
