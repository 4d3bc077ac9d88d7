//! The `externalDnsWebhook` provider: external-dns' webhook protocol, spoken to a sidecar that a user runs already.
//!
//! - The protocol carries whole record sets and no precondition: what stands there is listed again right before a write,
//!   compared by us and written with every value that others put there ([`Precondition::Compared`]). What somebody else
//!   adds to a set between that listing and the write is lost; no client of this protocol can see it.
//! - A webhook lists what it likes. What it does not list, or lists as something else than DNS answers, is never written
//!   over: each set is compared with DNS before it is changed ([`Witness`]).
//! - The protocol has no zones. Names are taken or refused by the domain filter that the webhook negotiates; where zones
//!   begin is asked in DNS.
//! - One request carries a change set, and nothing says in which order the webhook works through it ([`Atomicity::RecordSet`]).
//!   What is deleted last is therefore deleted by a request of its own: the marker outlives what it lists.
//!
//! `filter`, `records` and `text` translate and are pure; `call` sends; `fault` has every sentence that a user can read.

mod call;
mod endpoints;
mod fault;
mod filter;
mod records;
mod text;
mod wire;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use futures::future::try_join_all;
use url::Url;

use self::{call::Api, filter::Filter, records::Listing};
use super::{
    Atomicity, Change, Limits, Precondition, Provider, Result, Sight, Snapshot, ZoneLookup, changes,
    http::{
        Rate,
        sets::{Edit, edits},
        shelf::{For, Shelf},
    },
    witness::Witness,
};
use crate::dns::{Name, Zone};

pub use self::{endpoints::Endpoints, text::TxtFormat};

/// Checked on 2026-11-22 against external-dns 0.22. The protocol names no limit but that a TTL of 0 is none at all; a text
/// of 4,096 octets is more than Mailward ever writes.
const LIMITS: Limits =
    Limits { min_ttl: 1, max_ttl: i32::MAX as u32, max_txt_octets: 4096, atomicity: Atomicity::RecordSet, publishes: true };

/// The protocol has no limit of its own, and a webhook has that of the API behind it: 40 requests at once, then 4 a second.
const RATE: Rate = Rate {
    burst: 40,
    refill: Duration::from_millis(250),
    pause: Duration::from_mins(1),
    rule: "4 requests a second, Mailward's own limit",
};

/// How to reach a webhook.
pub struct Settings {
    /// Where it listens, with its path if it has one.
    pub url: Url,
    /// How it writes texts.
    pub txt_format: TxtFormat,
    /// Who knows what DNS answers.
    pub witness: Arc<dyn Witness>,
}

/// One webhook.
pub struct Webhook {
    api: Api,
    txt_format: TxtFormat,
    witness: Arc<dyn Witness>,
    shelf: Shelf<Filter, Listing>,
}

impl Webhook {
    /// Checks the settings; reaches no network.
    pub fn new(settings: Settings) -> Result<Self> {
        Self::with_rate(settings, RATE)
    }

    /// Another rate than our own.
    pub fn with_rate(settings: Settings, rate: Rate) -> Result<Self> {
        let Settings { url, txt_format, witness } = settings;
        Ok(Self { api: Api::new(url, rate)?, txt_format, witness, shelf: Shelf::default() })
    }

    async fn list(&self, zone: &Zone) -> Result<Listing> {
        match self.api.records().await {
            Ok(endpoints) => Ok(records::listing(&zone.name, self.txt_format, endpoints)),
            Err(error) => {
                self.shelf.forget(zone).await;
                Err(error)
            }
        }
    }

    /// P1: nothing is written over a set of which the webhook and DNS say different things. The webhook may hide values or
    /// tell them in another form, or DNS may not show yet what was written.
    async fn compare(&self, listing: &Listing, edits: &[Edit<'_, wire::Endpoint>]) -> Result<()> {
        try_join_all(edits.iter().map(async |edit| {
            let (name, kind) = (&edit.after.name, edit.after.kind);
            let listed = records::answering(listing, name, kind);
            let answered = self.witness.answered(name, kind).await?;
            if answered.shows(&listed) { Ok(()) } else { Err(fault::differs(name, kind, &listed, &answered.values)) }
        }))
        .await
        .map(drop)
    }

    /// What the webhook makes of the sets that are to stand there; it may complete them, not change their meaning.
    async fn adjusted(&self, wanted: Vec<wire::Endpoint>) -> Result<Vec<wire::Endpoint>> {
        if wanted.is_empty() {
            return Ok(wanted);
        }
        let adjusted = self.api.adjust(&wanted).await?;
        records::checked(self.txt_format, &wanted, &adjusted)
    }
}

#[async_trait]
impl Provider for Webhook {
    fn limits(&self) -> Limits {
        LIMITS
    }

    fn precondition(&self) -> Precondition {
        Precondition::Compared
    }

    async fn look(&self) -> Result<Option<Sight>> {
        Ok(Filter::new(self.api.negotiate().await?)?.sight())
    }

    async fn zone_of(&self, name: &Name) -> Result<ZoneLookup> {
        let filter = self.shelf.zones(name, async { Filter::new(self.api.negotiate().await?) }).await?;
        if !filter.takes(name) {
            return Ok(ZoneLookup::NotFound);
        }
        let named = filter.longest(name);
        let apex = match (self.witness.apex(name).await?, named) {
            (Some(apex), Some(named)) if apex != *named && apex.is_at_or_below(named) => {
                return Ok(ZoneLookup::Delegated { cut: apex });
            }
            (Some(apex), _) => apex,
            (None, Some(named)) => named.clone(),
            (None, None) => return Err(fault::no_zone(name)),
        };
        let zone = Zone { id: apex.to_string(), name: apex };
        self.shelf.lookup(zone.clone(), name, self.list(&zone)).await
    }

    async fn read(&self, zone: &Zone, names: &[Name]) -> Result<Snapshot> {
        if names.is_empty() {
            return Ok(Snapshot::default());
        }
        let listing = self.shelf.listing(zone, For::Reading, &zone.name, self.list(zone)).await?;
        Ok(listing.snapshot(names))
    }

    async fn apply(&self, zone: &Zone, changes: &[Change]) -> Result<()> {
        changes::check(zone, changes, &LIMITS)?;
        if changes.is_empty() {
            return Ok(());
        }
        self.shelf.clear(zone);
        let listing = self.list(zone).await?;
        records::readable(&listing, self.txt_format, changes)?;
        let edits = edits(&listing, changes)?;
        if edits.is_empty() {
            return Ok(());
        }
        self.compare(&listing, &edits).await?;
        let adjusted = self.adjusted(records::wanted(self.txt_format, &edits)).await?;
        for request in records::requests(&edits, adjusted) {
            self.api.apply(&request).await?;
        }
        Ok(())
    }
}
