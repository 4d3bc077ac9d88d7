//! The stable Secret that signers mount: the active key of one name, in the forms signers read.
//!
//! Its name is the spec's `secretName` and never changes; its contents change as a whole when another key becomes active.
//! No owner reference: it goes with `deletionPolicy: Delete`, last.

use std::collections::BTreeMap;

use k8s_openapi::{ByteString, api::core::v1::Secret, apimachinery::pkg::apis::meta::v1::ObjectMeta};

use super::{
    MailDomainRef,
    digest::seal,
    labels::{annotate, annotation, annotation_of, part},
    signer_files::{PKCS1, PKCS8, signer_files},
};

pub use super::signer_files::KEY_MOUNT;

/// Type of the Secret.
const TYPE: &str = "mailward.dev/dkim-active";

/// The key signers shall use. It has no `Debug`: it holds the private key.
pub struct ActiveKey<'a> {
    /// `secretName` in the spec.
    pub secret_name: &'a str,
    /// Name of the key in the spec.
    pub key: &'a str,
    /// Its selector.
    pub selector: &'a str,
    /// SHA-256 of the SubjectPublicKeyInfo, hex.
    pub fingerprint: &'a str,
    /// Private key, PKCS#8 PEM.
    pub private_pkcs8_pem: &'a str,
    /// Private key, PKCS#1 PEM.
    pub private_pkcs1_pem: &'a str,
}

/// Builds the Secret, in the MailDomain's namespace.
pub fn active_secret(me: &MailDomainRef, key: &ActiveKey<'_>) -> Secret {
    let files = signer_files(&me.domain, key.selector, key.secret_name);
    let mut metadata = me.metadata(&me.namespace, key.secret_name.to_owned(), part::DKIM_ACTIVE);
    annotate(&mut metadata, annotation::KEY, key.key);
    annotate(&mut metadata, annotation::SELECTOR, key.selector);
    annotate(&mut metadata, annotation::FINGERPRINT, key.fingerprint);
    // The fingerprint annotation stands for the key: a digest of private octets would be readable by more than the key.
    seal(&mut metadata, files.iter().map(|(file, text)| (*file, text.as_str())));
    let private = [(PKCS8, key.private_pkcs8_pem.to_owned()), (PKCS1, key.private_pkcs1_pem.to_owned())];
    let data: BTreeMap<_, _> =
        files.into_iter().chain(private).map(|(file, text)| (file.to_owned(), ByteString(text.into_bytes()))).collect();
    Secret { metadata, type_: Some(TYPE.to_owned()), data: Some(data), ..Secret::default() }
}

/// Selector and fingerprint of the key that signers mount now, read from metadata alone.
pub fn read_active(meta: &ObjectMeta) -> Option<(&str, &str)> {
    Some((annotation_of(meta, annotation::SELECTOR)?, annotation_of(meta, annotation::FINGERPRINT)?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;
    use crate::domain::objects::Differs;

    fn active(selector: &str) -> Secret {
        let me =
            MailDomainRef { namespace: "mail".into(), name: "lab".into(), uid: "u".into(), domain: "a.lab".parse().unwrap() };
        let key = ActiveKey {
            secret_name: "a-lab-dkim",
            key: "main",
            selector,
            fingerprint: "0a1b2c3d",
            private_pkcs8_pem: "eight",
            private_pkcs1_pem: "one",
        };
        active_secret(&me, &key)
    }

    #[test]
    fn signers_find_these_files() {
        let files: Vec<String> = active("s").data.unwrap().into_keys().collect();
        assert_eq!(
            files,
            ["KeyTable", "SigningTable", "domain", "paths.map", "private-pkcs1.key", "private.key", "selector", "selectors.map"]
        );
    }

    #[test]
    fn the_active_selector_is_read_from_metadata() {
        assert_eq!(read_active(&active("main-1").metadata), Some(("main-1", "0a1b2c3d")));
    }

    #[test]
    fn a_hand_edited_key_or_selector_is_a_difference_and_a_file_somebody_adds_is_not() {
        let wanted = active("main-1");
        let edit = |file: &str| {
            let mut live = wanted.clone();
            live.data.as_mut().unwrap().insert(file.to_owned(), ByteString(b"x".to_vec()));
            live.differs(&wanted)
        };
        assert!(edit("private.key") && edit("selector"));
        assert!(!edit("note"));
    }

    #[test]
    fn no_metadata_tells_anything_of_the_private_key() {
        let metadata = format!("{:?}", active("main-1").metadata);
        assert!(!metadata.contains("eight") && !metadata.contains("one\""), "{metadata}");
    }
}
