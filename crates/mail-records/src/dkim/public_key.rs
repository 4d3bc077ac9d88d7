//! What the bytes of `p=` are: `SubjectPublicKeyInfo` for RSA, 32 raw octets for Ed25519, or one of the usual mistakes.

use pkcs1::RsaPublicKey;
use pkcs1::der::Decode;
use spki::{ObjectIdentifier, SubjectPublicKeyInfoRef};

use super::key::KeyType;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
/// Length of a raw Ed25519 public key, in octets (RFC 8032 5.1.5).
pub(super) const ED25519_LENGTH: usize = 32;

/// Why the bytes are not the key that `k=` promises.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A DER value that ends too early.
    #[error("the key is cut off: its header promises {promised} octets, there are {present}")]
    Truncated {
        /// Octets the outer header stands for, itself included.
        promised: usize,
        /// Octets there are.
        present: usize,
    },
    /// An RSA key without the algorithm around it.
    #[error(
        "the key is a bare RSAPublicKey (PKCS#1), which many verifiers refuse: publish the SubjectPublicKeyInfo \
         form (it starts MII... and comes from \"openssl rsa -pubout\")"
    )]
    Pkcs1,
    /// An Ed25519 key with the algorithm around it.
    #[error(
        "the Ed25519 key is in SubjectPublicKeyInfo form, which verifiers refuse: publish the last 32 octets only"
    )]
    Ed25519Spki,
    /// An Ed25519 key under `k=rsa`.
    #[error("the key is an Ed25519 key, but the record says rsa: write k=ed25519")]
    Ed25519AsRsa,
    /// An RSA key under `k=ed25519`.
    #[error("the key is an RSA key, but the record says ed25519: write k=rsa")]
    RsaAsEd25519,
    /// Another length than 32.
    #[error("an Ed25519 key has 32 octets, this one has {0}")]
    Ed25519Length(usize),
    /// Some other algorithm.
    #[error("the key is for algorithm {0}, DKIM knows RSA and Ed25519")]
    Algorithm(String),
    /// Nothing that can be read.
    #[error("the key is neither an RSA nor an Ed25519 public key in any known form")]
    Unreadable,
}

/// What a series of octets turns out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// RSA as `SubjectPublicKeyInfo`, with the bits of its modulus.
    RsaSpki { bits: usize },
    /// RSA without the algorithm.
    RsaPkcs1,
    /// Ed25519, 32 octets.
    Ed25519Raw,
    /// Ed25519 as `SubjectPublicKeyInfo`; the raw key is the last 32 octets.
    Ed25519Spki,
}

/// Finds out what the octets are.
pub(super) fn form(octets: &[u8]) -> Result<Form, KeyError> {
    if octets.len() == ED25519_LENGTH {
        return Ok(Form::Ed25519Raw);
    }
    if let Ok(spki) = SubjectPublicKeyInfoRef::from_der(octets) {
        return spki_form(spki.algorithm.oid, spki.subject_public_key.raw_bytes());
    }
    if RsaPublicKey::from_der(octets).is_ok() {
        return Ok(Form::RsaPkcs1);
    }
    match outer_length(octets) {
        Some(promised) if promised > octets.len() => Err(KeyError::Truncated {
            promised,
            present: octets.len(),
        }),
        _ => Err(KeyError::Unreadable),
    }
}

/// Checks the octets against `k=` and gives the RSA modulus in bits, if there is one.
pub(super) fn check(key_type: &KeyType, octets: &[u8]) -> Result<Option<usize>, KeyError> {
    match (key_type, form(octets)) {
        (KeyType::Other(_), _) | (KeyType::Ed25519, Ok(Form::Ed25519Raw)) => Ok(None),
        (KeyType::Rsa, Ok(Form::RsaSpki { bits })) => Ok(Some(bits)),
        (KeyType::Rsa, Ok(Form::RsaPkcs1)) => Err(KeyError::Pkcs1),
        (KeyType::Rsa, Ok(Form::Ed25519Raw | Form::Ed25519Spki)) => Err(KeyError::Ed25519AsRsa),
        (KeyType::Rsa, Err(error)) => Err(error),
        (KeyType::Ed25519, Ok(Form::Ed25519Spki)) => Err(KeyError::Ed25519Spki),
        (KeyType::Ed25519, Ok(Form::RsaSpki { .. } | Form::RsaPkcs1)) => {
            Err(KeyError::RsaAsEd25519)
        }
        (KeyType::Ed25519, Err(_)) => Err(KeyError::Ed25519Length(octets.len())),
    }
}

fn spki_form(oid: ObjectIdentifier, key: &[u8]) -> Result<Form, KeyError> {
    match oid {
        RSA => {
            let key = RsaPublicKey::from_der(key).map_err(|_| KeyError::Unreadable)?;
            Ok(Form::RsaSpki {
                bits: bits(key.modulus.as_bytes()),
            })
        }
        ED25519 if key.len() == ED25519_LENGTH => Ok(Form::Ed25519Spki),
        ED25519 => Err(KeyError::Ed25519Length(key.len())),
        other => Err(KeyError::Algorithm(other.to_string())),
    }
}

/// Bits of a number in big-endian octets without leading zero octets, which is what the DER reader gives.
fn bits(octets: &[u8]) -> usize {
    octets.len() * 8
        - octets
            .first()
            .map_or(0, |first| first.leading_zeros() as usize)
}

/// How many octets an outer SEQUENCE header stands for, itself included.
fn outer_length(octets: &[u8]) -> Option<usize> {
    let (tag, rest) = octets.split_first()?;
    let (first, rest) = rest.split_first()?;
    match (tag, first) {
        (0x30, 0..=0x7f) => Some(2 + usize::from(*first)),
        (0x30, 0x81) => Some(3 + usize::from(*rest.first()?)),
        (0x30, 0x82) => Some(4 + usize::from(u16::from_be_bytes([*rest.first()?, *rest.get(1)?]))),
        _ => None,
    }
}
