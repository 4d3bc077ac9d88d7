//! The `cloudflare` provider: the v4 API with an API token, through the `cloudflare` crate's endpoints and credentials.
//!
//! - Records are values with ids. A domain's changes go as one batch, which Cloudflare carries out as one transaction:
//!   deletions, then updates by id, then creations. A replacement is an update, so SPF and DMARC never have two values.
//! - Cloudflare compares nothing before it writes. What was read is compared by us ([`Precondition::Compared`]), and only
//!   records of ours are named, by their ids: no foreign value can be lost. Nothing is put beside a value of ours that a
//!   listing does not show yet ([`Recent`]).
//! - Zones, delegations and readings are remembered for seconds to minutes (`http::shelf`), so that a first publication costs one
//!   reading and one batch once the zones are known.
//!
//! The crate's own record types refuse a whole listing over one type they do not know, and its client hides error codes
//! and headers: `wire` has our types, `call` sends through the transport that all HTTP providers share. `zones`, `listing`,
//! `batch`, `note` and `txt` are pure; `fault` has every sentence that a user can read.

mod batch;
mod call;
mod endpoints;
mod fault;
mod listing;
mod note;
mod txt;
mod wire;
mod zones;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use secrecy::SecretString;
use url::Url;

use self::{call::Api, listing::Listing, zones::Zones};
use super::{
    Atomicity, Change, Limits, Precondition, Provider, Result, Sight, Snapshot, ZoneLookup, changes,
    http::{
        Rate,
        shelf::{self, Shelf},
        values::{Recent, edits},
    },
};
use crate::dns::{Name, Zone};

/// Checked on 2026-11-22 against developers.cloudflare.com.
const LIMITS: Limits = Limits {
    min_ttl: 60,
    max_ttl: 86_400,
    // A record has 4,096 octets on the wire, all values of one name and type 8,192 characters together: half a record
    // leaves others their room.
    max_txt_octets: 2048,
    atomicity: Atomicity::ChangeSet,
    publishes: true,
};

/// A fifth of what Cloudflare allows a user in five minutes is left to people and other programs: 160 at once and 800 more.
const RATE: Rate =
    Rate { burst: 160, refill: Duration::from_millis(375), pause: Duration::from_mins(5), rule: "1,200 requests in 5 minutes" };

/// How to reach the API.
#[derive(Debug)]
pub struct Settings {
    /// An API token; spaces and line ends around it are no part of it.
    pub token: SecretString,
    /// Another address of the API than `https://api.cloudflare.com/client/v4/`, with its path.
    pub api: Option<Url>,
}

/// One API token.
pub struct Cloudflare {
    api: Api,
    shelf: Shelf<Zones, Listing>,
    recent: Recent,
}

impl Cloudflare {
    /// Checks the settings; reaches no network.
    pub fn new(settings: Settings) -> Result<Self> {
        Self::with_rate(settings, RATE)
    }

    /// Another rate than Cloudflare's own.
    pub fn with_rate(settings: Settings, rate: Rate) -> Result<Self> {
        Ok(Self { api: Api::new(settings, rate)?, shelf: Shelf::default(), recent: Recent::default() })
    }

    /// Another deadline for each request than that of every HTTP provider.
    #[must_use]
    pub fn with_deadline(self, deadline: Duration) -> Self {
        Self { api: self.api.with_deadline(deadline), ..self }
    }

    /// The records at these names and whatever else is below the name they have in common.
    async fn records(&self, zone: &Zone, names: &[Name], purpose: shelf::For) -> Result<Arc<Listing>> {
        let scope = shelf::scope(&zone.name, names);
        self.shelf.listing(zone, purpose, &scope, self.list(zone, &scope)).await
    }

    async fn list(&self, zone: &Zone, scope: &Name) -> Result<Listing> {
        let records = self.shelf.checked(zone, self.api.records(zone, scope).await).await?;
        Ok(listing::listing(&zone.name, scope, records))
    }
}

#[async_trait]
impl Provider for Cloudflare {
    fn limits(&self) -> Limits {
        LIMITS
    }

    fn precondition(&self) -> Precondition {
        Precondition::Compared
    }

    async fn look(&self) -> Result<Option<Sight>> {
        let (first, count) = self.api.first_zones().await?;
        Ok(Some(zones::sight(&first, count)))
    }

    async fn zone_of(&self, name: &Name) -> Result<ZoneLookup> {
        let zones = self.shelf.zones(name, async { Ok(Zones::new(self.api.zones().await?)) }).await?;
        match zones.holding(name)? {
            Some(zone) => self.shelf.lookup(zone.clone(), name, self.list(&zone, &zone.name)).await,
            None => Ok(ZoneLookup::NotFound),
        }
    }

    async fn read(&self, zone: &Zone, names: &[Name]) -> Result<Snapshot> {
        if names.is_empty() {
            return Ok(Snapshot::default());
        }
        let listing = self.records(zone, names, shelf::For::Reading).await?;
        self.shelf.lay_down(zone, shelf::For::Writing, listing.clone());
        Ok(listing.snapshot(names))
    }

    async fn apply(&self, zone: &Zone, changes: &[Change]) -> Result<()> {
        changes::check(zone, changes, &LIMITS)?;
        let names: Vec<Name> = changes.iter().map(|change| change.name.clone()).collect();
        if names.is_empty() {
            return Ok(());
        }
        let listing = self.records(zone, &names, shelf::For::Writing).await?;
        let tags = self.shelf.known_zones().await.is_some_and(|zones| zones.has_tags(zone));
        let edits = edits(&listing, changes)?;
        self.recent.check(zone, &listing, &edits)?;
        let batch = batch::of(&listing, changes, &edits, tags)?;
        if batch.is_empty() {
            return Ok(());
        }
        let done = self.api.write(zone, &batch).await;
        self.shelf.clear(zone);
        let done = self.shelf.checked(zone, done).await;
        for edit in &edits {
            self.recent.note(zone, edit, &done);
        }
        done
    }
}
