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

use crate::dns::{Name, Zone};

/// How long the list of zones is good for names that it has.
const ZONES: Duration = Duration::from_mins(10);
/// How long for names that it has not: a new zone is found after this.
const MISSING: Duration = Duration::from_mins(1);
/// How long delegations are: one that is made by hand is seen after this.
const CUTS: Duration = Duration::from_mins(1);
/// How long a listing waits for the next step of the same pass.
const LISTING: Duration = Duration::from_secs(5);

/// The zones of a credential.
pub trait ZoneList {
    /// Whether any of them is at or above a name.
    fn reach(&self, name: &Name) -> bool;
}

/// The records of a part of a zone.
pub trait Reading {
    /// Where that part begins.
    fn scope(&self) -> &Name;
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
    zones: tokio::sync::Mutex<Listed<Z>>,
    rest: Mutex<Rest<L>>,
}

/// A list of zones and when it was fetched.
type Listed<Z> = Option<(Instant, Arc<Z>)>;

struct Rest<L> {
    cuts: HashMap<String, (Instant, Arc<Vec<Name>>)>,
    listings: HashMap<String, Kept<L>>,
}

struct Kept<L> {
    purpose: For,
    since: Instant,
    listing: Arc<L>,
}

/// The list of zones, held while somebody fetches it: many domains that start together list it once.
pub struct Known<'a, Z>(MutexGuard<'a, Listed<Z>>);

impl<Z: ZoneList> Known<'_, Z> {
    /// The list, if it is good for this name.
    pub fn for_name(&self, name: &Name) -> Option<Arc<Z>> {
        let (since, zones) = self.0.as_ref()?;
        let life = if zones.reach(name) { ZONES } else { MISSING };
        (since.elapsed() < life).then(|| zones.clone())
    }

    /// The list, however old.
    pub fn any(&self) -> Option<Arc<Z>> {
        self.0.as_ref().map(|(_, zones)| zones.clone())
    }

    /// Takes a new list.
    pub fn put(&mut self, zones: Z) -> Arc<Z> {
        let zones = Arc::new(zones);
        *self.0 = Some((Instant::now(), zones.clone()));
        zones
    }
}

impl<Z, L> Default for Shelf<Z, L> {
    fn default() -> Self {
        let rest = Rest { cuts: HashMap::new(), listings: HashMap::new() };
        Self { zones: tokio::sync::Mutex::new(None), rest: Mutex::new(rest) }
    }
}

impl<Z: ZoneList, L: Reading> Shelf<Z, L> {
    /// The list of zones, for whoever waits his turn.
    pub async fn zones(&self) -> Known<'_, Z> {
        Known(self.zones.lock().await)
    }

    /// Where the zone hands names on, if that is known.
    pub fn cuts(&self, zone: &Zone) -> Option<Arc<Vec<Name>>> {
        self.with(|rest| rest.cuts.get(&zone.id).filter(|(since, _)| since.elapsed() < CUTS).map(|(_, cuts)| cuts.clone()))
    }

    /// Remembers it.
    pub fn put_cuts(&self, zone: &Zone, cuts: Arc<Vec<Name>>) {
        self.with(|rest| rest.cuts.insert(zone.id.clone(), (Instant::now(), cuts)));
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
    pub fn pick_up(&self, zone: &Zone, purpose: For, scope: &Name) -> Option<Arc<L>> {
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

    /// The zone is not where it was.
    pub async fn forget(&self, zone: &Zone) {
        *self.zones.lock().await = None;
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
    use super::*;

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
        shelf.zones().await.put(Zones(name("cafe.lab")));
        tokio::time::advance(MISSING).await;
        assert!(shelf.zones().await.for_name(&name("_dmarc.cafe.lab")).is_some());
        assert!(shelf.zones().await.for_name(&name("elsewhere.lab")).is_none());
        tokio::time::advance(ZONES).await;
        assert!(shelf.zones().await.for_name(&name("cafe.lab")).is_none());
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
