//! The domains that a token sees.

use super::wire::Domain;
use crate::{
    dns::{Name, Zone},
    provider::{Sight, http::shelf::ZoneList},
};

/// Every domain of a token.
#[derive(Debug, Default)]
pub(super) struct Zones(Vec<Name>);

impl Zones {
    pub(super) fn new(domains: Vec<Domain>) -> Self {
        Self(domains.into_iter().filter_map(|domain| domain.name.parse().ok()).collect())
    }

    /// The longest zone that holds the name. A domain stands in one account only, so there are never two.
    pub(super) fn holding(&self, name: &Name) -> Option<Zone> {
        let above = self.0.iter().filter(|apex| name.is_at_or_below(apex));
        above.max_by_key(|apex| apex.labels().count()).map(|apex| Zone { name: apex.clone(), id: apex.to_string() })
    }
}

impl ZoneList for Zones {
    fn reach(&self, name: &Name) -> bool {
        self.holding(name).is_some()
    }
}

/// What the first page of domains tells; `count` is the number on all pages. Neither account nor rights are part of it.
pub(super) fn sight(first: Vec<Domain>, count: usize) -> Sight {
    let mut zones: Vec<String> = first.into_iter().map(|domain| domain.name).collect();
    zones.sort();
    Sight { count: count.max(zones.len()), zones, ..Sight::default() }
}
