//! The names a webhook takes, as external-dns itself reads its domain filter.
//!
//! `example.com` is that name and everything below; `.example.com` only what is below; expressions go before lists, and
//! what is excluded is excluded. A filter without anything takes every name.

use regex::Regex;

use super::{fault, wire::DomainFilter};
use crate::{
    dns::Name,
    provider::{Result, Sight, http::shelf::ZoneList},
};

/// A filter that can be applied.
#[derive(Debug)]
pub(super) struct Filter {
    include: Vec<Entry>,
    exclude: Vec<Entry>,
    /// Whether no name has to be in `include`. A list with nothing but entries that are no names takes no name.
    open: bool,
    /// Include and exclude; both `None` where lists hold.
    expressions: (Option<Regex>, Option<Regex>),
}

#[derive(Debug)]
struct Entry {
    name: Name,
    /// Whether the name itself is meant as well.
    itself: bool,
}

impl Entry {
    /// Entries are told in Unicode, whatever they were typed in.
    fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let name = text.strip_prefix('.').unwrap_or(text);
        Some(Self { name: idna::domain_to_ascii(name).ok()?.parse().ok()?, itself: !text.starts_with('.') })
    }

    fn holds(&self, name: &Name) -> bool {
        name.is_at_or_below(&self.name) && (self.itself || *name != self.name)
    }
}

impl Filter {
    pub(super) fn new(wire: DomainFilter) -> Result<Self> {
        let DomainFilter { include, exclude, regex_include, regex_exclude } = wire;
        let entries = |texts: &[String]| texts.iter().filter_map(|text| Entry::new(text)).collect();
        let open = include.iter().all(|text| text.trim().is_empty());
        let expressions = (expression(&regex_include)?, expression(&regex_exclude)?);
        Ok(Self { include: entries(&include), exclude: entries(&exclude), open, expressions })
    }

    /// Whether the webhook takes a name.
    pub(super) fn takes(&self, name: &Name) -> bool {
        let (include, exclude) = &self.expressions;
        if include.is_some() || exclude.is_some() {
            let (text, _) = idna::domain_to_unicode(name.as_str());
            let excluded = exclude.as_ref().is_some_and(|exclude| exclude.is_match(&text));
            return !excluded && include.as_ref().is_none_or(|include| include.is_match(&text));
        }
        let any = |entries: &[Entry]| entries.iter().any(|entry| entry.holds(name));
        (self.open || any(&self.include)) && !any(&self.exclude)
    }

    /// The longest name that the filter has at or above this one.
    pub(super) fn longest(&self, name: &Name) -> Option<&Name> {
        let above = self.include.iter().filter(|entry| entry.holds(name)).map(|entry| &entry.name);
        above.max_by_key(|above| above.labels().count())
    }

    /// The names in the filter are as much as the protocol tells of zones; `None` where it has none.
    pub(super) fn sight(&self) -> Option<Sight> {
        let mut zones: Vec<String> = self.include.iter().map(|entry| entry.name.to_string()).collect();
        zones.sort();
        zones.dedup();
        (!zones.is_empty()).then(|| Sight { count: zones.len(), zones, ..Sight::default() })
    }
}

impl ZoneList for Filter {
    fn reach(&self, name: &Name) -> bool {
        self.takes(name)
    }
}

fn expression(text: &str) -> Result<Option<Regex>> {
    if text.is_empty() {
        return Ok(None);
    }
    Regex::new(text).map(Some).map_err(|_| fault::bad_filter(text))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    fn filter(json: &str) -> Filter {
        Filter::new(serde_json::from_str(json).unwrap()).unwrap()
    }

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    /// Filter, names it takes, names it does not.
    const ROWS: [(&str, &[&str], &[&str]); 8] = [
        (r"{}", &["cafe.lab", "lab"], &[]),
        (r#"{"include": ["no name", ""]}"#, &[], &["cafe.lab"]),
        (r#"{"include": null, "filters": ["cafe.lab"]}"#, &["elsewhere.lab"], &[]),
        (r#"{"include": ["Cafe.lab."]}"#, &["cafe.lab", "_dmarc.cafe.lab"], &["lab", "notcafe.lab"]),
        (r#"{"include": [".cafe.lab"]}"#, &["_dmarc.cafe.lab"], &["cafe.lab"]),
        (r#"{"include": ["cafe.lab"], "exclude": ["shop.cafe.lab"]}"#, &["cafe.lab"], &["shop.cafe.lab", "a.shop.cafe.lab"]),
        (r#"{"regexInclude": "(^|\\.)b\u00fccher\\.lab$"}"#, &["xn--bcher-kva.lab"], &["cafe.lab"]),
        (r#"{"regexExclude": "^shop\\."}"#, &["cafe.lab"], &["shop.cafe.lab"]),
    ];

    #[test]
    fn names_are_taken_as_external_dns_takes_them() {
        for (json, takes, not) in ROWS {
            let filter = filter(json);
            assert!(takes.iter().all(|taken| filter.takes(&name(taken))), "{json} takes {takes:?}");
            assert!(!not.iter().any(|other| filter.takes(&name(other))), "{json} does not take {not:?}");
        }
    }

    #[test]
    fn the_longest_entry_above_a_name_is_where_its_zone_may_begin() {
        let filter = filter(r#"{"include": ["cafe.lab", "shop.cafe.lab", "b\u00fccher.lab"]}"#);
        assert_eq!(filter.longest(&name("_dmarc.shop.cafe.lab")), Some(&name("shop.cafe.lab")));
        assert_eq!(filter.longest(&name("_dmarc.xn--bcher-kva.lab")), Some(&name("xn--bcher-kva.lab")));
        assert_eq!(filter.longest(&name("elsewhere.lab")), None);
        assert_eq!(filter.sight().map(|sight| sight.count), Some(3));
    }

    #[test]
    fn an_expression_that_cannot_be_read_is_refused_and_named() {
        let error = Filter::new(serde_json::from_str(r#"{"regexInclude": "("}"#).unwrap()).unwrap_err();
        assert!(error.message.contains("`(`"), "{error}");
    }
}
