//! The key record as a value, and how it is written.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A DKIM key record. The version is implied: `v=DKIM1`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyRecord {
    /// `k=`: the key type, default rsa.
    pub key_type: KeyType,
    /// `h=`: the hash algorithms a signature may use; empty means all.
    pub hashes: Vec<String>,
    /// `s=`: the services the key is for; empty means all, which is the default `*`.
    pub services: Vec<String>,
    /// `t=`: flags; `y` testing, `s` no subdomains in `i=`.
    pub flags: Vec<String>,
    /// `n=`: a note for people, quoted-printable as it stands in the record.
    pub notes: Option<String>,
    /// `p=`, decoded: `SubjectPublicKeyInfo` in DER for RSA, the raw 32 octets for Ed25519, empty for a revoked key.
    pub public_key: Vec<u8>,
}

/// The algorithm of a key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyType {
    /// `rsa` (RFC 6376 3.6.1).
    Rsa,
    /// `ed25519` (RFC 8463 4.2).
    Ed25519,
    /// A type that verifiers ignore.
    Other(String),
}

impl KeyRecord {
    /// A record for an RSA key, given as `SubjectPublicKeyInfo` in DER. [`KeyRecord::lint`] judges the bytes.
    pub fn rsa(spki_der: impl Into<Vec<u8>>) -> Self {
        Self::new(KeyType::Rsa, spki_der.into())
    }

    /// A record for an Ed25519 key.
    pub fn ed25519(raw: [u8; 32]) -> Self {
        Self::new(KeyType::Ed25519, raw.to_vec())
    }

    /// The record that says a key is no longer valid: an empty `p=` (RFC 6376 3.6.1).
    pub fn revoked() -> Self {
        Self::new(KeyType::Rsa, Vec::new())
    }

    /// Whether the key is revoked.
    pub fn is_revoked(&self) -> bool {
        self.public_key.is_empty()
    }

    /// Whether verifiers treat both alike: the decoded key, the type and the restrictions. Notes are not compared,
    /// nor is anything but `p=` when both are revoked.
    pub fn same_meaning(&self, other: &Self) -> bool {
        if self.is_revoked() || other.is_revoked() {
            return self.is_revoked() == other.is_revoked();
        }
        self.essence() == other.essence()
    }

    fn new(key_type: KeyType, public_key: Vec<u8>) -> Self {
        Self {
            key_type,
            hashes: Vec::new(),
            services: Vec::new(),
            flags: Vec::new(),
            notes: None,
            public_key,
        }
    }

    fn essence(&self) -> (&KeyType, &[u8], [Vec<&str>; 3]) {
        let services = if self.services.iter().any(|service| service == "*") {
            &[]
        } else {
            self.services.as_slice()
        };
        (
            &self.key_type,
            &self.public_key,
            [sorted(&self.hashes), sorted(services), sorted(&self.flags)],
        )
    }
}

fn sorted(list: &[String]) -> Vec<&str> {
    let mut list: Vec<_> = list.iter().map(String::as_str).collect();
    list.sort_unstable();
    list.dedup();
    list
}

impl KeyType {
    /// The value of `k=`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Rsa => "rsa",
            Self::Ed25519 => "ed25519",
            Self::Other(name) => name,
        }
    }
}

/// `v=DKIM1; k=<type>; p=<base64>` with what else is set between `k` and `p` (DKIM-G1). A revoked RSA record leaves
/// `k=` out: `v=DKIM1; p=`.
impl fmt::Display for KeyRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("v=DKIM1; ")?;
        if !self.is_revoked() || self.key_type != KeyType::Rsa {
            write!(f, "k={}; ", self.key_type.as_str())?;
        }
        for (tag, list) in [
            ("h", &self.hashes),
            ("s", &self.services),
            ("t", &self.flags),
        ] {
            if !list.is_empty() {
                write!(f, "{tag}={}; ", list.join(":"))?;
            }
        }
        if let Some(notes) = &self.notes {
            write!(f, "n={notes}; ")?;
        }
        write!(f, "p={}", STANDARD.encode(&self.public_key))
    }
}
