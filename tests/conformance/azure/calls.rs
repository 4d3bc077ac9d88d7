//! What each step costs: the table in `docs/providers.md` says the same.

use mailward::provider::Provider;

use super::{start, *};
use crate::{
    documented::{Step, says},
    fixtures::*,
};

const TOKEN: &str = "POST /token";
const ZONES: &str = "GET";
const LIST: &str = "GET /cafe.lab/recordsets";

#[tokio::test]
async fn a_first_publication_is_the_zones_one_reading_and_a_request_for_each_set_in_order() {
    let account = start().await;
    let names = ["cafe.lab", "_mailward.cafe.lab", "s1._domainkey.cafe.lab"].map(name);
    for at in &names {
        account.provider.zone_of(at).await.unwrap();
    }
    account.provider.read(&cafe(), &names).await.unwrap();
    let alias = create(&cname("s1._domainkey.cafe.lab", "s1.sender.lab"));
    let texts = ["_mailward.cafe.lab", "cafe.lab"].map(|at| create(&txt(at, &["a"])));
    apply(&account.provider, &texts.into_iter().chain([alias]).collect::<Vec<_>>()).await;
    let writes = ["PUT /cafe.lab/TXT/_mailward", "PUT /cafe.lab/TXT/@", "PUT /cafe.lab/CNAME/s1._domainkey"];
    assert_eq!(account.calls(), [&[TOKEN, ZONES, LIST][..], &writes].concat());
    says("azureDns", Step::First, "1 listing");
    says("azureDns", Step::First, "and 1 for each set; once for all domains the list of zones");
}

#[tokio::test]
async fn a_change_is_one_reading_and_one_request_and_the_zone_is_known_for_a_minute() {
    let account = start().await;
    apply(&account.provider, &[create(&txt("cafe.lab", &["a"]))]).await;
    account.provider.zone_of(&name("cafe.lab")).await.unwrap();
    read_txt(&account.provider, "cafe.lab").await.unwrap();
    account.calls();
    let before = read_txt(&account.provider, "cafe.lab").await.unwrap();
    apply(&account.provider, &[change(&before, &["a"], &["b"])]).await;
    account.provider.zone_of(&name("_dmarc.cafe.lab")).await.unwrap();
    assert_eq!(account.calls(), [LIST, "PUT /cafe.lab/TXT/@"]);
    says("azureDns", Step::Change, "1 listing, 1 for each set");
    let before = read_txt(&account.provider, "cafe.lab").await.unwrap();
    apply(&account.provider, &[delete(&before)]).await;
    assert_eq!(account.calls(), [LIST, "DELETE /cafe.lab/TXT/@"]);
}

#[tokio::test]
async fn nothing_to_change_and_nothing_to_read_cost_nothing() {
    let account = start().await;
    account.provider.read(&cafe(), &[]).await.unwrap();
    account.provider.apply(&cafe(), &[]).await.unwrap();
    assert_eq!(account.calls(), [""; 0]);
}

#[tokio::test]
async fn the_check_of_an_application_is_one_call_and_shows_where_it_looks() {
    let account = start().await;
    account.provider.look().await.unwrap();
    account.calls();
    let sight = account.provider.look().await.unwrap().unwrap();
    assert_eq!((sight.count, sight.zones), (2, vec!["cafe.lab".to_owned(), "shop.cafe.lab".to_owned()]));
    assert_eq!((sight.accounts, account.calls()), (vec![format!("{SUBSCRIPTION}/{GROUP}")], vec![ZONES.to_owned()]));
    says("azureDns", Step::Check, "1 every ten minutes");
}

#[tokio::test]
async fn every_page_is_read() {
    let account = start().await;
    for at in 0..25 {
        account.server.add_zone(Zone::new(GROUP, &format!("d{at:02}.lab")));
        account.put(txt(&format!("r{at:02}.cafe.lab"), &["a"])).await;
    }
    account.server.set_page(10);
    let read = account.provider.read(&cafe(), &["r00.cafe.lab", "r24.cafe.lab"].map(name)).await.unwrap();
    assert_eq!((read.iter().count(), account.calls()), (2, vec![TOKEN.to_owned(), LIST.into(), LIST.into(), LIST.into()]));
    let lookup = account.provider.zone_of(&name("_dmarc.d24.lab")).await.unwrap();
    assert!(matches!(&lookup, mailward::provider::ZoneLookup::Found(zone) if zone.id == "d24.lab"), "{lookup:?}");
    let sight = account.provider.look().await.unwrap().unwrap();
    assert_eq!((sight.zones.len(), sight.count), (10, 11), "there are more than one page shows");
}

/// P9: the access token goes with each request, so a page that is said to be elsewhere is not fetched.
#[tokio::test]
async fn p9_a_next_page_at_another_address_is_not_followed() {
    let account = start().await;
    let trap = start().await;
    account.server.set_page(1);
    account.server.set_next_page_host(&trap.server.address().to_string());
    let error = account.provider.zone_of(&name("cafe.lab")).await.unwrap_err();
    assert!(error.kind == mailward::provider::ErrorKind::Bug && error.message.contains("another address"), "{error}");
    assert_eq!(trap.calls(), [""; 0]);
}
