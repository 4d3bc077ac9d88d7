//! The zones that a token sees, and which of them holds a name.

use std::collections::BTreeSet;

use super::wire::ZoneItem;
use crate::{
    dns::{Name, Zone},
    provider::{Error, ErrorKind, Result, Sight, http::shelf::ZoneList},
};

/// The permission that writing needs, as the API calls it.
const EDIT: &str = "#dns_records:edit";

/// Every zone of a token.
#[derive(Debug, Default)]
pub(super) struct Zones(Vec<(Name, ZoneItem)>);

impl Zones {
    /// A zone whose name is none is nobody's to write.
    pub(super) fn new(items: Vec<ZoneItem>) -> Self {
        Self(items.into_iter().filter_map(|item| Some((item.name.parse().ok()?, item))).collect())
    }

    /// The longest zone that holds the name. Refused where Cloudflare would take records that it does not answer with.
    pub(super) fn holding(&self, name: &Name) -> Result<Option<Zone>> {
        let above = self.0.iter().filter(|(apex, _)| name.is_at_or_below(apex));
        let Some(apex) = above.map(|(apex, _)| apex).max_by_key(|apex| apex.labels().count()) else { return Ok(None) };
        let candidates: Vec<&ZoneItem> = self.0.iter().filter(|(other, _)| other == apex).map(|(_, item)| item).collect();
        let chosen = choose(apex, &candidates)?;
        Ok(Some(Zone { name: apex.clone(), id: chosen.id.clone() }))
    }

    /// Whether the plan of a zone has record tags. Where nothing says so it has none: a free zone refuses them.
    pub(super) fn has_tags(&self, zone: &Zone) -> bool {
        let plan = self.0.iter().find(|(_, item)| item.id == zone.id).and_then(|(_, item)| item.plan.as_ref());
        plan.and_then(|plan| plan.legacy_id.as_deref()).is_some_and(|id| ["pro", "business", "enterprise"].contains(&id))
    }
}

impl ZoneList for Zones {
    fn reach(&self, name: &Name) -> bool {
        self.0.iter().any(|(apex, _)| name.is_at_or_below(apex))
    }
}

/// One domain may be a zone of several accounts; the world sees the active one.
fn choose<'a>(apex: &Name, candidates: &[&'a ZoneItem]) -> Result<&'a ZoneItem> {
    let refuse = |why: String| Err(Error::new(ErrorKind::Invalid, why));
    let full: Vec<_> = candidates.iter().copied().filter(|item| item.kind.as_deref().is_none_or(|kind| kind == "full")).collect();
    let active: Vec<_> = full.iter().copied().filter(|item| item.status.as_deref() == Some("active")).collect();
    match (full.as_slice(), active.as_slice()) {
        ([], _) => {
            let kind = candidates.iter().find_map(|item| item.kind.as_deref()).unwrap_or("unknown");
            refuse(format!(
                "zone {apex} is of type {kind} at Cloudflare: its records come from elsewhere, so name the provider that holds them"
            ))
        }
        ([one], _) | (_, [one]) => Ok(one),
        _ => refuse(format!(
            "zone {apex} is in {} accounts that the token sees, and not exactly one is active: use a token for one account",
            full.len()
        )),
    }
}

/// What the first page of zones tells; `count` is the number on all pages.
pub(super) fn sight(items: &[ZoneItem], count: usize) -> Sight {
    let accounts: BTreeSet<&str> = items.iter().filter_map(|item| item.account.as_ref()?.name.as_deref()).collect();
    let mut zones: Vec<String> = items.iter().map(|item| item.name.clone()).collect();
    zones.sort();
    // An empty list says nothing: it is not filled for every kind of token.
    let told = |item: &&ZoneItem| item.permissions.as_ref().is_some_and(|list| !list.is_empty());
    let may = |item: &ZoneItem| item.permissions.iter().flatten().any(|permission| permission == EDIT);
    let without: Vec<&str> = items.iter().filter(told).filter(|item| !may(item)).map(|item| item.name.as_str()).collect();
    let missing = (!without.is_empty()).then(|| format!("Zone / DNS / Edit for {}", shortened(&without)));
    Sight {
        accounts: accounts.into_iter().map(str::to_owned).collect(),
        count: count.max(items.len()),
        zones,
        missing: missing.into_iter().collect(),
    }
}

/// The first few names, and how many more there are.
fn shortened(names: &[&str]) -> String {
    const SHOWN: usize = 5;
    let shown = names[..names.len().min(SHOWN)].join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::{
        super::wire::{Account, Plan},
        *,
    };

    fn item(id: &str, name: &str, kind: &str, status: &str) -> ZoneItem {
        let text = |text: &str| Some(text.to_owned());
        ZoneItem { id: id.to_owned(), name: name.to_owned(), kind: text(kind), status: text(status), ..ZoneItem::default() }
    }

    fn holder(items: &[ZoneItem], name: &str) -> Result<Option<String>> {
        let found = Zones::new(items.to_vec()).holding(&name.parse().unwrap())?;
        Ok(found.map(|zone| zone.id))
    }

    #[test]
    fn the_longest_zone_holds_a_name_label_by_label() {
        let items = [item("1", "cafe.lab", "full", "active"), item("2", "shop.cafe.lab", "full", "active")];
        assert_eq!(holder(&items, "_dmarc.shop.cafe.lab").unwrap().as_deref(), Some("2"));
        assert_eq!(holder(&items, "workshop.cafe.lab").unwrap().as_deref(), Some("1"));
        assert_eq!(holder(&items, "notcafe.lab").unwrap(), None);
    }

    #[test]
    fn of_two_accounts_with_one_domain_the_active_zone_is_taken_and_otherwise_none() {
        let items = [item("1", "cafe.lab", "full", "pending"), item("2", "cafe.lab", "full", "active")];
        assert_eq!(holder(&items, "cafe.lab").unwrap().as_deref(), Some("2"));
        let items = [item("1", "cafe.lab", "full", "pending"), item("2", "cafe.lab", "full", "moved")];
        let error = holder(&items, "cafe.lab").unwrap_err();
        assert!(error.kind == ErrorKind::Invalid && error.message.contains("2 accounts"), "{error}");
    }

    #[test]
    fn a_zone_whose_records_come_from_elsewhere_is_refused_with_its_type() {
        for kind in ["partial", "secondary", "internal"] {
            let error = holder(&[item("1", "cafe.lab", kind, "active")], "cafe.lab").unwrap_err();
            assert!(error.message.contains(kind), "{error}");
        }
        let both = [item("1", "cafe.lab", "partial", "active"), item("2", "cafe.lab", "full", "pending")];
        assert_eq!(holder(&both, "cafe.lab").unwrap().as_deref(), Some("2"));
    }

    #[test]
    fn tags_are_for_plans_that_have_them() {
        let with = |plan: Option<&str>| {
            let plan = plan.map(|id| Plan { legacy_id: Some(id.to_owned()) });
            let zones = Zones::new(vec![ZoneItem { plan, ..item("1", "cafe.lab", "full", "active") }]);
            zones.has_tags(&Zone { name: "cafe.lab".parse().unwrap(), id: "1".to_owned() })
        };
        assert!(with(Some("pro")) && with(Some("enterprise")));
        assert!(!with(Some("free")) && !with(Some("new")) && !with(None));
    }

    #[test]
    fn p8_a_permission_that_is_missing_is_told_and_an_empty_list_accuses_nobody() {
        let zone = |name: &str, permissions: &[&str]| ZoneItem {
            permissions: Some(permissions.iter().map(|text| (*text).to_owned()).collect()),
            account: Some(Account { name: Some("Cafe Ltd".to_owned()) }),
            ..item(name, name, "full", "active")
        };
        let items = [zone("b.lab", &[EDIT]), zone("a.lab", &["#zone:read"]), zone("c.lab", &[])];
        let sight = sight(&items, 70);
        assert_eq!((sight.count, sight.accounts.as_slice()), (70, &["Cafe Ltd".to_owned()][..]));
        assert_eq!(
            (sight.zones, sight.missing),
            (vec!["a.lab".into(), "b.lab".into(), "c.lab".into()], vec!["Zone / DNS / Edit for a.lab".into()])
        );
    }
}
