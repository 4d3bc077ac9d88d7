//! The zones of a project, and which of them the world sees for a name.

use super::wire::ManagedZone;
use crate::{
    dns::{Name, Zone},
    provider::{Error, ErrorKind, Result, Sight, http::shelf::ZoneList},
};

/// Every zone of a project.
#[derive(Debug, Default)]
pub(super) struct Zones(Vec<(Name, ManagedZone)>);

impl Zones {
    /// A zone whose name is none is nobody's to write.
    pub(super) fn new(zones: Vec<ManagedZone>) -> Self {
        Self(zones.into_iter().filter_map(|zone| Some((zone.dns_name.parse().ok()?, zone))).collect())
    }

    /// The longest public zone that holds the name. Private ones (forwarding and peering ones are among them) answer only
    /// within networks, whatever their length; they are named where nothing else holds the name.
    pub(super) fn holding(&self, name: &Name) -> Result<Option<Zone>> {
        let above = || self.0.iter().filter(|(apex, _)| name.is_at_or_below(apex));
        let public = || above().filter(|(_, zone)| is_public(zone));
        let Some(apex) = public().map(|(apex, _)| apex).max_by_key(|apex| apex.labels().count()) else {
            return above().next().map_or(Ok(None), |(apex, zone)| Err(private(apex, zone)));
        };
        let named: Vec<&str> = public().filter(|(other, _)| other == apex).map(|(_, zone)| zone.name.as_str()).collect();
        match named.as_slice() {
            [one] => Ok(Some(Zone { name: apex.clone(), id: (*one).to_owned() })),
            several => Err(twice(apex, several)),
        }
    }
}

impl ZoneList for Zones {
    fn reach(&self, name: &Name) -> bool {
        self.0.iter().any(|(apex, _)| name.is_at_or_below(apex))
    }
}

fn is_public(zone: &ManagedZone) -> bool {
    zone.visibility.as_deref().is_none_or(|visibility| visibility.eq_ignore_ascii_case("public"))
}

fn private(apex: &Name, zone: &ManagedZone) -> Error {
    let message = format!(
        "zone {apex} of the project ({}) is private: only its networks see it, and mail comes from everywhere; make a public zone",
        zone.name
    );
    Error::new(ErrorKind::Invalid, message)
}

fn twice(apex: &Name, names: &[&str]) -> Error {
    let message = format!(
        "the project has {} public zones for {apex} ({}), and the world sees at most one of them: delete the ones it is not \
         delegated to",
        names.len(),
        names.join(", ")
    );
    Error::new(ErrorKind::Invalid, message)
}

/// What the first page of zones tells. Rights are no part of it; where the list goes on its length is not known, and so the
/// zones are not said to be all.
pub(super) fn sight(project: String, first: &[ManagedZone], more: bool) -> Sight {
    let public = first.iter().filter(|zone| is_public(zone));
    let mut zones: Vec<String> = public.map(|zone| zone.dns_name.trim_end_matches('.').to_owned()).collect();
    zones.sort();
    Sight { accounts: vec![project], count: zones.len() + usize::from(more), zones, ..Sight::default() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    fn zone(name: &str, apex: &str, visibility: &str) -> ManagedZone {
        ManagedZone { name: name.to_owned(), dns_name: apex.to_owned(), visibility: Some(visibility.to_owned()) }
    }

    fn holder(zones: &[ManagedZone], name: &str) -> Result<Option<String>> {
        Ok(Zones::new(zones.to_vec()).holding(&name.parse().unwrap())?.map(|zone| zone.id))
    }

    #[test]
    fn the_longest_public_zone_holds_a_name_label_by_label() {
        let zones = [zone("cafe", "cafe.lab.", "public"), ManagedZone { visibility: None, ..zone("shop", "shop.cafe.lab.", "") }];
        assert_eq!(holder(&zones, "_dmarc.shop.cafe.lab").unwrap().as_deref(), Some("shop"));
        assert_eq!(holder(&zones, "workshop.cafe.lab").unwrap().as_deref(), Some("cafe"));
        assert_eq!(holder(&zones, "notcafe.lab").unwrap(), None);
    }

    #[test]
    fn a_private_zone_never_hides_the_public_one_above_it_and_alone_it_is_refused() {
        let inside = zone("inside", "shop.cafe.lab.", "private");
        let both = [zone("cafe", "cafe.lab.", "public"), inside.clone()];
        assert_eq!(holder(&both, "_dmarc.shop.cafe.lab").unwrap().as_deref(), Some("cafe"));
        let error = holder(&[inside], "_dmarc.shop.cafe.lab").unwrap_err();
        assert!(error.kind == ErrorKind::Invalid && error.message.contains("shop.cafe.lab of the project (inside) is private"));
    }

    #[test]
    fn of_two_public_zones_for_one_domain_none_is_taken() {
        let twins = [zone("old", "cafe.lab.", "public"), zone("new", "cafe.lab.", "public"), zone("in", "cafe.lab.", "private")];
        let error = holder(&twins, "cafe.lab").unwrap_err();
        assert!(error.message.contains("2 public zones for cafe.lab (old, new)"), "{error}");
    }

    #[test]
    fn a_list_that_goes_on_is_not_said_to_be_all() {
        let zones = [zone("b", "b.lab.", "public"), zone("a", "a.lab.", "public"), zone("c", "c.lab.", "private")];
        let all = sight("p".to_owned(), &zones, false);
        assert_eq!((all.count, all.zones, all.accounts), (2, vec!["a.lab".to_owned(), "b.lab".to_owned()], vec!["p".to_owned()]));
        assert_eq!(sight("p".to_owned(), &zones, true).count, 3);
    }
}
