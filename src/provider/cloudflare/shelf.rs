//! What is remembered between calls, for seconds to minutes: the zones, where they hand names on, and the last reading.
//!
//! A pass asks for the zone of each name, reads, and writes, within a second. One listing serves all three; it is handed
//! on once and never answers a second question of the same kind.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{sync::MutexGuard, time::Instant};

use super::{listing::Listing, zones::Zones};
use crate::dns::{Name, Zone};

/// How long the list of zones is good for names that it has.
const ZONES: Duration = Duration::from_mins(10);
/// How long for names that it has not: a new zone is found after this.
const MISSING: Duration = Duration::from_mins(1);
/// How long delegations are: one that is made by hand is seen after this.
const CUTS: Duration = Duration::from_mins(1);
/// How long a listing waits for the next step of the same pass.
const LISTING: Duration = Duration::from_secs(5);

/// What a listing is kept for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum For {
    /// The reading after the question for the zone.
    Reading,
    /// The write after the reading.
    Writing,
}

/// The memory of one token.
#[derive(Default)]
pub(super) struct Shelf {
    zones: tokio::sync::Mutex<Option<(Instant, Arc<Zones>)>>,
    rest: Mutex<Rest>,
}

#[derive(Default)]
struct Rest {
    cuts: HashMap<String, (Instant, Arc<Vec<Name>>)>,
    listings: HashMap<String, Kept>,
}

struct Kept {
    purpose: For,
    since: Instant,
    listing: Arc<Listing>,
}

/// The list of zones, held while somebody fetches it: many domains that start together list it once.
pub(super) struct Known<'a>(MutexGuard<'a, Option<(Instant, Arc<Zones>)>>);

impl Known<'_> {
    /// The list, if it is good for this name.
    pub(super) fn for_name(&mut self, name: &Name) -> Option<Arc<Zones>> {
        let (since, zones) = self.0.as_ref()?;
        let life = if zones.reach(name) { ZONES } else { MISSING };
        (since.elapsed() < life).then(|| zones.clone())
    }

    /// Takes a new list.
    pub(super) fn put(&mut self, zones: Zones) -> Arc<Zones> {
        let zones = Arc::new(zones);
        *self.0 = Some((Instant::now(), zones.clone()));
        zones
    }
}

impl Shelf {
    pub(super) async fn zones(&self) -> Known<'_> {
        Known(self.zones.lock().await)
    }

    /// Whether the zone's plan has record tags, as far as is known.
    pub(super) async fn tags(&self, zone: &Zone) -> bool {
        self.zones.lock().await.as_ref().is_some_and(|(_, zones)| zones.has_tags(zone))
    }

    pub(super) fn cuts(&self, zone: &Zone) -> Option<Arc<Vec<Name>>> {
        self.with(|rest| rest.cuts.get(&zone.id).filter(|(since, _)| since.elapsed() < CUTS).map(|(_, cuts)| cuts.clone()))
    }

    pub(super) fn put_cuts(&self, zone: &Zone, cuts: Arc<Vec<Name>>) {
        self.with(|rest| rest.cuts.insert(zone.id.clone(), (Instant::now(), cuts)));
    }

    /// Leaves a listing for the next step. One that reaches farther stays: a pass that reads a few names more writes all.
    pub(super) fn lay_down(&self, zone: &Zone, purpose: For, listing: Arc<Listing>) {
        self.with(|rest| {
            rest.listings.retain(|_, kept| kept.since.elapsed() < LISTING);
            let wider = |kept: &Kept| kept.purpose == purpose && kept.listing.is_wider_than(&listing);
            if rest.listings.get(&zone.id).is_some_and(wider) {
                return;
            }
            rest.listings.insert(zone.id.clone(), Kept { purpose, since: Instant::now(), listing });
        });
    }

    /// Takes the listing that was left for this step, if it is fresh and reaches far enough.
    pub(super) fn pick_up(&self, zone: &Zone, purpose: For, scope: &Name) -> Option<Arc<Listing>> {
        self.with(|rest| {
            let kept = rest.listings.get(&zone.id)?;
            let fits = kept.purpose == purpose && kept.since.elapsed() < LISTING && kept.listing.covers(scope);
            if fits { rest.listings.remove(&zone.id).map(|kept| kept.listing) } else { None }
        })
    }

    /// The zone's records moved.
    pub(super) fn clear(&self, zone: &Zone) {
        self.with(|rest| rest.listings.remove(&zone.id));
    }

    /// The zone is not where it was.
    pub(super) async fn forget(&self, zone: &Zone) {
        *self.zones.lock().await = None;
        self.with(|rest| rest.cuts.remove(&zone.id));
        self.clear(zone);
    }

    fn with<T>(&self, work: impl FnOnce(&mut Rest) -> T) -> T {
        work(&mut self.rest.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::{super::wire::ZoneItem, *};

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    fn zone() -> Zone {
        Zone { name: name("cafe.lab"), id: "1".to_owned() }
    }

    fn listing(scope: &str) -> Arc<Listing> {
        Arc::new(Listing::new(name("cafe.lab"), name(scope), vec![]))
    }

    #[tokio::test(start_paused = true)]
    async fn a_listing_is_handed_on_once_to_the_step_it_was_left_for() {
        let shelf = Shelf::default();
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
        let shelf = Shelf::default();
        let item = ZoneItem { id: "1".into(), name: "cafe.lab".into(), ..ZoneItem::default() };
        shelf.zones().await.put(Zones::new(vec![item]));
        tokio::time::advance(MISSING).await;
        assert!(shelf.zones().await.for_name(&name("_dmarc.cafe.lab")).is_some());
        assert!(shelf.zones().await.for_name(&name("elsewhere.lab")).is_none());
        tokio::time::advance(ZONES).await;
        assert!(shelf.zones().await.for_name(&name("cafe.lab")).is_none());
    }
}
