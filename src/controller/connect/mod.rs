//! From a provider object's backend and its Secret to a client: the one place that knows both the CRD and the providers.
//!
//! Pure but for reading its arguments: no Secret is fetched here, and nothing is kept. One file per kind of provider.

#[cfg(any(feature = "cloudflare", feature = "digitalocean"))]
mod api_url;
#[cfg(feature = "cloudflare")]
mod cloudflare;
#[cfg(feature = "digitalocean")]
mod digitalocean;
#[cfg(feature = "powerdns")]
mod powerdns;
mod rfc2136;

use std::{fmt, sync::Arc};

use k8s_openapi::api::core::v1::Secret;
#[cfg(feature = "http-providers")]
use secrecy::SecretString;

use super::provider_view::ProviderView;
use crate::{
    api::{Backend, SecretKeyRef},
    provider::{Error, ErrorKind, Provider, Result},
};

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
            None => f.write_str("the operator's own identity"),
        }
    }
}

/// The Secret that a backend names; `None` where it needs none.
pub(crate) fn secret_of(backend: &Backend) -> Option<&SecretKeyRef> {
    match backend {
        Backend { cloudflare: Some(cloudflare), .. } => Some(&cloudflare.api_token_secret_ref),
        Backend { digitalocean: Some(digitalocean), .. } => Some(&digitalocean.api_token_secret_ref),
        Backend { powerdns: Some(powerdns), .. } => Some(&powerdns.api_key_secret_ref),
        Backend { rfc2136: Some(rfc2136), .. } => Some(&rfc2136.tsig.secret_ref),
        _ => None,
    }
}

/// The credential of a provider object.
pub(crate) fn credential(view: &ProviderView) -> Result<Credential> {
    let (kind, address) = match &view.backend {
        Backend { cloudflare: Some(cloudflare), .. } => ("cloudflare", cloudflare.api_url.clone().unwrap_or_default()),
        Backend { digitalocean: Some(spec), .. } => ("digitalocean", spec.api_url.clone().unwrap_or_default()),
        Backend { powerdns: Some(spec), .. } => ("powerdns", format!("{} {}", spec.server, spec.server_id)),
        Backend { rfc2136: Some(rfc2136), .. } => ("rfc2136", rfc2136::address(rfc2136)),
        _ => return Err(unknown()),
    };
    let place = |reference: &SecretKeyRef| SecretPlace {
        namespace: view.secret_namespace.clone(),
        name: reference.name.clone(),
        key: reference.key.clone(),
    };
    Ok(Credential { kind, secret: secret_of(&view.backend).map(place), address, may_be_local: view.may_be_local })
}

/// A client. Reaches no network.
pub(crate) fn connect(view: &ProviderView, credential: &Credential, secret: Option<&Secret>) -> Result<Arc<dyn Provider>> {
    let place = format!("{}: {credential}", view.key);
    let value = || {
        let data = secret.and_then(|secret| secret.data.as_ref());
        let value = credential.secret.as_ref().and_then(|place| data?.get(&place.key));
        value.map(|value| value.0.as_slice()).ok_or_else(|| Error::new(ErrorKind::Denied, "does not exist"))
    };
    let made = match &view.backend {
        #[cfg(feature = "cloudflare")]
        Backend { cloudflare: Some(spec), .. } => value().and_then(|value| cloudflare::connect(spec, value)),
        #[cfg(not(feature = "cloudflare"))]
        Backend { cloudflare: Some(_), .. } => Err(left_out("cloudflare")),
        #[cfg(feature = "digitalocean")]
        Backend { digitalocean: Some(spec), .. } => value().and_then(|value| digitalocean::connect(spec, value)),
        #[cfg(not(feature = "digitalocean"))]
        Backend { digitalocean: Some(_), .. } => Err(left_out("digitalocean")),
        #[cfg(feature = "powerdns")]
        Backend { powerdns: Some(spec), .. } => value().and_then(|value| powerdns::connect(spec, value, view.may_be_local)),
        #[cfg(not(feature = "powerdns"))]
        Backend { powerdns: Some(_), .. } => Err(left_out("powerdns")),
        Backend { rfc2136: Some(spec), .. } => value().and_then(|value| rfc2136::connect(spec, value, view.may_be_local)),
        _ => Err(unknown()),
    };
    made.map_err(|error| match error.kind {
        ErrorKind::Denied => Error::new(error.kind, format!("{place}, {}", error.message)),
        _ => Error::new(error.kind, format!("{}: {}", view.key, error.message)),
    })
}

fn unknown() -> Error {
    Error::new(ErrorKind::Invalid, "the provider object names no backend this build knows")
}

/// A token as text; providers look at it themselves.
#[cfg(feature = "http-providers")]
fn token(value: &[u8]) -> Result<SecretString> {
    let text = std::str::from_utf8(value).map_err(|_| Error::new(ErrorKind::Denied, "is no text, so it is no token"))?;
    Ok(SecretString::from(text))
}

#[cfg(not(all(feature = "cloudflare", feature = "digitalocean", feature = "powerdns")))]
fn left_out(kind: &str) -> Error {
    Error::new(ErrorKind::Invalid, format!("this build of mailward leaves the provider {kind} out: install one with it"))
}

#[cfg(all(test, feature = "cloudflare"))]
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
