//! The hosted zones that a credential sees, and which of them holds a name.

use aws_sdk_route53::types::HostedZone;

use super::{call::PAGE, fault};
use crate::{
    dns::{Name, Zone},
    provider::{Result, Sight, http::shelf::ZoneList},
};

/// A hosted zone whose name is one that records of ours can be in.
#[derive(Clone, Debug)]
struct Known {
    name: Name,
    id: String,
    private: bool,
    /// Record sets in it when the list was made.
    sets: i64,
}

/// Every hosted zone, or those that the provider object names.
#[derive(Debug, Default)]
pub(super) struct Zones(Vec<Known>);

impl Zones {
    /// `only`: ids that may be used; empty for all.
    pub(super) fn new(items: &[HostedZone], only: &[String]) -> Self {
        let known = |item: &HostedZone| {
            let (name, id) = (item.name.parse().ok()?, bare(&item.id).to_owned());
            let private = item.config.as_ref().is_some_and(|config| config.private_zone);
            let sets = item.resource_record_set_count.unwrap_or(i64::MAX);
            (only.is_empty() || only.iter().any(|one| bare(one) == id)).then_some(Known { name, id, private, sets })
        };
        Self(items.iter().filter_map(known).collect())
    }

    /// The longest public zone that holds the name: the world sees no other. Refused where two have its name, since only one
    /// can be the one that is delegated to, and where there are private ones only.
    pub(super) fn holding(&self, name: &Name) -> Result<Option<Zone>> {
        let above = |private: bool| self.0.iter().filter(move |zone| zone.private == private && name.is_at_or_below(&zone.name));
        let Some(longest) = above(false).max_by_key(|zone| zone.name.labels().count()) else {
            return above(true).next().map_or(Ok(None), |zone| Err(fault::private(&zone.name, &zone.id)));
        };
        let mut ids: Vec<&str> = above(false).filter(|zone| zone.name == longest.name).map(|zone| zone.id.as_str()).collect();
        ids.sort_unstable();
        if ids.len() > 1 {
            return Err(fault::several(&longest.name, &ids));
        }
        Ok(Some(Zone { name: longest.name.clone(), id: longest.id.clone() }))
    }

    /// Whether one page holds the whole zone, as far as the list knew.
    pub(super) fn is_small(&self, id: &str) -> bool {
        self.0.iter().any(|zone| zone.id == id && zone.sets <= i64::from(PAGE))
    }

    /// What the provider object says of them. Private zones are none that mail could use.
    pub(super) fn sight(&self) -> Sight {
        let mut zones: Vec<String> = self.0.iter().filter(|zone| !zone.private).map(|zone| zone.name.to_string()).collect();
        zones.sort();
        Sight { count: zones.len(), zones, ..Sight::default() }
    }
}

impl ZoneList for Zones {
    fn reach(&self, name: &Name) -> bool {
        self.0.iter().any(|zone| name.is_at_or_below(&zone.name))
    }
}

/// The API writes ids as `/hostedzone/Z...`, people as `Z...`.
fn bare(id: &str) -> &str {
    id.strip_prefix("/hostedzone/").unwrap_or(id)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use aws_sdk_route53::types::HostedZoneConfig;

    use super::*;
    use crate::provider::ErrorKind;

    fn zone(id: &str, name: &str, private: bool) -> HostedZone {
        let config = HostedZoneConfig::builder().private_zone(private).build();
        let id = format!("/hostedzone/{id}");
        HostedZone::builder().id(id).name(name).caller_reference("x").config(config).build().unwrap()
    }

    fn holder(items: &[HostedZone], only: &[&str], name: &str) -> Result<Option<String>> {
        let only: Vec<String> = only.iter().map(|id| (*id).to_owned()).collect();
        Ok(Zones::new(items, &only).holding(&name.parse().unwrap())?.map(|zone| zone.id))
    }

    #[test]
    fn the_longest_public_zone_holds_a_name_label_by_label() {
        let items = [zone("Z1", "cafe.lab.", false), zone("Z2", "shop.cafe.lab.", false), zone("Z3", "in.shop.cafe.lab.", true)];
        assert_eq!(holder(&items, &[], "_dmarc.shop.cafe.lab").unwrap().as_deref(), Some("Z2"));
        assert_eq!(holder(&items, &[], "workshop.cafe.lab").unwrap().as_deref(), Some("Z1"));
        assert_eq!(holder(&items, &[], "notcafe.lab").unwrap(), None);
        assert_eq!(
            holder(&items, &[], "_dmarc.in.shop.cafe.lab").unwrap().as_deref(),
            Some("Z2"),
            "the world sees no private one"
        );
    }

    #[test]
    fn two_public_zones_of_one_name_are_refused_with_both_ids_until_one_is_named() {
        let items = [zone("Z2", "cafe.lab.", false), zone("Z1", "cafe.lab.", false), zone("Z3", "cafe.lab.", true)];
        let error = holder(&items, &[], "cafe.lab").unwrap_err();
        assert!(error.kind == ErrorKind::Invalid && error.message.contains("Z1, Z2") && !error.message.contains("Z3"), "{error}");
        for one in ["Z2", "/hostedzone/Z2"] {
            assert_eq!(holder(&items, &[one], "cafe.lab").unwrap().as_deref(), Some("Z2"));
        }
    }

    #[test]
    fn a_private_zone_is_refused_with_its_id_where_no_public_one_holds_the_name() {
        let items = [zone("Z3", "cafe.lab.", true)];
        let error = holder(&items, &[], "_dmarc.cafe.lab").unwrap_err();
        assert!(error.kind == ErrorKind::Invalid && error.message.contains("Z3") && error.message.contains("private"), "{error}");
        assert_eq!(Zones::new(&items, &[]).sight().count, 0);
    }
}
