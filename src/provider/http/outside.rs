//! How this process reaches the APIs of providers: whom it trusts besides the system's authorities, and through which proxy.
//!
//! An install stands in one network, so this is said once, before the first client is made, and not by each provider. Nothing of
//! it concerns the fetching of policies, DNS or the API server.

use std::sync::OnceLock;

use reqwest::{ClientBuilder, NoProxy, Proxy, Url};
use rustls::RootCertStore;
use rustls_pki_types::CertificateDer;

use crate::trust::{self, BundleError};

/// What was said; nothing is trusted and used besides the system's authorities until then.
static OUTSIDE: OnceLock<Outside> = OnceLock::new();

/// What no proxy could reach for us.
const LOOPBACK: &str = "localhost,127.0.0.0/8,::1";

/// Why the outside cannot be reached that way.
#[derive(Debug, thiserror::Error)]
pub enum OutsideError {
    /// The bundle is no list of certificates.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The proxy is no address.
    #[error("the proxy is no http or https URL; write it like http://proxy.example.com:3128")]
    Proxy,
}

/// The way to the APIs of providers.
#[derive(Debug, Default)]
pub struct Outside {
    roots: Vec<CertificateDer<'static>>,
    proxy: Option<Proxy>,
}

impl Outside {
    /// Trusts also the certificates of `bundle` (PEM), and goes through `proxy` but to the hosts, domains and networks in `except`,
    /// separated by commas. An empty text is none.
    pub fn new(bundle: Option<&[u8]>, proxy: Option<&str>, except: Option<&str>) -> Result<Self, OutsideError> {
        let proxy = proxy.filter(|text| !text.is_empty()).map(|text| through(text, except.unwrap_or_default())).transpose()?;
        Ok(Self { roots: bundle.map(trust::bundle).transpose()?.unwrap_or_default(), proxy })
    }

    /// From now on this way, for every client that is made. Only the first word counts.
    pub fn choose(self) {
        drop(OUTSIDE.set(self));
    }
}

/// The URL may hold a password, so it is not repeated.
fn through(text: &str, except: &str) -> Result<Proxy, OutsideError> {
    let url: Url = text.parse().map_err(|_| OutsideError::Proxy)?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(OutsideError::Proxy);
    }
    // Never for plain HTTP: that is what metadata services of clouds and sidecars speak, on addresses of this machine.
    let proxy = Proxy::https(url).map_err(|_| OutsideError::Proxy)?;
    Ok(proxy.no_proxy(NoProxy::from_string(&format!("{LOOPBACK},{except}"))))
}

/// The system's authorities and those that were named.
pub(super) fn roots() -> RootCertStore {
    let mut roots = trust::system();
    if let Some(outside) = OUTSIDE.get() {
        roots.add_parsable_certificates(outside.roots.iter().cloned());
    }
    roots
}

/// Adds the proxy that was named; the environment is not asked for another.
pub(super) fn proxied(builder: ClientBuilder) -> ClientBuilder {
    let direct = builder.no_proxy();
    match OUTSIDE.get().and_then(|outside| outside.proxy.clone()) {
        Some(proxy) => direct.proxy(proxy),
        None => direct,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_a_url_and_a_bundle_holds_certificates() {
        for good in ["http://proxy.example.com:3128", "https://user:secret@proxy.example.com", "http://[2001:db8::1]:3128", ""] {
            assert!(Outside::new(None, Some(good), Some(".example.net,192.0.2.0/24")).is_ok(), "{good}");
        }
        for bad in ["proxy.example.com:3128", "socks5://proxy.example.com", "http://", "user:secret@proxy"] {
            let said = Outside::new(None, Some(bad), None).err().map(|error| error.to_string());
            assert!(said.is_some_and(|said| said.contains("http or https URL") && !said.contains("secret")), "{bad}");
        }
        for bad in [&b"no certificate"[..], b"-----BEGIN CERTIFICATE-----\n***\n-----END CERTIFICATE-----\n"] {
            assert!(matches!(Outside::new(Some(bad), None, None), Err(OutsideError::Bundle(_))));
        }
    }
}
