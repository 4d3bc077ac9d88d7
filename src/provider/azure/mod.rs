//! The `azureDns` provider: public zones of one resource group, through Azure Resource Manager, as an application.
//!
//! - Azure stores record sets, each with an etag. A set is written with `If-Match` or `If-None-Match: *`, so one that
//!   somebody else changed since it was read is refused by Azure itself (`Precondition::Atomic`). Each set is a request of
//!   its own ([`Atomicity::RecordSet`]): the order of the changes is kept, and the marker's stands first.
//! - A set keeps its metadata. One that stands for another Azure resource (an alias set) has no values of its own and is never
//!   written.
//! - Access tokens come from the `azure_identity` crate, over the transport that all HTTP providers share.
//!
//! `records` translates, `zones` chooses and `cloud` knows addresses; these are pure. `identity` keeps the token, `call`
//! sends, and `fault` has every sentence that a user can read.

mod call;
mod cloud;
mod fault;
mod identity;
mod records;
mod wire;
mod zones;

use std::{path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use secrecy::SecretString;
use url::Url;

pub use self::cloud::Cloud;
use self::{call::Api, records::Listing, zones::Zones};
use super::{
    Atomicity, Change, Limits, Provider, Result, Sight, Snapshot, ZoneLookup, changes,
    http::{
        Rate,
        sets::edits,
        shelf::{For, Shelf},
    },
};
use crate::dns::{Name, Zone};

/// Checked on 2026-11-22 against learn.microsoft.com. All texts of a set have 4,096 characters together, and others need their
/// room in it.
const LIMITS: Limits =
    Limits { min_ttl: 1, max_ttl: 2_147_483_647, max_txt_octets: 2048, atomicity: Atomicity::RecordSet, publishes: true };

/// 500 readings in five minutes for each subscription, and more writes than that: a fifth is left to other programs, 100 at
/// once and 300 more.
const RATE: Rate = Rate {
    burst: 100,
    refill: Duration::from_secs(1),
    pause: Duration::from_mins(1),
    rule: "500 readings in 5 minutes for a subscription",
};

/// How to reach the API.
#[derive(Debug)]
pub struct Settings {
    /// Who asks for access tokens.
    pub identity: Identity,
    /// Id of the subscription.
    pub subscription: String,
    /// Name of the resource group that holds the zones.
    pub resource_group: String,
    /// Which of Microsoft's clouds.
    pub cloud: Cloud,
    /// Another address of Resource Manager than the cloud's own.
    pub api: Option<Url>,
}

/// Who asks for access tokens.
#[derive(Debug)]
pub enum Identity {
    /// An application, by one of its secrets; spaces and line ends around it are no part of it.
    Secret {
        /// Id of the directory.
        tenant: String,
        /// Id of the application.
        client: String,
        /// The secret's value, not its id.
        secret: SecretString,
    },
    /// An application or managed identity that trusts the operator's ServiceAccount (workload identity).
    Workload {
        /// Id of the directory; `AZURE_TENANT_ID` if it is not named.
        tenant: Option<String>,
        /// Id of the application or identity; `AZURE_CLIENT_ID` if it is not named.
        client: Option<String>,
        /// File with the ServiceAccount's token; `AZURE_FEDERATED_TOKEN_FILE` if it is not named.
        token_file: Option<PathBuf>,
    },
}

/// One application and one resource group.
pub struct Azure {
    api: Api,
    shelf: Shelf<Zones, Listing>,
}

impl Azure {
    /// Checks the settings; reaches no network.
    pub fn new(settings: Settings) -> Result<Self> {
        Self::with_rate(settings, RATE)
    }

    /// Another rate than Azure's own.
    pub fn with_rate(settings: Settings, rate: Rate) -> Result<Self> {
        Self::with_rate_and_deadline(settings, rate, None)
    }

    /// Another rate, and another deadline for each request than that of every HTTP provider.
    pub fn with_rate_and_deadline(settings: Settings, rate: Rate, deadline: Option<Duration>) -> Result<Self> {
        Ok(Self { api: Api::new(settings, rate, deadline)?, shelf: Shelf::default() })
    }

    /// All of the zone: the API's filter by suffix leaves out the name that is the suffix.
    async fn records(&self, zone: &Zone, purpose: For) -> Result<Arc<Listing>> {
        self.shelf.listing(zone, purpose, &zone.name, self.list(zone)).await
    }

    async fn list(&self, zone: &Zone) -> Result<Listing> {
        let sets = self.shelf.checked(zone, self.api.record_sets(zone).await).await?;
        Ok(records::listing(&zone.name, sets))
    }
}

#[async_trait]
impl Provider for Azure {
    fn limits(&self) -> Limits {
        LIMITS
    }

    async fn look(&self) -> Result<Option<Sight>> {
        let (zones, more) = self.api.first_zones().await?;
        Ok(Some(zones::sight(self.api.account(), &zones, more)))
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
        records::check(changes)?;
        if changes.is_empty() {
            return Ok(());
        }
        let listing = self.records(zone, For::Writing).await?;
        self.shelf.clear(zone);
        for edit in edits(&listing, changes)? {
            let write = records::write(&zone.name, &edit)?;
            self.shelf.checked(zone, self.api.carry_out(zone, &write).await).await?;
        }
        Ok(())
    }
}
