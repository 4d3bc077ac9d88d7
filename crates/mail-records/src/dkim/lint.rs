//! The DKIM rules that one record can break: DKIM-R1, DKIM-W1.

use super::key::{KeyRecord, KeyType};
use super::public_key;
use super::{ADVISED_RSA_BITS, MAX_RSA_BITS, MIN_RSA_BITS};
use crate::lint::Finding;
use crate::txt;

/// What the publisher allows and can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LintOptions {
    /// RSA of 1024 to 2047 bits is a warning instead of a refusal.
    pub allow_short_rsa: bool,
    /// The DNS provider cannot store a TXT of more than one character-string.
    pub single_string_only: bool,
}

/// Everything that is wrong with a joined TXT, including what keeps it from being read.
pub fn lint_text(text: &str, options: LintOptions) -> Vec<Finding> {
    KeyRecord::parse(text).map_or_else(
        |error| vec![error.into()],
        |record| record.lint_with(options),
    )
}

impl KeyRecord {
    /// What should not be published, with the strictest options.
    pub fn lint(&self) -> Vec<Finding> {
        self.lint_with(LintOptions::default())
    }

    /// What should not be published. A revoked record has no key to judge.
    pub fn lint_with(&self, options: LintOptions) -> Vec<Finding> {
        let rules: [fn(&Self, LintOptions) -> Option<Finding>; 6] = [
            key,
            unknown_type,
            sha1,
            not_for_mail,
            testing,
            too_long_for_provider,
        ];
        rules
            .iter()
            .filter_map(|rule| rule(self, options))
            .collect()
    }

    /// Bits of the RSA modulus, or `None` when the key is not RSA in the form that verifiers read.
    pub fn rsa_bits(&self) -> Option<usize> {
        match self.key_type {
            KeyType::Rsa => public_key::check(&self.key_type, &self.public_key)
                .ok()
                .flatten(),
            _ => None,
        }
    }
}

fn key(record: &KeyRecord, options: LintOptions) -> Option<Finding> {
    if record.is_revoked() {
        return None;
    }
    match public_key::check(&record.key_type, &record.public_key) {
        Err(error) => Some(Finding::reject("DKIM-R1", format!("p=: {error}"))),
        Ok(bits) => rsa_size(bits?, options),
    }
}

fn rsa_size(bits: usize, options: LintOptions) -> Option<Finding> {
    if bits < MIN_RSA_BITS {
        let message =
            format!("p=: an RSA key of {bits} bits is never valid, use {ADVISED_RSA_BITS}");
        return Some(Finding::reject("DKIM-R1", message));
    }
    if bits > MAX_RSA_BITS {
        let message = format!(
            "p=: an RSA key of {bits} bits: verifiers need not read more than {MAX_RSA_BITS}"
        );
        return Some(Finding::warn("DKIM-W1", message));
    }
    let message = format!("p=: an RSA key of {bits} bits is weak, use {ADVISED_RSA_BITS}");
    match (bits < ADVISED_RSA_BITS, options.allow_short_rsa) {
        (false, _) => None,
        (true, false) => Some(Finding::reject(
            "DKIM-R1",
            message + " or allow short keys explicitly",
        )),
        (true, true) => Some(Finding::warn("DKIM-W1", message)),
    }
}

fn unknown_type(record: &KeyRecord, _: LintOptions) -> Option<Finding> {
    let KeyType::Other(name) = &record.key_type else {
        return None;
    };
    Some(Finding::reject(
        "DKIM-R1",
        format!("k={name}: verifiers ignore keys other than rsa and ed25519"),
    ))
}

fn sha1(record: &KeyRecord, _: LintOptions) -> Option<Finding> {
    let named = record.hashes.iter().any(|hash| hash == "sha1");
    named.then(|| {
        Finding::reject(
            "DKIM-R1",
            "h=sha1: SHA-1 must not be used (RFC 8301 3.1), write sha256 or leave h= out",
        )
    })
}

fn not_for_mail(record: &KeyRecord, _: LintOptions) -> Option<Finding> {
    let mail = record.services.is_empty()
        || record
            .services
            .iter()
            .any(|service| service == "*" || service == "email");
    let message = || {
        format!(
            "s={}: the key is not for mail, verifiers ignore it there",
            record.services.join(":")
        )
    };
    (!mail).then(|| Finding::warn("DKIM-W1", message()))
}

fn testing(record: &KeyRecord, _: LintOptions) -> Option<Finding> {
    let testing = record.flags.iter().any(|flag| flag == "y");
    testing.then(|| {
        Finding::warn(
            "DKIM-W1",
            "t=y: verifiers treat signed mail like unsigned, remove the flag after the test",
        )
    })
}

fn too_long_for_provider(record: &KeyRecord, options: LintOptions) -> Option<Finding> {
    let octets = record.to_string().len();
    (options.single_string_only && octets > txt::MAX_STRING).then(|| {
        let message = format!("the record has {octets} octets and the provider stores 255: use Ed25519 or another provider");
        Finding::warn("DKIM-W1", message)
    })
}
