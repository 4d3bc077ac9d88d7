//! The `digitalocean` provider: domains and records of the v2 API, with a personal access token.
//!
//! - Records are values with ids, and each is created, updated or deleted by a request of its own: a change set is not one
//!   act ([`Atomicity::Value`]). A replacement is one update by id, so SPF and DMARC never have two values. The order of
//!   the changes is kept, and the marker's stands first, so that a visit that ends in the middle leaves nothing unlisted.
//! - DigitalOcean compares nothing before it writes; what was read is compared by us ([`Precondition::Compared`]), and nothing is
//!   put beside a value of ours that a listing does not show yet ([`Recent`]).
//! - A text stands in a record as it is, without quotes, and the API cannot carry every text: quotes and backslashes are
//!   refused, and so is what might not fit.
//!
//! `records` translates and is pure; `call` sends; `fault` has every sentence that a user can read.

mod call;
mod fault;
mod records;
mod wire;
mod zones;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use secrecy::SecretString;
use url::Url;

use self::{call::Api, records::Listing, zones::Zones};
use super::{
    Atomicity, Change, Limits, Precondition, Provider, Result, Sight, Snapshot, ZoneLookup, changes,
    http::{
        Rate,
        shelf::{For, Shelf},
        values::{Recent, edits},
    },
};
use crate::dns::{Name, Zone};

/// Checked on 2026-11-22 against docs.digitalocean.com and the v2 API's specification; the length of a text is nowhere
/// documented and taken from other tools' experience (512 octets with what the API adds).
const LIMITS: Limits = Limits { min_ttl: 30, max_ttl: 86_400, max_txt_octets: 500, atomicity: Atomicity::Value, publishes: true };

/// 250 requests in a minute and 5,000 in an hour for each token: a fifth is left to other programs, 200 at once and then
/// 3,800 in an hour.
const RATE: Rate = Rate {
    burst: 200,
    refill: Duration::from_millis(950),
    pause: Duration::from_mins(1),
    rule: "250 requests a minute and 5,000 an hour",
};

/// How to reach the API.
#[derive(Debug)]
pub struct Settings {
    /// A personal access token; spaces and line ends around it are no part of it.
    pub token: SecretString,
    /// Another address of the API than `https://api.digitalocean.com/v2/`, with its path.
    pub api: Option<Url>,
}

/// One access token.
pub struct DigitalOcean {
    api: Api,
    shelf: Shelf<Zones, Listing>,
    recent: Recent,
}

impl DigitalOcean {
    /// Checks the settings; reaches no network.
    pub fn new(settings: Settings) -> Result<Self> {
        Self::with_rate(settings, RATE)
    }

    /// Another rate than DigitalOcean's own.
    pub fn with_rate(settings: Settings, rate: Rate) -> Result<Self> {
        Ok(Self { api: Api::new(settings, rate)?, shelf: Shelf::default(), recent: Recent::default() })
    }

    /// Another deadline for each request than that of every HTTP provider.
    #[must_use]
    pub fn with_deadline(self, deadline: Duration) -> Self {
        Self { api: self.api.with_deadline(deadline), ..self }
    }

    /// All of the zone: the API finds one name or none, so a few pages cost less than a request for each name.
    async fn records(&self, zone: &Zone, purpose: For) -> Result<Arc<Listing>> {
        self.shelf.listing(zone, purpose, &zone.name, self.list(zone)).await
    }

    async fn list(&self, zone: &Zone) -> Result<Listing> {
        let records = self.shelf.checked(zone, self.api.records(zone).await).await?;
        Ok(records::listing(&zone.name, records))
    }
}

#[async_trait]
impl Provider for DigitalOcean {
    fn limits(&self) -> Limits {
        LIMITS
    }

    fn precondition(&self) -> Precondition {
        Precondition::Compared
    }

    async fn look(&self) -> Result<Option<Sight>> {
        let (first, count) = self.api.first_domains().await?;
        Ok(Some(zones::sight(first, count)))
    }

    async fn zone_of(&self, name: &Name) -> Result<ZoneLookup> {
        let zones = self.shelf.zones(name, async { Ok(Zones::new(self.api.domains().await?)) }).await?;
        match zones.holding(name) {
            Some(zone) => self.shelf.lookup(zone.clone(), name, self.list(&zone)).await,
            None => Ok(ZoneLookup::NotFound),
        }
    }

    async fn read(&self, zone: &Zone, names: &[Name]) -> Result<Snapshot> {
        if names.is_empty() {
            return Ok(Snapshot::default());
        }
        let listing = self.records(zone, For::Reading).await?;
        self.shelf.lay_down(zone, For::Writing, listing.clone());
        Ok(listing.snapshot(names))
    }

    async fn apply(&self, zone: &Zone, changes: &[Change]) -> Result<()> {
        changes::check(zone, changes, &LIMITS)?;
        records::check(changes)?;
        if changes.is_empty() {
            return Ok(());
        }
        let listing = self.records(zone, For::Writing).await?;
        self.shelf.clear(zone);
        let edits = edits(&listing, changes)?;
        self.recent.check(zone, &listing, &edits)?;
        for edit in &edits {
            let outcome = self.shelf.checked(zone, self.api.carry_out(zone, &records::act(&zone.name, edit)).await).await;
            self.recent.note(zone, edit, &outcome);
            outcome?;
        }
        Ok(())
    }
}
