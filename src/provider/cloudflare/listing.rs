//! From Cloudflare's records to values, and back to their content.

use super::{txt, wire::Record};
use crate::{
    dns::{Name, Ttl, Value},
    provider::http::{
        presentation::plain,
        values::{self, Entry},
    },
};

/// The TTL in seconds that Cloudflare answers with where a record says "automatic".
const AUTOMATIC: Ttl = 300;
/// What a proxied record answers with is not its content. Nobody wants this TTL, so the plan sees that something differs.
const PROXIED: Ttl = 0;

/// The records of a part of a zone.
pub(super) type Listing = values::Listing<Record>;

/// What was listed. A record whose name is none of DNS is nobody's to write.
pub(super) fn listing(apex: &Name, scope: &Name, records: Vec<Record>) -> Listing {
    let entry = |record: Record| {
        let name = record.name.parse().ok()?;
        Some(Entry { name, kind: record.kind.clone(), value: value(&record), ttl: ttl(&record), record })
    };
    Listing::new(apex.clone(), scope.clone(), records.into_iter().filter_map(entry)).flattened()
}

/// As DNS answers.
fn ttl(record: &Record) -> Ttl {
    match record.ttl {
        _ if record.proxied == Some(true) => PROXIED,
        0 | 1 => AUTOMATIC,
        seconds => seconds,
    }
}

fn value(record: &Record) -> Option<Value> {
    let content = record.content.as_deref()?;
    match record.kind.as_str() {
        "TXT" => Some(Value::Txt(txt::value(content))),
        kind => plain(kind, content),
    }
}

/// The content of a value that is written.
pub(super) fn content(value: &Value) -> String {
    match value {
        Value::Txt(text) => txt::content(text),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;
    use crate::{dns::RecordType, provider::Snapshot};

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    fn record(kind: &str, at: &str, content: &str, ttl: u32) -> Record {
        let (kind, content) = (kind.to_owned(), Some(content.to_owned()));
        Record { id: format!("{kind} {at}"), name: at.to_owned(), kind, content, ttl, ..Record::default() }
    }

    fn of(records: Vec<Record>) -> Listing {
        listing(&name("cafe.lab"), &name("cafe.lab"), records)
    }

    #[test]
    fn automatic_is_300_seconds() {
        let listing = of(vec![record("TXT", "cafe.lab", "\"a\"", 1), record("TXT", "cafe.lab", "\"b\"", 3600)]);
        assert_eq!(listing.set(&name("cafe.lab"), RecordType::Txt).ttl, 300);
    }

    #[test]
    fn a_proxied_record_has_a_ttl_that_nobody_wants() {
        let proxied = Record { proxied: Some(true), ..record("CNAME", "mta-sts.cafe.lab", "host.lab", 1) };
        assert_eq!(of(vec![proxied]).set(&name("mta-sts.cafe.lab"), RecordType::Cname).ttl, 0);
    }

    #[test]
    fn types_and_names_that_nobody_here_knows_do_no_harm() {
        let odd = vec![record("TLSA", "_25._tcp.cafe.lab", "3 1 1 aa", 1), record("NEW", "a b.cafe.lab", "?", 1)];
        let without = Record { content: None, ..record("HTTPS", "cafe.lab", "", 1) };
        let listing = of([odd, vec![without]].concat());
        assert_eq!(listing.snapshot(&[name("cafe.lab"), name("_25._tcp.cafe.lab")]), Snapshot::default());
    }
}
