//! Finding zones: pages, private ones, two of one name, zones that come and go.

use mailward::provider::{ErrorKind, ZoneLookup};

use super::{start, *};
use crate::fixtures::*;

async fn zone_id(provider: &Route53, at: &str) -> Option<String> {
    match provider.zone_of(&name(at)).await.unwrap() {
        ZoneLookup::Found(zone) => Some(zone.id),
        _ => None,
    }
}

#[tokio::test]
async fn every_page_of_zones_is_read() {
    let account = start().await;
    for at in 0..120 {
        let id = outside::make_zone(&account.gate, &format!("d{at:03}.lab"), false).await;
        account.gate.rename(&id, &format!("zone-{at:03}"));
    }
    for at in [0, 60, 119] {
        assert_eq!(zone_id(&account.provider, &format!("_dmarc.d{at:03}.lab")).await, Some(format!("zone-{at:03}")));
    }
    let pages = account.calls().into_iter().filter(|call| call == "GET hostedzone").count();
    assert_eq!(pages, 2);
}

#[tokio::test]
async fn a_private_zone_is_refused_and_one_beside_a_public_zone_is_passed_over() {
    let account = start().await;
    let id = outside::make_zone(&account.gate, "inside.lab", true).await;
    outside::make_zone(&account.gate, "cafe.lab", true).await;
    let error = account.provider.zone_of(&name("_dmarc.inside.lab")).await.unwrap_err();
    assert!(error.kind == ErrorKind::Invalid && error.message.contains(&format!("zone inside.lab ({id}) is private")), "{error}");
    assert_eq!(zone_id(&account.provider, "_dmarc.cafe.lab").await.as_deref(), Some("cafe.lab"));
}

#[tokio::test]
async fn two_public_zones_of_one_name_are_refused_until_one_is_named() {
    let account = start().await;
    let mut ids = vec![];
    for _ in 0..2 {
        ids.push(outside::make_zone(&account.gate, "twice.lab", false).await);
    }
    let error = account.provider.zone_of(&name("twice.lab")).await.unwrap_err();
    assert!(error.kind == ErrorKind::Invalid && ids.iter().all(|id| error.message.contains(id)), "{error}");
    let zones = vec![ids[1].clone()];
    let named = Route53::with_rate(Settings { zones, ..settings(&account.gate.url()) }, generous()).unwrap();
    assert_eq!(zone_id(&named, "_dmarc.twice.lab").await.as_ref(), Some(&ids[1]));
    assert_eq!(zone_id(&named, "cafe.lab").await, None, "the list is all that may be used");
}

#[tokio::test]
async fn a_zone_that_was_made_anew_is_found_again_without_a_restart() {
    let account = start().await;
    let old = outside::make_zone(&account.gate, "moved.lab", false).await;
    let zone = mailward::dns::Zone { name: name("moved.lab"), id: old.clone() };
    assert_eq!(zone_id(&account.provider, "moved.lab").await.as_ref(), Some(&old));
    account.gate.aside(axum::http::Method::DELETE, &format!("/2013-04-01/hostedzone/{old}"), String::new()).await;
    let new = outside::make_zone(&account.gate, "moved.lab", false).await;
    account.provider.read(&zone, &[name("moved.lab")]).await.unwrap();
    let error = account.provider.read(&zone, &[name("moved.lab")]).await.unwrap_err();
    assert!(error.kind == ErrorKind::Invalid && error.message.contains("NoSuchHostedZone"), "{error}");
    assert_eq!(zone_id(&account.provider, "moved.lab").await.as_ref(), Some(&new));
}
