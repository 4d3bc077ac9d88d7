//! Whose an object is, read off its metadata.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::{
    MailDomainRef,
    labels::{annotation, annotation_of, label, label_of},
};

/// What an object's metadata says about its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// This MailDomain's.
    Ours,
    /// Made by Mailward for the same domain under another UID: released by `Retain`, restored from a backup, or held by
    /// a second MailDomain. The marker in DNS decides which.
    Earlier {
        /// The UID on the object.
        uid: String,
        /// `<namespace>/<name>` on the object.
        object: String,
    },
    /// Made by Mailward for another domain: two specs name the same Secret.
    OtherDomain {
        /// `<namespace>/<name>` on the object.
        object: String,
        /// Its domain.
        domain: String,
    },
    /// Not made by Mailward. It is never written.
    Foreign,
}

/// Reads the claim. Labels can be set by anybody who may write the object; they protect from accidents, not from its owner.
pub fn claim(meta: &ObjectMeta, me: &MailDomainRef) -> Claim {
    let Some(uid) = label_of(meta, label::UID).filter(|_| is_managed(meta)) else { return Claim::Foreign };
    let object = annotation_of(meta, annotation::OBJECT).unwrap_or_default().to_owned();
    let domain = annotation_of(meta, annotation::DOMAIN).unwrap_or_default();
    if domain != me.domain.as_str() {
        return Claim::OtherDomain { object, domain: domain.to_owned() };
    }
    if uid == me.uid { Claim::Ours } else { Claim::Earlier { uid: uid.to_owned(), object } }
}

fn is_managed(meta: &ObjectMeta) -> bool {
    label_of(meta, label::MANAGED_BY) == Some(label::MAILWARD)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;
    use crate::domain::objects::part;

    fn me(uid: &str, domain: &str) -> MailDomainRef {
        MailDomainRef { namespace: "mail".into(), name: "lab".into(), uid: uid.into(), domain: domain.parse().unwrap() }
    }

    fn meta_of(owner: &MailDomainRef) -> ObjectMeta {
        owner.metadata("mail", "secret".into(), part::DKIM_ACTIVE)
    }

    #[test]
    fn an_object_with_our_uid_is_ours() {
        assert_eq!(claim(&meta_of(&me("u1", "a.lab")), &me("u1", "a.lab")), Claim::Ours);
    }

    #[test]
    fn a_recreated_mail_domain_recognises_what_it_left_behind() {
        let found = claim(&meta_of(&me("u1", "a.lab")), &me("u2", "a.lab"));
        assert_eq!(found, Claim::Earlier { uid: "u1".into(), object: "mail/lab".into() });
    }

    #[test]
    fn one_secret_name_in_two_specs_is_seen() {
        assert!(matches!(claim(&meta_of(&me("u1", "a.lab")), &me("u2", "b.lab")), Claim::OtherDomain { .. }));
    }

    #[test]
    fn a_uid_without_the_managed_by_label_is_foreign() {
        let mut meta = meta_of(&me("u1", "a.lab"));
        meta.labels.as_mut().unwrap().remove(label::MANAGED_BY);
        assert_eq!(claim(&meta, &me("u1", "a.lab")), Claim::Foreign);
        assert_eq!(claim(&ObjectMeta::default(), &me("u1", "a.lab")), Claim::Foreign);
    }
}
