//! A policy host that does one thing wrong at a time: a certificate authority and an HTTP server that says what it is told.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use mailward::resolve::policy::PolicyFetcher;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    server::{ClientHello, ResolvesServerCert, ResolvesServerCertUsingSni},
    sign::CertifiedKey,
};
use rustls_pki_types::PrivateKeyDer;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

/// The host that every test asks for.
pub(crate) const HOST: &str = "mta-sts.post.lab";

/// A certificate authority of its own.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    /// A new one that nobody knows.
    pub(crate) fn new() -> Self {
        Self::named("Post Lab CA")
    }

    /// One of another name: two of the same name differ by key only, which is another error.
    pub(crate) fn named(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// A fetcher that trusts this authority.
    pub(crate) fn fetcher(&self) -> PolicyFetcher {
        PolicyFetcher::new(Some(self.pem.as_bytes())).unwrap()
    }

    /// A certificate for `name`, expired for years or not.
    pub(crate) fn certificate(&self, name: &str, expired: bool) -> CertifiedKey {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        if expired {
            params.not_before = date_time_ymd(2019, 1, 1);
            params.not_after = date_time_ymd(2020, 1, 1);
        }
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let private = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let signer = aws_lc_rs::sign::any_supported_type(&private).unwrap();
        CertifiedKey::new(vec![certificate.der().clone()], signer)
    }
}

/// Answers every request with `response`, over TLS with this certificate.
pub(crate) async fn serve(certificate: CertifiedKey, response: Vec<u8>) -> SocketAddr {
    serve_with(
        config(|builder| builder.with_cert_resolver(Arc::new(rustls::sign::SingleCertAndKey::from(certificate)))),
        response,
    )
    .await
}

/// The same with another certificate for each handshake that asks for one; the last one stays.
pub(crate) async fn serve_in_turn(certificates: Vec<CertifiedKey>, response: Vec<u8>) -> SocketAddr {
    let certificates = certificates.into_iter().map(Arc::new).collect();
    serve_with(config(|builder| builder.with_cert_resolver(Arc::new(InTurn(Mutex::new(certificates))))), response).await
}

#[derive(Debug)]
struct InTurn(Mutex<VecDeque<Arc<CertifiedKey>>>);

impl ResolvesServerCert for InTurn {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let mut certificates = self.0.lock().unwrap();
        if certificates.len() > 1 { certificates.pop_front() } else { certificates.front().cloned() }
    }
}

/// The same, but the handshake fails unless the client names [`HOST`] (SNI).
pub(crate) async fn serve_by_sni(certificate: CertifiedKey, response: Vec<u8>) -> SocketAddr {
    let mut by_name = ResolvesServerCertUsingSni::new();
    by_name.add(HOST, certificate).unwrap();
    serve_with(config(|builder| builder.with_cert_resolver(Arc::new(by_name))), response).await
}

type Builder = rustls::ConfigBuilder<ServerConfig, rustls::server::WantsServerCert>;

fn config(finish: impl FnOnce(Builder) -> ServerConfig) -> ServerConfig {
    let builder = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    finish(builder.with_safe_default_protocol_versions().unwrap().with_no_client_auth())
}

async fn serve_with(config: ServerConfig, response: Vec<u8>) -> SocketAddr {
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A client that refuses the certificate ends the handshake; that is what some tests are about.
            if let Ok(stream) = acceptor.accept(stream).await {
                answer(stream, &response).await;
            }
        }
    });
    address
}

/// Answers over plain HTTP, with the request head as the body.
pub(crate) async fn serve_plain_echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut stream = BufReader::new(stream);
            let head = head(&mut stream).await;
            let _ = stream.write_all(&text("200 OK", "text/plain", &head)).await;
        }
    });
    address
}

async fn answer(stream: impl AsyncRead + AsyncWrite + Unpin, response: &[u8]) {
    let mut stream = BufReader::new(stream);
    head(&mut stream).await;
    // The client may hang up in the middle of a body that is too large.
    let _ = stream.write_all(response).await;
    let _ = stream.shutdown().await;
}

async fn head(stream: &mut (impl AsyncBufReadExt + Unpin)) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && stream.read_line(&mut head).await.is_ok_and(|read| read > 0) {}
    head
}

/// A whole response.
pub(crate) fn text(status: &str, media_type: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    format!("{head}{body}").into_bytes()
}
