//! Which provider object a MailDomain names, and whether it may.
//!
//! Pure: the objects come in as arguments, so that each refusal can be tested alone. Connecting is `pool`'s work.

use std::collections::BTreeMap;

use kube::ResourceExt;

use crate::{
    api::{Backend, ClusterDNSProvider, DNSProvider, ProviderKind, ProviderRef, Verification, selects},
    dns::Name,
    status::Obstacle,
};

/// Identifies a credential: the provider object that holds it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ProviderKey {
    /// Kind.
    pub kind: ProviderKind,
    /// Namespace; empty for the cluster kind.
    pub namespace: String,
    /// Name.
    pub name: String,
}

impl ProviderKey {
    /// The object that `reference` names from a MailDomain's namespace.
    pub(crate) fn new(reference: &ProviderRef, namespace: &str) -> Self {
        let namespace = match reference.kind {
            ProviderKind::ClusterDNSProvider => "",
            ProviderKind::DNSProvider => namespace,
        };
        Self { kind: reference.kind, namespace: namespace.to_owned(), name: reference.name.clone() }
    }
}

impl std::fmt::Display for ProviderKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.kind {
            ProviderKind::ClusterDNSProvider => write!(f, "ClusterDNSProvider {}", self.name),
            ProviderKind::DNSProvider => write!(f, "DNSProvider {}/{}", self.namespace, self.name),
        }
    }
}

/// What a pass needs to know of a provider object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ProviderView {
    /// The object.
    pub key: ProviderKey,
    /// Its UID and generation: another one means another client.
    pub version: (String, i64),
    /// Which API.
    pub backend: Backend,
    /// Zones it may serve; empty = all it sees.
    pub zones: Vec<String>,
    /// How answers are verified.
    pub verification: Verification,
    /// Where its Secret lives.
    pub secret_namespace: String,
    /// Whether it may point at loopback, link-local or cluster addresses.
    pub may_be_local: bool,
}

/// The objects among which a reference is looked up.
pub(crate) struct Known<'a> {
    /// The cluster-scoped object of that name, if there is one.
    pub cluster: Option<&'a ClusterDNSProvider>,
    /// The namespaced one.
    pub namespaced: Option<&'a DNSProvider>,
    /// Labels of the MailDomain's namespace.
    pub namespace_labels: &'a BTreeMap<String, String>,
    /// The operator's own namespace.
    pub operator_namespace: &'a str,
    /// Whether namespaced providers may point at local addresses.
    pub allow_local: bool,
}

/// Looks a reference up and checks that `namespace` and `domain` may use it.
pub(crate) fn view(reference: &ProviderRef, namespace: &str, domain: &Name, known: &Known<'_>) -> Result<ProviderView, Obstacle> {
    let key = ProviderKey::new(reference, namespace);
    let view = match reference.kind {
        ProviderKind::ClusterDNSProvider => cluster(key, namespace, known)?,
        ProviderKind::DNSProvider => namespaced(key, namespace, known)?,
    };
    if !serves(&view.zones, domain) {
        let message =
            format!("{} may serve {} only, and {domain} is none of them: add it to spec.zones", view.key, view.zones.join(", "));
        return Err(Obstacle::lasting("ZoneNotAllowed", message));
    }
    Ok(view)
}

fn not_found(key: &ProviderKey) -> Obstacle {
    let message = format!("spec.providerRef: there is no {key}; nothing is published until it exists");
    Obstacle::lasting("ProviderNotFound", message)
}

fn cluster(key: ProviderKey, namespace: &str, known: &Known<'_>) -> Result<ProviderView, Obstacle> {
    let object = known.cluster.ok_or_else(|| not_found(&key))?;
    let allowed = match &object.spec.allowed_namespaces {
        None => namespace == known.operator_namespace,
        Some(selector) => selects(selector, known.namespace_labels),
    };
    if !allowed {
        let message = format!(
            "{key} does not allow namespace {namespace}: its spec.allowedNamespaces has to select the namespace's labels"
        );
        return Err(Obstacle::lasting("ProviderNotAllowed", message));
    }
    Ok(ProviderView {
        version: (object.uid().unwrap_or_default(), object.metadata.generation.unwrap_or_default()),
        backend: object.spec.backend.clone(),
        zones: object.spec.zones.clone(),
        verification: object.spec.verification.clone(),
        secret_namespace: known.operator_namespace.to_owned(),
        may_be_local: true,
        key,
    })
}

fn namespaced(key: ProviderKey, namespace: &str, known: &Known<'_>) -> Result<ProviderView, Obstacle> {
    let object = known.namespaced.ok_or_else(|| not_found(&key))?;
    Ok(ProviderView {
        version: (object.uid().unwrap_or_default(), object.metadata.generation.unwrap_or_default()),
        backend: object.spec.backend.clone(),
        zones: object.spec.zones.clone(),
        verification: object.spec.verification.clone(),
        secret_namespace: namespace.to_owned(),
        may_be_local: known.allow_local,
        key,
    })
}

/// Label-wise: `example.com` is that domain and no other, `*.example.net` anything below it; an empty list is everything.
fn serves(zones: &[String], domain: &Name) -> bool {
    let matches = |zone: &String| match zone.strip_prefix("*.") {
        Some(parent) => parent.parse::<Name>().is_ok_and(|parent| domain.is_at_or_below(&parent) && *domain != parent),
        None => zone.parse::<Name>().is_ok_and(|zone| zone == *domain),
    };
    zones.is_empty() || zones.iter().any(matches)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    fn cluster_provider(extra: &str) -> ClusterDNSProvider {
        let yaml = format!(
            "{{apiVersion: mailward.dev/v1alpha1, kind: ClusterDNSProvider, metadata: {{name: bind, uid: u, generation: 1}}, spec: {{manual: {{}}{extra}}}}}"
        );
        serde_saphyr::from_str(&yaml).unwrap()
    }

    fn reference() -> ProviderRef {
        ProviderRef { kind: ProviderKind::ClusterDNSProvider, name: "bind".to_owned() }
    }

    fn look(
        provider: Option<&ClusterDNSProvider>,
        namespace: &str,
        labels: &[(&str, &str)],
        domain: &str,
    ) -> Result<ProviderView, Obstacle> {
        let labels = labels.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let known = Known {
            cluster: provider,
            namespaced: None,
            namespace_labels: &labels,
            operator_namespace: "mailward-system",
            allow_local: false,
        };
        view(&reference(), namespace, &domain.parse().unwrap(), &known)
    }

    #[test]
    fn p9_without_allowed_namespaces_only_the_operators_own_may_use_it() {
        let provider = cluster_provider("");
        assert!(look(Some(&provider), "mailward-system", &[], "shop.lab").is_ok());
        assert_eq!(look(Some(&provider), "tenant", &[], "shop.lab").unwrap_err().reason, "ProviderNotAllowed");
    }

    #[test]
    fn p9_an_empty_selector_allows_every_namespace_and_a_label_only_some() {
        let all = cluster_provider(", allowedNamespaces: {}");
        assert!(look(Some(&all), "tenant", &[], "shop.lab").is_ok());
        let some = cluster_provider(", allowedNamespaces: {matchLabels: {team: mail}}");
        assert!(look(Some(&some), "tenant", &[("team", "mail")], "shop.lab").is_ok());
        assert!(look(Some(&some), "tenant", &[("team", "web")], "shop.lab").is_err());
    }

    #[test]
    fn p9_zones_match_label_by_label() {
        let provider = cluster_provider(", allowedNamespaces: {}, zones: [example.com, \"*.example.net\"]");
        let ok = |domain: &str| look(Some(&provider), "t", &[], domain).is_ok();
        assert!(ok("example.com") && ok("a.example.net") && ok("b.a.example.net"));
        assert!(!ok("a.example.com") && !ok("example.net") && !ok("badexample.net"));
    }

    #[test]
    fn a_missing_provider_is_named() {
        let blocked = look(None, "t", &[], "shop.lab").unwrap_err();
        assert_eq!(blocked.reason, "ProviderNotFound");
        assert!(blocked.message.contains("ClusterDNSProvider bind"), "{}", blocked.message);
    }
}
