//! Whom a fetch trusts: the authorities of the operating system and one extra bundle.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore, client::Resumption, crypto::aws_lc_rs};
use rustls_native_certs::load_native_certs;
use rustls_pki_types::{CertificateDer, pem::PemObject};

/// Why no certificate could ever be verified.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// The extra bundle is no list of certificates.
    #[error("the extra CA bundle cannot be used: {0}; it must hold PEM blocks `BEGIN CERTIFICATE`")]
    Extra(String),
    /// Neither the system nor the bundle has an authority.
    #[error("no certificate authority is known: install the system's CA certificates or give an extra CA bundle")]
    Nobody,
    /// The TLS library refused its configuration.
    #[error("TLS cannot be set up: {0}")]
    Setup(String),
}

/// Client side of TLS with HTTP/1.1 only: one small GET needs no more.
pub(super) fn client_config(extra_ca_pem: Option<&[u8]>) -> Result<ClientConfig, TrustError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| TrustError::Setup(error.to_string()))?
        .with_root_certificates(roots(extra_ca_pem)?)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    // A resumed session shows no certificate: one that expired or was replaced since would go unseen for days (P4).
    config.resumption = Resumption::disabled();
    Ok(config)
}

fn roots(extra_ca_pem: Option<&[u8]>) -> Result<RootCertStore, TrustError> {
    let mut roots = RootCertStore::empty();
    // Single certificates that cannot be read are common in system stores and no reason to trust nobody.
    roots.add_parsable_certificates(load_native_certs().certs);
    for certificate in extra_ca_pem.map(extra).transpose()?.unwrap_or_default() {
        roots.add(certificate).map_err(|error| TrustError::Extra(error.to_string()))?;
    }
    if roots.is_empty() { Err(TrustError::Nobody) } else { Ok(roots) }
}

fn extra(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TrustError> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match certificates {
        Ok(some) if !some.is_empty() => Ok(some),
        Ok(_) => Err(TrustError::Extra("it holds no certificate".to_owned())),
        Err(error) => Err(TrustError::Extra(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_without_a_certificate_is_refused_by_name() {
        assert!(matches!(extra(b"# nothing but a remark\n"), Err(TrustError::Extra(why)) if why.contains("no certificate")));
        assert!(extra(b"-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n").is_err());
    }
}
