//! The zones of a resource group, and which of them holds a name.

use super::wire::ZoneItem;
use crate::{
    dns::{Name, Zone},
    provider::{Error, ErrorKind, Result, Sight, http::shelf::ZoneList},
};

/// Every zone of a resource group.
#[derive(Debug, Default)]
pub(super) struct Zones(Vec<(Name, ZoneItem)>);

impl Zones {
    /// A zone whose name is none is nobody's to write.
    pub(super) fn new(items: Vec<ZoneItem>) -> Self {
        Self(items.into_iter().filter_map(|item| Some((item.name.parse().ok()?, item))).collect())
    }

    /// The longest public zone that holds the name; a resource group has a name once. Private ones answer only within networks,
    /// whatever their length; they are named where nothing else holds the name.
    pub(super) fn holding(&self, name: &Name) -> Result<Option<Zone>> {
        let above = || self.0.iter().filter(|(apex, _)| name.is_at_or_below(apex));
        let public = above().filter(|(_, item)| is_public(item)).max_by_key(|(apex, _)| apex.labels().count());
        match (public, above().next()) {
            (Some((apex, item)), _) => Ok(Some(Zone { name: apex.clone(), id: item.name.clone() })),
            (None, Some((apex, _))) => Err(private(apex)),
            (None, None) => Ok(None),
        }
    }
}

impl ZoneList for Zones {
    fn reach(&self, name: &Name) -> bool {
        self.0.iter().any(|(apex, _)| name.is_at_or_below(apex))
    }
}

fn is_public(item: &ZoneItem) -> bool {
    item.properties.zone_type.as_deref().is_none_or(|kind| kind.eq_ignore_ascii_case("public"))
}

fn private(apex: &Name) -> Error {
    let message = format!(
        "zone {apex} of the resource group is private: only its networks see it, and mail comes from everywhere; make a public zone"
    );
    Error::new(ErrorKind::Invalid, message)
}

/// What the first page of zones tells. Rights are no part of it; where the list goes on its length is not known, and so the
/// zones are not said to be all.
pub(super) fn sight(account: String, first: &[ZoneItem], more: bool) -> Sight {
    let mut zones: Vec<String> = first.iter().filter(|item| is_public(item)).map(|item| item.name.clone()).collect();
    zones.sort();
    Sight { accounts: vec![account], count: zones.len() + usize::from(more), zones, ..Sight::default() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::{super::wire::ZoneProperties, *};

    fn item(name: &str, kind: Option<&str>) -> ZoneItem {
        ZoneItem { name: name.to_owned(), properties: ZoneProperties { zone_type: kind.map(str::to_owned) } }
    }

    fn holder(items: &[ZoneItem], name: &str) -> Result<Option<String>> {
        Ok(Zones::new(items.to_vec()).holding(&name.parse().unwrap())?.map(|zone| zone.id))
    }

    #[test]
    fn the_longest_public_zone_holds_a_name_label_by_label_and_keeps_azures_spelling() {
        let items = [item("cafe.lab", None), item("Shop.Cafe.lab", Some("Public"))];
        assert_eq!(holder(&items, "_dmarc.shop.cafe.lab").unwrap().as_deref(), Some("Shop.Cafe.lab"));
        assert_eq!(holder(&items, "workshop.cafe.lab").unwrap().as_deref(), Some("cafe.lab"));
        assert_eq!(holder(&items, "notcafe.lab").unwrap(), None);
    }

    #[test]
    fn a_private_zone_never_hides_the_public_one_above_it_and_alone_it_is_refused() {
        let items = [item("cafe.lab", Some("Public")), item("in.cafe.lab", Some("Private")), item("bar.lab", Some("Private"))];
        assert_eq!(holder(&items, "_dmarc.in.cafe.lab").unwrap().as_deref(), Some("cafe.lab"));
        let error = holder(&items, "_dmarc.bar.lab").unwrap_err();
        assert!(error.kind == ErrorKind::Invalid && error.message.contains("zone bar.lab of the resource group is private"));
    }
}
