//! From a provider object's backend and its Secret to a client: the one place that knows both the CRD and the providers.
//!
//! Pure but for reading its arguments: no Secret is fetched here, and nothing is kept. One file per kind of provider.

#[cfg(feature = "http-providers")]
#[allow(dead_code, reason = "a build may have none of the providers with a vendor's address")]
mod api_url;
#[cfg(feature = "azure")]
mod azure;
#[cfg(feature = "cloudflare")]
mod cloudflare;
#[cfg(feature = "digitalocean")]
mod digitalocean;
#[cfg(feature = "external-dns")]
mod dns_endpoint;
#[cfg(feature = "external-dns")]
mod external_dns;
#[cfg(feature = "google")]
mod google;
#[cfg(feature = "powerdns")]
mod powerdns;
#[cfg(feature = "rfc2136")]
mod rfc2136;
#[cfg(feature = "route53")]
mod route53;

use std::{fmt, sync::Arc};

use k8s_openapi::api::core::v1::Secret;
use kube::Client;
#[cfg(any(feature = "azure", feature = "cloudflare", feature = "digitalocean", feature = "powerdns", feature = "route53"))]
use secrecy::SecretString;

use super::{provider_view::ProviderView, witness::Dns};
#[cfg(any(feature = "azure", feature = "google"))]
use crate::api::ProviderKind;
use crate::{
    api::{AzureDns, Backend, Rfc2136, Route53, SecretKeyRef},
    domain::objects::MailDomainRef,
    provider::{Error, ErrorKind, Provider, Result},
};

/// The kind of credential that is none: the webhook has one.
const WEBHOOK: &str = "externalDnsWebhook";
/// The backend that is no DNS.
#[cfg(not(feature = "external-dns"))]
const ENDPOINT: &str = "externalDnsEndpoint";

/// What one client, one connection pool and one budget are for: a key in a Secret, or the operator's own identity, used at
/// one address.
///
/// Not the provider object: two of them that name one Secret are one user to the provider, and its limits count them together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Credential {
    /// Kind of provider, as metrics call it.
    pub kind: &'static str,
    /// The key in a Secret; `None` where the platform proves who the operator is, and where nobody asks.
    pub secret: Option<SecretPlace>,
    /// Where and how it is used, besides what the Secret says.
    pub address: String,
    /// Whether addresses are allowed that only the operator reaches (P9).
    pub may_be_local: bool,
}

/// Where a credential is kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SecretPlace {
    /// Namespace of the Secret.
    pub namespace: String,
    /// Name of the Secret.
    pub name: String,
    /// Key in it.
    pub key: String,
}

impl fmt::Display for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.secret {
            Some(SecretPlace { namespace, name, key }) => write!(f, "Secret {namespace}/{name}, key {key}"),
            None if self.kind == WEBHOOK => f.write_str("held by the webhook itself"),
            None => f.write_str("the operator's own identity"),
        }
    }
}

/// The Secret that a backend names; `None` where it needs none.
pub(crate) fn secret_of(backend: &Backend) -> Option<&SecretKeyRef> {
    match backend {
        Backend { azure_dns: Some(azure), .. } => azure.client_secret_secret_ref.as_ref(),
        Backend { cloudflare: Some(cloudflare), .. } => Some(&cloudflare.api_token_secret_ref),
        Backend { digitalocean: Some(digitalocean), .. } => Some(&digitalocean.api_token_secret_ref),
        Backend { google_cloud_dns: Some(google), .. } => google.service_account_key_secret_ref.as_ref(),
        Backend { powerdns: Some(powerdns), .. } => Some(&powerdns.api_key_secret_ref),
        Backend { rfc2136: Some(rfc2136), .. } => Some(&rfc2136.tsig.secret_ref),
        Backend { route53: Some(route53), .. } => route53.secret_access_key_secret_ref.as_ref(),
        _ => None,
    }
}

/// The credential of a provider object.
pub(crate) fn credential(view: &ProviderView) -> Result<Credential> {
    let (kind, address) = match &view.backend {
        Backend { azure_dns: Some(spec), .. } => ("azure", azure_address(spec)),
        Backend { cloudflare: Some(cloudflare), .. } => ("cloudflare", cloudflare.api_url.clone().unwrap_or_default()),
        Backend { digitalocean: Some(spec), .. } => ("digitalocean", spec.api_url.clone().unwrap_or_default()),
        // With what is asked in DNS, since the client asks there as well.
        Backend { external_dns_webhook: Some(spec), .. } => (WEBHOOK, format!("{spec:?} {:?}", view.verification)),
        Backend { google_cloud_dns: Some(spec), .. } => {
            let [project, api] = [&spec.project, &spec.api_url].map(|text| text.as_deref().unwrap_or_default());
            ("google", format!("{project} {api}"))
        }
        Backend { powerdns: Some(spec), .. } => ("powerdns", format!("{} {}", spec.server, spec.server_id)),
        Backend { rfc2136: Some(rfc2136), .. } => ("rfc2136", tsig_address(rfc2136)),
        Backend { route53: Some(spec), .. } => ("route53", aws_address(spec)),
        _ => return Err(unknown()),
    };
    let place = |reference: &SecretKeyRef| SecretPlace {
        namespace: view.secret_namespace.clone(),
        name: reference.name.clone(),
        key: reference.key.clone(),
    };
    Ok(Credential { kind, secret: secret_of(&view.backend).map(place), address, may_be_local: view.may_be_local })
}

/// A client that asks DNS too, where a backend needs one; `None` for all others. Reaches no network.
pub(crate) fn connect_beside_dns(view: &ProviderView, dns: &Dns) -> Option<Result<Arc<dyn Provider>>> {
    let spec = view.backend.external_dns_webhook.as_ref()?;
    let witness = dns.witness(&view.verification);
    #[cfg(feature = "external-dns")]
    let made = external_dns::connect(spec, witness);
    #[cfg(not(feature = "external-dns"))]
    let made = {
        let _unused = (spec, witness);
        Err(left_out(WEBHOOK))
    };
    Some(made.map_err(|error: Error| Error::new(error.kind, format!("{}: {}", view.key, error.message))))
}

/// The provider of one domain that writes objects and no DNS; `None` for all others. Reaches no network.
pub(crate) fn connect_to_objects(
    view: &ProviderView,
    object: &MailDomainRef,
    client: &Client,
    dns: &Dns,
) -> Option<Result<Arc<dyn Provider>>> {
    let spec = view.backend.external_dns_endpoint.as_ref()?;
    #[cfg(feature = "external-dns")]
    let made: Result<Arc<dyn Provider>> =
        Ok(Arc::new(dns_endpoint::DnsEndpoint::new(client.clone(), spec, object, dns.witness(&view.verification))));
    #[cfg(not(feature = "external-dns"))]
    let made = {
        let _ = (spec, object, client, dns);
        Err(left_out(ENDPOINT))
    };
    Some(made)
}

/// Whether objects can be written, and who makes DNS of them; `None` for all other backends.
pub(crate) async fn check_objects(view: &ProviderView, client: &Client, watched: &[String]) -> Option<Result<String>> {
    let spec = view.backend.external_dns_endpoint.as_ref()?;
    #[cfg(feature = "external-dns")]
    let found = dns_endpoint::check(client, view, spec, watched).await;
    #[cfg(not(feature = "external-dns"))]
    let found = {
        let _ = (spec, client, watched);
        Err(left_out(ENDPOINT))
    };
    Some(found)
}

/// A client. Reaches no network.
#[cfg_attr(
    not(any(
        feature = "azure",
        feature = "cloudflare",
        feature = "digitalocean",
        feature = "google",
        feature = "powerdns",
        feature = "rfc2136",
        feature = "route53"
    )),
    allow(unused_variables, reason = "a build of providers without a credential reads no Secret")
)]
pub(crate) fn connect(view: &ProviderView, credential: &Credential, secret: Option<&Secret>) -> Result<Arc<dyn Provider>> {
    let place = format!("{}: {credential}", view.key);
    let value = || {
        let data = secret.and_then(|secret| secret.data.as_ref());
        let value = credential.secret.as_ref().and_then(|place| data?.get(&place.key));
        value.map(|value| value.0.as_slice()).ok_or_else(|| Error::new(ErrorKind::Denied, "does not exist"))
    };
    let made = match &view.backend {
        #[cfg(feature = "azure")]
        Backend { azure_dns: Some(spec), .. } => held(view, credential, value).and_then(|secret| azure::connect(spec, secret)),
        #[cfg(not(feature = "azure"))]
        Backend { azure_dns: Some(_), .. } => Err(left_out("azure")),
        #[cfg(feature = "cloudflare")]
        Backend { cloudflare: Some(spec), .. } => value().and_then(|value| cloudflare::connect(spec, value)),
        #[cfg(not(feature = "cloudflare"))]
        Backend { cloudflare: Some(_), .. } => Err(left_out("cloudflare")),
        #[cfg(feature = "digitalocean")]
        Backend { digitalocean: Some(spec), .. } => value().and_then(|value| digitalocean::connect(spec, value)),
        #[cfg(not(feature = "digitalocean"))]
        Backend { digitalocean: Some(_), .. } => Err(left_out("digitalocean")),
        #[cfg(feature = "google")]
        Backend { google_cloud_dns: Some(spec), .. } => held(view, credential, value).and_then(|key| google::connect(spec, key)),
        #[cfg(not(feature = "google"))]
        Backend { google_cloud_dns: Some(_), .. } => Err(left_out("google")),
        #[cfg(feature = "powerdns")]
        Backend { powerdns: Some(spec), .. } => value().and_then(|value| powerdns::connect(spec, value, view.may_be_local)),
        #[cfg(not(feature = "powerdns"))]
        Backend { powerdns: Some(_), .. } => Err(left_out("powerdns")),
        #[cfg(feature = "rfc2136")]
        Backend { rfc2136: Some(spec), .. } => value().and_then(|value| rfc2136::connect(spec, value, view.may_be_local)),
        #[cfg(not(feature = "rfc2136"))]
        Backend { rfc2136: Some(_), .. } => Err(left_out("rfc2136")),
        #[cfg(feature = "route53")]
        Backend { route53: Some(spec), .. } => {
            let key = credential.secret.as_ref().map(|_| value()).transpose();
            key.and_then(|key| route53::connect(spec, key, view.key.kind))
        }
        #[cfg(not(feature = "route53"))]
        Backend { route53: Some(_), .. } => Err(left_out("route53")),
        _ => Err(unknown()),
    };
    made.map_err(|error| match error.kind {
        ErrorKind::Denied => Error::new(error.kind, format!("{place}, {}", error.message)),
        _ => Error::new(error.kind, format!("{}: {}", view.key, error.message)),
    })
}

/// What the Secret holds; `None` where the operator's own identity is used, which is for the cluster's provider objects only
/// (P9). The definitions say the same; an object may be older than they are.
#[cfg(any(feature = "azure", feature = "google"))]
fn held<'a>(view: &ProviderView, credential: &Credential, value: impl FnOnce() -> Result<&'a [u8]>) -> Result<Option<&'a [u8]>> {
    match (&credential.secret, view.key.kind) {
        (Some(_), _) => value().map(Some),
        (None, ProviderKind::ClusterDNSProvider) => Ok(None),
        (None, ProviderKind::DNSProvider) => {
            let message = "a DNSProvider may not use the operator's own identity: name a Secret, or use a ClusterDNSProvider";
            Err(Error::new(ErrorKind::Invalid, message))
        }
    }
}

/// Who uses the secret where: one application may be asked for several resource groups, each with zones of its own.
fn azure_address(spec: &AzureDns) -> String {
    let AzureDns { subscription_id, resource_group, tenant_id, client_id, client_secret_secret_ref: _, cloud, api_url } = spec;
    let [tenant, client, api] = [tenant_id, client_id, api_url].map(|text| text.as_deref().unwrap_or_default());
    format!("{subscription_id} {resource_group} {tenant} {client} {cloud:?} {api}")
}

fn unknown() -> Error {
    Error::new(ErrorKind::Invalid, "the provider object names no backend this build knows")
}

/// Key, region and zones: a Secret holds only the secret half of a key, and the platform's identity has none.
fn aws_address(spec: &Route53) -> String {
    let (key, api) = (spec.access_key_id.as_deref().unwrap_or_default(), spec.api_url.as_deref().unwrap_or_default());
    format!("{} {key} {} {api}", spec.region, spec.hosted_zone_ids.join(","))
}

/// Server, key name and algorithm: a Secret holds only the octets of the key.
fn tsig_address(spec: &Rfc2136) -> String {
    format!("{} {} {:?}", spec.server, spec.tsig.key_name, spec.tsig.algorithm)
}

/// A token as text; providers look at it themselves.
#[cfg(any(feature = "azure", feature = "cloudflare", feature = "digitalocean", feature = "powerdns", feature = "route53"))]
fn token(value: &[u8]) -> Result<SecretString> {
    let text = std::str::from_utf8(value).map_err(|_| Error::new(ErrorKind::Denied, "is no text, so it is no token"))?;
    Ok(SecretString::from(text))
}

#[cfg(not(all(
    feature = "azure",
    feature = "cloudflare",
    feature = "digitalocean",
    feature = "external-dns",
    feature = "google",
    feature = "powerdns",
    feature = "rfc2136",
    feature = "route53"
)))]
fn left_out(kind: &str) -> Error {
    Error::new(ErrorKind::Invalid, format!("this build of mailward leaves the provider {kind} out: install one with it"))
}

#[cfg(all(test, feature = "azure", feature = "cloudflare", feature = "google"))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;
    use crate::{
        api::{ProviderKind, Verification},
        controller::provider_view::ProviderKey,
    };

    fn view(name: &str, namespace: &str, backend: &str) -> ProviderView {
        ProviderView {
            key: ProviderKey { kind: ProviderKind::DNSProvider, namespace: namespace.to_owned(), name: name.to_owned() },
            version: (name.to_owned(), 1),
            backend: serde_saphyr::from_str(backend).unwrap(),
            zones: vec![],
            verification: Verification::default(),
            secret_namespace: namespace.to_owned(),
            may_be_local: false,
        }
    }

    fn of(name: &str, namespace: &str, backend: &str) -> Credential {
        credential(&view(name, namespace, backend)).unwrap()
    }

    #[test]
    fn two_provider_objects_with_one_secret_are_one_credential() {
        let token = "{cloudflare: {apiTokenSecretRef: {name: t, key: token}}}";
        assert_eq!(of("one", "mail", token), of("two", "mail", token));
        assert_ne!(of("one", "mail", token), of("one", "web", token));
        assert_ne!(of("one", "mail", token), of("one", "mail", &token.replace("token}", "other}")));
        let elsewhere = token.replace("token}}", "token}, apiUrl: 'https://gateway.example.com'}");
        assert_ne!(of("one", "mail", token), of("one", "mail", &elsewhere));
    }

    #[test]
    fn one_tsig_secret_under_two_key_names_is_two_credentials() {
        let tsig = "{rfc2136: {server: ns1.lab, tsig: {keyName: a, secretRef: {name: t, key: secret}}}}";
        assert_eq!(of("one", "mail", tsig), of("two", "mail", tsig));
        assert_ne!(of("one", "mail", tsig), of("one", "mail", &tsig.replace("keyName: a", "keyName: b")));
        assert_ne!(of("one", "mail", tsig), of("one", "mail", &tsig.replace("ns1.lab", "ns2.lab")));
    }

    #[test]
    fn p9_the_operators_own_identity_is_for_the_clusters_provider_objects_only() {
        let group = "subscriptionId: 11111111-2222-3333-4444-555555555555, resourceGroup: dns";
        for backend in ["{googleCloudDns: {}}".to_owned(), format!("{{azureDns: {{{group}}}}}")] {
            let tenants = view("one", "mail", &backend);
            let credential = credential(&tenants).unwrap();
            assert_eq!((&credential.secret, credential.to_string().as_str()), (&None, "the operator's own identity"));
            let error = connect(&tenants, &credential, None).err().unwrap();
            assert!(
                error.kind == ErrorKind::Invalid && error.message.contains("may not use the operator's own identity"),
                "{error}"
            );
            let key = ProviderKey { kind: ProviderKind::ClusterDNSProvider, namespace: String::new(), name: "one".to_owned() };
            let error = connect(&ProviderView { key, ..tenants }, &credential, None).err();
            // Nothing of Azure's platform is here; whoever may use it is told so.
            assert!(error.is_none_or(|error| error.message.contains("workload identity")));
        }
    }

    #[test]
    fn p8_what_is_wrong_with_a_secret_is_said_with_its_place_and_without_its_text() {
        let view = view("one", "mail", "{cloudflare: {apiTokenSecretRef: {name: t, key: token}}}");
        let credential = credential(&view).unwrap();
        let error = |text: Option<&str>| {
            let data = text.map(|text| [("token".to_owned(), k8s_openapi::ByteString(text.as_bytes().to_vec()))].into());
            connect(&view, &credential, Some(&Secret { data, ..Secret::default() })).err().unwrap()
        };
        for (text, words) in [(None, "does not exist"), (Some("two words"), "no Cloudflare API token")] {
            let error = error(text);
            assert_eq!(error.kind, ErrorKind::Denied);
            assert!(
                error.message.contains("DNSProvider mail/one: Secret mail/t, key token") && error.message.contains(words),
                "{error}"
            );
            assert!(!error.message.contains("two words"), "{error}");
        }
    }
}
