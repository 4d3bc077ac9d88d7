//! The selectors of a key: `<name>-<8 hex digits>`, so that a new key can never stand under an old selector (P3).

use mail_records::dkim::{Selector, SelectorError};

/// Hex digits of the fingerprint in a selector. 32 bits: two keys of one name and domain do not meet by chance.
const DIGITS: usize = 8;

/// The selector of a key: its name and the first digits of its fingerprint (SHA-256 of the SubjectPublicKeyInfo, hex).
pub fn selector_of(key_name: &str, fingerprint: &str) -> Result<Selector, SelectorError> {
    let digits = fingerprint.get(..DIGITS).unwrap_or(fingerprint);
    Selector::new(format!("{key_name}-{digits}"))
}

/// Whether a selector has the form that keys of this name get.
pub fn belongs_to(selector: &Selector, key_name: &str) -> bool {
    let digits = selector.as_str().strip_prefix(key_name).and_then(|rest| rest.strip_prefix('-'));
    digits.is_some_and(|digits| digits.len() == DIGITS && digits.bytes().all(|octet| octet.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    #[test]
    fn p3_the_selector_comes_from_the_key_itself() {
        let selector = selector_of("main", "3f9a2c7d00112233").unwrap();
        assert_eq!(selector.as_str(), "main-3f9a2c7d");
        assert!(belongs_to(&selector, "main"));
    }

    #[test]
    fn a_selector_of_another_key_or_of_a_person_is_not_ours() {
        for text in ["main", "main-1", "main-3f9a2c7", "main-3f9a2c7dd", "main-3f9a2c7x", "mainly-3f9a2c7d", "google"] {
            assert!(!belongs_to(&Selector::new(text).unwrap(), "main"), "{text}");
        }
    }
}
