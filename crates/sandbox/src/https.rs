//! One GET over HTTPS, connected to an address of our choice, the certificate verified against one authority.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// A client that trusts one authority, or nobody.
#[derive(Clone)]
pub struct Https(TlsConnector);

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The HTTP status.
    pub status: u16,
    /// The `Content-Type` header.
    pub content_type: String,
    /// The body; policies have CRLF lines.
    pub body: String,
}

impl Https {
    /// Trusts the certificates in `ca` (PEM) and no other. An empty text trusts nobody.
    pub fn trusting(ca: &str) -> Result<Self> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(ca.as_bytes()) {
            roots.add(certificate.context("read the CA certificate")?)?;
        }
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let config = config.with_root_certificates(roots).with_no_client_auth();
        Ok(Self(TlsConnector::from(Arc::new(config))))
    }

    /// `https://<host><path>`, asked of the server at `address`. A certificate that does not hold for `host` is an error.
    pub async fn get(&self, address: SocketAddr, host: &str, path: &str) -> Result<Page> {
        let name = ServerName::try_from(host.to_owned()).with_context(|| format!("{host:?} is not a host name"))?;
        let mut stream = self.0.connect(name, TcpStream::connect(address).await?).await?;
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Page::parse(&answer)
    }
}

impl Page {
    fn parse(answer: &str) -> Result<Self> {
        let (head, body) = answer.split_once("\r\n\r\n").context("an answer without a body")?;
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).context("an answer without a status")?;
        let headers = head.lines().filter_map(|line| line.split_once(": "));
        let content_type = headers.clone().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        let content_type = content_type.map(|(_, value)| value.to_owned()).unwrap_or_default();
        Ok(Self { status, content_type, body: body.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may end at the first surprise")]

    use super::Page;

    #[test]
    fn status_type_and_body_are_told_apart() {
        let page = Page::parse("HTTP/1.1 200 OK\r\nContent-type: text/plain\r\n\r\nmode: none\r\n").unwrap();
        assert_eq!(page, Page { status: 200, content_type: "text/plain".to_owned(), body: "mode: none\r\n".to_owned() });
        Page::parse("nothing of the kind").unwrap_err();
    }
}
