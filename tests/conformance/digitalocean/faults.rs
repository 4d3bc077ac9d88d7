//! Refusals, limits, listings that lag behind, and answers that get lost.

use mailward::provider::{ErrorKind, ZoneLookup};
use mailward_provider_apis::Fault;

use super::*;
use crate::trouble;

#[tokio::test]
async fn p6_a_change_set_that_broke_off_is_completed_by_the_next_reading() {
    let account = start().await;
    trouble::p6_what_broke_off_is_completed_by_the_next_reading(&account, || account.server.inject(Fault::AnswerLost)).await;
}

#[tokio::test]
async fn a_wrong_token_and_a_missing_scope_are_told_in_digitaloceans_words() {
    let account = start().await;
    let error = provider(&account.server, "dop_v1_wrong").look().await.unwrap_err();
    assert!(error.kind == ErrorKind::Denied && error.message.contains("Unable to authenticate you (unauthorized)"), "{error}");
    account.server.set_token(Token { write: false, ..Token::editor("reader") });
    let error = provider(&account.server, "reader").apply(&cafe(), &[create(&txt("cafe.lab", &["a"]))]).await.unwrap_err();
    assert!(error.kind == ErrorKind::Denied && error.message.contains("domain:create"), "{error}");
}

#[tokio::test]
async fn a_limit_closes_the_whole_token_for_as_long_as_it_says_and_no_other() {
    let account = start().await;
    account.server.inject(Fault::Limited(Some("30".to_owned())));
    let error = account.provider.look().await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::RateLimited(wait) if wait > Duration::from_secs(25)), "{error:?}");
    account.calls();
    let read = account.provider.read(&cafe(), &[name("cafe.lab")]).await.unwrap_err();
    assert!(matches!(read.kind, ErrorKind::RateLimited(_)), "{read:?}");
    assert_eq!(account.calls(), [""; 0], "nobody asks while the token is to be left alone");
    account.server.set_token(Token::editor("other"));
    assert!(provider(&account.server, "other").look().await.is_ok());
}

#[tokio::test]
async fn a_text_that_would_not_be_stored_unchanged_is_refused_before_anything_is_written() {
    let account = start().await;
    let changes = [create(&txt("cafe.lab", &["good"])), create(&txt("_dmarc.cafe.lab", &["with \"quotes\""]))];
    refuse(&account.provider, &changes, ErrorKind::Invalid).await;
    assert_eq!(account.dump().await, []);
}

#[tokio::test]
async fn a_server_in_trouble_is_transient_and_one_that_talks_nonsense_is_a_bug() {
    let account = start().await;
    for (fault, kind) in [(Fault::Status(500), ErrorKind::Transient), (Fault::Gibberish, ErrorKind::Bug)] {
        account.server.inject(fault);
        assert_eq!(account.provider.look().await.unwrap_err().kind, kind);
    }
    assert!(account.provider.look().await.is_ok());
}

#[tokio::test]
async fn a_domain_that_is_gone_is_looked_for_anew_and_one_that_nobody_tells_of_is_not() {
    let account = start().await;
    let (domain, list) = ("GET /domains".to_owned(), "GET /domains/cafe.lab/records".to_owned());
    let apex = [name("cafe.lab")];
    account.provider.zone_of(&apex[0]).await.unwrap();
    account.provider.read(&cafe(), &apex).await.unwrap();
    account.calls();
    account.server.inject(Fault::Status(500));
    assert_eq!(account.provider.read(&cafe(), &apex).await.unwrap_err().kind, ErrorKind::Transient);
    account.provider.zone_of(&apex[0]).await.unwrap();
    assert_eq!(account.calls(), [list.as_str()], "an outage says nothing of where the domain is");

    account.server.remove_domain("cafe.lab");
    let error = account.provider.read(&cafe(), &apex).await.unwrap_err();
    assert!(error.kind == ErrorKind::Invalid && error.message.contains("(not_found)"), "{error}");
    assert_eq!(account.provider.zone_of(&apex[0]).await.unwrap(), ZoneLookup::NotFound);
    assert_eq!(account.calls(), [list, domain]);
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up_and_the_next_request_goes_through() {
    let account = start().await;
    let hasty = provider(&account.server, TOKEN).with_deadline(Duration::from_millis(250));
    account.server.inject(Fault::Silence);
    trouble::is_given_up_and_the_next_goes_through(&hasty, &account.provider).await;
}

/// P2: nobody says that `DigitalOcean` refuses the same record twice, and two SPF values are none.
#[tokio::test]
async fn p2_a_listing_that_lags_behind_makes_no_second_value() {
    let account = start().await;
    let set = txt("cafe.lab", &["v=spf1 -all"]);
    account.server.lag(3);
    apply(&account.provider, &[create(&set)]).await;
    for next in ["v=spf1 -all", "v=spf1 mx -all"] {
        let message = refuse(&account.provider, &[create(&txt("cafe.lab", &[next]))], ErrorKind::Conflict).await;
        assert!(message.contains("does not show TXT `cafe.lab` `v=spf1 -all`"), "{message}");
        assert_eq!(account.dump().await, std::slice::from_ref(&set));
    }
    let shown = read_txt(&account.provider, "cafe.lab").await.unwrap();
    apply(&account.provider, &[change(&shown, &["v=spf1 -all"], &["v=spf1 mx -all"])]).await;
    assert_eq!(account.dump().await, [txt("cafe.lab", &["v=spf1 mx -all"])]);
}

/// P1: an update names a record by its id, so a late listing costs nobody a value.
#[tokio::test]
async fn p1_a_listing_that_lags_behind_loses_nothing_of_others() {
    let account = start().await;
    account.put(txt("cafe.lab", &["v=spf1 -all"])).await;
    account.server.lag(1);
    account.add(&name("cafe.lab"), TTL, Value::text("foreign")).await;
    let late = read_txt(&account.provider, "cafe.lab").await.unwrap();
    assert_eq!(late.values, [Value::text("v=spf1 -all")]);
    apply(&account.provider, &[change(&late, &["v=spf1 -all"], &["v=spf1 mx -all"])]).await;
    assert_eq!(account.dump().await, [txt("cafe.lab", &["v=spf1 mx -all", "foreign"])]);
}
