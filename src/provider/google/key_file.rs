//! A service account's key, and the statements that are signed with it (RFC 7523 2.1).
//!
//! Pure. A tenant may supply the file, so nothing in it says where anything is sent: an address that is not Google's is
//! refused, and Google's own are not read but known (P9).

use std::{
    fmt,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rustls::{SignatureScheme, crypto::aws_lc_rs::sign::any_supported_type, sign::SigningKey};
use rustls_pki_types::{PrivateKeyDer, pem::PemObject};
use serde::{Deserialize, Deserializer};
use serde_json::json;
use zeroize::Zeroizing;

use super::no_token::{KeyFault, key as refused};
use crate::provider::Result;

/// Where a signed statement is exchanged for an access token, and for whom it is signed.
pub(super) const AUDIENCE: &str = "https://oauth2.googleapis.com/token";
/// What a token is asked for: records of Cloud DNS, and nothing else of the project.
pub(super) const SCOPE: &str = "https://www.googleapis.com/auth/ndev.clouddns.readwrite";
/// Addresses of token services that key files have named over the years.
const GOOGLES_OWN: [&str; 3] =
    [AUDIENCE, "https://accounts.google.com/o/oauth2/token", "https://www.googleapis.com/oauth2/v4/token"];
/// The one universe whose addresses are known here.
const UNIVERSE: &str = "googleapis.com";
/// How long a statement is good for, in seconds; Google takes an hour at most.
const LIFE: u64 = 600;

/// A key of a service account.
pub struct KeyFile {
    email: String,
    key_id: Option<String>,
    project: Option<String>,
    key: Arc<dyn SigningKey>,
}

/// As Google writes it, with what is looked at.
#[derive(Deserialize)]
struct Written {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    client_email: String,
    #[serde(default, deserialize_with = "wiped")]
    private_key: Zeroizing<String>,
    private_key_id: Option<String>,
    project_id: Option<String>,
    token_uri: Option<String>,
    universe_domain: Option<String>,
}

/// Text that is wiped when it is no longer needed.
fn wiped<'de, D: Deserializer<'de>>(from: D) -> std::result::Result<Zeroizing<String>, D::Error> {
    String::deserialize(from).map(Zeroizing::new)
}

impl KeyFile {
    /// Reads the JSON that Google hands out. A refusal repeats nothing of it but the words that are at fault.
    pub fn parse(json: &[u8]) -> Result<Self> {
        let written: Written = serde_json::from_slice(json).map_err(|_| refused(&KeyFault::NoKeyFile))?;
        if written.kind != "service_account" {
            return Err(refused(&KeyFault::Kind(&written.kind)));
        }
        if let Some(elsewhere) = written.token_uri.as_deref().filter(|uri| !GOOGLES_OWN.contains(uri)) {
            return Err(refused(&KeyFault::Elsewhere(elsewhere)));
        }
        if let Some(other) = written.universe_domain.as_deref().filter(|universe| *universe != UNIVERSE) {
            return Err(refused(&KeyFault::Universe(other)));
        }
        if written.client_email.is_empty() {
            return Err(refused(&KeyFault::NoKeyFile));
        }
        let key = signing_key(&written.private_key).ok_or_else(|| refused(&KeyFault::PrivateKey))?;
        Ok(Self { email: written.client_email, key_id: written.private_key_id, project: written.project_id, key })
    }

    /// The project that the service account is of.
    pub(super) fn project(&self) -> Option<&str> {
        self.project.as_deref()
    }

    /// A statement that the service account asks for a token now.
    pub(super) fn statement(&self, now: SystemTime) -> Result<String> {
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let (header, claims) = (
            json!({"alg": "RS256", "typ": "JWT", "kid": self.key_id}),
            json!({"iss": self.email, "scope": SCOPE, "aud": AUDIENCE, "iat": now, "exp": now + LIFE}),
        );
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(header), part(claims));
        let signer = self.key.choose_scheme(&[SignatureScheme::RSA_PKCS1_SHA256]);
        let signature = signer.and_then(|signer| signer.sign(text.as_bytes()).ok());
        let signature = signature.ok_or_else(|| refused(&KeyFault::PrivateKey))?;
        Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// An RSA key; Google hands out no others.
fn signing_key(pem: &str) -> Option<Arc<dyn SigningKey>> {
    let key = any_supported_type(&PrivateKeyDer::from_pem_slice(pem.as_bytes()).ok()?).ok()?;
    key.choose_scheme(&[SignatureScheme::RSA_PKCS1_SHA256]).is_some().then_some(key)
}

impl fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "key of service account {}", self.email)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;
    use crate::provider::ErrorKind;

    fn pem() -> String {
        rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap().serialize_pem()
    }

    fn refusal(fields: &serde_json::Value) -> String {
        let mut file = json!({"type": "service_account", "client_email": "a@p.iam.gserviceaccount.com", "private_key": "s3cr3t"});
        file.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let error = KeyFile::parse(file.to_string().as_bytes()).err().unwrap();
        assert_eq!(error.kind, ErrorKind::Denied);
        assert!(!error.message.contains("s3cr3t"), "{error}");
        error.message
    }

    #[test]
    fn p9_a_key_file_that_names_another_address_than_googles_is_refused() {
        for address in
            ["https://evil.example/token", "http://169.254.169.254/", "https://oauth2.googleapis.com.evil.example/token"]
        {
            let message = refusal(&json!({"token_uri": address}));
            assert!(message.contains(address) && message.contains("https://oauth2.googleapis.com/token"), "{message}");
        }
        assert!(refusal(&json!({"universe_domain": "evil.example"})).contains("evil.example"));
    }

    #[test]
    fn files_of_another_kind_are_named_and_a_key_that_cannot_sign_is_refused() {
        for kind in ["external_account", "authorized_user"] {
            assert!(refusal(&json!({"type": kind})).contains(kind));
        }
        for key in ["no key".to_owned(), pem()] {
            assert!(refusal(&json!({"private_key": key, "token_uri": AUDIENCE})).contains("private_key"));
        }
        for no_file in [&b"s3cr3t"[..], b"{}", b"\xff"] {
            assert!(KeyFile::parse(no_file).err().unwrap().message.contains("service account"));
        }
    }
}
