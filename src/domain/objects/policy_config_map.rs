//! The ConfigMap that holds one domain's policy text for the policy servers, and remembers for the controller.

use k8s_openapi::api::core::v1::ConfigMap;

use super::{
    MailDomainRef, MemoryError, PolicyMemory,
    digest::seal,
    labels::{annotate, annotation, annotation_of, part},
    names::object_name,
};
use crate::dns::Name;

/// Data key of the domain.
pub const DOMAIN_KEY: &str = "domain";
/// Data key of the policy text, CRLF line ends as it goes out (RFC 8461 3.2).
pub const POLICY_KEY: &str = "policy.txt";

/// Name of a domain's policy ConfigMap, and of its Ingress or HTTPRoute. It comes from the domain alone, so that a recreated MailDomain finds
/// its tombstone, and two MailDomains for one domain meet in one object instead of serving two policies.
pub fn policy_object_name(domain: &Name) -> String {
    object_name(&format!("mta-sts.{domain}"), domain.as_str())
}

/// What the ConfigMap says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyObject {
    /// The policy text, byte for byte as served.
    pub text: String,
    /// What is remembered.
    pub memory: PolicyMemory,
}

/// Builds the ConfigMap in the policy namespace.
pub fn policy_config_map(me: &MailDomainRef, namespace: &str, policy: &PolicyObject) -> Result<ConfigMap, serde_json::Error> {
    let mut metadata = me.metadata(namespace, policy_object_name(&me.domain), part::POLICY);
    annotate(&mut metadata, annotation::MEMORY, policy.memory.to_json()?);
    seal(&mut metadata, [(POLICY_KEY, policy.text.as_str())]);
    let data = [(DOMAIN_KEY.to_owned(), me.domain.to_string()), (POLICY_KEY.to_owned(), policy.text.clone())];
    Ok(ConfigMap { metadata, data: Some(data.into()), ..ConfigMap::default() })
}

/// Reads text and memory back. A ConfigMap whose memory is missing or broken is an error, never an empty memory (P6).
pub fn read_policy(config_map: &ConfigMap) -> Result<PolicyObject, MemoryError> {
    let meta = &config_map.metadata;
    let name = || format!("{}/{}", meta.namespace.as_deref().unwrap_or_default(), meta.name.as_deref().unwrap_or_default());
    let json = annotation_of(meta, annotation::MEMORY).ok_or_else(|| MemoryError::Missing { name: name() })?;
    let memory = PolicyMemory::from_json(json).map_err(|why| MemoryError::Unreadable { name: name(), why: why.to_string() })?;
    let text = config_map.data.as_ref().and_then(|data| data.get(POLICY_KEY)).cloned().unwrap_or_default();
    Ok(PolicyObject { text, memory })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;
    use crate::domain::objects::Differs;

    fn me(name: &str) -> MailDomainRef {
        MailDomainRef { namespace: "mail".into(), name: name.into(), uid: name.into(), domain: "a.lab".parse().unwrap() }
    }

    fn policy() -> PolicyObject {
        let memory = PolicyMemory { owner: "o/mail/lab".into(), largest_max_age: 7, ..PolicyMemory::default() };
        PolicyObject { text: "version: STSv1\r\nmode: none\r\nmax_age: 86400\r\n".into(), memory }
    }

    #[test]
    fn text_and_memory_survive_the_trip() {
        let built = policy_config_map(&me("lab"), "policies", &policy()).unwrap();
        assert_eq!(read_policy(&built).unwrap(), policy());
    }

    #[test]
    fn p6_a_missing_or_broken_memory_is_an_error_and_says_what_to_do() {
        let mut built = policy_config_map(&me("lab"), "policies", &policy()).unwrap();
        annotate(&mut built.metadata, annotation::MEMORY, "{oops");
        assert!(matches!(read_policy(&built), Err(MemoryError::Unreadable { .. })));
        built.metadata.annotations = None;
        let error = read_policy(&built).unwrap_err();
        assert!(error.to_string().contains("policies/mta-sts-a-lab-"), "{error}");
    }

    #[test]
    fn two_mail_domains_for_one_domain_share_one_config_map() {
        let [one, two] = ["one", "two"].map(|name| policy_config_map(&me(name), "policies", &policy()).unwrap());
        assert_eq!(one.metadata.name, two.metadata.name);
        assert!(one.differs(&two));
    }

    #[test]
    fn a_hand_edited_text_is_a_difference() {
        let wanted = policy_config_map(&me("lab"), "policies", &policy()).unwrap();
        let mut live = wanted.clone();
        assert!(!live.differs(&wanted));
        live.data.as_mut().unwrap().insert(POLICY_KEY.into(), "mode: enforce".into());
        assert!(live.differs(&wanted));
    }
}
