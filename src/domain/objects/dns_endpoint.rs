//! The DNSEndpoint object of a MailDomain: external-dns reads it and publishes what stands in it.
//!
//! What an endpoint is stays external-dns' own business (`provider::external_dns`); here are name, labels and place.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde_json::{Value, json};

use super::{
    labels::{MailDomainRef, label, label_of, part},
    names::object_name,
};
use crate::dns::Name;

/// API group of the kind.
pub const GROUP: &str = "externaldns.k8s.io";
/// Its only version.
pub const VERSION: &str = "v1alpha1";
/// The kind.
pub const KIND: &str = "DNSEndpoint";
/// Its resources' path.
pub const PLURAL: &str = "dnsendpoints";

/// Name of the object of a domain: one, whatever the MailDomain is called, so that a renamed one carries on.
pub fn dns_endpoint_name(domain: &Name) -> String {
    object_name(domain.as_str(), domain.as_str())
}

/// Namespace and name of the object of a MailDomain, where the provider object names that namespace or none.
pub fn place(namespace: Option<&str>, me: &MailDomainRef) -> (String, String) {
    (namespace.unwrap_or(&me.namespace).to_owned(), dns_endpoint_name(&me.domain))
}

/// The object with these endpoints. With a resource version it replaces that version and no other.
pub fn dns_endpoint(me: &MailDomainRef, namespace: &str, endpoints: &Value, resource_version: Option<String>) -> Value {
    let name = dns_endpoint_name(&me.domain);
    let metadata = ObjectMeta { resource_version, ..me.metadata(namespace, name, part::DNS_ENDPOINT) };
    json!({
        "apiVersion": format!("{GROUP}/{VERSION}"),
        "kind": KIND,
        "metadata": metadata,
        "spec": { "endpoints": endpoints },
    })
}

/// Whether an object of that name is one that Mailward made.
pub fn is_our_dns_endpoint(meta: &ObjectMeta) -> bool {
    label_of(meta, label::MANAGED_BY) == Some(label::MAILWARD) && label_of(meta, label::PART) == Some(part::DNS_ENDPOINT)
}

/// Whether a text of external-dns' registry says that a record comes from this object: then it is no mark of somebody else.
pub fn is_registered_for(text: &str, namespace: &str, name: &str) -> bool {
    let resource = format!("external-dns/resource=crd/{namespace}/{name}");
    let mut parts = text.trim_matches('"').split(',');
    parts.next() == Some("heritage=external-dns") && parts.any(|part| part == resource)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    fn me() -> MailDomainRef {
        let domain = "cafe.lab".parse().unwrap();
        MailDomainRef { namespace: "tenant".into(), name: "mail".into(), uid: "u-1".into(), domain }
    }

    #[test]
    fn the_object_is_known_as_ours_and_its_name_reads_like_the_domain() {
        let object = dns_endpoint(&me(), "dns", &json!([]), Some("7".into()));
        let meta: ObjectMeta = serde_json::from_value(object["metadata"].clone()).unwrap();
        assert!(is_our_dns_endpoint(&meta) && !is_our_dns_endpoint(&ObjectMeta::default()));
        assert!(meta.name.unwrap().starts_with("cafe-lab-"));
        assert_eq!((meta.namespace.as_deref(), meta.resource_version.as_deref()), (Some("dns"), Some("7")));
    }

    #[test]
    fn the_registry_entry_of_our_own_object_is_no_mark_of_somebody_else() {
        let of = |resource: &str| format!("\"heritage=external-dns,external-dns/owner=x,external-dns/resource={resource}\"");
        assert!(is_registered_for(&of("crd/dns/cafe-lab-1"), "dns", "cafe-lab-1"));
        for other in ["crd/dns/cafe-lab-12", "ingress/dns/cafe-lab-1"] {
            assert!(!is_registered_for(&of(other), "dns", "cafe-lab-1"), "{other}");
        }
        assert!(!is_registered_for("external-dns/resource=crd/dns/cafe-lab-1", "dns", "cafe-lab-1"));
    }
}
