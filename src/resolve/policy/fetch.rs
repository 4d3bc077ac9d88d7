//! The fetch itself.

use std::{future, iter, net::SocketAddr, sync::Arc, time::Duration};

use reqwest::{
    Client, Response,
    dns::{Addrs, Resolve, Resolving},
    header, redirect,
};
use rustls::ClientConfig;

use super::{
    error::{FetchError, Problem, classify},
    tls::{self, TrustError},
};
use crate::dns::Name;

/// Longest body in octets (RFC 8461 3.3 suggests this limit).
const MOST_OCTETS: usize = 64 * 1024;
/// Time for the whole fetch unless another is given (RFC 8461 3.3 suggests a minute).
const PATIENCE: Duration = Duration::from_mins(1);

/// A policy text as it was served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The body, octet for octet; at most 64 KiB.
    pub body: Vec<u8>,
    /// The media type with its parameters.
    pub content_type: String,
}

tokio::task_local! {
    /// Where the fetch of this task connects.
    static ADDRESS: SocketAddr;
}

/// Resolves every name to the address that was given to the fetch: one client serves all hosts, and the name in the URL
/// stays what certificate and `Host` are checked against.
#[derive(Clone, Copy, Debug)]
struct GivenAddress;

impl Resolve for GivenAddress {
    fn resolve(&self, _: reqwest::dns::Name) -> Resolving {
        let given = ADDRESS.try_with(|address| Box::new(iter::once(*address)) as Addrs);
        Box::pin(future::ready(given.map_err(Into::into)))
    }
}

/// Fetches policies. Cheap to clone.
#[derive(Clone, Debug)]
pub struct PolicyFetcher {
    client: Client,
    timeout: Duration,
}

impl PolicyFetcher {
    /// Trusts the operating system's authorities and those in `extra_ca_pem`. The system's store is read once, here.
    pub fn new(extra_ca_pem: Option<&[u8]>) -> Result<Self, TrustError> {
        let client = client(tls::client_config(extra_ca_pem)?).map_err(|error| TrustError::Setup(error.to_string()))?;
        Ok(Self { client, timeout: PATIENCE })
    }

    /// With another limit for the whole fetch than one minute.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Gets `https://<host>/.well-known/mta-sts.txt` from exactly this address and port, certificate verified for `host`.
    pub async fn fetch(&self, host: &Name, address: SocketAddr) -> Result<Fetched, FetchError> {
        self.get("https", host, address).await
    }

    /// The same without TLS, for an endpoint inside the cluster that stands behind whatever ends TLS. Proves what the
    /// endpoint serves, not what senders see.
    pub async fn fetch_plain(&self, host: &Name, address: SocketAddr) -> Result<Fetched, FetchError> {
        self.get("http", host, address).await
    }

    async fn get(&self, scheme: &str, host: &Name, address: SocketAddr) -> Result<Fetched, FetchError> {
        let failed = |problem| FetchError { host: host.clone(), address, problem };
        // The URL has no port, so that Host and SNI are the host alone; the port of `address` is used all the same.
        let url = format!("{scheme}://{host}/.well-known/mta-sts.txt");
        let request = self.client.get(url).timeout(self.timeout).send();
        match ADDRESS.scope(address, request).await {
            Ok(response) => self.read(response).await.map_err(failed),
            Err(error) => Err(failed(self.classify(&error))),
        }
    }

    async fn read(&self, response: Response) -> Result<Fetched, Problem> {
        check_status(&response)?;
        let content_type = media_type(&response)?;
        let body = self.body(response).await?;
        Ok(Fetched { body, content_type })
    }

    async fn body(&self, mut response: Response) -> Result<Vec<u8>, Problem> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.classify(&error))? {
            if body.len() + chunk.len() > MOST_OCTETS {
                return Err(Problem::TooLarge(MOST_OCTETS));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn classify(&self, error: &reqwest::Error) -> Problem {
        classify(error, self.timeout.as_secs())
    }
}

/// One client for all fetches; no connection outlives its fetch.
fn client(tls: ClientConfig) -> Result<Client, reqwest::Error> {
    Client::builder()
        .use_preconfigured_tls(tls)
        .dns_resolver(Arc::new(GivenAddress))
        .no_proxy()
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .pool_max_idle_per_host(0)
        .user_agent(concat!("mailward/", env!("CARGO_PKG_VERSION")))
        .build()
}

fn check_status(response: &Response) -> Result<(), Problem> {
    let status = response.status();
    if status.is_redirection() {
        let target = text(response, header::LOCATION);
        return Err(Problem::Redirect(status.as_u16(), if target.is_empty() { "nowhere".to_owned() } else { target }));
    }
    if status.as_u16() == 200 { Ok(()) } else { Err(Problem::Status(status.as_u16())) }
}

/// `text/plain`, whatever its parameters (RFC 8461 3.2).
fn media_type(response: &Response) -> Result<String, Problem> {
    let found = text(response, header::CONTENT_TYPE);
    let essence = found.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("text/plain") { Ok(found) } else { Err(Problem::MediaType(found)) }
}

/// A header as text, cut: it ends up in messages.
fn text(response: &Response, name: header::HeaderName) -> String {
    let value = response.headers().get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().chars().take(200).collect()
}
