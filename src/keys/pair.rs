//! One key pair and its forms.

use std::fmt;

use pkcs8::{LineEnding, ObjectIdentifier, PrivateKeyInfo, SecretDocument};
use rcgen::{KeyPair, PKCS_RSA_SHA256, PublicKeyData, RsaKeySize};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use super::RsaSize;

/// PEM label of PKCS#8.
const PKCS8_LABEL: &str = "PRIVATE KEY";
/// PEM label of PKCS#1.
const PKCS1_LABEL: &str = "RSA PRIVATE KEY";
/// `rsaEncryption` (RFC 8017 appendix C).
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// An RSA key pair. The private half is wiped from memory when this goes.
pub struct DkimKeyPair {
    private_pkcs8_pem: Zeroizing<String>,
    private_pkcs1_pem: Zeroizing<String>,
    spki_der: Vec<u8>,
}

/// Why there is no key pair. Messages speak of form, never of content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The library could not make one.
    #[error("making an RSA key failed: {0}")]
    Generate(String),
    /// The task that made it was stopped; the process is shutting down.
    #[error("making an RSA key was interrupted")]
    Interrupted,
    /// A stored key that is no PKCS#8 PEM of an RSA key.
    #[error("the stored private key cannot be used: {0}")]
    Unreadable(&'static str),
}

impl DkimKeyPair {
    /// Makes a key pair. Takes tens of milliseconds to seconds of CPU: call it through [`super::KeyMaker`].
    pub(super) fn generate(size: RsaSize) -> Result<Self, KeyError> {
        let size = match size {
            RsaSize::Bits2048 => RsaKeySize::_2048,
            RsaSize::Bits3072 => RsaKeySize::_3072,
            RsaSize::Bits4096 => RsaKeySize::_4096,
        };
        let made = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, size).map_err(|why| KeyError::Generate(why.to_string()))?;
        Self::from_wiped(made)
    }

    /// Reads a private key back from its Secret and derives the public half from it (DKIM-G2).
    pub fn from_pkcs8_pem(pem: &str) -> Result<Self, KeyError> {
        let (label, document) = SecretDocument::from_pem(pem).map_err(|_| KeyError::Unreadable("it is no PEM"))?;
        if label != PKCS8_LABEL {
            return Err(KeyError::Unreadable("its PEM label is not `PRIVATE KEY` (PKCS#8)"));
        }
        let read =
            KeyPair::try_from(document.as_bytes()).map_err(|_| KeyError::Unreadable("it is damaged or of an unknown kind"))?;
        Self::from_wiped(read)
    }

    /// Takes what is needed out of the library's key, which is wiped afterwards: it does not do so itself.
    fn from_wiped(mut key: KeyPair) -> Result<Self, KeyError> {
        let spki_der = key.subject_public_key_info();
        let forms = pem_forms(key.serialized_der());
        key.zeroize();
        let (private_pkcs8_pem, private_pkcs1_pem) = forms?;
        Ok(Self { private_pkcs8_pem, private_pkcs1_pem, spki_der })
    }

    /// The private key as PKCS#8 PEM (`BEGIN PRIVATE KEY`).
    pub fn private_pkcs8_pem(&self) -> &str {
        &self.private_pkcs8_pem
    }

    /// The private key as PKCS#1 PEM (`BEGIN RSA PRIVATE KEY`), which some signers want.
    pub fn private_pkcs1_pem(&self) -> &str {
        &self.private_pkcs1_pem
    }

    /// The public key as DER SubjectPublicKeyInfo; its base64 is the `p=` tag. The bare PKCS#1 form, which RFC 6376 3.6.1
    /// names in words, is refused by most verifiers.
    pub fn spki_der(&self) -> &[u8] {
        &self.spki_der
    }

    /// SHA-256 of the SubjectPublicKeyInfo, in hex. Selectors are made from it, so that no selector can ever stand for two
    /// keys (P3).
    pub fn fingerprint(&self) -> String {
        hex(&Sha256::digest(&self.spki_der))
    }
}

impl fmt::Debug for DkimKeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DkimKeyPair").field("fingerprint", &self.fingerprint()).finish_non_exhaustive()
    }
}

/// PKCS#8 and PKCS#1 PEM of a PKCS#8 DER. PKCS#1 is what the PKCS#8 envelope holds (RFC 5208 5), no conversion is needed.
fn pem_forms(pkcs8_der: &[u8]) -> Result<(Zeroizing<String>, Zeroizing<String>), KeyError> {
    let info = PrivateKeyInfo::try_from(pkcs8_der).map_err(|_| KeyError::Unreadable("it is no PKCS#8"))?;
    if info.algorithm.oid != RSA {
        return Err(KeyError::Unreadable("it is no RSA key"));
    }
    Ok((pem(pkcs8_der, PKCS8_LABEL)?, pem(info.private_key, PKCS1_LABEL)?))
}

fn pem(der: &[u8], label: &'static str) -> Result<Zeroizing<String>, KeyError> {
    let document = SecretDocument::try_from(der).map_err(|_| KeyError::Unreadable("it is no DER"))?;
    document.to_pem(label, LineEnding::LF).map_err(|_| KeyError::Unreadable("it does not fit into PEM"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    fn pair() -> DkimKeyPair {
        DkimKeyPair::generate(RsaSize::Bits2048).unwrap()
    }

    #[test]
    fn dkim_g2_the_public_half_is_derived_from_the_stored_private_one() {
        let made = pair();
        let read = DkimKeyPair::from_pkcs8_pem(made.private_pkcs8_pem()).unwrap();
        assert_eq!(read.spki_der(), made.spki_der());
        assert_eq!(read.private_pkcs8_pem(), made.private_pkcs8_pem());
        assert_eq!(read.private_pkcs1_pem(), made.private_pkcs1_pem());
    }

    #[test]
    fn p3_two_keys_have_two_fingerprints() {
        let (one, two) = (pair(), pair());
        assert_ne!(one.fingerprint(), two.fingerprint());
        assert_eq!(one.fingerprint().len(), 64);
    }

    #[test]
    fn dkim_g4_debug_output_holds_no_key_material() {
        let pair = pair();
        let shown = format!("{pair:?} {pair:#?}");
        assert!(shown.contains(&pair.fingerprint()), "{shown}");
        for pem in [pair.private_pkcs8_pem(), pair.private_pkcs1_pem()] {
            assert!(pem.lines().all(|line| !shown.contains(line)), "{shown}");
        }
    }

    #[test]
    fn the_published_form_is_subject_public_key_info_of_294_octets() {
        let pair = pair();
        assert_eq!((pair.spki_der().len(), pair.spki_der()[0]), (294, 0x30));
    }

    #[test]
    fn what_is_no_rsa_pkcs8_pem_is_refused_without_showing_it() {
        let ecdsa = KeyPair::generate().unwrap().serialize_pem();
        let pkcs1 = pair().private_pkcs1_pem().to_owned();
        for text in ["", "secret text", &ecdsa, &pkcs1, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"] {
            let error = DkimKeyPair::from_pkcs8_pem(text).unwrap_err().to_string();
            assert!(error.starts_with("the stored private key cannot be used: it"), "{error}");
            assert!(text.is_empty() || !error.contains(text));
        }
    }
}
