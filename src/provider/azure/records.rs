//! From Azure's record sets to ours, and from edits to requests.

use std::collections::BTreeMap;

use super::wire::{A, Aaaa, Body, Cname, Properties, RecordSet, Txt};
use crate::{
    dns::{self, Name, RecordType, Value},
    provider::{
        Change, Error, ErrorKind, Result,
        http::sets::{self, Edit, Stored},
    },
};

/// What is needed of a stored set to write it again.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    etag: String,
    metadata: Option<BTreeMap<String, String>>,
}

/// The record sets of a zone.
pub(super) type Listing = sets::Listing<Kept>;

/// What was listed.
pub(super) fn listing(apex: &Name, sets: Vec<RecordSet>) -> Listing {
    let stored = |set: RecordSet| {
        let name = absolute(apex, &set.name)?;
        let kind = set.kind.rsplit('/').next().unwrap_or_default().to_ascii_uppercase();
        let values = values(&kind, &set.properties);
        let record = Kept { etag: set.etag, metadata: set.properties.metadata };
        Some(Stored { name, kind, values, ttl: set.properties.ttl, record })
    };
    Listing::new(apex.clone(), apex.clone(), sets.into_iter().filter_map(stored))
}

fn absolute(apex: &Name, name: &str) -> Option<Name> {
    if name == "@" { Some(apex.clone()) } else { apex.child(name).ok() }
}

fn relative(apex: &Name, name: &Name) -> String {
    match name.as_str().strip_suffix(apex.as_str()).map(|inside| inside.trim_end_matches('.')) {
        None | Some("") => "@".to_owned(),
        Some(inside) => inside.to_owned(),
    }
}

/// `None` if any of them cannot be read, or another resource stands in their place. A set may be empty: then nothing answers.
fn values(kind: &str, properties: &Properties) -> Option<Vec<Value>> {
    if properties.target.as_ref().is_some_and(|target| target.id.is_some()) {
        return None;
    }
    match kind {
        "TXT" => Some(properties.txt.iter().flatten().map(text).collect()),
        "CNAME" => properties.cname.iter().map(|cname| Some(Value::Cname(cname.target.parse().ok()?))).collect(),
        "A" => properties.a.iter().flatten().map(|a| Some(Value::A(a.address.parse().ok()?))).collect(),
        "AAAA" => properties.aaaa.iter().flatten().map(|aaaa| Some(Value::Aaaa(aaaa.address.parse().ok()?))).collect(),
        _ => None,
    }
}

fn text(txt: &Txt) -> Value {
    Value::Txt(dns::Txt::from_strings(txt.value.iter().map(|string| string.clone().into_bytes()).collect()))
}

/// Refuses values of ours that are not plain ASCII: what Azure makes of others is not documented.
pub(super) fn check(changes: &[Change]) -> Result<()> {
    for change in changes {
        for value in &change.add {
            let Value::Txt(txt) = value else { continue };
            if !txt.octets().iter().all(|octet| (b' '..=b'~').contains(octet)) {
                let message = format!("{} `{}` holds something else than printable ASCII", change.kind, change.name);
                return Err(Error::new(ErrorKind::Invalid, message));
            }
        }
    }
    Ok(())
}

/// One request.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Write {
    pub kind: RecordType,
    /// Within the zone.
    pub name: String,
    /// The etag that the set must still have; `None`: there must be no set.
    pub expected: Option<String>,
    /// What is stored; `None`: the set is deleted.
    pub body: Option<Body>,
}

/// The request that carries an edit out.
pub(super) fn write(apex: &Name, edit: &Edit<'_, Kept>) -> Result<Write> {
    let after = &edit.after;
    let body = if after.values.is_empty() { None } else { Some(Body { properties: properties(edit)? }) };
    let expected = edit.before.map(|stored| stored.record.etag.clone());
    Ok(Write { kind: after.kind, name: relative(apex, &after.name), expected, body })
}

fn properties(edit: &Edit<'_, Kept>) -> Result<Properties> {
    let metadata = edit.before.and_then(|stored| stored.record.metadata.clone());
    let mut properties = Properties { ttl: edit.after.ttl, metadata, ..Properties::default() };
    for value in &edit.after.values {
        match value {
            Value::Txt(txt) => properties.txt.get_or_insert_default().push(strings(edit, txt)?),
            Value::Cname(target) => properties.cname = Some(Cname { target: target.to_string() }),
            Value::A(address) => properties.a.get_or_insert_default().push(A { address: address.to_string() }),
            Value::Aaaa(address) => properties.aaaa.get_or_insert_default().push(Aaaa { address: address.to_string() }),
            // No change is of these types.
            Value::Mx(..) | Value::Ns(_) => {}
        }
    }
    Ok(properties)
}

/// The strings as they were read, or as they were cut by us.
fn strings(edit: &Edit<'_, Kept>, txt: &dns::Txt) -> Result<Txt> {
    let read: std::result::Result<_, _> = txt.strings().iter().cloned().map(String::from_utf8).collect();
    let value = read.map_err(|_| {
        let message = format!("{} `{}` has a value that is no text", edit.after.kind, edit.after.name);
        Error::new(ErrorKind::Invalid, message)
    })?;
    Ok(Txt { value })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::provider::http::sets::edits;

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    fn stored(kind: &str, at: &str, properties: &Json) -> Listing {
        let set =
            json!({"name": at, "type": format!("Microsoft.Network/dnszones/{kind}"), "etag": "e1", "properties": properties});
        listing(&name("cafe.lab"), vec![serde_json::from_value(set).unwrap()])
    }

    fn spf(listing: &Listing) -> Change {
        let before = listing.snapshot(&[name("cafe.lab")]).get(&name("cafe.lab"), RecordType::Txt).cloned();
        let add = vec![Value::text("v=spf1 -all")];
        Change { name: name("cafe.lab"), kind: RecordType::Txt, expected: before, remove: vec![], add, ttl: 300 }
    }

    /// Name, expected etag and body of the one request.
    fn written(listing: &Listing, change: Change) -> (String, Option<String>, Json) {
        let changes = [change];
        let edits = edits(listing, &changes).unwrap();
        let write = write(&name("cafe.lab"), &edits[0]).unwrap();
        (write.name, write.expected, json!(write.body))
    }

    #[test]
    fn a_set_is_written_with_its_etag_its_metadata_and_every_foreign_value_as_it_was() {
        let txt = json!([{"value": ["foreign ", "ä"]}]);
        let there =
            stored("TXT", "@", &json!({"TTL": 300, "metadata": {"team": "web"}, "targetResource": {}, "TXTRecords": txt}));
        let texts = json!([{"value": ["foreign ", "ä"]}, {"value": ["v=spf1 -all"]}]);
        let body = json!({"properties": {"TTL": 300, "metadata": {"team": "web"}, "TXTRecords": texts}});
        assert_eq!(written(&there, spf(&there)), ("@".to_owned(), Some("e1".to_owned()), body));
    }

    #[test]
    fn a_new_set_expects_none_an_empty_one_its_etag_and_a_last_value_takes_the_set_along() {
        let nothing = listing(&name("cafe.lab"), vec![]);
        assert_eq!(written(&nothing, spf(&nothing)).1, None);
        let empty = stored("TXT", "@", &json!({"TTL": 300, "TXTRecords": []}));
        assert_eq!(written(&empty, spf(&empty)).1.as_deref(), Some("e1"));
        let last = stored("TXT", "@", &json!({"TTL": 300, "TXTRecords": [{"value": ["v=spf1 -all"]}]}));
        let gone = Change { remove: vec![Value::text("v=spf1 -all")], add: vec![], ..spf(&last) };
        assert_eq!(written(&last, gone), ("@".to_owned(), Some("e1".to_owned()), Json::Null));
    }

    #[test]
    fn p1_a_set_that_stands_for_a_resource_is_never_written() {
        let there = stored("CNAME", "s1._domainkey", &json!({"TTL": 300, "targetResource": {"id": "/subscriptions/x"}}));
        let at = name("s1._domainkey.cafe.lab");
        let target = vec![Value::Cname(name("x.lab"))];
        let change = Change { name: at, kind: RecordType::Cname, expected: None, remove: vec![], add: target, ttl: 300 };
        assert_eq!(edits(&there, &[change]).unwrap_err().kind, ErrorKind::Invalid);
    }

    #[test]
    fn names_are_within_the_zone_and_targets_without_their_last_dot() {
        let there = stored("CNAME", "s1._domainkey", &json!({"TTL": 300, "CNAMERecord": {"cname": "s1.old.lab."}}));
        let at = name("s1._domainkey.cafe.lab");
        let before = there.snapshot(std::slice::from_ref(&at)).get(&at, RecordType::Cname).cloned().unwrap();
        let (remove, add) = (before.values.clone(), vec![Value::Cname(name("s1.new.lab"))]);
        let change = Change { name: at, kind: RecordType::Cname, expected: Some(before), remove, add, ttl: 60 };
        let body = json!({"properties": {"TTL": 60, "CNAMERecord": {"cname": "s1.new.lab"}}});
        assert_eq!(written(&there, change), ("s1._domainkey".to_owned(), Some("e1".to_owned()), body));
    }
}
