//! The `powerdns` provider: zones of a `PowerDNS` Authoritative Server, through its HTTP API.
//!
//! - The changes of a domain are one request, which the server carries out in one transaction: all of it or nothing
//!   ([`Atomicity::ChangeSet`]).
//! - The API compares nothing before it writes ([`Precondition::Compared`]). Versions that know single values are told ours by
//!   value, and nobody else's can be lost. Older ones take whole sets only: the zone is read right before such a write, and what
//!   comes between the two, some milliseconds, is lost.
//! - A set is written with what others keep in it: their values, disabled records, comments.
//! - One write at a time: on some databases two at once leave records double, the SOA among them.
//!
//! `records` and `writes` translate and are pure; `call` sends; `fault` has every sentence that a user can read.

mod call;
mod fault;
mod records;
mod version;
mod wire;
mod writes;
mod zones;

use std::{net::IpAddr, sync::Arc, time::Duration};

use async_trait::async_trait;
use secrecy::SecretString;
use url::Url;

use self::{
    call::Api,
    records::Listing,
    wire::{ChangeType, Write},
    zones::Zones,
};
use super::{
    Atomicity, Change, Limits, Precondition, Provider, Result, Sight, Snapshot, ZoneLookup, changes,
    http::{
        Rate,
        sets::edits,
        shelf::{For, Shelf},
    },
};
use crate::dns::{Name, Zone};

/// Checked on 2026-11-22 against version 4.7.3 and the documentation of 5.1. The length of a text is what a database of 64,000
/// characters a record holds, each octet written as four.
const LIMITS: Limits =
    Limits { min_ttl: 0, max_ttl: i32::MAX as u32, max_txt_octets: 15_500, atomicity: Atomicity::ChangeSet, publishes: true };

/// `PowerDNS` has no limit of its own; this one is ours, so that many domains that start at once leave it room for others.
const RATE: Rate = Rate {
    burst: 200,
    refill: Duration::from_millis(10),
    pause: Duration::from_secs(10),
    rule: "100 requests a second, kept by Mailward itself",
};

/// How to reach the API.
#[derive(Debug)]
pub struct Settings {
    /// Address of the server's web server, or of what stands in front of it; with or without `/api/v1`.
    pub server: Url,
    /// Id of the server within the API; `localhost` unless something else than the server itself answers.
    pub server_id: String,
    /// The `api-key` of the server's configuration; spaces and line ends around it are no part of it.
    pub key: SecretString,
}

/// One server with one key.
pub struct PowerDns {
    api: Api,
    shelf: Shelf<Zones, Listing>,
    writing: tokio::sync::Mutex<()>,
}

impl PowerDns {
    /// Checks the settings; reaches no network.
    pub fn new(settings: &Settings) -> Result<Self> {
        Self::with_rate(settings, RATE)
    }

    /// Another rate than the usual one.
    pub fn with_rate(settings: &Settings, rate: Rate) -> Result<Self> {
        Ok(Self { api: Api::new(settings, rate)?, shelf: Shelf::default(), writing: tokio::sync::Mutex::default() })
    }

    /// Connects only to addresses that `reach` allows (P9).
    pub fn with_reach(self, reach: impl Fn(IpAddr) -> bool + Send + Sync + 'static) -> Result<Self> {
        Ok(Self { api: self.api.with_reach(Arc::new(reach))?, ..self })
    }

    /// All of the zone: one request for all names, with the delegations and the disabled records in it.
    async fn list(&self, zone: &Zone) -> Result<Listing> {
        match self.api.zone(zone).await {
            Ok(data) => records::listing(&zone.name, data),
            Err(error) => {
                self.shelf.forget(zone).await;
                Err(error)
            }
        }
    }

    /// Whether the server is known to add and remove single values.
    async fn by_value(&self) -> bool {
        self.shelf.known_zones().await.is_some_and(|zones| zones.by_value())
    }

    /// Sends what the server stores as it is told.
    async fn send(&self, zone: &Zone, writes: &[Write]) -> Result<()> {
        let unescapes = self.shelf.known_zones().await.is_some_and(|zones| zones.unescapes());
        match writes::altered(writes).filter(|_| unescapes) {
            Some(name) => Err(fault::altered(name)),
            None => self.api.patch(zone, writes).await,
        }
    }

    /// What a write is computed from. By value the reading of the pass will do; a set that is written over is read right before.
    async fn ground(&self, zone: &Zone, changes: &[Change], by_value: bool) -> Result<Arc<Listing>> {
        if by_value {
            let listing = self.shelf.listing(zone, For::Writing, &zone.name, self.list(zone)).await?;
            if !writes::write_over(&listing, &edits(&listing, changes)?) {
                return Ok(listing);
            }
        }
        Ok(Arc::new(self.list(zone).await?))
    }

    async fn write(&self, zone: &Zone, changes: &[Change], by_value: bool) -> Result<()> {
        let listing = self.ground(zone, changes, by_value).await?;
        self.shelf.clear(zone);
        let edits = edits(&listing, changes)?;
        let writes = writes::writes(&listing, &edits, by_value);
        if writes.is_empty() {
            return Ok(());
        }
        self.send(zone, &writes).await?;
        if !writes.iter().any(|write| write.changetype == ChangeType::Prune) {
            return Ok(());
        }
        match writes::leftovers(&self.list(zone).await?, &edits) {
            left if left.is_empty() => Ok(()),
            left => self.send(zone, &left).await,
        }
    }
}

#[async_trait]
impl Provider for PowerDns {
    fn limits(&self) -> Limits {
        LIMITS
    }

    fn precondition(&self) -> Precondition {
        Precondition::Compared
    }

    async fn look(&self) -> Result<Option<Sight>> {
        Ok(Some(zones::sight(self.api.zone_list().await?)))
    }

    async fn zone_of(&self, name: &Name) -> Result<ZoneLookup> {
        let zones = self.shelf.zones(name, self.api.zones()).await?;
        match zones.holding(name)? {
            Some(zone) => self.shelf.lookup(zone.clone(), name, self.list(&zone)).await,
            None => Ok(ZoneLookup::NotFound),
        }
    }

    async fn read(&self, zone: &Zone, names: &[Name]) -> Result<Snapshot> {
        if names.is_empty() {
            return Ok(Snapshot::default());
        }
        let listing = self.shelf.listing(zone, For::Reading, &zone.name, self.list(zone)).await?;
        if self.by_value().await {
            self.shelf.lay_down(zone, For::Writing, listing.clone());
        }
        Ok(listing.snapshot(names))
    }

    async fn apply(&self, zone: &Zone, changes: &[Change]) -> Result<()> {
        changes::check(zone, changes, &LIMITS)?;
        if changes.is_empty() {
            return Ok(());
        }
        let by_value = self.by_value().await;
        let _alone = self.writing.lock().await;
        self.write(zone, changes, by_value).await
    }
}
