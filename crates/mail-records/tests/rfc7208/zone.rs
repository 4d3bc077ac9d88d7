//! Answers from a scenario's zone data.

use std::collections::BTreeMap;

use mail_records::spf::{Kind, Lookup, Query};

use crate::suite::{Entry, OneOrMany, Scenario};

/// The records of a scenario, by name in lower case.
pub(crate) struct Zone<'a> {
    names: BTreeMap<String, &'a [Entry]>,
}

impl<'a> Zone<'a> {
    pub(crate) fn of(scenario: &'a Scenario) -> Self {
        let names = scenario.zonedata.iter();
        Self {
            names: names
                .map(|(name, entries)| (fold(name), entries.as_slice()))
                .collect(),
        }
    }

    /// Answers as a resolver would; a name with `TIMEOUT` is silent about every type it has no data for.
    pub(crate) fn lookup(&self, query: Query<'_>) -> Lookup {
        let Some(entries) = self.names.get(&self.end_of_aliases(query.domain)) else {
            return Lookup::Void;
        };
        let found = answer(entries, query.kind);
        if found != Lookup::Void {
            return found;
        }
        let silent = entries
            .iter()
            .any(|entry| matches!(entry, Entry::Timeout(_)));
        if silent {
            Lookup::Unknown
        } else {
            Lookup::Void
        }
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
                Some(target) => name = fold(target.texts()[0]),
                None => return name,
            }
        }
        name
    }
}

fn answer(entries: &[Entry], kind: Kind) -> Lookup {
    let has = |key| values(entries, key).next().is_some();
    match kind {
        Kind::Txt => texts(entries),
        Kind::Address if has("A") || has("AAAA") => Lookup::Found,
        Kind::Ip4 if has("A") => Lookup::Found,
        Kind::Mx if has("MX") => Lookup::Hosts(
            values(entries, "MX")
                .flat_map(OneOrMany::texts)
                .map(str::to_owned)
                .collect(),
        ),
        _ => Lookup::Void,
    }
}

/// The suite writes `SPF:` for "TXT as well, unless the name has `TXT:` of its own"; `TXT: NONE` says there is none.
fn texts(entries: &[Entry]) -> Lookup {
    let key = if values(entries, "TXT").next().is_some() {
        "TXT"
    } else {
        "SPF"
    };
    let joined: Vec<_> = values(entries, key)
        .map(|value| value.texts().concat())
        .filter(|text| text != "NONE")
        .collect();
    if joined.is_empty() {
        Lookup::Void
    } else {
        Lookup::Txt(joined)
    }
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
