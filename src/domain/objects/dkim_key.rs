//! The Secret that holds one DKIM key under one selector, for ever (P3, DKIM-G3).
//!
//! It is created, never replaced: its data is immutable, and its name comes from domain, key name and ordinal, so that
//! two writers collide with a 409 and the loser reads the winner's key. Only its annotations move on, with the phase.
//! There is no owner reference: keys go with `deletionPolicy: Delete`, last, and never by garbage collection.

use jiff::Timestamp;
use k8s_openapi::{ByteString, api::core::v1::Secret, apimachinery::pkg::apis::meta::v1::ObjectMeta};

use super::{
    MailDomainRef,
    labels::{annotate, annotation, annotation_of, part},
    names::object_name,
    signer_files::PKCS8,
};
use crate::api::SelectorPhase;

/// Type of the Secret.
const TYPE: &str = "mailward.dev/dkim-key";

/// What the annotations of a key Secret say; readable from a metadata watch, without the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyAnnotations {
    /// Name of the key in the spec.
    pub key: String,
    /// Counts the keys made under this name, from 0.
    pub ordinal: u32,
    /// Selector.
    pub selector: String,
    /// SHA-256 of the SubjectPublicKeyInfo, hex.
    pub fingerprint: String,
    /// When the key was made.
    pub created_at: Timestamp,
    /// Phase of the selector.
    pub phase: SelectorPhase,
    /// Since when the phase holds.
    pub phase_since: Timestamp,
    /// Since when every authoritative server answers with the key; `None` while one does not.
    pub verified_since: Option<Timestamp>,
}

/// A key to be stored. It has no `Debug`: it holds the private key.
pub struct KeySecret<'a> {
    /// What is written beside the key.
    pub annotations: &'a KeyAnnotations,
    /// Private key, PKCS#8 PEM.
    pub private_pkcs8_pem: &'a str,
}

/// Why the annotations of a key Secret could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("annotation {annotation} of Secret {secret} {problem}: restore it, its selector is published under this name")]
pub struct KeyAnnotationError {
    /// `<namespace>/<name>`.
    pub secret: String,
    /// Key of the annotation.
    pub annotation: &'static str,
    /// `is missing` or what was found.
    pub problem: String,
}

/// Builds the Secret, in the MailDomain's namespace.
pub fn key_secret(me: &MailDomainRef, key: &KeySecret<'_>) -> Secret {
    let annotations = key.annotations;
    let name = key_secret_name(me, &annotations.key, annotations.ordinal);
    let mut metadata = me.metadata(&me.namespace, name, part::DKIM_KEY);
    for (key, value) in annotations.pairs() {
        annotate(&mut metadata, key, value);
    }
    let data = [(PKCS8.to_owned(), ByteString(key.private_pkcs8_pem.as_bytes().to_vec()))];
    Secret { metadata, type_: Some(TYPE.to_owned()), immutable: Some(true), data: Some(data.into()), ..Secret::default() }
}

/// The one name under which the `ordinal`-th key called `key` of this domain can be stored. The UID is not in it: a
/// MailDomain that is recreated, or goes on under another name, finds the keys that signers use.
pub fn key_secret_name(me: &MailDomainRef, key: &str, ordinal: u32) -> String {
    object_name(&format!("dkim-{key}-{ordinal}-{}", me.domain), &format!("{}/{key}/{ordinal}", me.domain))
}

impl KeyAnnotations {
    /// The annotations; a phase change is a merge patch of these. An absent date is an empty text, which a merge patch
    /// can write over an earlier date.
    pub fn pairs(&self) -> [(&'static str, String); 8] {
        let verified_since = self.verified_since.map(|time| time.to_string()).unwrap_or_default();
        [
            (annotation::KEY, self.key.clone()),
            (annotation::ORDINAL, self.ordinal.to_string()),
            (annotation::SELECTOR, self.selector.clone()),
            (annotation::FINGERPRINT, self.fingerprint.clone()),
            (annotation::CREATED_AT, self.created_at.to_string()),
            (annotation::PHASE, phase_name(self.phase).to_owned()),
            (annotation::PHASE_SINCE, self.phase_since.to_string()),
            (annotation::VERIFIED_SINCE, verified_since),
        ]
    }
}

const PHASES: [SelectorPhase; 4] =
    [SelectorPhase::Publishing, SelectorPhase::Active, SelectorPhase::Retiring, SelectorPhase::Revoked];

fn phase_name(phase: SelectorPhase) -> &'static str {
    match phase {
        SelectorPhase::Publishing => "Publishing",
        SelectorPhase::Active => "Active",
        SelectorPhase::Retiring => "Retiring",
        SelectorPhase::Revoked => "Revoked",
    }
}

/// Reads the annotations back. A Secret restored without them is an error, since guessing a phase could switch signers.
pub fn read_key_annotations(meta: &ObjectMeta) -> Result<KeyAnnotations, KeyAnnotationError> {
    let read = Reader { meta };
    Ok(KeyAnnotations {
        key: read.text(annotation::KEY)?.to_owned(),
        ordinal: read.parsed(annotation::ORDINAL)?,
        selector: read.text(annotation::SELECTOR)?.to_owned(),
        fingerprint: read.text(annotation::FINGERPRINT)?.to_owned(),
        created_at: read.parsed(annotation::CREATED_AT)?,
        phase: read.phase()?,
        phase_since: read.parsed(annotation::PHASE_SINCE)?,
        verified_since: read.optional(annotation::VERIFIED_SINCE)?,
    })
}

struct Reader<'a> {
    meta: &'a ObjectMeta,
}

impl<'a> Reader<'a> {
    fn text(&self, key: &'static str) -> Result<&'a str, KeyAnnotationError> {
        annotation_of(self.meta, key).ok_or_else(|| self.error(key, "is missing".to_owned()))
    }

    fn parsed<T: std::str::FromStr>(&self, key: &'static str) -> Result<T, KeyAnnotationError> {
        let text = self.text(key)?;
        text.parse().map_err(|_| self.error(key, format!("is `{text}`")))
    }

    fn optional<T: std::str::FromStr>(&self, key: &'static str) -> Result<Option<T>, KeyAnnotationError> {
        match annotation_of(self.meta, key) {
            None | Some("") => Ok(None),
            Some(_) => self.parsed(key).map(Some),
        }
    }

    fn phase(&self) -> Result<SelectorPhase, KeyAnnotationError> {
        let text = self.text(annotation::PHASE)?;
        let found = PHASES.into_iter().find(|phase| phase_name(*phase) == text);
        found.ok_or_else(|| self.error(annotation::PHASE, format!("is `{text}`")))
    }

    fn error(&self, annotation: &'static str, problem: String) -> KeyAnnotationError {
        let part = |part: &Option<String>| part.clone().unwrap_or_default();
        KeyAnnotationError { secret: format!("{}/{}", part(&self.meta.namespace), part(&self.meta.name)), annotation, problem }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    fn me(uid: &str) -> MailDomainRef {
        MailDomainRef { namespace: "mail".into(), name: "lab".into(), uid: uid.into(), domain: "a.lab".parse().unwrap() }
    }

    fn record(ordinal: u32, verified_since: Option<Timestamp>) -> KeyAnnotations {
        KeyAnnotations {
            key: "main".into(),
            ordinal,
            selector: "main-0a1b2c3d".into(),
            fingerprint: "0a1b2c3d".into(),
            created_at: Timestamp::from_second(1_000).unwrap(),
            phase: SelectorPhase::Publishing,
            phase_since: Timestamp::from_second(1_001).unwrap(),
            verified_since,
        }
    }

    fn secret(uid: &str, record: &KeyAnnotations) -> Secret {
        key_secret(&me(uid), &KeySecret { annotations: record, private_pkcs8_pem: "pem" })
    }

    #[test]
    fn the_record_is_read_back_from_metadata_alone() {
        for verified in [None, Some(Timestamp::from_second(2_000).unwrap())] {
            let record = record(3, verified);
            assert_eq!(read_key_annotations(&secret("u", &record).metadata).unwrap(), record);
        }
    }

    #[test]
    fn p3_two_writers_of_one_key_meet_in_one_name_and_so_does_a_recreated_object_but_another_key_has_another() {
        let name = |uid, ordinal, selector: &str| {
            let record = KeyAnnotations { selector: selector.into(), ..record(ordinal, None) };
            secret(uid, &record).metadata.name.unwrap()
        };
        assert_eq!(name("u", 0, "main-11111111"), name("u", 0, "main-22222222"));
        assert_ne!(name("u", 0, "s"), name("u", 1, "s"));
        assert_eq!(name("u", 0, "s"), name("v", 0, "s"));
    }

    #[test]
    fn the_secret_is_immutable_and_owned_by_no_reference() {
        let secret = secret("u", &record(0, None));
        assert_eq!(secret.immutable, Some(true));
        assert_eq!(secret.metadata.owner_references, None);
    }

    #[test]
    fn a_missing_or_unknown_phase_is_an_error_that_names_the_secret() {
        let mut meta = secret("u", &record(0, None)).metadata;
        annotate(&mut meta, annotation::PHASE, "Asleep");
        let error = read_key_annotations(&meta).unwrap_err().to_string();
        assert!(error.contains("mailward.dev/phase of Secret mail/dkim-main-0-a-lab-") && error.contains("`Asleep`"), "{error}");
    }
}
