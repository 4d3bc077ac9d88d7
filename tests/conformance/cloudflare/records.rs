//! How records stand at Cloudflare: ids, notes, the proxy, types that nobody here knows.

use mailward::{
    dns::RecordType,
    provider::{Change, ErrorKind, Provider, Snapshot},
};

use super::{start, *};
use crate::fixtures::*;

const MARKER: &str = "heritage=mailward; v=1; owner=lab/mail/cafe; uid=u-1; has=spf";

#[tokio::test]
async fn p2_a_replacement_keeps_the_id_of_the_record() {
    let account = start().await;
    apply(&account.provider, &[create(&txt("cafe.lab", &["v=spf1 -all"]))]).await;
    let id = account.server.records("cafe.lab")[0].id.clone();
    let before = read_txt(&account.provider, "cafe.lab").await.unwrap();
    apply(&account.provider, &[change(&before, &["v=spf1 -all"], &["v=spf1 mx -all"])]).await;
    let records = account.server.records("cafe.lab");
    assert_eq!((records.len(), &records[0].id, records[0].content.as_str()), (1, &id, "\"v=spf1 mx -all\""));
}

#[tokio::test]
async fn every_record_says_whose_it_is_and_is_never_proxied() {
    let account = start().await;
    let address = a("mta-sts.cafe.lab", [192, 0, 2, 1]);
    apply(&account.provider, &[create(&txt("_mailward.cafe.lab", &[MARKER])), create(&address)]).await;
    apply(&account.provider, &[create(&txt("cafe.lab", &["v=spf1 -all"])), create(&cname("s1._domainkey.cafe.lab", "x.lab"))])
        .await;
    let records = account.server.records("cafe.lab");
    let told = records.iter().filter(|record| record.comment.as_deref() == Some("mailward owner=lab/mail/cafe"));
    assert_eq!((records.len(), told.count()), (4, 4), "with the marker, and after it: {records:#?}");
    assert!(records.iter().all(|record| !record.proxied && record.tags.is_empty()));
}

#[tokio::test]
async fn a_paid_zone_has_tags_too_and_those_of_others_stay() {
    let account = start().await;
    account.server.add_zone(Zone::new("paid", "paid.lab").on_plan("pro"));
    let zone = mailward::dns::Zone { name: name("paid.lab"), id: "paid".to_owned() };
    account.provider.zone_of(&name("paid.lab")).await.unwrap();
    account.provider.apply(&zone, &[create(&txt("_mailward.paid.lab", &[MARKER]))]).await.unwrap();
    account.server.edit("paid", |records| records[0].tags.push("team:web".to_owned()));
    let before = account.provider.read(&zone, &[name("_mailward.paid.lab")]).await.unwrap();
    let before = before.get(&name("_mailward.paid.lab"), RecordType::Txt).unwrap();
    let next = MARKER.replace("has=spf", "has=dmarc");
    account.provider.apply(&zone, &[change(before, &[MARKER], &[&next])]).await.unwrap();
    assert_eq!(account.server.records("paid")[0].tags, ["team:web", "mailward:lab/mail/cafe"]);
}

/// The crate's own record types would refuse the whole zone.
#[tokio::test]
async fn types_that_nobody_here_knows_are_passed_over() {
    let account = start().await;
    for (kind, content) in [("TLSA", "3 1 1 00"), ("HTTPS", "1 . alpn=h2"), ("CAA", "0 issue \"ca.lab\""), ("NEWER", "?")] {
        let record = account.record("cafe.lab", kind, content, 1);
        account.server.edit("cafe.lab", |records| records.push(record));
    }
    assert_eq!(account.provider.read(&cafe(), &[name("cafe.lab")]).await.unwrap(), Snapshot::default());
    apply(&account.provider, &[create(&txt("cafe.lab", &["v=spf1 -all"]))]).await;
    assert_eq!(account.server.records("cafe.lab").len(), 5);
}

#[tokio::test]
async fn content_without_quotes_is_read_and_replaced() {
    let account = start().await;
    let record = account.record("cafe.lab", "TXT", "v=spf1 -all", 1);
    account.server.edit("cafe.lab", |records| records.push(record));
    let before = read_txt(&account.provider, "cafe.lab").await.unwrap();
    assert_eq!(before, txt("cafe.lab", &["v=spf1 -all"]));
    apply(&account.provider, &[change(&before, &["v=spf1 -all"], &["v=spf1 mx -all"])]).await;
    assert_eq!(account.dump().await, [txt("cafe.lab", &["v=spf1 mx -all"])]);
}

/// Somebody who switches the proxy on changes what the world sees, and not the content.
#[tokio::test]
async fn a_record_that_somebody_proxied_differs_and_is_taken_off_the_proxy() {
    let account = start().await;
    let alias = cname("s1._domainkey.cafe.lab", "s1.sender.lab");
    apply(&account.provider, &[create(&alias)]).await;
    account.server.edit("cafe.lab", |records| (records[0].proxied, records[0].ttl) = (true, 1));
    let read = read(&account.provider, "s1._domainkey.cafe.lab", RecordType::Cname).await.unwrap();
    assert_eq!(read.ttl, 0);
    let back = Change { ttl: TTL, ..change(&read, &[], &[]) };
    apply(&account.provider, &[back]).await;
    let record = &account.server.records("cafe.lab")[0];
    assert_eq!((record.proxied, record.ttl), (false, TTL));
}

/// Cloudflare takes a TXT beside a CNAME without a word, and no resolver would see it (DNS-R2).
#[tokio::test]
async fn dns_r2_spf_stands_beside_a_flattened_cname_at_the_apex_and_nowhere_else() {
    let account = start().await;
    for at in ["cafe.lab", "www.cafe.lab"] {
        account.put(cname(at, "host.lab")).await;
    }
    assert_eq!(read(&account.provider, "cafe.lab", RecordType::Cname).await, None);
    apply(&account.provider, &[create(&txt("cafe.lab", &["v=spf1 -all"]))]).await;
    refuse(&account.provider, &[create(&txt("www.cafe.lab", &["v=spf1 -all"]))], ErrorKind::Conflict).await;
}

#[tokio::test]
async fn a_page_of_records_is_not_the_last_one() {
    let account = start().await;
    account.server.edit("cafe.lab", |records| {
        records.extend(
            (0..5001)
                .map(|at| Record { id: format!("{at:032x}"), ..Record::new(&format!("r{at:04}.cafe.lab"), "TXT", "\"a\"", 300) }),
        );
    });
    let read = account.provider.read(&cafe(), &[name("r0000.cafe.lab"), name("r5000.cafe.lab")]).await.unwrap();
    assert_eq!((read.iter().count(), account.calls().len()), (2, 2));
}
