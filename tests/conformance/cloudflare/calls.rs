//! What each step costs: the table in `docs/providers.md` says the same.

use mailward::{dns::RecordSet, provider::Provider};

use super::{start, *};
use crate::{
    documented::{Step, says},
    fixtures::*,
};

const ZONES: &str = "GET /zones";
const LIST: &str = "GET /zones/cafe.lab/dns_records";
const BATCH: &str = "POST /zones/cafe.lab/dns_records/batch";

/// The names of a domain, as a controller asks for them.
fn names() -> Vec<Name> {
    ["cafe.lab", "_mailward.cafe.lab", "_dmarc.cafe.lab", "s1._domainkey.cafe.lab", "_mta-sts.cafe.lab"].map(name).to_vec()
}

/// The zone of every name, one reading, one change set with every type.
async fn publish(account: &Account) {
    for at in names() {
        account.provider.zone_of(&at).await.unwrap();
    }
    account.provider.read(&cafe(), &names()).await.unwrap();
    let alias = cname("s1._domainkey.cafe.lab", "s1.sender.lab");
    let texts = ["cafe.lab", "_mailward.cafe.lab", "_dmarc.cafe.lab", "_mta-sts.cafe.lab"].map(|at| create(&txt(at, &["a"])));
    let all: Vec<_> = texts.into_iter().chain([create(&alias)]).collect();
    account.provider.apply(&cafe(), &all).await.unwrap();
}

#[tokio::test]
async fn a_first_publication_is_the_zones_one_reading_and_one_batch() {
    let account = start().await;
    publish(&account).await;
    assert_eq!(account.calls(), [ZONES, LIST, BATCH]);
    says("cloudflare", Step::First, "2: one listing, one batch; once for all domains the list of zones");
}

#[tokio::test]
async fn the_next_domain_of_the_token_is_one_reading_and_one_batch() {
    let account = start().await;
    account.provider.zone_of(&name("shop.cafe.lab")).await.unwrap();
    account.calls();
    publish(&account).await;
    assert_eq!(account.calls(), [LIST, BATCH]);
}

#[tokio::test]
async fn a_change_is_one_reading_and_one_batch_and_the_zone_is_known_for_a_minute() {
    let account = start().await;
    publish(&account).await;
    account.calls();
    let before: RecordSet = read_txt(&account.provider, "cafe.lab").await.unwrap();
    apply(&account.provider, &[change(&before, &["a"], &["b"])]).await;
    account.provider.zone_of(&name("_dmarc.cafe.lab")).await.unwrap();
    assert_eq!(account.calls(), [LIST, BATCH]);
    says("cloudflare", Step::Change, "2");
}

/// A marker lists names that nobody wants any more: they are read as well, and one listing still serves the write.
#[tokio::test]
async fn a_second_reading_of_a_few_names_costs_itself_and_no_third_one() {
    let account = start().await;
    account.provider.read(&cafe(), &names()).await.unwrap();
    account.provider.read(&cafe(), &[name("old._domainkey.cafe.lab")]).await.unwrap();
    apply(&account.provider, &[create(&txt("cafe.lab", &["a"]))]).await;
    assert_eq!(account.calls(), [LIST, LIST, BATCH]);
}

#[tokio::test]
async fn a_change_without_a_reading_before_it_is_compared_with_one_of_its_own() {
    let account = start().await;
    apply(&account.provider, &[create(&txt("cafe.lab", &["a"]))]).await;
    assert_eq!(account.calls(), [LIST, BATCH]);
}

#[tokio::test]
async fn nothing_to_change_and_nothing_to_read_cost_nothing() {
    let account = start().await;
    account.provider.read(&cafe(), &[]).await.unwrap();
    account.provider.apply(&cafe(), &[]).await.unwrap();
    assert_eq!(account.calls(), [""; 0]);
}

#[tokio::test]
async fn the_check_of_a_token_is_one_call_however_many_zones_it_sees() {
    let account = start().await;
    for at in 0..120 {
        account.server.add_zone(Zone::new(&format!("{at:032x}"), &format!("d{at}.lab")));
    }
    let sight = account.provider.look().await.unwrap().unwrap();
    assert_eq!((sight.count, sight.zones.len(), account.calls()), (122, 50, vec![ZONES.to_owned()]));
    says("cloudflare", Step::Check, "1 every ten minutes");
}

/// Only the names of one domain are read from a zone that holds many.
#[tokio::test]
async fn a_domain_within_a_zone_reads_its_own_part() {
    let account = start().await;
    let names = ["bar.cafe.lab", "_dmarc.bar.cafe.lab"].map(name);
    account.provider.read(&cafe(), &names).await.unwrap();
    let query = account.server.calls()[0].query.clone();
    assert!(query.contains("name.endswith=bar.cafe.lab"), "{query}");
}
