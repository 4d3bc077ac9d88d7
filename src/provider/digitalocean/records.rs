//! From records to values, and from change sets to requests.

use super::wire::{Record, Write};
use crate::{
    dns::{Name, Txt, Value},
    provider::{
        Change, Error, ErrorKind, Result,
        http::{
            presentation::plain,
            values::{self, Edit, Entry},
        },
    },
};

/// Longest character-string (RFC 1035 3.3).
const LONGEST: usize = 255;
/// The TTL in seconds of a record that names none.
const UNSAID: u32 = 1800;

/// The records of a zone.
pub(super) type Listing = values::Listing<Record>;

/// What was listed.
pub(super) fn listing(apex: &Name, records: Vec<Record>) -> Listing {
    let entry = |record: Record| {
        let name = absolute(apex, &record.name)?;
        Some(Entry { name, kind: record.kind.clone(), value: value(apex, &record), ttl: record.ttl.unwrap_or(UNSAID), record })
    };
    Listing::new(apex.clone(), apex.clone(), records.into_iter().filter_map(entry))
}

fn absolute(apex: &Name, name: &str) -> Option<Name> {
    if name == "@" { Some(apex.clone()) } else { apex.child(name).ok() }
}

/// Targets come without their last dot, and the zone itself as `@`.
fn value(apex: &Name, record: &Record) -> Option<Value> {
    let data = record.data.as_deref()?;
    match record.kind.as_str() {
        "TXT" => Some(Value::Txt(Txt::from_strings(data.as_bytes().chunks(LONGEST).map(<[u8]>::to_vec).collect()))),
        "CNAME" if data == "@" => Some(Value::Cname(apex.clone())),
        kind => plain(kind, data),
    }
}

/// Refuses what the API does not carry unchanged.
pub(super) fn check(changes: &[Change]) -> Result<()> {
    for change in changes {
        for value in &change.add {
            let Value::Txt(txt) = value else { continue };
            if !txt.octets().iter().all(|octet| (b' '..=b'~').contains(octet) && !b"\"\\".contains(octet)) {
                let message = format!(
                    "{} `{}` holds a quote, a backslash or something else than ASCII, which DigitalOcean does not store unchanged",
                    change.kind, change.name
                );
                return Err(Error::new(ErrorKind::Invalid, message));
            }
        }
    }
    Ok(())
}

/// One request.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Act {
    Create(Write),
    Update(u64, Write),
    Delete(u64),
}

/// The request that carries an edit out.
pub(super) fn act(apex: &Name, edit: &Edit<'_, Record>) -> Act {
    match edit {
        Edit::Delete { entry, .. } => Act::Delete(entry.record.id),
        Edit::Replace { change, entry, value } => Act::Update(entry.record.id, write(apex, change, data(value))),
        // As it stands there, but for targets: those are read without the last dot, and written without it they mean
        // something below the zone.
        Edit::Retime { change, entry } => {
            let stored = || entry.record.data.clone().unwrap_or_default();
            let kept = entry.value.as_ref().filter(|value| matches!(value, Value::Cname(_))).map(data);
            Act::Update(entry.record.id, write(apex, change, kept.unwrap_or_else(stored)))
        }
        Edit::Create { change, value } => Act::Create(write(apex, change, data(value))),
    }
}

fn write(apex: &Name, change: &Change, data: String) -> Write {
    Write { kind: change.kind.to_string(), name: relative(apex, &change.name), data, ttl: change.ttl }
}

fn relative(apex: &Name, name: &Name) -> String {
    match name.as_str().strip_suffix(apex.as_str()).map(|inside| inside.trim_end_matches('.')) {
        None | Some("") => "@".to_owned(),
        Some(inside) => inside.to_owned(),
    }
}

/// A text stands as it is, a target with its last dot.
fn data(value: &Value) -> String {
    value.to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;
    use crate::{dns::RecordType, provider::http::values::edits};

    fn acts(listing: &Listing, apex: &Name, changes: &[Change]) -> Result<Vec<Act>> {
        Ok(edits(listing, changes)?.iter().map(|edit| act(apex, edit)).collect())
    }

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    fn record(id: u64, kind: &str, at: &str, data: &str) -> Record {
        Record { id, kind: kind.to_owned(), name: at.to_owned(), data: Some(data.to_owned()), ttl: Some(300) }
    }

    fn create(kind: RecordType, at: &str, value: Value) -> Change {
        Change { name: name(at), kind, expected: None, remove: vec![], add: vec![value], ttl: 300 }
    }

    #[test]
    fn names_are_within_the_zone_and_targets_end_in_a_dot() {
        let changes = [
            create(RecordType::Txt, "cafe.lab", Value::text("v=spf1 -all")),
            create(RecordType::Cname, "s1._domainkey.cafe.lab", Value::Cname(name("s1.sender.lab"))),
        ];
        let acts = acts(&listing(&name("cafe.lab"), vec![]), &name("cafe.lab"), &changes).unwrap();
        let written: Vec<_> = acts
            .iter()
            .map(|act| match act {
                Act::Create(write) => (write.name.as_str(), write.data.as_str()),
                _ => unreachable!("nothing stands there"),
            })
            .collect();
        assert_eq!(written, [("@", "v=spf1 -all"), ("s1._domainkey", "s1.sender.lab.")]);
    }

    #[test]
    fn what_is_read_is_absolute_and_a_target_may_be_the_zone() {
        let records = vec![record(1, "CNAME", "www", "@"), record(2, "TXT", "@", "a"), record(3, "SOA", "@", "1800")];
        let listing = listing(&name("cafe.lab"), records);
        let target = listing.set(&name("www.cafe.lab"), RecordType::Cname).values;
        assert_eq!(target, [Value::Cname(name("cafe.lab"))]);
        assert_eq!(listing.set(&name("cafe.lab"), RecordType::Txt).values, [Value::text("a")]);
    }

    #[test]
    fn a_new_ttl_of_an_alias_writes_its_target_with_the_dot() {
        let there = listing(&name("cafe.lab"), vec![record(1, "CNAME", "www", "x.lab")]);
        let set = there.set(&name("www.cafe.lab"), RecordType::Cname);
        let change =
            Change { expected: Some(set), add: vec![], ttl: 60, ..create(RecordType::Cname, "www.cafe.lab", Value::text("")) };
        let acts = acts(&there, &name("cafe.lab"), &[change]).unwrap();
        assert!(matches!(&acts[..], [Act::Update(1, write)] if write.data == "x.lab." && write.ttl == 60), "{acts:?}");
    }

    #[test]
    fn texts_that_the_api_would_change_are_refused() {
        for bad in ["a\"b", "a\\b", "caf\u{e9}", "a\tb"] {
            assert_eq!(
                check(&[create(RecordType::Txt, "cafe.lab", Value::text(bad))]).unwrap_err().kind,
                ErrorKind::Invalid,
                "{bad:?}"
            );
        }
        assert!(check(&[create(RecordType::Txt, "cafe.lab", Value::text("v=DMARC1; p=none; rua=mailto:a@cafe.lab"))]).is_ok());
    }
}
