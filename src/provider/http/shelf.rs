//! What is remembered between calls, for seconds to minutes: the zones, where they hand names on, and the last reading.
//!
//! A pass asks for the zone of each name, reads, and writes, within a second. One listing serves all three; it is handed
//! on once and never answers a second question of the same kind.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::failure::Failure;
pub use super::zone_shelf::{ZoneList, ZoneShelf};
use crate::{
    dns::{Name, Zone},
    provider::{Result, ZoneLookup},
};

/// How long delegations are: one that is made by hand is seen after this.
const CUTS: Duration = Duration::from_mins(1);
/// How long a listing waits for the next step of the same pass.
const LISTING: Duration = Duration::from_secs(5);

/// The records of a part of a zone.
pub trait Reading {
    /// Where that part begins.
    fn scope(&self) -> &Name;

    /// Where names in it are handed to other servers (DNS-R4).
    fn cuts(&self) -> Vec<Name>;
}

/// What a listing is kept for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// The reading after the question for the zone.
    Reading,
    /// The write after the reading.
    Writing,
}

/// The memory of one credential: its list of zones `Z`, and readings `L`.
pub struct Shelf<Z, L> {
    zones: ZoneShelf<Z>,
    rest: Mutex<Rest<L>>,
}

struct Rest<L> {
    cuts: HashMap<String, (Instant, Arc<Vec<Name>>)>,
    listings: HashMap<String, Kept<L>>,
}

struct Kept<L> {
    purpose: For,
    since: Instant,
    listing: Arc<L>,
}

impl<Z, L> Default for Shelf<Z, L> {
    fn default() -> Self {
        let rest = Rest { cuts: HashMap::new(), listings: HashMap::new() };
        Self { zones: ZoneShelf::default(), rest: Mutex::new(rest) }
    }
}

impl<Z: ZoneList, L: Reading> Shelf<Z, L> {
    /// The list of zones: [`ZoneShelf::zones`].
    pub async fn zones(&self, name: &Name, fetch: impl Future<Output = Result<Z>>) -> Result<Arc<Z>> {
        self.zones.zones(name, fetch).await
    }

    /// The list of zones, however old.
    pub async fn known_zones(&self) -> Option<Arc<Z>> {
        self.zones.known().await
    }

    /// Whether a zone of the provider's is the one that DNS asks for a name. `list` reads all of the zone, and what it read
    /// is kept for the reading that follows.
    pub async fn lookup(&self, zone: Zone, name: &Name, list: impl Future<Output = Result<L>>) -> Result<ZoneLookup> {
        let cuts = match self.cuts(&zone) {
            Some(cuts) => cuts,
            None => self.learn_cuts(&zone, Arc::new(list.await?)),
        };
        let above = cuts.iter().filter(|cut| name.is_at_or_below(cut)).min_by_key(|cut| cut.labels().count());
        Ok(above.map_or(ZoneLookup::Found(zone), |cut| ZoneLookup::Delegated { cut: cut.clone() }))
    }

    /// The listing that was left for this step, or a new one.
    pub async fn listing(
        &self,
        zone: &Zone,
        purpose: For,
        scope: &Name,
        list: impl Future<Output = Result<L>>,
    ) -> Result<Arc<L>> {
        match self.pick_up(zone, purpose, scope) {
            Some(listing) => Ok(listing),
            None => Ok(Arc::new(list.await?)),
        }
    }

    fn cuts(&self, zone: &Zone) -> Option<Arc<Vec<Name>>> {
        self.with(|rest| rest.cuts.get(&zone.id).filter(|(since, _)| since.elapsed() < CUTS).map(|(_, cuts)| cuts.clone()))
    }

    fn learn_cuts(&self, zone: &Zone, listing: Arc<L>) -> Arc<Vec<Name>> {
        let cuts = Arc::new(listing.cuts());
        self.with(|rest| rest.cuts.insert(zone.id.clone(), (Instant::now(), cuts.clone())));
        self.lay_down(zone, For::Reading, listing);
        cuts
    }

    /// Leaves a listing for the next step. One that reaches farther stays: a pass that reads a few names more writes all.
    pub fn lay_down(&self, zone: &Zone, purpose: For, listing: Arc<L>) {
        self.with(|rest| {
            rest.listings.retain(|_, kept| kept.since.elapsed() < LISTING);
            let wider = |kept: &Kept<L>| kept.purpose == purpose && is_wider(kept.listing.scope(), listing.scope());
            if rest.listings.get(&zone.id).is_some_and(wider) {
                return;
            }
            rest.listings.insert(zone.id.clone(), Kept { purpose, since: Instant::now(), listing });
        });
    }

    /// Takes the listing that was left for this step, if it is fresh and reaches far enough.
    fn pick_up(&self, zone: &Zone, purpose: For, scope: &Name) -> Option<Arc<L>> {
        self.with(|rest| {
            let kept = rest.listings.get(&zone.id)?;
            let fits = kept.purpose == purpose && kept.since.elapsed() < LISTING && scope.is_at_or_below(kept.listing.scope());
            if fits { rest.listings.remove(&zone.id).map(|kept| kept.listing) } else { None }
        })
    }

    /// The zone's records moved.
    pub fn clear(&self, zone: &Zone) {
        self.with(|rest| rest.listings.remove(&zone.id));
    }

    /// Passes an outcome on; where the zone is gone, all zones are listed again before the next use: it may be in another place, or
    /// come again.
    pub async fn checked<T>(&self, zone: &Zone, outcome: std::result::Result<T, Failure>) -> Result<T> {
        if let Err(Failure::Gone(_)) = &outcome {
            self.forget(zone).await;
        }
        outcome.map_err(Failure::into_error)
    }

    /// The zone is not where it was.
    pub async fn forget(&self, zone: &Zone) {
        self.zones.forget().await;
        self.with(|rest| rest.cuts.remove(&zone.id));
        self.clear(zone);
    }

    fn with<T>(&self, work: impl FnOnce(&mut Rest<L>) -> T) -> T {
        work(&mut self.rest.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn is_wider(one: &Name, other: &Name) -> bool {
    one != other && other.is_at_or_below(one)
}

/// The name that all of these are at or below, within the zone: where a reading of them begins.
pub fn scope(zone: &Name, names: &[Name]) -> Name {
    let Some((first, rest)) = names.split_first() else { return zone.clone() };
    let common = first.ancestors().find(|above| rest.iter().all(|name| name.is_at_or_below(above)));
    common.filter(|common| common.is_at_or_below(zone)).unwrap_or_else(|| zone.clone())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::{
        super::zone_shelf::{MISSING, ZONES},
        *,
    };
    use crate::provider::{Error, ErrorKind};

    struct Zones(Name);
    struct Part(Name);
    type Memory = Shelf<Zones, Part>;

    impl ZoneList for Zones {
        fn reach(&self, name: &Name) -> bool {
            name.is_at_or_below(&self.0)
        }
    }

    impl Reading for Part {
        fn scope(&self) -> &Name {
            &self.0
        }

        fn cuts(&self) -> Vec<Name> {
            vec![name("_domainkey.cafe.lab")]
        }
    }

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    fn zone() -> Zone {
        Zone { name: name("cafe.lab"), id: "1".to_owned() }
    }

    fn listing(scope: &str) -> Arc<Part> {
        Arc::new(Part(name(scope)))
    }

    #[tokio::test(start_paused = true)]
    async fn a_listing_is_handed_on_once_to_the_step_it_was_left_for() {
        let shelf = Memory::default();
        shelf.lay_down(&zone(), For::Writing, listing("shop.cafe.lab"));
        assert!(shelf.pick_up(&zone(), For::Reading, &name("shop.cafe.lab")).is_none());
        assert!(shelf.pick_up(&zone(), For::Writing, &name("cafe.lab")).is_none(), "it does not reach as far");
        assert!(shelf.pick_up(&zone(), For::Writing, &name("_dmarc.shop.cafe.lab")).is_some());
        assert!(shelf.pick_up(&zone(), For::Writing, &name("_dmarc.shop.cafe.lab")).is_none());
        shelf.lay_down(&zone(), For::Writing, listing("cafe.lab"));
        shelf.lay_down(&zone(), For::Writing, listing("_dmarc.cafe.lab"));
        assert!(shelf.pick_up(&zone(), For::Writing, &name("cafe.lab")).is_some(), "the wider one stays");
        shelf.lay_down(&zone(), For::Writing, listing("cafe.lab"));
        tokio::time::advance(LISTING).await;
        assert!(shelf.pick_up(&zone(), For::Writing, &name("cafe.lab")).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_name_without_a_zone_is_looked_for_sooner_than_one_with() {
        let shelf = Memory::default();
        let nobody_asks = || async { Err(Error::new(ErrorKind::Bug, "asked")) };
        let asked = async |at: &str| shelf.zones(&name(at), nobody_asks()).await.is_err();
        assert!(shelf.zones(&name("_dmarc.cafe.lab"), async { Ok(Zones(name("cafe.lab"))) }).await.is_ok());
        tokio::time::advance(MISSING).await;
        assert!(!asked("_dmarc.cafe.lab").await);
        assert!(asked("elsewhere.lab").await);
        tokio::time::advance(ZONES).await;
        assert!(asked("cafe.lab").await);
    }

    #[tokio::test(start_paused = true)]
    async fn dns_r4_one_listing_says_where_names_are_handed_on_and_serves_the_reading_that_follows() {
        let shelf = Memory::default();
        let key = name("a._domainkey.cafe.lab");
        let cut = shelf.lookup(zone(), &key, async { Ok(Part(name("cafe.lab"))) }).await.unwrap();
        assert_eq!(cut, ZoneLookup::Delegated { cut: name("_domainkey.cafe.lab") });
        let nobody_asks = || async { Err(Error::new(ErrorKind::Bug, "asked")) };
        assert_eq!(shelf.lookup(zone(), &name("cafe.lab"), nobody_asks()).await.unwrap(), ZoneLookup::Found(zone()));
        assert!(shelf.listing(&zone(), For::Reading, &key, nobody_asks()).await.is_ok());
        assert!(shelf.listing(&zone(), For::Reading, &key, nobody_asks()).await.is_err(), "only once");
        tokio::time::advance(CUTS).await;
        assert!(shelf.lookup(zone(), &key, nobody_asks()).await.is_err(), "a delegation made by hand is seen");
    }

    #[test]
    fn the_scope_of_names_is_what_they_have_in_common() {
        let of = |names: &[&str]| scope(&name("cafe.lab"), &names.iter().map(|text| name(text)).collect::<Vec<_>>());
        assert_eq!(of(&["_dmarc.shop.cafe.lab", "shop.cafe.lab"]), name("shop.cafe.lab"));
        assert_eq!(of(&["_dmarc.cafe.lab", "_mta-sts.cafe.lab"]), name("cafe.lab"));
        assert_eq!(of(&["_dmarc.cafe.lab"]), name("_dmarc.cafe.lab"));
        assert_eq!(of(&["elsewhere.lab", "cafe.lab"]), name("cafe.lab"));
    }
}
