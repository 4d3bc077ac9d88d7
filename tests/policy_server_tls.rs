//! The policy server as a sending mail server meets it: over TLS on loopback, the certificate verified.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]

use std::{fs, net::SocketAddr, path::PathBuf, sync::Arc};

use k8s_openapi::api::core::v1::ConfigMap;
use mailward::{
    domain::objects::{DOMAIN_KEY, POLICY_KEY, policy_object_name},
    policy_server::{PolicyTable, router},
    serve::{CertificatePaths, Certificates, Limits, Listener, Shutdown, ShutdownHandle},
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use reqwest::{Certificate, StatusCode, Version};
use rustls::crypto::aws_lc_rs::default_provider;
use tokio::task::JoinHandle;

const HOST: &str = "mta-sts.a.lab";
const TEXT: &str = "version: STSv1\r\nmode: enforce\r\nmx: mx1.a.lab\r\nmax_age: 604800\r\n";

/// A certification authority of a test.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// Certificate and key for the policy host, written where the server looks.
    fn issue(&self, site: &Site) {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new([HOST.to_owned()]).unwrap().signed_by(&key, &self.0).unwrap();
        fs::create_dir_all(site.directory.join(HOST)).unwrap();
        fs::write(site.directory.join(HOST).join("tls.crt"), certificate.pem()).unwrap();
        fs::write(site.directory.join(HOST).join("tls.key"), key.serialize_pem()).unwrap();
    }
}

/// A running server.
struct Site {
    directory: PathBuf,
    address: SocketAddr,
    certificates: Arc<Certificates>,
    stop: ShutdownHandle,
    running: JoinHandle<()>,
}

impl Drop for Site {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.directory));
    }
}

async fn start(test: &str) -> Site {
    let directory = std::env::temp_dir().join(format!("mailward-tls-{test}-{}", std::process::id()));
    fs::create_dir_all(&directory).unwrap();
    let paths = CertificatePaths { default: None, directory: Some(directory.clone()) };
    let certificates = Certificates::load(paths, Arc::new(default_provider())).unwrap();
    let listener = Listener::bind("127.0.0.1:0".parse().unwrap(), Limits::default()).await.unwrap();
    let listener = listener.with_tls(Arc::clone(&certificates).server_config().unwrap());
    let (stop, shutdown) = Shutdown::new();
    let address = listener.address().unwrap();
    let running = tokio::spawn(listener.serve(router(table(), Arc::default()), shutdown));
    Site { directory, address, certificates, stop, running }
}

fn table() -> Arc<PolicyTable> {
    let mut config_map = ConfigMap::default();
    config_map.metadata.name = Some(policy_object_name(&"a.lab".parse().unwrap()));
    config_map.data = Some([(DOMAIN_KEY.to_owned(), "a.lab".to_owned()), (POLICY_KEY.to_owned(), TEXT.to_owned())].into());
    let table = PolicyTable::default();
    table.put(&config_map).unwrap();
    Arc::new(table)
}

/// A sender that trusts one authority and follows no redirect.
fn sender(site: &Site, trusted: &Authority, http1: bool) -> reqwest::Client {
    drop(default_provider().install_default());
    let builder = reqwest::Client::builder()
        .tls_built_in_root_certs(false)
        .add_root_certificate(Certificate::from_pem(trusted.0.pem().as_bytes()).unwrap())
        .redirect(reqwest::redirect::Policy::none())
        .resolve(HOST, site.address);
    if http1 { builder.http1_only() } else { builder }.build().unwrap()
}

async fn fetch(client: &reqwest::Client, site: &Site, path: &str) -> reqwest::Result<reqwest::Response> {
    client.get(format!("https://{HOST}:{}{path}", site.address.port())).send().await
}

const PATH: &str = "/.well-known/mta-sts.txt";

#[tokio::test]
async fn sts_g2_the_policy_arrives_byte_for_byte_over_both_http_versions() {
    let (site, authority) = (start("versions").await, Authority::new());
    authority.issue(&site);
    assert!(site.certificates.reload().unwrap().changed);
    for (http1, version) in [(true, Version::HTTP_11), (false, Version::HTTP_2)] {
        let response = fetch(&sender(&site, &authority, http1), &site, PATH).await.unwrap();
        assert_eq!((response.status(), response.version()), (StatusCode::OK, version));
        assert_eq!(response.headers()["content-length"], TEXT.len().to_string());
        assert_eq!(response.text().await.unwrap(), TEXT);
    }
}

#[tokio::test]
async fn sts_g2_head_and_other_paths_answer_as_over_plain_http() {
    let (site, authority) = (start("others").await, Authority::new());
    authority.issue(&site);
    site.certificates.reload().unwrap();
    for http1 in [true, false] {
        let client = sender(&site, &authority, http1);
        let head = client.head(format!("https://{HOST}:{}{PATH}", site.address.port())).send().await.unwrap();
        assert_eq!(head.headers()["content-length"], TEXT.len().to_string());
        assert_eq!(head.text().await.unwrap(), "");
        assert_eq!(fetch(&client, &site, "/").await.unwrap().status(), StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn a_renewed_certificate_is_used_without_a_restart() {
    let (site, old, new) = (start("renewed").await, Authority::new(), Authority::new());
    old.issue(&site);
    site.certificates.reload().unwrap();
    assert!(fetch(&sender(&site, &old, true), &site, PATH).await.is_ok());
    assert!(fetch(&sender(&site, &new, true), &site, PATH).await.is_err());
    new.issue(&site);
    site.certificates.reload().unwrap();
    assert!(fetch(&sender(&site, &new, true), &site, PATH).await.is_ok());
    assert!(fetch(&sender(&site, &old, true), &site, PATH).await.is_err());
}

#[tokio::test]
async fn a_host_without_a_certificate_gets_no_handshake_and_harms_nobody() {
    let (site, authority) = (start("nobody").await, Authority::new());
    assert!(fetch(&sender(&site, &authority, true), &site, PATH).await.is_err());
    authority.issue(&site);
    site.certificates.reload().unwrap();
    assert!(fetch(&sender(&site, &authority, true), &site, PATH).await.is_ok());
}

#[tokio::test]
async fn an_open_http_2_connection_does_not_hold_up_the_end() {
    let (mut site, authority) = (start("drain").await, Authority::new());
    authority.issue(&site);
    site.certificates.reload().unwrap();
    let client = sender(&site, &authority, false);
    assert!(fetch(&client, &site, PATH).await.is_ok());
    site.stop.request();
    (&mut site.running).await.unwrap();
    assert!(fetch(&client, &site, PATH).await.is_err());
}
