//! Finding zones: other resource groups, private ones, zones that come and go, locks.

use mailward::provider::{ErrorKind, Provider, ZoneLookup};

use super::{start, *};
use crate::fixtures::*;

#[tokio::test]
async fn only_zones_of_the_resource_group_are_seen() {
    let account = start().await;
    account.server.add_zone(Zone::new("web-dns", "bar.lab"));
    assert_eq!(account.provider.zone_of(&name("_dmarc.bar.lab")).await.unwrap(), ZoneLookup::NotFound);
    let other = Settings { resource_group: "WEB-dns".to_owned(), ..settings(&account.server, with_secret(SECRET)) };
    let lookup = provider(other).zone_of(&name("_dmarc.bar.lab")).await.unwrap();
    assert!(matches!(&lookup, ZoneLookup::Found(zone) if zone.id == "bar.lab"), "{lookup:?}");
}

#[tokio::test]
async fn a_private_zone_is_refused() {
    let account = start().await;
    account.server.add_zone(Zone::new(GROUP, "bar.lab").private());
    let error = account.provider.zone_of(&name("_dmarc.bar.lab")).await.unwrap_err();
    assert!(error.kind == ErrorKind::Invalid && error.message.contains("bar.lab of the resource group is private"), "{error}");
}

#[tokio::test]
async fn a_zone_that_is_gone_is_told_and_found_again_when_it_comes_back() {
    let account = start().await;
    account.provider.zone_of(&name("cafe.lab")).await.unwrap();
    account.provider.read(&cafe(), &[name("cafe.lab")]).await.unwrap();
    account.server.remove_zone("cafe.lab");
    let error = account.provider.read(&cafe(), &[name("cafe.lab")]).await.unwrap_err();
    assert!(error.kind == ErrorKind::Invalid && error.message.contains("ResourceNotFound: "), "{error}");
    assert_eq!(account.provider.zone_of(&name("cafe.lab")).await.unwrap(), ZoneLookup::NotFound);
}

#[tokio::test]
async fn a_lock_is_a_matter_of_permission_and_no_race() {
    let account = start().await;
    account.server.set_locked(GROUP, true);
    let message = refuse(&account.provider, &[create(&txt("cafe.lab", &["a"]))], ErrorKind::Denied).await;
    assert!(message.contains("ScopeLocked") && message.contains("take the lock off"), "{message}");
    account.server.set_locked(GROUP, false);
    apply(&account.provider, &[create(&txt("cafe.lab", &["a"]))]).await;
}

#[tokio::test]
async fn a_resource_group_or_a_subscription_that_is_not_there_is_named() {
    let account = start().await;
    let no_group = Settings { resource_group: "elsewhere".to_owned(), ..settings(&account.server, with_secret(SECRET)) };
    let error = provider(no_group).look().await.unwrap_err();
    assert!(error.kind == ErrorKind::Invalid && error.message.contains("Resource group 'elsewhere'"), "{error}");
    let no_subscription = Settings { subscription: "none".to_owned(), ..settings(&account.server, with_secret(SECRET)) };
    let error = provider(no_subscription).look().await.unwrap_err();
    assert!(error.message.contains("SubscriptionNotFound: "), "{error}");
}
