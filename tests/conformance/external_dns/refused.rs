//! Webhooks that hide, change or refuse something: nothing is lost, and the reason is said.

use std::sync::Arc;

use async_trait::async_trait;
use mailward::{
    dns::{Name, RecordType, Value},
    provider::{
        Error, ErrorKind, Provider, Result, ZoneLookup,
        external_dns::TxtFormat,
        witness::{Answered, Witness},
    },
};
use serde_json::json;

use super::{
    Empty,
    odd::{Odd, Says},
    webhook,
};
use crate::fixtures::*;

/// DNS that answers with one set everywhere.
struct Answers(Answered);

#[async_trait]
impl Witness for Answers {
    async fn apex(&self, _: &Name) -> Result<Option<Name>> {
        Ok(Some(name("cafe.lab")))
    }

    async fn answered(&self, _: &Name, _: RecordType) -> Result<Answered> {
        Ok(self.0.clone())
    }
}

fn answers(values: &[&str], by_wildcard: bool) -> Arc<Answers> {
    Arc::new(Answers(Answered { values: texts(values), by_wildcard }))
}

/// What comes of creating `_dmarc.cafe.lab`.
async fn created(odd: &Odd, witness: Arc<dyn Witness>) -> Result<()> {
    webhook(odd.address, TxtFormat::Quoted, witness)
        .apply(&cafe(), &[create(&txt("_dmarc.cafe.lab", &["v=DMARC1; p=none"]))])
        .await
}

async fn error(says: Says, witness: Arc<dyn Witness>) -> Error {
    let odd = Odd::start(says).await;
    let error = created(&odd, witness).await.unwrap_err();
    assert_eq!(odd.written(), Vec::<serde_json::Value>::new(), "{error}");
    error
}

#[tokio::test]
async fn p1_what_a_webhook_hides_is_seen_in_dns_and_never_written_over() {
    let error = error(Says::default(), answers(&["foreign"], false)).await;
    assert_eq!(error.kind, ErrorKind::Invalid);
    assert!(error.message.contains("lists nothing, and DNS answers with `foreign`"), "{error}");
}

#[tokio::test]
async fn p1_strings_that_a_webhook_lists_as_values_are_seen_in_dns() {
    let listed = json!([{"dnsName": "cafe.lab", "recordType": "TXT", "recordTTL": 300, "targets": ["\"one\"", "\"value\""]}]);
    let odd = Odd::start(Says { records: listed, ..Says::default() }).await;
    let provider = webhook(odd.address, TxtFormat::Quoted, answers(&["onevalue"], false));
    let read = read_txt(&provider, "cafe.lab").await.unwrap();
    refuse(&provider, &[change(&read, &[], &["v=spf1 -all"])], ErrorKind::Invalid).await;
    assert!(odd.written().is_empty());
}

#[tokio::test]
async fn dns_w1_what_a_wildcard_answers_keeps_nothing_from_being_created() {
    let odd = Odd::start(Says::default()).await;
    created(&odd, answers(&["junk"], true)).await.unwrap();
    assert_eq!(odd.written().len(), 1);
}

#[tokio::test]
async fn p1_a_text_in_the_other_form_is_not_written_over_and_names_the_setting() {
    let listed = json!([{"dnsName": "cafe.lab", "recordType": "TXT", "recordTTL": 300, "targets": ["v=spf1 mx -all"]}]);
    let odd = Odd::start(Says { records: listed, ..Says::default() }).await;
    let changes = [create(&txt("cafe.lab", &["v=spf1 -all"]))];
    let quoted = webhook(odd.address, TxtFormat::Quoted, Arc::new(Empty));
    let message = refuse(&quoted, &changes, ErrorKind::Invalid).await;
    assert!(message.contains("set Plain") && odd.written().is_empty(), "{message}");
    let plain = webhook(odd.address, TxtFormat::Plain, answers(&["v=spf1 mx -all"], false));
    let read = read_txt(&plain, "cafe.lab").await.unwrap();
    apply(&plain, &[change(&read, &["v=spf1 mx -all"], &["v=spf1 -all"])]).await;
    assert_eq!(odd.written()[0]["updateNew"][0]["targets"], json!(["v=spf1 -all"]));
}

#[tokio::test]
async fn a_webhook_that_would_make_another_record_of_it_is_refused() {
    let adjusted = |rest: serde_json::Value| {
        let mut set = json!({"dnsName": "_dmarc.cafe.lab", "recordType": "TXT", "recordTTL": 300,
            "targets": ["\"v=DMARC1; p=none\""]});
        set.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        Says { adjusted: Some(json!([set])), ..Says::default() }
    };
    let rows = [
        (Says { adjusted: Some(json!([])), ..Says::default() }, "leaves it out"),
        (adjusted(json!({"recordTTL": 0})), "TTL 0 instead of 300"),
        (adjusted(json!({"targets": ["v=DMARC1; p=none"]})), "another value"),
        (adjusted(json!({"dnsName": "dmarc.cafe.lab"})), "besides"),
    ];
    for (says, words) in rows {
        let error = error(says, Arc::new(Empty)).await;
        assert!(error.kind == ErrorKind::Invalid && error.message.contains(words), "{error}");
    }
}

#[tokio::test]
async fn what_a_webhook_adds_for_its_vendor_is_sent_on() {
    let own = json!([{"name": "vendor/proxied", "value": "false"}]);
    let adjusted = json!([{"dnsName": "_dmarc.cafe.lab", "recordType": "TXT", "recordTTL": 300,
        "targets": ["\"v=DMARC1; p=none\""], "providerSpecific": own}]);
    let odd = Odd::start(Says { adjusted: Some(adjusted), ..Says::default() }).await;
    created(&odd, Arc::new(Empty)).await.unwrap();
    assert_eq!(odd.written()[0]["create"][0]["providerSpecific"], own);
}

#[tokio::test]
async fn p8_each_refusal_says_when_to_try_again_and_what_the_webhook_said() {
    let rows = [
        ("/records", 500, "", ErrorKind::Transient, "its own log says why"),
        ("/adjustendpoints", 503, "upstream", ErrorKind::Transient, "upstream"),
        ("/records", 422, "zone is locked", ErrorKind::Invalid, "zone is locked"),
        ("/records", 401, "", ErrorKind::Denied, "where the webhook runs"),
        ("/records", 302, "", ErrorKind::Bug, "status 302"),
    ];
    for (path, status, text, kind, words) in rows {
        let error = error(Says { status: Some((path, status, text)), ..Says::default() }, Arc::new(Empty)).await;
        assert!(error.kind == kind && error.message.contains(words), "{status}: {error}");
    }
}

#[tokio::test]
async fn p8_whatever_else_listens_there_is_found_out_before_anything_is_written() {
    for media_type in ["text/html", "application/external.dns.webhook+json;version=2"] {
        let odd = Odd::start(Says { media_type, ..Says::default() }).await;
        let error = webhook(odd.address, TxtFormat::Quoted, Arc::new(Empty)).look().await.unwrap_err();
        assert!(error.kind == ErrorKind::Invalid && error.message.contains(media_type), "{error}");
    }
    let address = Odd::start(Says::default()).await.address;
    let error = webhook(address, TxtFormat::Quoted, Arc::new(Empty)).look().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Transient, "{error}");
}

/// DNS with a zone of its own below `cafe.lab`.
struct Cut;

#[async_trait]
impl Witness for Cut {
    async fn apex(&self, at: &Name) -> Result<Option<Name>> {
        let cut = name("_domainkey.cafe.lab");
        Ok(Some(if at.is_at_or_below(&cut) { cut } else { name("cafe.lab") }))
    }

    async fn answered(&self, _: &Name, _: RecordType) -> Result<Answered> {
        Ok(Answered { values: vec![Value::text("unasked")], by_wildcard: false })
    }
}

#[tokio::test]
async fn dns_r4_a_zone_that_the_filter_does_not_name_is_somebody_elses() {
    let zone_of = async |filter: serde_json::Value, at: &str| {
        let odd = Odd::start(Says { filter, ..Says::default() }).await;
        webhook(odd.address, TxtFormat::Quoted, Arc::new(Cut)).zone_of(&name(at)).await.unwrap()
    };
    let key = "s1._domainkey.cafe.lab";
    let cut = ZoneLookup::Delegated { cut: name("_domainkey.cafe.lab") };
    assert_eq!(zone_of(json!({"include": ["cafe.lab"]}), key).await, cut);
    let found = async |filter, at, apex: &str| {
        let lookup = zone_of(filter, at).await;
        assert!(matches!(&lookup, ZoneLookup::Found(zone) if zone.name == name(apex)), "{lookup:?}");
    };
    found(json!({"include": ["cafe.lab", "_domainkey.cafe.lab"]}), key, "_domainkey.cafe.lab").await;
    found(json!({"include": ["_dmarc.cafe.lab"]}), "_dmarc.cafe.lab", "cafe.lab").await;
    found(json!({}), key, "_domainkey.cafe.lab").await;
}
