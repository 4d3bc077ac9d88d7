//! What a step costs (P7).

use super::*;
use crate::documented::{Step, says};

const LIST: &str = "GET /domains/cafe.lab/records";
const CREATE: &str = "POST /domains/cafe.lab/records";

#[tokio::test]
async fn a_first_publication_is_the_domains_one_reading_and_a_request_for_each_record() {
    let account = start().await;
    let names = ["cafe.lab", "_mailward.cafe.lab", "_dmarc.cafe.lab"].map(name);
    for at in &names {
        account.provider.zone_of(at).await.unwrap();
    }
    account.provider.read(&cafe(), &names).await.unwrap();
    apply(&account.provider, &names.each_ref().map(|at| create(&txt(at.as_str(), &["a"])))).await;
    assert_eq!(account.calls(), ["GET /domains", LIST, CREATE, CREATE, CREATE]);
    says("digitalocean", Step::First, "1 listing");
    says("digitalocean", Step::First, "and 1 for each record; once for all domains the list of domains");
    let before = read_txt(&account.provider, "cafe.lab").await.unwrap();
    apply(&account.provider, &[change(&before, &["a"], &["b"])]).await;
    let calls = account.calls();
    assert!(calls.len() == 2 && calls[1].starts_with("PATCH /domains/cafe.lab/records/"), "{calls:?}");
    says("digitalocean", Step::Change, "1 listing, 1 for each record");
}

#[tokio::test]
async fn every_page_is_read() {
    let account = start().await;
    for at in 0..450 {
        account.server.add_domain(&format!("d{at:03}.lab"));
        let record = account.server.record("TXT", &format!("r{at:03}"), "a", 300);
        account.server.edit("cafe.lab", |records| records.push(record));
    }
    let read = account.provider.read(&cafe(), &["r000.cafe.lab", "r449.cafe.lab"].map(name)).await.unwrap();
    assert_eq!((read.iter().count(), account.calls().len()), (2, 3));
    let lookup = account.provider.zone_of(&name("_dmarc.d449.lab")).await.unwrap();
    assert!(matches!(lookup, mailward::provider::ZoneLookup::Found(_)), "{lookup:?}");
    account.calls();
    let sight = account.provider.look().await.unwrap().unwrap();
    assert_eq!((sight.count, sight.zones.len(), account.calls().len()), (452, 200, 1));
    says("digitalocean", Step::Check, "1 every ten minutes");
}
