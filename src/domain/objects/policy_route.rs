//! The HTTPRoute of one policy host.

use super::{
    MailDomainRef, digest::seal, labels::part, policy_config_map::policy_object_name, policy_ingress::keep_external_dns_away,
};
use crate::api::{HTTPBackendRef, HTTPPathMatch, HTTPRoute, HTTPRouteMatch, HTTPRouteRule, HTTPRouteSpec, ParentReference};

/// One domain's wishes, as far as the install allows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyRoute<'a> {
    /// The Gateways.
    pub parents: &'a [ParentReference],
    /// Service of the policy servers, in the policy namespace, and its port.
    pub service: (&'a str, u16),
    /// `spec.mtaSts.address` is `External`: external-dns may publish the address.
    pub external_address: bool,
}

/// Builds the HTTPRoute in the policy namespace.
///
/// Whatever the API server would fill in is written out, so that an object that was stored equals the one that was meant.
pub fn policy_route(me: &MailDomainRef, namespace: &str, wishes: &PolicyRoute<'_>) -> HTTPRoute {
    let PolicyRoute { parents, service: (service, port), external_address } = *wishes;
    let mut metadata = me.metadata(namespace, policy_object_name(&me.domain), part::POLICY);
    if !external_address {
        keep_external_dns_away(&mut metadata);
    }
    let spec = HTTPRouteSpec {
        parent_refs: parents.to_vec(),
        hostnames: vec![format!("mta-sts.{}", me.domain)],
        rules: vec![whole_host(service, port)],
    };
    let parents = parents.iter().map(described).collect::<Vec<_>>().join(" ");
    seal(&mut metadata, [("parents", parents.as_str()), ("service", &format!("{service}:{port}"))]);
    HTTPRoute { metadata, spec, ..HTTPRoute::default() }
}

/// The whole host goes to the policy servers, so that a person who opens it in a browser reads what it is for.
fn whole_host(service: &str, port: u16) -> HTTPRouteRule {
    let path = HTTPPathMatch { kind: "PathPrefix".to_owned(), value: "/".to_owned() };
    let backend = HTTPBackendRef {
        kind: "Service".to_owned(),
        name: service.to_owned(),
        port: i32::from(port),
        weight: 1,
        ..HTTPBackendRef::default()
    };
    HTTPRouteRule {
        matches: vec![HTTPRouteMatch { path, ..HTTPRouteMatch::default() }],
        filters: vec![],
        backend_refs: vec![backend],
    }
}

/// A parent as messages name it: `infra/public`, `infra/public (listener https)`.
pub fn described(parent: &ParentReference) -> String {
    let namespace = parent.namespace.as_deref().unwrap_or_default();
    let place = format!("{namespace}/{}", parent.name);
    match (&parent.section_name, parent.port) {
        (None, None) => place,
        (Some(section), None) => format!("{place} (listener {section})"),
        (None, Some(port)) => format!("{place} (port {port})"),
        (Some(section), Some(port)) => format!("{place} (listener {section}, port {port})"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;
    use crate::domain::objects::Differs;

    fn route(external_address: bool) -> HTTPRoute {
        let me =
            MailDomainRef { namespace: "mail".into(), name: "lab".into(), uid: "u".into(), domain: "a.lab".parse().unwrap() };
        let parent = ParentReference {
            group: "gateway.networking.k8s.io".into(),
            kind: "Gateway".into(),
            namespace: Some("infra".into()),
            name: "public".into(),
            section_name: Some("https".into()),
            port: None,
        };
        let wishes = PolicyRoute { parents: &[parent], service: ("mailward-policy", 80), external_address };
        policy_route(&me, "policies", &wishes)
    }

    #[test]
    fn the_route_is_what_the_golden_file_shows() {
        insta::assert_yaml_snapshot!(route(false));
    }

    #[test]
    fn external_dns_is_told_to_stay_away_unless_it_publishes_the_address() {
        let opted_out = |external| route(external).metadata.annotations.unwrap().keys().any(|key| key.contains("external-dns"));
        assert_eq!([opted_out(false), opted_out(true)], [true, false]);
    }

    #[test]
    fn what_breaks_the_policy_is_a_difference_and_what_others_add_is_none() {
        let wanted = route(false);
        let mut live = wanted.clone();
        live.metadata.labels.as_mut().unwrap().insert("theirs".into(), "1".into());
        assert!(!live.differs(&wanted));
        let redirect = serde_json::json!({"type": "RequestRedirect"});
        live.spec.rules[0].filters.push(redirect);
        assert!(live.differs(&wanted));
        assert!(route(true).differs(&wanted));
    }

    #[test]
    fn an_object_with_fields_of_a_later_version_is_read_as_what_we_know_of_it() {
        let mut stored = serde_json::to_value(route(false)).unwrap();
        stored["spec"]["rules"][0]["timeouts"] = serde_json::json!({"request": "10s"});
        stored["spec"]["useDefaultGateways"] = "None".into();
        let live: HTTPRoute = serde_json::from_value(stored).unwrap();
        assert!(!live.differs(&route(false)));
    }

    #[test]
    fn a_parent_is_named_with_the_listeners_that_are_meant() {
        let mut parent = route(false).spec.parent_refs.remove(0);
        assert_eq!(described(&parent), "infra/public (listener https)");
        parent.port = Some(443);
        assert_eq!(described(&parent), "infra/public (listener https, port 443)");
    }
}
