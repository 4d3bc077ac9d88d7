//! Whom a fetch trusts: the authorities of the operating system and one extra bundle.

use rustls::{ClientConfig, RootCertStore, client::Resumption};

use crate::trust::{self, BundleError};

/// Why no certificate could ever be verified.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// The extra bundle is no list of certificates.
    #[error(transparent)]
    Extra(#[from] BundleError),
    /// Neither the system nor the bundle has an authority.
    #[error("no certificate authority is known: install the system's CA certificates or give an extra CA bundle")]
    Nobody,
    /// The TLS library refused its configuration.
    #[error("TLS cannot be set up: {0}")]
    Setup(String),
}

/// Client side of TLS with HTTP/1.1 only: one small GET needs no more.
pub(super) fn client_config(extra_ca_pem: Option<&[u8]>) -> Result<ClientConfig, TrustError> {
    let mut config = trust::client_config(roots(extra_ca_pem)?).map_err(|error| TrustError::Setup(error.to_string()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    // A resumed session shows no certificate: one that expired or was replaced since would go unseen for days (P4).
    config.resumption = Resumption::disabled();
    Ok(config)
}

fn roots(extra_ca_pem: Option<&[u8]>) -> Result<RootCertStore, TrustError> {
    let mut roots = trust::system();
    for certificate in extra_ca_pem.map(trust::bundle).transpose()?.unwrap_or_default() {
        roots.add(certificate).map_err(|error| BundleError(error.to_string()))?;
    }
    if roots.is_empty() { Err(TrustError::Nobody) } else { Ok(roots) }
}
