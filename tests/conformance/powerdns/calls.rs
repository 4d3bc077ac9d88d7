//! What it costs, counted.

use mailward::provider::Provider;

use super::{front::Front, provider};
use crate::{fixtures::*, pdns_door};

const LIST: &str = "GET /zones/cafe.lab";
const WRITE: &str = "PATCH /zones/cafe.lab";

#[tokio::test]
async fn a_domain_costs_one_reading_one_more_before_the_write_and_one_request() {
    let pdns = pdns_door::start().await;
    let front = Front::start(&pdns.api_url(), false).await;
    let provider = provider(&front.url, pdns.api_key());
    let names = ["cafe.lab", "_mailward.cafe.lab", "_dmarc.cafe.lab"].map(name);
    for at in &names {
        provider.zone_of(at).await.unwrap();
    }
    provider.read(&cafe(), &names).await.unwrap();
    apply(&provider, &names.each_ref().map(|at| create(&txt(at.as_str(), &["a"])))).await;
    assert_eq!(front.calls(), ["GET", "GET /zones?dnssec=false", LIST, LIST, WRITE]);
    let before = read_txt(&provider, "cafe.lab").await.unwrap();
    apply(&provider, &[change(&before, &["a"], &["b"])]).await;
    assert_eq!(front.calls(), [LIST, LIST, WRITE]);
}

#[tokio::test]
async fn a_change_of_nothing_writes_nothing() {
    let pdns = pdns_door::start().await;
    let front = Front::start(&pdns.api_url(), false).await;
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
    let front = Front::start(&pdns.api_url(), false).await;
    let sight = provider(&front.url, pdns.api_key()).look().await.unwrap().unwrap();
    assert_eq!((sight.count, sight.zones), (2, vec!["cafe.lab".to_owned(), "shop.cafe.lab".to_owned()]));
    assert_eq!(front.calls(), ["GET /zones?dnssec=false"]);
}
