//! What it costs, counted.

use mailward::provider::Provider;

use super::{front::Front, provider};
use crate::{
    documented::{Step, says},
    fixtures::*,
    pdns_door,
};

/// Before single values.
const OLD: Option<&str> = Some("4.7.3");
const LIST: &str = "GET /zones/cafe.lab";
const WRITE: &str = "PATCH /zones/cafe.lab";

#[tokio::test]
async fn a_domain_costs_one_reading_one_more_before_the_write_and_one_request() {
    let pdns = pdns_door::start().await;
    let front = Front::start(&pdns.api_url(), OLD).await;
    let provider = provider(&front.url, pdns.api_key());
    let names = ["cafe.lab", "_mailward.cafe.lab", "_dmarc.cafe.lab"].map(name);
    for at in &names {
        provider.zone_of(at).await.unwrap();
    }
    provider.read(&cafe(), &names).await.unwrap();
    apply(&provider, &names.each_ref().map(|at| create(&txt(at.as_str(), &["a"])))).await;
    assert_eq!(front.calls(), ["GET", "GET /zones?dnssec=false", LIST, LIST, WRITE]);
    says("powerdns", Step::First, "before 4.9.12 and 5.0.2 one listing more; once for all domains 2");
    let before = read_txt(&provider, "cafe.lab").await.unwrap();
    apply(&provider, &[change(&before, &["a"], &["b"])]).await;
    assert_eq!(front.calls(), [LIST, LIST, WRITE]);
    says("powerdns", Step::Change, "3: two listings, one write");
}

#[tokio::test]
async fn a_change_of_nothing_writes_nothing() {
    let pdns = pdns_door::start().await;
    let front = Front::start(&pdns.api_url(), OLD).await;
    let provider = provider(&front.url, pdns.api_key());
    let set = txt("cafe.lab", &["a"]);
    apply(&provider, &[create(&set)]).await;
    front.calls();
    apply(&provider, &[change(&set, &[], &["a"])]).await;
    assert_eq!(front.calls(), [LIST]);
}

#[tokio::test]
async fn the_check_of_the_credential_is_one_request_and_tells_the_zones() {
    let pdns = pdns_door::start().await;
    let front = Front::start(&pdns.api_url(), OLD).await;
    let sight = provider(&front.url, pdns.api_key()).look().await.unwrap().unwrap();
    assert_eq!((sight.count, sight.zones), (2, vec!["cafe.lab".to_owned(), "shop.cafe.lab".to_owned()]));
    assert_eq!(front.calls(), ["GET /zones?dnssec=false"]);
    says("powerdns", Step::Check, "1 every ten minutes");
}
