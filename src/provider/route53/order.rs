//! The order in which Route 53 lists record sets, and which names a page of them covers.
//!
//! Pure. A listing begins at a name and goes on in this order, 300 sets a page. A page says where the next one begins, so
//! everything in between is known, names without a set included. Few pages then answer for all names of a domain, however
//! large the zone: those with underscores stand together, and so does everything below one name.

use std::{sync::Arc, time::Duration};

use aws_sdk_route53::types::ResourceRecordSet;
use tokio::time::Instant;

use crate::dns::Name;

/// A place in the order: the labels from right to left, each with a dot behind it, compared octet by octet. The last dot
/// matters where a character before `.` in ASCII stands in a name: `a-b` comes before `a`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place(String);

impl Place {
    /// Of a name as Route 53 writes it. A dot within a label is escaped there, so every dot is a border.
    fn of(name: &str) -> Self {
        let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
        Self(name.rsplit('.').flat_map(|label| [label, "."]).collect())
    }
}

/// A stretch of the order, with all sets in it.
#[derive(Debug)]
pub(super) struct Part {
    from: Place,
    /// The first name that is not covered; `None` to the end of the zone.
    until: Option<Place>,
    sets: Vec<ResourceRecordSet>,
    since: Instant,
}

impl Part {
    /// What was listed from a name on, and the name that comes next. The sets of that one may have been cut apart.
    pub(super) fn new(from: &str, next: Option<&str>, sets: Vec<ResourceRecordSet>) -> Self {
        Self { from: Place::of(from), until: next.map(Place::of), sets, since: Instant::now() }
    }

    /// Whether everything at a name is known.
    fn covers(&self, spelling: &str) -> bool {
        let place = Place::of(spelling);
        self.from <= place && self.until.as_ref().is_none_or(|until| place < *until)
    }

    /// Whether it ends behind the name that it begins at.
    pub(super) fn knows_its_first_name(&self) -> bool {
        self.until.as_ref().is_none_or(|until| self.from < *until)
    }

    /// What was listed, to be listed on.
    pub(super) fn into_sets(self) -> Vec<ResourceRecordSet> {
        self.sets
    }

    /// Whether it tells anything of these names.
    pub(super) fn concerns(&self, names: &[Name]) -> bool {
        names.iter().flat_map(spellings).any(|spelling| self.covers(&spelling))
    }

    /// Whether it is younger than this.
    pub(super) fn is_within(&self, age: Duration) -> bool {
        self.since.elapsed() < age
    }
}

/// The first of these names, in Route 53's order and spelling, that no part covers.
pub(super) fn first_missing(names: &[Name], parts: &[Arc<Part>]) -> Option<String> {
    let missing = |spelling: &String| !parts.iter().any(|part| part.covers(spelling));
    names.iter().flat_map(spellings).filter(missing).min_by_key(|spelling| Place::of(spelling))
}

/// The sets at a name, from the youngest part that knows each of its spellings.
pub(super) fn sets_at<'a>(name: &Name, parts: &'a [Arc<Part>]) -> Vec<&'a ResourceRecordSet> {
    let mut sets: Vec<&ResourceRecordSet> = Vec::new();
    for spelling in spellings(name) {
        let place = Place::of(&spelling);
        let youngest = parts.iter().filter(|part| part.covers(&spelling)).max_by_key(|part| part.since);
        sets.extend(youngest.iter().flat_map(|part| part.sets.iter().filter(|set| Place::of(&set.name) == place)));
    }
    sets
}

/// How a name may stand in a listing. Route 53 writes the asterisk as an escape, and its documentation does not say by which of the
/// two it sorts: a wildcard is known only where both are.
fn spellings(name: &Name) -> Vec<String> {
    match name.as_str().strip_prefix('*') {
        None => vec![name.to_string()],
        Some(rest) => vec![name.to_string(), format!("\\052{rest}")],
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use aws_sdk_route53::types::{ResourceRecord, RrType};

    use super::*;

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    fn set(at: &str, value: &str) -> ResourceRecordSet {
        let record = ResourceRecord::builder().value(value).build().unwrap();
        ResourceRecordSet::builder().name(at).r#type(RrType::Txt).ttl(300).resource_records(record).build().unwrap()
    }

    fn missing(names: &[&str], parts: &[(&str, Option<&str>)]) -> Option<String> {
        let names: Vec<Name> = names.iter().map(|text| name(text)).collect();
        let parts: Vec<_> = parts.iter().map(|(from, next)| Arc::new(Part::new(from, *next, vec![]))).collect();
        first_missing(&names, &parts)
    }

    #[test]
    fn names_are_ordered_from_the_right_and_a_name_comes_before_what_is_below_it() {
        let ordered = ["a-b.cafe.lab", "a.cafe.lab", "x.a.cafe.lab", "_dmarc.cafe.lab", "b.cafe.lab", "shop.lab"];
        let mut sorted = ordered;
        sorted.sort_by_key(|text| Place::of(text));
        // The underscore stands before small letters and after digits.
        let expected = ["_dmarc.cafe.lab", "a-b.cafe.lab", "a.cafe.lab", "x.a.cafe.lab", "b.cafe.lab", "shop.lab"];
        assert_eq!(sorted, expected);
        assert_eq!(Place::of("Cafe.Lab."), Place::of("cafe.lab"));
    }

    #[test]
    fn one_page_of_a_small_zone_knows_every_name() {
        let all = [("cafe.lab", None)];
        assert_eq!(missing(&["cafe.lab", "_dmarc.cafe.lab", "mta-sts.cafe.lab", "*.cafe.lab"], &all), None);
        assert_eq!(missing(&["elsewhere.kab"], &all).as_deref(), Some("elsewhere.kab"));
    }

    #[test]
    fn a_large_zone_is_read_from_the_first_name_that_is_not_known_yet() {
        let names = ["mta-sts.cafe.lab", "_smtp._tls.cafe.lab", "cafe.lab", "_dmarc.cafe.lab"];
        assert_eq!(missing(&names, &[]).as_deref(), Some("cafe.lab"));
        let first = ("cafe.lab", Some("a17.cafe.lab"));
        assert_eq!(missing(&names, &[first]).as_deref(), Some("mta-sts.cafe.lab"));
        let short = ("cafe.lab", Some("12.cafe.lab."));
        assert_eq!(missing(&names, &[short]).as_deref(), Some("_dmarc.cafe.lab"));
        let second = ("_dmarc.cafe.lab", Some("abc.cafe.lab"));
        assert_eq!(missing(&names, &[short, second]).as_deref(), Some("mta-sts.cafe.lab"));
    }

    #[test]
    fn the_name_where_a_page_ends_is_not_covered_since_its_sets_may_go_on() {
        assert_eq!(missing(&["cafe.lab"], &[("cafe.lab", Some("cafe.lab."))]).as_deref(), Some("cafe.lab"));
    }

    #[test]
    fn dns_w1_a_wildcard_is_known_only_where_both_of_its_spellings_are() {
        assert_eq!(missing(&["*.cafe.lab"], &[("cafe.lab", Some("1.cafe.lab"))]).as_deref(), Some("\\052.cafe.lab"));
        let parts = [Arc::new(Part::new("cafe.lab", None, vec![set("\\052.cafe.lab.", "\"a\"")]))];
        assert_eq!(sets_at(&name("*.cafe.lab"), &parts).len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn of_two_parts_the_younger_one_is_believed() {
        let old = Arc::new(Part::new("cafe.lab", None, vec![set("t.cafe.lab.", "\"old\"")]));
        tokio::time::advance(Duration::from_secs(1)).await;
        let young = Arc::new(Part::new("t.cafe.lab", None, vec![set("t.cafe.lab.", "\"young\"")]));
        for parts in [[old.clone(), young.clone()], [young, old]] {
            let sets = sets_at(&name("t.cafe.lab"), &parts);
            assert_eq!((sets.len(), sets[0].resource_records()[0].value()), (1, "\"young\""));
        }
    }
}
