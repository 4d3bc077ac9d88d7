//! The zones of a server, and which of them holds a name.

use super::{fault, version, wire::ZoneItem};
use crate::{
    dns::{Name, Zone},
    provider::{Result, Sight, http::shelf::ZoneList},
};

/// Kinds whose records are copied from another server or made from a list: the API takes changes of them, and they are lost.
const COPIES: [&str; 3] = ["slave", "secondary", "consumer"];

/// Every zone of a server, and what the server can do.
#[derive(Debug)]
pub(super) struct Zones {
    list: Vec<(Name, String)>,
    by_value: bool,
    unescapes: bool,
}

impl Zones {
    /// A zone whose name is none is nobody's to write: so the variants of views are called.
    pub(super) fn new(items: Vec<ZoneItem>, server_version: &str) -> Self {
        let list = items.into_iter().filter_map(|item| Some((item.name.parse().ok()?, item.kind))).collect();
        Self { list, by_value: version::by_value(server_version), unescapes: version::unescapes(server_version) }
    }

    /// Whether the server adds and removes single values.
    pub(super) fn by_value(&self) -> bool {
        self.by_value
    }

    /// Whether the server takes the escapes out of texts.
    pub(super) fn unescapes(&self) -> bool {
        self.unescapes
    }

    /// The longest zone that holds the name, refused if it is no zone to write to.
    pub(super) fn holding(&self, name: &Name) -> Result<Option<Zone>> {
        let above = self.list.iter().filter(|(apex, _)| name.is_at_or_below(apex));
        let Some((apex, kind)) = above.max_by_key(|(apex, _)| apex.labels().count()) else { return Ok(None) };
        writable(apex, kind)?;
        // The API takes a zone's name in place of its id, with and without the last dot.
        Ok(Some(Zone { name: apex.clone(), id: apex.to_string() }))
    }
}

impl ZoneList for Zones {
    fn reach(&self, name: &Name) -> bool {
        self.list.iter().any(|(apex, _)| name.is_at_or_below(apex))
    }
}

/// Refuses a zone that comes from elsewhere.
pub(super) fn writable(apex: &Name, kind: &str) -> Result<()> {
    if COPIES.contains(&kind.to_ascii_lowercase().as_str()) { Err(fault::copied(apex, kind)) } else { Ok(()) }
}

/// What the list of zones tells. The key may do everything or nothing.
pub(super) fn sight(items: Vec<ZoneItem>) -> Sight {
    let count = items.len();
    let mut zones: Vec<String> = items.into_iter().map(|item| item.name.trim_end_matches('.').to_owned()).collect();
    zones.sort();
    Sight { count, zones, ..Sight::default() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;
    use crate::provider::ErrorKind;

    fn zones(items: &[(&str, &str)]) -> Zones {
        let item = |(name, kind): &(&str, &str)| ZoneItem { name: (*name).to_owned(), kind: (*kind).to_owned() };
        Zones::new(items.iter().map(item).collect(), "4.7.3")
    }

    #[test]
    fn a_zone_that_is_a_copy_is_refused_and_none_above_it_is_taken_instead() {
        let zones = zones(&[("lab.", "Native"), ("cafe.lab.", "Slave"), ("shop.lab.", "Master"), ("x.lab..inside", "Native")]);
        let at = |text: &str| zones.holding(&text.parse().unwrap());
        for name in ["cafe.lab", "_dmarc.cafe.lab"] {
            let error = at(name).unwrap_err();
            assert_eq!(error.kind, ErrorKind::Invalid);
            assert!(error.message.contains("cafe.lab") && error.message.contains("Slave"), "{error}");
        }
        assert_eq!(at("_dmarc.shop.lab").unwrap().unwrap().id, "shop.lab");
        assert_eq!(at("x.lab").unwrap().unwrap().id, "lab");
        assert_eq!(at("elsewhere.net").unwrap(), None);
    }
}
