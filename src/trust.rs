//! Whom our TLS clients trust, and the one cryptographic provider they use. What each of them does besides, with protocols
//! and sessions, is its own; nothing here connects.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use rustls_pki_types::{CertificateDer, pem::PemObject};

/// Why a CA bundle cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the CA bundle cannot be used: {0}; it must hold PEM blocks `BEGIN CERTIFICATE`")]
pub struct BundleError(pub(crate) String);

/// The certificates of a bundle (PEM); one that holds none is an error, because whoever gave it meant something.
pub fn bundle(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, BundleError> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match found {
        Ok(some) if !some.is_empty() => Ok(some),
        Ok(_) => Err(BundleError("it holds no certificate".to_owned())),
        Err(error) => Err(BundleError(error.to_string())),
    }
}

/// The authorities of the operating system. Reads its store, so ask once.
pub fn system() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    // Single certificates that cannot be read are common in system stores and no reason to trust nobody.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

/// A client that trusts `roots` and shows no certificate of its own.
pub fn client_config(roots: RootCertStore) -> Result<ClientConfig, rustls::Error> {
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    Ok(builder.with_safe_default_protocol_versions()?.with_root_certificates(roots).with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_without_a_certificate_is_refused_by_name() {
        assert!(bundle(b"# nothing but a remark\n").is_err_and(|error| error.to_string().contains("it holds no certificate")));
        assert!(bundle(b"-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n").is_err());
    }
}
