//! What endpoints mean, and what is sent.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]

use super::*;
use crate::provider::{ErrorKind, http::sets::edits};

const QUOTED: TxtFormat = TxtFormat::Quoted;

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn endpoints(json: &str) -> Vec<Endpoint> {
    serde_json::from_str(json).unwrap()
}

fn there(json: &str) -> Listing {
    listing(&name("cafe.lab"), QUOTED, endpoints(json))
}

fn change(at: &str, from: &[&str], remove: &[&str], add: &[&str]) -> Change {
    let texts = |texts: &[&str]| texts.iter().map(|text| Value::text(text)).collect::<Vec<_>>();
    let expected = (!from.is_empty()).then(|| RecordSet::new(name(at), RecordType::Txt, 300, texts(from)));
    Change { name: name(at), kind: RecordType::Txt, expected, remove: texts(remove), add: texts(add), ttl: 300 }
}

fn sent(listing: &Listing, changes: &[Change]) -> Vec<serde_json::Value> {
    let edits = edits(listing, changes).unwrap();
    let wanted = wanted(QUOTED, &edits);
    requests(&edits, wanted).iter().map(|changes| serde_json::to_value(changes).unwrap()).collect()
}

#[test]
fn p1_a_set_goes_back_with_everything_that_was_listed_of_it() {
    let set = r#"{"dnsName": "cafe.lab", "recordType": "TXT", "recordTTL": 7200, "labels": {"owner": "b"},
        "targets": ["\"a\" \"b\\065\"", "\"v=spf1 -all\""], "providerSpecific": [{"name": "x/y", "value": "z"}], "zone": 7}"#;
    let listing = there(&format!("[{set}]"));
    let wanted = Change { ttl: 7200, ..change("cafe.lab", &["abA", "v=spf1 -all"], &["v=spf1 -all"], &["v=spf1 mx -all"]) };
    let old: serde_json::Value = serde_json::from_str(set).unwrap();
    let mut new = old.clone();
    new["targets"][1] = "\"v=spf1 mx -all\"".into();
    assert_eq!(sent(&listing, &[wanted]), [serde_json::json!({"updateOld": [old], "updateNew": [new]})]);
}

#[test]
fn what_is_new_says_no_more_than_it_must() {
    let alias = Change {
        kind: RecordType::Cname,
        add: vec![Value::Cname(name("s1.sender.lab"))],
        ..change("s1._domainkey.cafe.lab", &[], &[], &[])
    };
    let create = serde_json::json!([
        {"dnsName": "_dmarc.cafe.lab", "recordType": "TXT", "recordTTL": 300, "targets": ["\"v=DMARC1; p=none\""]},
        {"dnsName": "s1._domainkey.cafe.lab", "recordType": "CNAME", "recordTTL": 300, "targets": ["s1.sender.lab"]},
    ]);
    let changes = [change("_dmarc.cafe.lab", &[], &[], &["v=DMARC1; p=none"]), alias];
    assert_eq!(sent(&there("[]"), &changes), [serde_json::json!({"create": create})]);
}

#[test]
fn p6_what_is_deleted_last_is_deleted_by_a_request_of_its_own() {
    let one = |at: &str| format!(r#"{{"dnsName": "{at}", "recordType": "TXT", "recordTTL": 300, "targets": ["\"a\""]}}"#);
    let names = ["_dmarc.cafe.lab", "_mta-sts.cafe.lab", "_mailward.cafe.lab"];
    let listing = there(&format!("[{}]", names.map(one).join(",")));
    let requests = sent(&listing, &names.map(|at| change(at, &["a"], &["a"], &[])));
    let deleted: Vec<usize> = requests.iter().map(|request| request["delete"].as_array().unwrap().len()).collect();
    assert_eq!(deleted, [2, 1]);
    assert_eq!(requests[1]["delete"][0]["dnsName"], "_mailward.cafe.lab");
    assert_eq!(sent(&listing, &[change("_dmarc.cafe.lab", &["a"], &["a"], &[])]).len(), 1);
}

#[test]
fn p1_a_set_in_parts_or_by_weight_or_of_a_vendors_own_kind_cannot_be_written() {
    let txt = r#""dnsName": "cafe.lab", "recordType": "TXT", "targets": ["\"a\""]"#;
    let alias = r#""providerSpecific": [{"name": "alias", "value": "true"}]"#;
    for listed in [
        format!(r"[{{{txt}}}, {{{txt}}}]"),
        format!(r#"[{{{txt}, "setIdentifier": "blue"}}]"#),
        format!(r"[{{{txt}, {alias}}}]"),
        r#"[{"dnsName": "cafe.lab", "recordType": "TXT", "targets": null}]"#.to_owned(),
    ] {
        let listing = there(&listed);
        assert!(listing.snapshot(&[name("cafe.lab")]).iter().next().is_none(), "{listed}");
        assert_eq!(edits(&listing, &[change("cafe.lab", &[], &[], &["b"])]).unwrap_err().kind, ErrorKind::Invalid, "{listed}");
    }
}

#[test]
fn p8_texts_in_the_other_form_name_the_setting() {
    let listing = there(r#"[{"dnsName": "cafe.lab", "recordType": "TXT", "targets": ["\"a\"", "v=spf1 -all"]}]"#);
    let error = readable(&listing, QUOTED, &[change("cafe.lab", &[], &[], &["b"])]).unwrap_err();
    assert!(error.message.contains("txtFormat: Quoted") && error.message.contains("set Plain"), "{error}");
}

#[test]
fn names_are_compared_as_a_labels_whatever_they_are_listed_in() {
    let listing = there(r#"[{"dnsName": "B\u00dcCHER.cafe.lab.", "recordType": "A", "targets": ["192.0.2.1"]}]"#);
    assert!(listing.get(&name("xn--bcher-kva.cafe.lab"), RecordType::A).is_some());
}

#[test]
fn a_webhook_may_complete_a_set_and_not_change_its_meaning() {
    let wanted = endpoints(r#"[{"dnsName": "a.cafe.lab", "recordType": "TXT", "recordTTL": 300, "targets": ["\"x\""]}]"#);
    let adjust = |json: &str| checked(QUOTED, &wanted, &endpoints(json));
    let set = |rest: &str| format!(r#"[{{"dnsName": "a.cafe.lab", "recordType": "TXT", {rest}}}]"#);
    let more = set(r#""recordTTL": 300, "targets": ["\"\\120\""], "providerSpecific": [{"name": "proxied", "value": "false"}]"#);
    assert_eq!(adjust(&more).unwrap(), endpoints(&more));
    let rows = [
        ("[]".to_owned(), "leaves it out"),
        (set(r#""recordTTL": 60, "targets": ["\"x\""]"#), "TTL 60 instead of 300"),
        (set(r#""recordTTL": 300, "targets": ["\"X\""]"#), "another value"),
        (set(r#""recordTTL": 300, "targets": []"#), "another value"),
        (set(r#""recordTTL": 300, "targets": ["\"x\""]"#).replace("a.cafe", "b.cafe"), "besides"),
    ];
    for (json, words) in rows {
        let error = adjust(&json).unwrap_err();
        assert!(error.kind == ErrorKind::Invalid && error.message.contains(words), "{json}: {error}");
    }
}

#[test]
fn an_alias_answers_in_place_of_a_text() {
    let listing = there(r#"[{"dnsName": "s1.cafe.lab", "recordType": "CNAME", "targets": ["x.lab."]}]"#);
    assert_eq!(answering(&listing, &name("s1.cafe.lab"), RecordType::Txt), [Value::Cname(name("x.lab"))]);
    assert_eq!(answering(&listing, &name("s2.cafe.lab"), RecordType::Txt), []);
}
