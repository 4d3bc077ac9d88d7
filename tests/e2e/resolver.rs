//! Senders that go where DNS leads, as those of the Internet do, through resolvers that remember or do not.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use hickory_proto::rr::RecordType;
use mailward_sandbox::{https::Https, query::query};
use tokio::sync::Mutex;

use crate::{senders::over_tls, zone::SERVER};

/// A resolver, asked for one policy host.
pub(crate) struct Resolver {
    domain: String,
    /// Whether it keeps an answer for its whole TTL; otherwise it asks each time.
    remembers: bool,
    /// An address, and until when it is kept.
    known: Mutex<Option<(SocketAddr, Instant)>>,
}

impl Resolver {
    /// One that has not been asked yet.
    pub(crate) fn of(domain: &str, remembers: bool) -> Self {
        Self { domain: domain.to_owned(), remembers, known: Mutex::new(None) }
    }

    /// Fetches the policy from where DNS leads.
    pub(crate) async fn fetch(&self, https: &Https) -> Result<()> {
        let address = self.address().await?;
        over_tls(https, address, &self.domain).await.with_context(|| format!("at {}", address.ip()))
    }

    async fn address(&self) -> Result<SocketAddr> {
        let mut known = self.known.lock().await;
        if let Some((address, until)) = *known
            && Instant::now() < until
        {
            return Ok(address);
        }
        let host = format!("mta-sts.{}", self.domain);
        let asked = Instant::now();
        let answer = query(SERVER, &host, RecordType::A).await.context("DNS")?;
        let address = answer.values().pop().with_context(|| format!("{host} has no address"))?.parse()?;
        let address = SocketAddr::new(address, 443);
        let ttl = answer.ttl().filter(|_| self.remembers).unwrap_or_default();
        *known = Some((address, asked + Duration::from_secs(ttl.into())));
        Ok(address)
    }
}
