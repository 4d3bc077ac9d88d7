//! Finding zones: pages, accounts, kinds of zones, zones that come and go.

use mailward::provider::{ErrorKind, Provider, ZoneLookup};

use super::{start, *};
use crate::fixtures::*;

async fn zone_id(account: &Account, at: &str) -> Option<String> {
    match account.provider.zone_of(&name(at)).await.unwrap() {
        ZoneLookup::Found(zone) => Some(zone.id),
        _ => None,
    }
}

#[tokio::test]
async fn every_page_of_zones_is_read() {
    let account = start().await;
    for at in 0..120 {
        account.server.add_zone(Zone::new(&format!("{at:032x}"), &format!("d{at:03}.lab")));
    }
    for at in [0, 49, 50, 99, 119] {
        assert_eq!(zone_id(&account, &format!("_dmarc.d{at:03}.lab")).await, Some(format!("{at:032x}")));
    }
    let pages = account.calls().into_iter().filter(|call| call == "GET /zones").count();
    assert_eq!(pages, 3);
}

#[tokio::test]
async fn the_active_zone_of_two_accounts_is_written() {
    let account = start().await;
    for (id, status) in [("one", "pending"), ("two", "active"), ("three", "moved")] {
        account.server.add_zone(Zone { status: status.to_owned(), ..Zone::new(id, "twice.lab") });
    }
    assert_eq!(zone_id(&account, "twice.lab").await.as_deref(), Some("two"));
}

#[tokio::test]
async fn a_zone_that_cloudflare_does_not_answer_for_is_refused() {
    let account = start().await;
    account.server.add_zone(Zone { kind: "partial".to_owned(), ..Zone::new("p", "partial.lab") });
    let error = account.provider.zone_of(&name("partial.lab")).await.unwrap_err();
    assert!(error.kind == ErrorKind::Invalid && error.message.contains("partial.lab is of type partial"), "{error}");
}

#[tokio::test]
async fn a_zone_that_moved_to_another_id_is_found_again_without_a_restart() {
    let account = start().await;
    assert_eq!(zone_id(&account, "cafe.lab").await.as_deref(), Some("cafe.lab"));
    account.provider.read(&cafe(), &[name("cafe.lab")]).await.unwrap();
    account.server.remove_zone("cafe.lab");
    account.server.add_zone(Zone::new("anew", "cafe.lab"));
    let error = account.provider.read(&cafe(), &[name("cafe.lab")]).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Invalid, "{error}");
    assert_eq!(zone_id(&account, "cafe.lab").await.as_deref(), Some("anew"));
}

#[tokio::test]
async fn the_token_sees_accounts_zones_and_what_it_lacks() {
    let account = start().await;
    let sight = account.provider.look().await.unwrap().unwrap();
    assert_eq!((sight.accounts, sight.count), (vec!["Cafe Ltd".to_owned()], 2));
    assert_eq!((sight.zones, sight.missing), (vec!["cafe.lab".to_owned(), "shop.cafe.lab".to_owned()], vec![]));

    account.server.set_token(Token { dns_edit: false, ..Token::editor("reader") });
    let sight = provider(&account.server, "reader").look().await.unwrap().unwrap();
    assert_eq!(sight.missing, ["Zone / DNS / Edit for cafe.lab, shop.cafe.lab"]);
}

#[tokio::test]
async fn a_token_for_one_zone_sees_only_that() {
    let account = start().await;
    account.server.set_token(Token { zones: Some(vec!["cafe.lab".to_owned()]), ..Token::editor("narrow") });
    let narrow = provider(&account.server, "narrow");
    let lookup = narrow.zone_of(&name("shop.cafe.lab")).await.unwrap();
    assert_eq!(lookup, ZoneLookup::Found(cafe()));
}
