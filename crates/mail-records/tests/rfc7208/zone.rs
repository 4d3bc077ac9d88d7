//! Answers from a scenario's zone data.

use std::collections::BTreeMap;

use mail_records::spf::{Kind, Lookup, Query};

use crate::suite::{Entry, OneOrMany, Scenario};

/// The records of a scenario, by name in lower case.
pub(crate) struct Zone<'a> {
    names: BTreeMap<String, &'a [Entry]>,
}

/// Nobody answered.
#[derive(Debug)]
pub(crate) struct Silence;

impl<'a> Zone<'a> {
    pub(crate) fn of(scenario: &'a Scenario) -> Self {
        let names = scenario.zonedata.iter();
        Self {
            names: names
                .map(|(name, entries)| (fold(name), entries.as_slice()))
                .collect(),
        }
    }

    /// The values of one type, in the order of the suite. A name with `TIMEOUT` is silent about every type it has no
    /// data for.
    pub(crate) fn ask(&self, domain: &str, kind: &str) -> Result<Vec<String>, Silence> {
        let Some(entries) = self.names.get(&self.end_of_aliases(domain)) else {
            return Ok(Vec::new());
        };
        let found = if kind == "TXT" {
            texts(entries)
        } else {
            values(entries, kind).map(last).collect()
        };
        let silent = entries
            .iter()
            .any(|entry| matches!(entry, Entry::Timeout(_)));
        if found.is_empty() && silent {
            Err(Silence)
        } else {
            Ok(found)
        }
    }

    /// The same for [`mail_records::spf::cost`].
    pub(crate) fn lookup(&self, query: Query<'_>) -> Lookup {
        self.try_lookup(query).unwrap_or(Lookup::Unknown)
    }

    fn try_lookup(&self, query: Query<'_>) -> Result<Lookup, Silence> {
        let found = |answer: Vec<String>| {
            if answer.is_empty() {
                Lookup::Void
            } else {
                Lookup::Found
            }
        };
        Ok(match query.kind {
            Kind::Txt => some_or_void(self.ask(query.domain, "TXT")?, Lookup::Txt),
            Kind::Mx => some_or_void(self.ask(query.domain, "MX")?, Lookup::Hosts),
            Kind::Ip4 => found(self.ask(query.domain, "A")?),
            Kind::Address => match found(self.ask(query.domain, "A")?) {
                Lookup::Void => found(self.ask(query.domain, "AAAA")?),
                answer => answer,
            },
        })
    }

    fn end_of_aliases(&self, domain: &str) -> String {
        let mut name = fold(domain);
        // Eight aliases are more than the suite has; a loop ends here too.
        for _ in 0..8 {
            match self
                .names
                .get(&name)
                .and_then(|entries| values(entries, "CNAME").next())
            {
                Some(target) => name = fold(&last(target)),
                None => return name,
            }
        }
        name
    }
}

fn some_or_void(values: Vec<String>, some: fn(Vec<String>) -> Lookup) -> Lookup {
    if values.is_empty() {
        Lookup::Void
    } else {
        some(values)
    }
}

/// The suite writes `SPF:` for "TXT as well, unless the name has `TXT:` of its own"; `TXT: NONE` says there is none.
fn texts(entries: &[Entry]) -> Vec<String> {
    let key = if values(entries, "TXT").next().is_some() {
        "TXT"
    } else {
        "SPF"
    };
    let joined = values(entries, key).map(|value| value.texts().concat());
    joined.filter(|text| text != "NONE").collect()
}

/// The value, or the host of an MX, which stands behind its preference.
fn last(value: &OneOrMany) -> String {
    value
        .texts()
        .last()
        .map(|text| (*text).to_owned())
        .unwrap_or_default()
}

fn values<'e>(entries: &'e [Entry], key: &'e str) -> impl Iterator<Item = &'e OneOrMany> {
    entries.iter().filter_map(move |entry| match entry {
        Entry::Record(record) => record.get(key),
        Entry::Timeout(_) => None,
    })
}

fn fold(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}
