//! What each step costs: the table in `docs/providers.md` says the same.

use mailward::provider::ZoneLookup;

use super::{start, *};
use crate::{
    documented::{Step, says},
    fixtures::*,
};

const ZONES: &str = "GET hostedzone";
const LIST: &str = "GET hostedzone/cafe.lab/rrset";
const BATCH: &str = "POST hostedzone/cafe.lab/rrset";

/// The names of a domain, as a controller asks for them.
fn names() -> Vec<Name> {
    ["_dmarc.cafe.lab", "_mailward.cafe.lab", "cafe.lab", "mta-sts.cafe.lab", "s1._domainkey.cafe.lab"].map(name).to_vec()
}

/// The zone of every name, one reading, one change set with several types.
async fn publish(account: &Account) {
    for at in names() {
        assert!(matches!(account.provider.zone_of(&at).await.unwrap(), ZoneLookup::Found(_)));
    }
    account.provider.read(&cafe(), &names()).await.unwrap();
    let alias = cname("s1._domainkey.cafe.lab", "s1.sender.lab");
    let texts = ["_dmarc.cafe.lab", "_mailward.cafe.lab", "cafe.lab"].map(|at| create(&txt(at, &["a"])));
    let all: Vec<_> = texts.into_iter().chain([create(&alias), create(&a("mta-sts.cafe.lab", [192, 0, 2, 1]))]).collect();
    account.provider.apply(&cafe(), &all).await.unwrap();
}

/// Sets of other people, `from` to `until` of a long row.
async fn crowd(account: &Account, prefix: &str, count: usize) {
    let sets: Vec<Set> = (0..count).map(|at| Set::new(&format!("{prefix}{at:04}.cafe.lab."), "TXT", 300, &["\"x\""])).collect();
    for some in sets.chunks(500) {
        let batch: Vec<_> = some.iter().map(|set| ("CREATE", set)).collect();
        outside::write(&account.gate, "cafe.lab", &batch).await.unwrap();
    }
}

#[tokio::test]
async fn a_first_publication_is_the_zones_one_reading_and_one_batch() {
    let account = start().await;
    publish(&account).await;
    assert_eq!(account.calls(), [ZONES, LIST, BATCH]);
    says("route53", Step::First, "2: one listing, one batch");
}

#[tokio::test]
async fn the_next_domain_of_the_account_is_one_reading_and_one_batch() {
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
    let before = read_txt(&account.provider, "cafe.lab").await.unwrap();
    apply(&account.provider, &[change(&before, &["a"], &["b"])]).await;
    account.provider.zone_of(&name("_dmarc.cafe.lab")).await.unwrap();
    assert_eq!(account.calls(), [LIST, BATCH]);
    says("route53", Step::Change, "2");
}

/// However large the zone, three stretches hold all names of a domain: the domain itself, the underscores, the policy host.
#[tokio::test]
async fn a_large_zone_is_not_read_to_its_end() {
    let account = start().await;
    for prefix in ["0", "a", "z"] {
        crowd(&account, prefix, 700).await;
    }
    publish(&account).await;
    assert_eq!(account.calls(), [ZONES, LIST, LIST, LIST, BATCH]);
    says("route53", Step::First, "2 listings more where the domain is the apex of a zone of more than 300 record sets");
    let far = ["00001.cafe.lab", "z0001.cafe.lab"].map(name);
    let snapshot = account.provider.read(&cafe(), &far).await.unwrap();
    assert_eq!((snapshot.iter().count(), account.calls().len()), (2, 2));
}

#[tokio::test]
async fn a_domain_within_a_large_zone_is_one_page() {
    let account = start().await;
    crowd(&account, "n", 700).await;
    let names = ["n0300.cafe.lab", "_dmarc.n0300.cafe.lab"].map(name);
    for at in &names {
        account.provider.zone_of(at).await.unwrap();
    }
    let snapshot = account.provider.read(&cafe(), &names).await.unwrap();
    assert_eq!((snapshot.iter().count(), account.calls()), (1, vec![ZONES.to_owned(), LIST.to_owned()]));
}

/// A marker lists names that nobody wants any more: they are read as well, and what was read still serves the write.
#[tokio::test]
async fn a_second_reading_of_a_few_names_costs_itself_and_no_third_one() {
    let account = start().await;
    account.provider.read(&cafe(), &names()).await.unwrap();
    account.provider.read(&cafe(), &[name("old._domainkey.cafe.lab")]).await.unwrap();
    apply(&account.provider, &[create(&txt("cafe.lab", &["a"]))]).await;
    assert_eq!(account.calls(), [LIST, LIST, BATCH]);
}

#[tokio::test]
async fn nothing_to_change_and_nothing_to_read_cost_nothing() {
    let account = start().await;
    account.provider.read(&cafe(), &[]).await.unwrap();
    account.provider.apply(&cafe(), &[]).await.unwrap();
    assert_eq!(account.calls(), [""; 0]);
}

#[tokio::test]
async fn the_check_of_a_credential_is_one_call() {
    let account = start().await;
    let sight = account.provider.look().await.unwrap().unwrap();
    assert_eq!((sight.count, account.calls()), (2, vec![ZONES.to_owned()]));
    says("route53", Step::Check, "1 every ten minutes");
    assert_eq!(sight.zones, ["cafe.lab", "shop.cafe.lab"]);
}
