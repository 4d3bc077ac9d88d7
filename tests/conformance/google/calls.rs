//! What each step costs: the table in `docs/providers.md` says the same.

use mailward::provider::Provider;

use super::{start, *};
use crate::{
    documented::{Step, says},
    fixtures::*,
};

const TOKEN: &str = "POST /token";
const ZONES: &str = "GET /managedZones";
const LIST: &str = "GET /managedZones/cafe.lab/rrsets";
const CHANGE: &str = "POST /managedZones/cafe.lab/changes";

/// The zone of every name, one reading, one change set with every type.
async fn publish(project: &Project) {
    let names = ["cafe.lab", "_mailward.cafe.lab", "_dmarc.cafe.lab", "s1._domainkey.cafe.lab"].map(name);
    for at in &names {
        project.provider.zone_of(at).await.unwrap();
    }
    project.provider.read(&cafe(), &names).await.unwrap();
    let alias = create(&cname("s1._domainkey.cafe.lab", "s1.sender.lab"));
    let texts = ["cafe.lab", "_mailward.cafe.lab", "_dmarc.cafe.lab"].map(|at| create(&txt(at, &["a"])));
    apply(&project.provider, &texts.into_iter().chain([alias]).collect::<Vec<_>>()).await;
}

#[tokio::test]
async fn a_first_publication_is_the_zones_one_reading_and_one_change_and_a_token_for_all_of_it() {
    let project = start().await;
    publish(&project).await;
    assert_eq!(project.calls(), [TOKEN, ZONES, LIST, CHANGE]);
    says("googleCloudDns", Step::First, "2: one listing");
    says("googleCloudDns", Step::First, "one change; once for all domains the list of zones");
}

#[tokio::test]
async fn the_next_domain_of_the_account_is_one_reading_and_one_change() {
    let project = start().await;
    project.provider.zone_of(&name("shop.cafe.lab")).await.unwrap();
    project.calls();
    publish(&project).await;
    assert_eq!(project.calls(), [LIST, CHANGE]);
}

#[tokio::test]
async fn a_change_is_one_reading_and_one_change_and_the_zone_is_known_for_a_minute() {
    let project = start().await;
    publish(&project).await;
    project.calls();
    let before = read_txt(&project.provider, "cafe.lab").await.unwrap();
    apply(&project.provider, &[change(&before, &["a"], &["b"])]).await;
    project.provider.zone_of(&name("_dmarc.cafe.lab")).await.unwrap();
    assert_eq!(project.calls(), [LIST, CHANGE]);
    says("googleCloudDns", Step::Change, "2");
}

#[tokio::test]
async fn nothing_to_change_and_nothing_to_read_cost_nothing() {
    let project = start().await;
    project.provider.read(&cafe(), &[]).await.unwrap();
    project.provider.apply(&cafe(), &[]).await.unwrap();
    assert_eq!(project.calls(), [""; 0]);
}

#[tokio::test]
async fn the_check_of_an_account_is_one_call_and_shows_its_project() {
    let project = start().await;
    project.provider.look().await.unwrap();
    project.calls();
    let sight = project.provider.look().await.unwrap().unwrap();
    assert_eq!((sight.count, sight.zones), (2, vec!["cafe.lab".to_owned(), "shop.cafe.lab".to_owned()]));
    assert_eq!((sight.accounts, project.calls()), (vec!["mail-dns".to_owned()], vec![ZONES.to_owned()]));
    says("googleCloudDns", Step::Check, "1 every ten minutes");
}

#[tokio::test]
async fn every_page_is_read() {
    let project = start().await;
    for at in 0..25 {
        project.server.add_zone(Zone::new(100 + at, &format!("d{at:02}"), &format!("d{at:02}.lab")));
        project.put(txt(&format!("r{at:02}.cafe.lab"), &["a"])).await;
    }
    project.server.set_page(10);
    let read = project.provider.read(&cafe(), &["r00.cafe.lab", "r24.cafe.lab"].map(name)).await.unwrap();
    assert_eq!((read.iter().count(), project.calls()), (2, vec![TOKEN.to_owned(), LIST.into(), LIST.into(), LIST.into()]));
    let lookup = project.provider.zone_of(&name("_dmarc.d24.lab")).await.unwrap();
    assert!(matches!(&lookup, mailward::provider::ZoneLookup::Found(zone) if zone.id == "d24"), "{lookup:?}");
    assert_eq!(project.calls()[..3], [ZONES; 3]);
    let sight = project.provider.look().await.unwrap().unwrap();
    assert_eq!((sight.zones.len(), sight.count), (10, 11), "there are more than one page shows");
}
