//! The `route53` provider: Amazon Route 53 through its SDK, with an access key or the identity of the operator's pod.
//!
//! - Record sets are stored whole. A change of a domain is one batch, which Route 53 carries out as one transaction: for each
//!   set, delete exactly what was read and create what comes instead. A set that moved in between refuses the whole batch
//!   ([`Precondition::Atomic`](super::Precondition::Atomic)), so no foreign value is lost, and no reader sees a set that is gone or doubled.
//! - Five requests a second are all that an account has, for everybody. The list of zones is kept for minutes; from a zone only
//!   the pages are read that hold names of the domain.
//! - What is more than a list of values (aliases, routing policies, health checks, traffic policies) is never changed. Private
//!   zones, and public ones that share a name, are refused with their ids.
//!
//! `bridge` puts the SDK on the transport of all HTTP providers, `identity` says who signs, `call` sends. `order`, `sets`, `batch` and
//! `zones` are pure, `desk` remembers, and `fault` has every sentence that a user can read.

mod batch;
mod bridge;
mod call;
mod desk;
mod fault;
mod identity;
mod order;
mod sets;
mod zones;

use std::{slice, sync::Arc, time::Duration};

use async_trait::async_trait;
use secrecy::ExposeSecret;
use url::Url;

pub use self::identity::Identity;
use self::{
    call::Api,
    desk::{Desk, For},
    order::{Part, first_missing, sets_at},
    zones::Zones,
};
use super::{
    Atomicity, Change, Limits, Provider, Result, Sight, Snapshot, ZoneLookup, changes,
    http::{Failure, Rate, one_word, shelf::ZoneShelf},
};
use crate::dns::{Name, Zone};

/// Checked on 2026-11-22 against the Route 53 Developer Guide and API Reference. A value of a TXT record has 4,000 characters with
/// its quotes; the rest of what one batch takes is checked where it is made.
const LIMITS: Limits =
    Limits { min_ttl: 0, max_ttl: i32::MAX as u32, max_txt_octets: 3900, atomicity: Atomicity::ChangeSet, publishes: true };

/// Five requests a second for an account, whoever sends them: a fifth is left to people and other programs.
const RATE: Rate = Rate {
    burst: 5,
    refill: Duration::from_millis(250),
    pause: Duration::from_secs(10),
    rule: "5 requests a second for the AWS account",
};

/// How to reach the API.
#[derive(Debug)]
pub struct Settings {
    /// Who signs.
    pub identity: Identity,
    /// Region that requests are signed for; it says which partition of AWS is meant (`us-east-1`, `cn-north-1`, `us-gov-west-1`).
    pub region: String,
    /// Another address of the API than that of the region.
    pub api: Option<Url>,
    /// Hosted zones that may be used, by id; empty for all.
    pub zones: Vec<String>,
}

/// One identity.
pub struct Route53 {
    api: Api,
    only: Vec<String>,
    shelf: ZoneShelf<Zones>,
    desk: Desk,
}

impl Route53 {
    /// Checks the settings; reaches no network.
    pub fn new(settings: Settings) -> Result<Self> {
        Self::with_rate(settings, RATE)
    }

    /// Another rate than Route 53's own.
    pub fn with_rate(settings: Settings, rate: Rate) -> Result<Self> {
        if let Identity::Keys { secret, .. } = &settings.identity {
            let key = secret.expose_secret();
            // It signs as it is, spaces included.
            one_word(key).filter(|word| *word == key).ok_or_else(fault::no_key)?;
        }
        let only = settings.zones.clone();
        Ok(Self { api: Api::new(settings, rate)?, only, shelf: ZoneShelf::default(), desk: Desk::default() })
    }

    async fn zones(&self) -> Result<Zones> {
        Ok(Zones::new(&self.api.zones().await?, &self.only))
    }

    /// Parts of the zone that tell of all these names. What the step before left is used, and what is new is left for the next.
    async fn parts(&self, zone: &Zone, purpose: For, names: &[Name]) -> Result<Vec<Arc<Part>>> {
        let mut parts = self.desk.find(&zone.id, purpose, names);
        let known = parts.len();
        while let Some(missing) = first_missing(names, &parts) {
            let whole = parts.is_empty() && self.shelf.known().await.is_some_and(|zones| zones.is_small(&zone.id));
            let from = if whole { zone.name.to_string() } else { missing };
            parts.push(Arc::new(self.checked(zone, self.api.sets(zone, &from).await).await?));
        }
        self.desk.leave(&zone.id, purpose, &parts[known..], &parts);
        Ok(parts)
    }

    /// A zone that is gone may have been made anew with another id: all are listed again before the next use.
    async fn checked<T>(&self, zone: &Zone, outcome: std::result::Result<T, Failure>) -> Result<T> {
        if let Err(Failure::Gone(_)) = &outcome {
            self.shelf.forget().await;
            self.desk.forget(&zone.id);
        }
        outcome.map_err(Failure::into_error)
    }
}

#[async_trait]
impl Provider for Route53 {
    fn limits(&self) -> Limits {
        LIMITS
    }

    /// An IAM policy can name records (`route53:ChangeResourceRecordSetsNormalizedRecordNames`).
    fn grants_by_name(&self) -> bool {
        true
    }

    async fn look(&self) -> Result<Option<Sight>> {
        Ok(Some(self.zones().await?.sight()))
    }

    async fn zone_of(&self, name: &Name) -> Result<ZoneLookup> {
        let Some(zone) = self.shelf.zones(name, self.zones()).await?.holding(name)? else { return Ok(ZoneLookup::NotFound) };
        let below: Vec<Name> = name.ancestors().take_while(|above| *above != zone.name).collect();
        // At the apex itself there is no delegation to look for, but it is read next.
        let path = if below.is_empty() { slice::from_ref(&zone.name) } else { &below };
        let parts = self.parts(&zone, For::Cuts, path).await?;
        let is_cut = |at: &&Name| sets_at(at, &parts).iter().any(|set| set.r#type.as_str() == "NS");
        let highest = below.iter().rev().find(is_cut).cloned();
        Ok(highest.map_or(ZoneLookup::Found(zone), |cut| ZoneLookup::Delegated { cut }))
    }

    async fn read(&self, zone: &Zone, names: &[Name]) -> Result<Snapshot> {
        let parts = self.parts(zone, For::Reading, names).await?;
        Ok(sets::listing(&zone.name, names, &parts).snapshot(names))
    }

    async fn apply(&self, zone: &Zone, changes: &[Change]) -> Result<()> {
        changes::check(zone, changes, &LIMITS)?;
        let names: Vec<Name> = changes.iter().map(|change| change.name.clone()).collect();
        let parts = self.parts(zone, For::Writing, &names).await?;
        let batch = batch::of(&zone.name, &sets::listing(&zone.name, &names, &parts), changes)?;
        if batch.is_empty() {
            return Ok(());
        }
        let done = self.api.change(zone, batch).await;
        self.desk.clear(&zone.id);
        self.checked(zone, done).await
    }
}
