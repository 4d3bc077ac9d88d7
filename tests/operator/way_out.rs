//! The install's proxy and its further authorities, as they concern the API of a DNS provider, and nothing else.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, OnceLock},
};

use mailward_provider_apis::digitalocean::{Server as DigitalOcean, Token};
use mailward_sandbox::{
    pki::{Authority, Validity},
    steps::operator::NAMESPACE,
};
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

use crate::{
    lab::{Lab, Tenant, eventually},
    policy::policy,
};

const TOKEN: &str = "the-right-token";
/// A name that only the proxy can find.
const BEHIND: &str = "api.behind-a-proxy.test";
/// Nobody has this address, and no packet leaves the machine for it.
const DIRECT: &str = "255.255.255.255";

/// A proxy that takes `CONNECT` and connects to one server, whatever it is asked for.
struct Proxy {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    target: Arc<OnceLock<SocketAddr>>,
}

impl Proxy {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, asked, target) = (listener.local_addr().unwrap(), Arc::default(), Arc::new(OnceLock::new()));
        let proxy = Self { address, asked, target };
        let (asked, target) = (proxy.asked.clone(), proxy.target.clone());
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(tunnel(near, asked.clone(), target.clone()));
            }
        });
        proxy
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn tunnel(mut near: TcpStream, asked: Arc<Mutex<Vec<String>>>, target: Arc<OnceLock<SocketAddr>>) {
    let mut head = vec![];
    while !head.ends_with(b"\r\n\r\n") {
        head.push(near.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    asked.lock().unwrap().push(head.lines().next().unwrap().trim_end_matches(" HTTP/1.1").to_owned());
    near.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
    let mut far = TcpStream::connect(target.get().expect("a target")).await.unwrap();
    let _ended = copy_bidirectional(&mut near, &mut far).await;
}

/// Ends TLS in front of a server, with a certificate of `authority` for `hosts`.
async fn tls_before(server: SocketAddr, authority: &Authority, hosts: &[&str]) -> SocketAddr {
    let leaf = authority.server(hosts, &[], Validity::Always).unwrap();
    let chain = vec![CertificateDer::from_pem_slice(leaf.certificate.as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(leaf.key.as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let config =
        config.with_safe_default_protocol_versions().unwrap().with_no_client_auth().with_single_cert(chain, key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut near) = acceptor.accept(near).await else { return };
                let mut far = TcpStream::connect(server).await.unwrap();
                let _ended = copy_bidirectional(&mut near, &mut far).await;
            });
        }
    });
    address
}

/// A provider object for DigitalOcean's API at this address.
async fn provider(tenant: &Tenant, name: &str, url: &str) {
    let metadata = json!({"name": name, "namespace": NAMESPACE});
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": {"api-token": TOKEN}});
    tenant.apply_object(&secret).await;
    let spec = json!({"digitalocean": {"apiTokenSecretRef": {"name": name, "key": "api-token"}, "apiUrl": url}, "allowedNamespaces": {}});
    let object =
        json!({"apiVersion": "mailward.dev/v1alpha1", "kind": "ClusterDNSProvider", "metadata": {"name": name}, "spec": spec});
    tenant.apply_object(&object).await;
}

/// Waits until the `Ready` of a provider has this status; returns its message.
async fn said(lab: &Lab, name: &str, wanted: &str) -> String {
    let path = r#"jsonpath={.status.conditions[?(@.type=="Ready")].status} {.status.conditions[?(@.type=="Ready")].message}"#;
    let mut seen = String::new();
    let came = eventually(async || {
        seen = lab.kubectl(&["get", "clusterdnsprovider", name, "-o", path]).await;
        seen.starts_with(wanted)
    });
    assert!(came.await, "{name} is not Ready={wanted}: {seen}\n{}", lab.controller_log());
    seen
}

#[tokio::test]
async fn a_providers_api_is_reached_through_the_proxy_and_by_the_installs_authorities_and_policies_are_not() {
    let proxy = Proxy::start().await;
    let flag = format!("--https-proxy=http://{}", proxy.address);
    let lab = Lab::start(&[&flag, "--no-proxy=255.255.255.255"]).await;
    let api = DigitalOcean::start().await.unwrap();
    api.set_token(Token::editor(TOKEN));
    api.add_domain("behind.lab");
    let hosts = [BEHIND, "localhost"];
    let front = tls_before(api.address(), &lab.authority, &hosts).await;
    proxy.target.set(front).unwrap();
    let tenant = lab.tenant("way-out").await;

    provider(&tenant, "behind", &format!("https://{BEHIND}/v2")).await;
    let message = said(&lab, "behind", "True").await;
    assert!(message.contains("1 zone"), "{message}");
    let asked = proxy.asked();
    assert!(!asked.is_empty() && asked.iter().all(|line| *line == format!("CONNECT {BEHIND}:443")), "{asked:?}");

    // What the install excepts, and what is on this machine, is reached without it.
    provider(&tenant, "direct", &format!("https://{DIRECT}/v2")).await;
    let message = said(&lab, "direct", "False").await;
    assert!(message.contains("cannot be reached"), "{message}");
    provider(&tenant, "local", &format!("https://localhost:{}/v2", front.port())).await;
    said(&lab, "local", "True").await;

    // Nor do the policy servers, the public address of a policy and the API server hear of it.
    tenant.apply(policy("Testing", 86_400, &[&tenant.name("mx1")])).await;
    tenant.ready().await;
    let asked = proxy.asked();
    assert!(asked.iter().all(|line| *line == format!("CONNECT {BEHIND}:443")), "{asked:?}");
}

#[tokio::test]
async fn a_certificate_of_an_authority_that_nobody_named_is_refused_and_the_token_is_not_sent() {
    let lab = Lab::shared().await;
    let api = DigitalOcean::start().await.unwrap();
    api.set_token(Token::editor(TOKEN));
    let stranger = Authority::new("somebody else").unwrap();
    let front = tls_before(api.address(), &stranger, &["localhost"]).await;
    let tenant = lab.tenant("stranger").await;
    provider(&tenant, "stranger", &format!("https://localhost:{}/v2", front.port())).await;
    let message = said(lab, "stranger", "False").await;
    assert!(message.contains("cannot be reached") && message.contains("certificate"), "{message}");
    assert!(api.calls().is_empty(), "{:?}", api.calls());
}
