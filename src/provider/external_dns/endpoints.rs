//! A list of endpoints as a place to store record sets: what a `DNSEndpoint` object holds. Pure.
//!
//! external-dns makes whole sets of what stands there and knows nothing of others' values at the same name.

use serde_json::Value as Json;

use super::{
    TxtFormat, fault,
    records::{Listing, endpoint, stored},
    wire::Endpoint,
};
use crate::{
    dns::{Name, RecordSet, RecordType},
    provider::{
        Change, Error, ErrorKind, Result, changes,
        http::sets::{Stored, edits},
    },
};

/// The endpoints of one object.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoints {
    format: TxtFormat,
    list: Vec<Endpoint>,
}

impl Endpoints {
    /// What an object holds; nothing where there is no object.
    pub fn read(format: TxtFormat, list: Option<&Json>) -> Result<Self> {
        let list = match list {
            None | Some(Json::Null) => vec![],
            Some(list) => serde_json::from_value(list.clone()).map_err(|error| fault::unreadable_object(&error))?,
        };
        Ok(Self { format, list })
    }

    /// The same as it stands in an object.
    pub fn written(&self) -> Result<Json> {
        serde_json::to_value(&self.list).map_err(|error| fault::unreadable_object(&error))
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The set of one type at a name.
    pub fn get(&self, name: &Name, kind: RecordType) -> Option<RecordSet> {
        let listing = self.listing(name, &[]);
        let stored = listing.get(name, kind)?;
        Some(RecordSet::new(name.clone(), kind, stored.ttl, stored.values.clone()?))
    }

    /// The endpoints after a change set. `beside` is what DNS answers at names that have no endpoint here.
    ///
    /// At `shared` others may keep values in the set. A set here speaks for all of it, so one with a value that is not ours is
    /// refused as [`ErrorKind::Invalid`] (P1).
    pub fn changed(&self, apex: &Name, shared: &Name, beside: &[RecordSet], changes: &[Change]) -> Result<Self> {
        for change in changes.iter().filter(|change| change.name == *shared && !change.add.is_empty()) {
            self.only_ours(change)?;
        }
        let listing = self.listing(apex, beside);
        let mut list = self.list.clone();
        for edit in &edits(&listing, changes)? {
            list.retain(|endpoint| !is_of(endpoint, &edit.after));
            if !edit.after.values.is_empty() {
                list.push(endpoint(self.format, edit));
            }
        }
        list.sort_by(|one, other| (&one.dns_name, &one.record_type).cmp(&(&other.dns_name, &other.record_type)));
        Ok(Self { format: self.format, list })
    }

    fn only_ours(&self, change: &Change) -> Result<()> {
        let ours = self.get(&change.name, change.kind).map(|set| set.values).unwrap_or_default();
        match changes::kept(change).find(|kept| !ours.contains(kept)) {
            None => Ok(()),
            Some(foreign) => Err(Error::new(ErrorKind::Invalid, fault::whole_set(&change.name, change.kind, foreign))),
        }
    }

    fn listing(&self, apex: &Name, beside: &[RecordSet]) -> Listing {
        let here = self.list.iter().filter_map(|endpoint| stored(self.format, endpoint.clone()));
        let there = beside.iter().map(|set| Stored {
            name: set.name.clone(),
            kind: set.kind.to_string(),
            values: Some(set.values.clone()),
            ttl: set.ttl,
            record: Endpoint::default(),
        });
        Listing::new(apex.clone(), apex.clone(), here.chain(there))
    }
}

fn is_of(endpoint: &Endpoint, set: &RecordSet) -> bool {
    endpoint.dns_name == set.name.as_str() && endpoint.record_type == set.kind.to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use serde_json::json;

    use super::*;
    use crate::dns::Value;

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    fn txt(at: &str, values: &[&str]) -> RecordSet {
        RecordSet::new(name(at), RecordType::Txt, 300, values.iter().map(|text| Value::text(text)).collect())
    }

    fn change(at: &str, from: &[&str], remove: &[&str], add: &[&str]) -> Change {
        let values = |texts: &[&str]| txt(at, texts).values;
        let expected = (!from.is_empty()).then(|| txt(at, from));
        Change { name: name(at), kind: RecordType::Txt, expected, remove: values(remove), add: values(add), ttl: 300 }
    }

    fn endpoints(list: &Json) -> Endpoints {
        Endpoints::read(TxtFormat::Quoted, Some(list)).unwrap()
    }

    fn changed(list: &Json, beside: &[RecordSet], changes: &[Change]) -> Result<Json> {
        endpoints(list).changed(&name("cafe.lab"), &name("cafe.lab"), beside, changes)?.written()
    }

    fn one(at: &str, text: &str) -> Json {
        json!({"dnsName": at, "recordType": "TXT", "recordTTL": 300, "targets": [format!("\"{text}\"")]})
    }

    #[test]
    fn sets_come_change_and_go_in_the_order_of_their_names() {
        let created =
            changed(&json!([]), &[], &[change("cafe.lab", &[], &[], &["a"]), change("_dmarc.cafe.lab", &[], &[], &["b"])]);
        assert_eq!(created.unwrap(), json!([one("_dmarc.cafe.lab", "b"), one("cafe.lab", "a")]));
        let there = json!([one("_dmarc.cafe.lab", "b"), one("cafe.lab", "a")]);
        let replaced = changed(&there, &[], &[change("cafe.lab", &["a"], &["a"], &["c"])]).unwrap();
        assert_eq!(replaced, json!([one("_dmarc.cafe.lab", "b"), one("cafe.lab", "c")]));
        let gone = changed(&there, &[], &[change("_dmarc.cafe.lab", &["b"], &["b"], &[])]).unwrap();
        assert_eq!(gone, json!([one("cafe.lab", "a")]));
    }

    #[test]
    fn p1_a_shared_set_with_somebody_elses_value_is_refused_and_names_it() {
        let there = [txt("cafe.lab", &["foreign"])];
        let error = changed(&json!([]), &there, &[change("cafe.lab", &["foreign"], &[], &["v=spf1 -all"])]).unwrap_err();
        assert!(error.kind == ErrorKind::Invalid && error.message.contains("`foreign`"), "{error}");
        let ours = json!([one("cafe.lab", "v=spf1 mx -all")]);
        assert!(changed(&ours, &[], &[change("cafe.lab", &["v=spf1 mx -all"], &["v=spf1 mx -all"], &["v=spf1 -all"])]).is_ok());
    }

    #[test]
    fn what_is_taken_over_from_dns_becomes_an_endpoint() {
        let there = [txt("_dmarc.cafe.lab", &["v=DMARC1; p=none"])];
        let taken = change("_dmarc.cafe.lab", &["v=DMARC1; p=none"], &["v=DMARC1; p=none"], &["v=DMARC1; p=reject"]);
        assert_eq!(changed(&json!([]), &there, &[taken]).unwrap(), json!([one("_dmarc.cafe.lab", "v=DMARC1; p=reject")]));
    }

    #[test]
    fn a_set_that_moved_is_a_conflict() {
        let there = json!([one("_dmarc.cafe.lab", "b")]);
        let error = changed(&there, &[], &[change("_dmarc.cafe.lab", &["a"], &["a"], &["c"])]).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Conflict);
    }
}
