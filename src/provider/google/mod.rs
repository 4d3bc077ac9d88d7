//! The `googleCloudDns` provider: Cloud DNS of one Google Cloud project, as a service account.
//!
//! - Cloud DNS stores record sets. A domain's changes go as one change, which Google carries out as a whole: each set that
//!   changes is deleted exactly as it was read and added as it is to be. A set that somebody else changed in between is
//!   therefore refused by Google itself, for the whole change (`Precondition::Atomic`).
//! - A change is accepted before its name servers answer with it; whether they do is asked of DNS, not of the API.
//! - A set with a routing policy has no values of its own. It is never written.
//!
//! `records` translates, `zones` chooses and `key_file` signs; these are pure. `token` keeps the access token, `call` sends,
//! and `fault` and `no_token`
//! have every sentence that a user can read.

mod call;
mod fault;
mod key_file;
mod no_token;
mod records;
mod token;
mod wire;
mod zones;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use url::Url;

pub use self::key_file::KeyFile;
use self::{call::Api, records::Listing, zones::Zones};
use super::{
    Atomicity, Change, Limits, Provider, Result, Sight, Snapshot, ZoneLookup, changes,
    http::{
        Rate,
        shelf::{For, Shelf},
    },
};
use crate::dns::{Name, Zone};

/// Checked on 2026-11-22 against cloud.google.com/dns. It names no bounds of a TTL but those of DNS, and of a text only that
/// all data of one change has 100,000 octets at most: a replacement names a set twice, and others need their room in it.
const LIMITS: Limits =
    Limits { min_ttl: 1, max_ttl: 2_147_483_647, max_txt_octets: 4096, atomicity: Atomicity::ChangeSet, publishes: true };

/// A project's quota is its own to change, and 600 requests a minute unless it did: a fifth is left to other programs, 120 at
/// once and 360 more.
const RATE: Rate = Rate {
    burst: 120,
    refill: Duration::from_millis(166),
    pause: Duration::from_mins(1),
    rule: "600 requests a minute unless the project's quota says otherwise",
};

/// How to reach the API.
#[derive(Debug)]
pub struct Settings {
    /// Whose access tokens are used.
    pub identity: Identity,
    /// The project that holds the zones; the identity's own if it is not named.
    pub project: Option<String>,
    /// Another address of the API than `https://dns.googleapis.com/`.
    pub api: Option<Url>,
}

/// Who asks for access tokens.
#[derive(Debug)]
pub enum Identity {
    /// A service account, by one of its keys.
    Key(KeyFile),
    /// What the platform says that the operator is (Workload Identity Federation for GKE, or a node's service account).
    Ambient,
}

/// One service account in one project.
pub struct Google {
    api: Api,
    shelf: Shelf<Zones, Listing>,
}

impl Google {
    /// Checks the settings; reaches no network.
    pub fn new(settings: Settings) -> Result<Self> {
        Self::with_rate(settings, RATE)
    }

    /// Another rate than Google's own.
    pub fn with_rate(settings: Settings, rate: Rate) -> Result<Self> {
        Ok(Self { api: Api::new(settings, rate)?, shelf: Shelf::default() })
    }

    /// Another deadline for each request than that of every HTTP provider.
    #[must_use]
    pub fn with_deadline(self, deadline: Duration) -> Self {
        Self { api: self.api.with_deadline(deadline), ..self }
    }

    /// All of the zone: the API finds one name or all of them, and pages are large.
    async fn records(&self, zone: &Zone, purpose: For) -> Result<Arc<Listing>> {
        self.shelf.listing(zone, purpose, &zone.name, self.list(zone)).await
    }

    async fn list(&self, zone: &Zone) -> Result<Listing> {
        let sets = self.shelf.checked(zone, self.api.record_sets(zone).await).await?;
        Ok(records::listing(&zone.name, sets))
    }
}

#[async_trait]
impl Provider for Google {
    fn limits(&self) -> Limits {
        LIMITS
    }

    async fn look(&self) -> Result<Option<Sight>> {
        let (zones, more) = self.api.first_zones().await?;
        Ok(Some(zones::sight(self.api.project().await?, &zones, more)))
    }

    async fn zone_of(&self, name: &Name) -> Result<ZoneLookup> {
        let zones = self.shelf.zones(name, async { Ok(Zones::new(self.api.zones().await?)) }).await?;
        match zones.holding(name)? {
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
        if changes.is_empty() {
            return Ok(());
        }
        let listing = self.records(zone, For::Writing).await?;
        self.shelf.clear(zone);
        let change = records::change(&listing, changes)?;
        if change.is_empty() {
            return Ok(());
        }
        self.shelf.checked(zone, self.api.write(zone, &change).await).await
    }
}
