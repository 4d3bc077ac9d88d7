//! The Ingress of one policy host.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::{
    api::networking::v1::{
        HTTPIngressPath, HTTPIngressRuleValue, Ingress, IngressBackend, IngressRule, IngressServiceBackend, IngressSpec,
        IngressTLS, ServiceBackendPort,
    },
    apimachinery::pkg::apis::meta::v1::ObjectMeta,
};

use super::{
    MailDomainRef,
    digest::seal,
    labels::{annotate, part},
    policy_config_map::policy_object_name,
};

/// The path senders fetch (RFC 8461 3.2).
const POLICY_PATH: &str = "/.well-known/mta-sts.txt";
/// cert-manager's annotation that names a ClusterIssuer.
const CLUSTER_ISSUER: &str = "cert-manager.io/cluster-issuer";
/// external-dns leaves a resource alone whose `controller` annotation is not `dns-controller`. The prefix changed in its
/// version 0.22, so both stand there.
const EXTERNAL_DNS: [&str; 2] = ["external-dns.alpha.kubernetes.io/controller", "external-dns.kubernetes.io/controller"];

/// What the install decides for every policy Ingress; a tenant has no say in it (P9).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IngressInstall {
    /// `ingressClassName`; absent: the cluster's default class.
    pub class: Option<String>,
    /// cert-manager ClusterIssuer; absent: somebody else fills the TLS Secret, or the controller has a default certificate.
    pub cluster_issuer: Option<String>,
    /// Service of the policy servers, in the policy namespace.
    pub service_name: String,
    /// Its port.
    pub service_port: u16,
    /// Annotation keys that a MailDomain may set.
    pub allowed_annotations: BTreeSet<String>,
}

/// One domain's wishes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyIngress<'a> {
    /// `spec.mtaSts.serving.ingress.annotations`.
    pub annotations: BTreeMap<&'a str, &'a str>,
    /// `spec.mtaSts.address` is `External`: external-dns may publish the address.
    pub external_address: bool,
}

/// An annotation that a MailDomain may not set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum AnnotationRefused {
    /// Not on the list.
    #[error(
        "annotation `{0}` in spec.mtaSts.serving.ingress.annotations is not on this install's list: remove it, or ask for \
         --ingress-annotation={0}"
    )]
    NotAllowed(String),
    /// Ours, whatever the list says.
    #[error(
        "annotation `{0}` in spec.mtaSts.serving.ingress.annotations is set by Mailward itself: remove it (the address is \
         published by others with spec.mtaSts.address: External)"
    )]
    Reserved(String),
}

/// Builds the Ingress in the policy namespace; every refused annotation is named, in order.
pub fn policy_ingress(
    me: &MailDomainRef,
    namespace: &str,
    install: &IngressInstall,
    wishes: &PolicyIngress<'_>,
) -> Result<Ingress, Vec<AnnotationRefused>> {
    check_annotations(install, wishes)?;
    let name = policy_object_name(&me.domain);
    let host = format!("mta-sts.{}", me.domain);
    let spec = ingress_spec(install, host, format!("{name}-tls"));
    let mut metadata = me.metadata(namespace, name, part::POLICY);
    for (key, value) in &wishes.annotations {
        annotate(&mut metadata, key, *value);
    }
    if let Some(issuer) = &install.cluster_issuer {
        annotate(&mut metadata, CLUSTER_ISSUER, issuer);
    }
    if !wishes.external_address {
        keep_external_dns_away(&mut metadata);
    }
    let class = install.class.as_deref().unwrap_or_default();
    let service = format!("{}:{}", install.service_name, install.service_port);
    seal(&mut metadata, [("class", class), ("service", &service)]);
    Ok(Ingress { metadata, spec: Some(spec), ..Ingress::default() })
}

/// Two publishers of one address would take turns.
pub(super) fn keep_external_dns_away(metadata: &mut ObjectMeta) {
    for key in EXTERNAL_DNS {
        annotate(metadata, key, "mailward");
    }
}

fn check_annotations(install: &IngressInstall, wishes: &PolicyIngress<'_>) -> Result<(), Vec<AnnotationRefused>> {
    let refused: Vec<_> = wishes.annotations.keys().filter_map(|key| refusal(install, key)).collect();
    if refused.is_empty() { Ok(()) } else { Err(refused) }
}

fn refusal(install: &IngressInstall, key: &str) -> Option<AnnotationRefused> {
    if key == CLUSTER_ISSUER || EXTERNAL_DNS.contains(&key) || key.starts_with("mailward.dev/") {
        return Some(AnnotationRefused::Reserved(key.to_owned()));
    }
    (!install.allowed_annotations.contains(key)).then(|| AnnotationRefused::NotAllowed(key.to_owned()))
}

fn ingress_spec(install: &IngressInstall, host: String, secret_name: String) -> IngressSpec {
    // The whole host goes to the policy server, so that a person who opens it in a browser reads what it is for. The
    // policy path stands by itself too: some controllers treat exact paths with less ceremony (no rewriting, no prefixes).
    let paths = vec![path(install, "Exact", POLICY_PATH), path(install, "Prefix", "/")];
    IngressSpec {
        ingress_class_name: install.class.clone(),
        rules: Some(vec![IngressRule { host: Some(host.clone()), http: Some(HTTPIngressRuleValue { paths }) }]),
        tls: Some(vec![IngressTLS { hosts: Some(vec![host]), secret_name: Some(secret_name) }]),
        ..IngressSpec::default()
    }
}

fn path(install: &IngressInstall, path_type: &str, path: &str) -> HTTPIngressPath {
    let port = ServiceBackendPort { number: Some(i32::from(install.service_port)), name: None };
    let service = IngressServiceBackend { name: install.service_name.clone(), port: Some(port) };
    HTTPIngressPath {
        path: Some(path.to_owned()),
        path_type: path_type.to_owned(),
        backend: IngressBackend { service: Some(service), resource: None },
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;
    use crate::domain::objects::Differs;

    fn me() -> MailDomainRef {
        MailDomainRef { namespace: "mail".into(), name: "lab".into(), uid: "u".into(), domain: "a.lab".parse().unwrap() }
    }

    fn install() -> IngressInstall {
        IngressInstall {
            class: Some("traefik".into()),
            cluster_issuer: Some("acme".into()),
            service_name: "mailward-policy".into(),
            service_port: 8080,
            allowed_annotations: ["example.com/ok".to_owned()].into(),
        }
    }

    fn build(pairs: &[(&'static str, &'static str)], external_address: bool) -> Result<Ingress, Vec<AnnotationRefused>> {
        let wishes = PolicyIngress { annotations: pairs.iter().copied().collect(), external_address };
        policy_ingress(&me(), "policies", &install(), &wishes)
    }

    #[test]
    fn the_ingress_is_what_the_golden_file_shows() {
        insta::assert_yaml_snapshot!(build(&[("example.com/ok", "yes")], false).unwrap());
    }

    #[test]
    fn external_dns_is_told_to_stay_away_unless_it_publishes_the_address() {
        let opted_out = |external| {
            let annotations = build(&[], external).unwrap().metadata.annotations.unwrap();
            EXTERNAL_DNS.map(|key| annotations.get(key).map(String::as_str) == Some("mailward"))
        };
        assert_eq!(opted_out(false), [true, true]);
        assert_eq!(opted_out(true), [false, false]);
    }

    #[test]
    fn p9_a_tenant_sets_no_annotation_of_its_choice() {
        let refused =
            build(&[("nginx.ingress.kubernetes.io/server-snippet", "x"), ("cert-manager.io/cluster-issuer", "y")], false);
        let texts: Vec<String> = refused.unwrap_err().iter().map(ToString::to_string).collect();
        assert!(texts[0].contains("set by Mailward itself"), "{texts:?}");
        assert!(texts[1].contains("--ingress-annotation=nginx.ingress.kubernetes.io/server-snippet"), "{texts:?}");
    }

    #[test]
    fn a_class_that_admission_filled_in_is_no_difference() {
        let wanted = policy_ingress(&me(), "policies", &IngressInstall { class: None, ..install() }, &PolicyIngress::default());
        let wanted = wanted.unwrap();
        let mut live = wanted.clone();
        live.spec.as_mut().unwrap().ingress_class_name = Some("default".into());
        assert!(!live.differs(&wanted));
        live.spec.as_mut().unwrap().rules = None;
        assert!(live.differs(&wanted));
    }
}
