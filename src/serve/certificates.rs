//! Certificates from mounted files, read again when the files change.
//!
//! Kubernetes replaces a mounted Secret as a whole behind a symbolic link, cert-manager does so every few weeks; a
//! server that read its certificate once would serve an expired one (RFC 8461 3.3: senders then stop at the policy).

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use rustls::{
    ServerConfig,
    crypto::CryptoProvider,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use zeroize::Zeroizing;

use super::Shutdown;

/// File names inside a directory, those of a Secret of type `kubernetes.io/tls`.
const CERTIFICATE_FILE: &str = "tls.crt";
const KEY_FILE: &str = "tls.key";

/// Where the files are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificatePaths {
    /// Certificate chain and private key (PEM) for every host without its own.
    pub default: Option<(PathBuf, PathBuf)>,
    /// A directory with one directory per host name, each holding `tls.crt` and `tls.key`.
    pub directory: Option<PathBuf>,
}

/// Why certificates could not be read. What was loaded before stays in use.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A file or directory cannot be read.
    #[error("cannot read {path}: {why}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        why: io::Error,
    },
    /// Not PEM, or nothing in it.
    #[error("{path} holds no {wanted} in PEM")]
    Pem {
        /// Which.
        path: PathBuf,
        /// `certificate` or `private key`.
        wanted: &'static str,
    },
    /// Certificate and key do not belong together, or are of an unknown kind.
    #[error("certificate {path} cannot be used with its key: {why}")]
    Pair {
        /// The certificate's file.
        path: PathBuf,
        /// What rustls says.
        why: rustls::Error,
    },
}

/// What reading the files again brought.
#[derive(Debug)]
pub struct Reload {
    /// Whether a file had changed.
    pub changed: bool,
    /// Files that cannot be used; for their hosts the earlier certificate, if there was one, stays in use.
    pub broken: Vec<CertificateError>,
}

type Paths = (PathBuf, PathBuf);
/// Time and length of certificate and key file; enough to see a replaced mount without reading keys.
type Stamp = [Option<(SystemTime, u64)>; 2];

/// What is known of one host.
#[derive(Clone, Debug)]
struct Entry {
    stamp: Stamp,
    /// `None` while its files have never been usable.
    key: Option<Arc<CertifiedKey>>,
}

/// The certificates in use; hands them to TLS handshakes by server name.
#[derive(Debug)]
pub struct Certificates {
    paths: CertificatePaths,
    provider: Arc<CryptoProvider>,
    /// By host; `None` is every other host.
    entries: RwLock<BTreeMap<Option<String>, Entry>>,
}

impl Certificates {
    /// Reads the files. An empty directory is fine, its hosts may come later; a broken file is an error now, so that a
    /// typing error shows at the start and not at the first handshake.
    pub fn load(paths: CertificatePaths, provider: Arc<CryptoProvider>) -> Result<Arc<Self>, CertificateError> {
        let certificates = Self { paths, provider, entries: RwLock::default() };
        match certificates.reload()?.broken.pop() {
            Some(error) => Err(error),
            None => Ok(Arc::new(certificates)),
        }
    }

    /// Reads files again that have changed, and only those. Blocks on the disk.
    pub fn reload(&self) -> Result<Reload, CertificateError> {
        let pairs = self.paths.pairs()?;
        let earlier = self.entries.read().unwrap_or_else(PoisonError::into_inner).clone();
        let mut reload = Reload { changed: pairs.len() != earlier.len(), broken: vec![] };
        let mut entries = BTreeMap::new();
        for (host, paths) in pairs {
            let entry = self.entry(&paths, earlier.get(&host), &mut reload);
            entries.insert(host, entry);
        }
        if reload.changed {
            *self.entries.write().unwrap_or_else(PoisonError::into_inner) = entries;
        }
        Ok(reload)
    }

    fn entry(&self, paths: &Paths, earlier: Option<&Entry>, reload: &mut Reload) -> Entry {
        let stamp = stamp(paths);
        if let Some(earlier) = earlier.filter(|earlier| earlier.stamp == stamp) {
            return earlier.clone();
        }
        reload.changed = true;
        let key = match self.pair(paths) {
            Ok(key) => Some(Arc::new(key)),
            Err(error) => {
                reload.broken.push(error);
                earlier.and_then(|earlier| earlier.key.clone())
            }
        };
        Entry { stamp, key }
    }

    fn pair(&self, (certificate, key): &Paths) -> Result<CertifiedKey, CertificateError> {
        let (chain, key) = (read_chain(certificate)?, read_key(key)?);
        let error = |why| CertificateError::Pair { path: certificate.clone(), why };
        CertifiedKey::from_der(chain, key, &self.provider).map_err(error)
    }

    /// Looks for changed files every `interval`, until the signal.
    pub async fn keep_fresh(self: Arc<Self>, interval: Duration, shutdown: Shutdown) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(interval) => {}
                () = shutdown.requested() => return,
            }
            let certificates = Arc::clone(&self);
            if let Ok(outcome) = tokio::task::spawn_blocking(move || certificates.reload()).await {
                log(outcome);
            }
        }
    }

    /// A TLS configuration (1.2 and 1.3, HTTP/2 and HTTP/1.1) that uses these certificates.
    pub fn server_config(self: Arc<Self>) -> Result<Arc<ServerConfig>, rustls::Error> {
        let versions = ServerConfig::builder_with_provider(Arc::clone(&self.provider)).with_safe_default_protocol_versions()?;
        let mut config = versions.with_no_client_auth().with_cert_resolver(self);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }

    fn find(&self, host: Option<&str>) -> Option<Arc<CertifiedKey>> {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        let key = |host| entries.get(&host).and_then(|entry| entry.key.clone());
        host.and_then(|host| key(Some(host.to_ascii_lowercase()))).or_else(|| key(None))
    }
}

fn log(outcome: Result<Reload, CertificateError>) {
    match outcome {
        Ok(Reload { changed: false, .. }) => {}
        Ok(Reload { broken, .. }) => {
            tracing::info!(broken = broken.len(), "certificate files changed and were read again");
            for error in broken {
                tracing::warn!(%error, "certificate not read, the earlier one stays in use");
            }
        }
        Err(error) => tracing::warn!(%error, "certificates not read, the earlier ones stay in use"),
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, client_hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.find(client_hello.server_name())
    }
}

impl CertificatePaths {
    /// Host (`None`: every other) to certificate and key.
    fn pairs(&self) -> Result<BTreeMap<Option<String>, Paths>, CertificateError> {
        let mut pairs: BTreeMap<_, _> = self.default.clone().into_iter().map(|pair| (None, pair)).collect();
        for path in self.directory.as_deref().map(entries).transpose()?.unwrap_or_default() {
            let host = path.file_name().and_then(|name| name.to_str()).map(str::to_ascii_lowercase);
            // Kubernetes keeps `..data` and dated directories beside a mount's files; an unfinished pair comes next time.
            if host.as_deref().is_some_and(|host| !host.starts_with('.')) && path.join(KEY_FILE).is_file() {
                pairs.insert(host, (path.join(CERTIFICATE_FILE), path.join(KEY_FILE)));
            }
        }
        Ok(pairs)
    }
}

fn entries(directory: &Path) -> Result<Vec<PathBuf>, CertificateError> {
    let error = |why| CertificateError::File { path: directory.to_owned(), why };
    let entries = fs::read_dir(directory).map_err(error)?;
    entries.map(|entry| entry.map(|entry| entry.path()).map_err(error)).collect()
}

/// Through symbolic links: a mounted Secret is one.
fn stamp((certificate, key): &Paths) -> Stamp {
    [certificate, key].map(|path| fs::metadata(path).and_then(|meta| Ok((meta.modified()?, meta.len()))).ok())
}

fn read_chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
    let pem = fs::read(path).map_err(|why| CertificateError::File { path: path.to_owned(), why })?;
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&pem).filter_map(Result::ok).collect();
    if chain.is_empty() {
        return Err(CertificateError::Pem { path: path.to_owned(), wanted: "certificate" });
    }
    Ok(chain)
}

fn read_key(path: &Path) -> Result<PrivateKeyDer<'static>, CertificateError> {
    let pem = fs::read(path).map_err(|why| CertificateError::File { path: path.to_owned(), why })?;
    let pem = Zeroizing::new(pem);
    PrivateKeyDer::from_pem_slice(&pem).map_err(|_| CertificateError::Pem { path: path.to_owned(), wanted: "private key" })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use rustls::crypto::aws_lc_rs::default_provider;

    use super::*;

    /// A directory of its own for each test, removed with it.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(test: &str) -> Self {
            let path = std::env::temp_dir().join(format!("mailward-{test}-{}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn put(&self, host: &str) -> Vec<u8> {
            let made = rcgen::generate_simple_self_signed([host.to_owned()]).unwrap();
            fs::create_dir_all(self.0.join(host)).unwrap();
            fs::write(self.0.join(host).join(CERTIFICATE_FILE), made.cert.pem()).unwrap();
            fs::write(self.0.join(host).join(KEY_FILE), made.signing_key.serialize_pem()).unwrap();
            made.cert.der().to_vec()
        }

        fn load(&self, default: Option<&str>) -> Result<Arc<Certificates>, CertificateError> {
            let default = default.map(|host| (self.0.join(host).join(CERTIFICATE_FILE), self.0.join(host).join(KEY_FILE)));
            let paths = CertificatePaths { default, directory: Some(self.0.clone()) };
            Certificates::load(paths, Arc::new(default_provider()))
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            drop(fs::remove_dir_all(&self.0));
        }
    }

    fn shown(certificates: &Certificates, host: &str) -> Option<Vec<u8>> {
        certificates.find(Some(host)).map(|key| key.cert[0].to_vec())
    }

    #[test]
    fn each_host_gets_its_own_certificate_and_others_the_default() {
        let scratch = Scratch::new("sni");
        let [a, b] = ["mta-sts.a.lab", "mta-sts.b.lab"].map(|host| scratch.put(host));
        let certificates = scratch.load(Some("mta-sts.b.lab")).unwrap();
        assert_eq!(shown(&certificates, "MTA-STS.a.lab"), Some(a));
        assert_eq!(shown(&certificates, "mta-sts.c.lab"), Some(b));
        assert_eq!(shown(&scratch.load(None).unwrap(), "mta-sts.c.lab"), None);
    }

    #[test]
    fn a_replaced_certificate_and_a_new_host_are_seen_and_nothing_new_is_no_change() {
        let scratch = Scratch::new("reload");
        let old = scratch.put("mta-sts.a.lab");
        let certificates = scratch.load(None).unwrap();
        assert!(!certificates.reload().unwrap().changed);
        let new = scratch.put("mta-sts.a.lab");
        let other = scratch.put("mta-sts.b.lab");
        assert!(certificates.reload().unwrap().changed);
        assert_ne!(old, new);
        assert_eq!(shown(&certificates, "mta-sts.a.lab"), Some(new));
        assert_eq!(shown(&certificates, "mta-sts.b.lab"), Some(other));
    }

    #[test]
    fn a_broken_file_keeps_the_earlier_certificate_and_is_named() {
        let scratch = Scratch::new("broken");
        let old = scratch.put("mta-sts.a.lab");
        let certificates = scratch.load(None).unwrap();
        fs::write(scratch.0.join("mta-sts.a.lab").join(CERTIFICATE_FILE), "half a file").unwrap();
        let other = scratch.put("mta-sts.b.lab");
        let broken = certificates.reload().unwrap().broken;
        assert!(broken[0].to_string().ends_with("mta-sts.a.lab/tls.crt holds no certificate in PEM"), "{broken:?}");
        assert_eq!(shown(&certificates, "mta-sts.a.lab"), Some(old));
        assert_eq!(shown(&certificates, "mta-sts.b.lab"), Some(other));
        assert!(scratch.load(None).is_err());
    }

    #[test]
    fn a_certificate_with_another_ones_key_is_refused() {
        let scratch = Scratch::new("mismatch");
        scratch.put("mta-sts.a.lab");
        let stranger = rcgen::KeyPair::generate().unwrap().serialize_pem();
        fs::write(scratch.0.join("mta-sts.a.lab").join(KEY_FILE), stranger).unwrap();
        assert!(matches!(scratch.load(None), Err(CertificateError::Pair { .. })));
    }
}
