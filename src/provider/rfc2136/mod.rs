//! The `rfc2136` provider: DNS UPDATE to a primary server, signed with TSIG (RFC 8945), over TCP.
//!
//! - One `apply` is one UPDATE message, so it happens as a whole or not at all (RFC 2136 3.7). Its prerequisites name
//!   every value that was read: a set that moved since then fails the message, and nobody's value is lost.
//! - Queries are signed too: a server with views must answer from the view that the updates go to.
//! - One connection per call, nothing kept between calls, no retry: the caller decides.
//!
//! `update` builds messages and `convert` translates nouns, both pure; `wire` and `tsig` carry them; `zone` and `read`
//! interpret answers; `fault` has every sentence that a user can read.

mod convert;
mod fault;
mod read;
mod server;
mod tsig;
mod update;
mod wire;
mod zone;

use std::{net::IpAddr, time::SystemTime};

use async_trait::async_trait;
use hickory_proto::op::ResponseCode;
use secrecy::SecretSlice;

pub use self::tsig::{Algorithm, decode_key};
use self::{fault::Peer, server::Server, tsig::Key, wire::Connection};
use super::{Atomicity, Change, Limits, Provider, Result, Snapshot, ZoneLookup, changes};
use crate::dns::{Name, Zone};

const LIMITS: Limits = Limits {
    min_ttl: 0,
    max_ttl: i32::MAX as u32,
    // A replacement names the old value twice (prerequisite, deletion) and the new one once, in one message of at
    // most 65,535 octets: a longer value could be created and never replaced.
    max_txt_octets: 16_000,
    atomicity: Atomicity::ChangeSet,
    publishes: true,
};

/// How to reach a primary server.
#[derive(Debug)]
pub struct Settings {
    /// `host`, `host:port`, `address`, `address:port`, `[v6]:port`; port 53 where none is named.
    pub server: String,
    /// Name of the TSIG key, as the server knows it.
    pub key_name: Name,
    /// Algorithm of the TSIG key, as the server knows it.
    pub algorithm: Algorithm,
    /// The key's octets; [`decode_key`] makes them of a Secret's value.
    pub key: SecretSlice<u8>,
}

/// A primary server and the key to it.
pub struct Rfc2136 {
    server: Server,
    key: Key,
    clock: fn() -> SystemTime,
    reach: Reach,
}

/// Whether a connection to an address is allowed.
type Reach = Box<dyn Fn(IpAddr) -> bool + Send + Sync>;

impl Rfc2136 {
    /// Checks the settings; reaches no network.
    pub fn new(settings: Settings) -> Result<Self> {
        let server = settings.server.parse()?;
        let key = Key::new(&settings.key_name, settings.algorithm, settings.key)?;
        Ok(Self { server, key, clock: SystemTime::now, reach: Box::new(|_| true) })
    }

    /// The clock that signatures carry, instead of the system's.
    #[must_use]
    pub fn with_clock(mut self, clock: fn() -> SystemTime) -> Self {
        self.clock = clock;
        self
    }

    /// Connects only to addresses that `reach` allows. Asked of the addresses that are then connected to, so that a name
    /// cannot point elsewhere between check and use (P9: a tenant's provider may not reach into the cluster).
    #[must_use]
    pub fn with_reach(mut self, reach: impl Fn(IpAddr) -> bool + Send + Sync + 'static) -> Self {
        self.reach = Box::new(reach);
        self
    }

    fn peer(&self) -> Peer<'_> {
        Peer { server: &self.server, key: &self.key }
    }

    async fn connect(&self) -> Result<Connection<'_>> {
        Connection::open(self.peer(), self.clock, &self.reach).await
    }
}

#[async_trait]
impl Provider for Rfc2136 {
    fn limits(&self) -> Limits {
        LIMITS
    }

    /// `update-policy` of BIND, and its likes elsewhere.
    fn grants_by_name(&self) -> bool {
        true
    }

    async fn zone_of(&self, name: &Name) -> Result<ZoneLookup> {
        zone::find(&mut self.connect().await?, name).await
    }

    async fn read(&self, zone: &Zone, names: &[Name]) -> Result<Snapshot> {
        read::snapshot(&mut self.connect().await?, zone, names).await
    }

    async fn apply(&self, zone: &Zone, changes: &[Change]) -> Result<()> {
        changes::check(zone, changes, &LIMITS)?;
        if changes.is_empty() {
            return Ok(());
        }
        let message = update::message(zone, changes)?;
        let answer = self.connect().await?.update(message).await?;
        match answer.metadata.response_code {
            ResponseCode::NoError => Ok(()),
            code => Err(self.peer().refused_update(&zone.name, code)),
        }
    }
}
