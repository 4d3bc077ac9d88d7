//! Which Gateways a MailDomain may be served through: those that the install offers (P9). A Gateway that takes routes from the policy
//! namespace has agreed to Mailward, not to every tenant of it.

use super::{Complaint, OfferedGateway};
use crate::api::{GATEWAY_GROUP, GatewayRef, GatewayServing, ParentReference};

const FIELD: &str = "spec.mtaSts.serving.gateway";

/// The parents of the HTTPRoute.
pub(super) fn parents(spec: &GatewayServing, offered: &[OfferedGateway], bad: &mut Vec<Complaint>) -> Vec<ParentReference> {
    let Some(first) = offered.first() else {
        let why = "this install serves no policy through a Gateway: choose ingress or external, or ask for --gateway";
        bad.push(Complaint::reject(FIELD, "P9", why));
        return vec![];
    };
    if spec.parent_refs.is_empty() {
        return vec![parent(first, None, None)];
    }
    let mut parents: Vec<ParentReference> = vec![];
    for (index, wanted) in spec.parent_refs.iter().enumerate() {
        match chosen(wanted, offered) {
            Some(parent) if parents.contains(&parent) => {}
            Some(parent) => parents.push(parent),
            None => bad.push(refusal(index, wanted, offered)),
        }
    }
    parents
}

fn chosen(wanted: &GatewayRef, offered: &[OfferedGateway]) -> Option<ParentReference> {
    let GatewayRef { namespace, name, section_name, port } = wanted;
    let gateway = offered.iter().find(|offered| offered.namespace == *namespace && offered.name == *name)?;
    Some(parent(gateway, section_name.clone(), *port))
}

fn refusal(index: usize, wanted: &GatewayRef, offered: &[OfferedGateway]) -> Complaint {
    let GatewayRef { namespace, name, .. } = wanted;
    let list: Vec<String> = offered.iter().map(ToString::to_string).collect();
    let why = format!("this install does not offer Gateway {namespace}/{name}: name one of {}, or ask for it", list.join(", "));
    Complaint::reject(format!("{FIELD}.parentRefs[{index}]"), "P9", why)
}

/// Whoever names a port means its listeners, whatever the install's listener is called.
fn parent(gateway: &OfferedGateway, section: Option<String>, port: Option<u16>) -> ParentReference {
    ParentReference {
        group: GATEWAY_GROUP.to_owned(),
        kind: "Gateway".to_owned(),
        namespace: Some(gateway.namespace.clone()),
        name: gateway.name.clone(),
        section_name: section.or_else(|| gateway.section.clone().filter(|_| port.is_none())),
        port: port.map(i32::from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered() -> Vec<OfferedGateway> {
        let offer = |name: &str, section: Option<&str>| OfferedGateway {
            namespace: "infra".into(),
            name: name.into(),
            section: section.map(str::to_owned),
        };
        vec![offer("public", Some("https")), offer("other", None)]
    }

    fn judged(refs: Vec<GatewayRef>, offered: &[OfferedGateway]) -> (Vec<ParentReference>, Vec<String>) {
        let mut bad = vec![];
        let parents = parents(&GatewayServing { parent_refs: refs }, offered, &mut bad);
        (parents, bad.iter().map(ToString::to_string).collect())
    }

    fn named(namespace: &str, name: &str) -> GatewayRef {
        GatewayRef { namespace: namespace.into(), name: name.into(), ..GatewayRef::default() }
    }

    #[test]
    fn whoever_names_none_gets_the_first_one_with_the_listener_of_the_install() {
        let (parents, bad) = judged(vec![], &offered());
        assert!(bad.is_empty(), "{bad:?}");
        assert_eq!(parents.iter().map(|parent| parent.name.as_str()).collect::<Vec<_>>(), ["public"]);
        assert_eq!(parents.first().and_then(|parent| parent.section_name.as_deref()), Some("https"));
    }

    #[test]
    fn a_listener_or_a_port_in_the_spec_stands_instead_of_the_installs() {
        let section = GatewayRef { section_name: Some("own".into()), ..named("infra", "public") };
        let port = GatewayRef { port: Some(8443), ..named("infra", "public") };
        let (parents, _) = judged(vec![section, port], &offered());
        let found: Vec<_> = parents.iter().map(|parent| (parent.section_name.as_deref(), parent.port)).collect();
        assert_eq!(found, [(Some("own"), None), (None, Some(8443))]);
    }

    #[test]
    fn p9_a_gateway_that_is_not_offered_is_refused_and_those_that_are_stand_in_the_message() {
        let (parents, bad) = judged(vec![named("infra", "other"), named("secret", "public")], &offered());
        assert_eq!(parents.len(), 1);
        assert!(bad.concat().contains("parentRefs[1]: P9: "), "{bad:?}");
        assert!(bad.concat().contains("infra/public, infra/other"), "{bad:?}");
    }

    #[test]
    fn p9_an_install_without_gateways_says_so() {
        let (_, bad) = judged(vec![], &[]);
        assert!(bad.concat().contains("--gateway"), "{bad:?}");
    }
}
