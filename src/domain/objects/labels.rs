//! Labels and annotations by which our objects are found and mapped back.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

/// Label keys and fixed values. Watches select on these.
pub mod label {
    /// Who manages the object (a Kubernetes recommended label).
    pub const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
    /// The value of [`MANAGED_BY`].
    pub const MAILWARD: &str = "mailward";
    /// UID of the MailDomain: fits a label, which namespace and name need not.
    pub const UID: &str = "mailward.dev/uid";
    /// What the object is; one of [`super::part`].
    pub const PART: &str = "mailward.dev/part";
}

/// Values of [`label::PART`].
pub mod part {
    /// ConfigMap and Ingress or HTTPRoute of an MTA-STS policy.
    pub const POLICY: &str = "policy";
    /// One DKIM key under one selector.
    pub const DKIM_KEY: &str = "dkim-key";
    /// The DNSEndpoint of a domain that external-dns publishes.
    pub const DNS_ENDPOINT: &str = "dns-endpoint";
    /// The key signers use now.
    pub const DKIM_ACTIVE: &str = "dkim-active";
}

/// Annotation keys.
pub mod annotation {
    /// `<namespace>/<name>` of the MailDomain.
    pub const OBJECT: &str = "mailward.dev/object";
    /// The domain, as A-labels.
    pub const DOMAIN: &str = "mailward.dev/domain";
    /// SHA-256 over what we own of the object; changes when something leaves our intent.
    pub const DIGEST: &str = "mailward.dev/digest";
    /// What has to be remembered about a policy, as JSON.
    pub const MEMORY: &str = "mailward.dev/memory";
    /// Name of the key in the spec.
    pub const KEY: &str = "mailward.dev/key";
    /// Counts the keys made under one name, from 0.
    pub const ORDINAL: &str = "mailward.dev/ordinal";
    /// DKIM selector.
    pub const SELECTOR: &str = "mailward.dev/selector";
    /// SHA-256 of the SubjectPublicKeyInfo, hex.
    pub const FINGERPRINT: &str = "mailward.dev/fingerprint";
    /// When the key was made (RFC 3339).
    pub const CREATED_AT: &str = "mailward.dev/created-at";
    /// Phase of the selector.
    pub const PHASE: &str = "mailward.dev/phase";
    /// Since when the phase holds (RFC 3339).
    pub const PHASE_SINCE: &str = "mailward.dev/phase-since";
    /// Since when every authoritative server answers with the key (RFC 3339).
    pub const VERIFIED_SINCE: &str = "mailward.dev/verified-since";
}

/// The MailDomain an object belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailDomainRef {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its UID.
    pub uid: String,
    /// `spec.domain`, normalised.
    pub domain: crate::dns::Name,
}

impl MailDomainRef {
    /// `<namespace>/<name>`.
    pub fn object(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }

    /// Metadata of an object of ours, without digest.
    pub(super) fn metadata(&self, namespace: &str, name: String, part: &str) -> ObjectMeta {
        let labels = [(label::MANAGED_BY, label::MAILWARD), (label::UID, &self.uid), (label::PART, part)];
        let annotations = [(annotation::OBJECT, self.object()), (annotation::DOMAIN, self.domain.to_string())];
        ObjectMeta {
            name: Some(name),
            namespace: Some(namespace.to_owned()),
            labels: Some(owned(labels)),
            annotations: Some(owned(annotations)),
            ..ObjectMeta::default()
        }
    }
}

fn owned<K: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (K, V)>) -> BTreeMap<String, String> {
    pairs.into_iter().map(|(key, value)| (key.into(), value.into())).collect()
}

/// Puts an annotation.
pub(super) fn annotate(meta: &mut ObjectMeta, key: &str, value: impl Into<String>) {
    meta.annotations.get_or_insert_default().insert(key.to_owned(), value.into());
}

/// Reads an annotation.
pub(super) fn annotation_of<'a>(meta: &'a ObjectMeta, key: &str) -> Option<&'a str> {
    meta.annotations.as_ref()?.get(key).map(String::as_str)
}

/// Reads a label.
pub(super) fn label_of<'a>(meta: &'a ObjectMeta, key: &str) -> Option<&'a str> {
    meta.labels.as_ref()?.get(key).map(String::as_str)
}
