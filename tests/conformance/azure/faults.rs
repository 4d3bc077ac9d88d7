//! Limits, servers in trouble, and answers that get lost.

use std::time::Duration;

use mailward::provider::{Error, ErrorKind, Provider};
use mailward_provider_apis::Fault;

use super::{start, *};
use crate::{fixtures::*, trouble};

/// With a token in hand, so that the next request is the one that counts.
async fn started() -> Account {
    let account = start().await;
    account.provider.look().await.unwrap();
    account.calls();
    account
}

async fn looked(account: &Account) -> Error {
    account.provider.look().await.unwrap_err()
}

#[tokio::test]
async fn a_limit_closes_the_whole_credential_for_as_long_as_it_says() {
    let account = started().await;
    account.server.inject(Fault::Limited(Some("120".to_owned())));
    let limited = looked(&account).await;
    assert!(matches!(limited.kind, ErrorKind::RateLimited(wait) if wait > Duration::from_secs(110)), "{limited:?}");
    account.calls();
    let read = account.provider.read(&cafe(), &[name("cafe.lab")]).await.unwrap_err();
    assert!(matches!(read.kind, ErrorKind::RateLimited(_)), "{read:?}");
    assert_eq!(account.calls(), [""; 0], "nobody asks while the application is to be left alone");
}

/// Our error goes through the crate and comes out as it went in.
#[tokio::test]
async fn a_limit_and_trouble_of_the_token_service_keep_their_kinds() {
    let account = start().await;
    for fault in [Fault::Status(500), Fault::Status(503)] {
        account.server.inject(fault);
        assert_eq!(looked(&account).await.kind, ErrorKind::Transient);
    }
    assert_eq!(account.calls().len(), 2, "nothing is tried again by itself");
    account.server.inject(Fault::Limited(Some("60".to_owned())));
    assert!(matches!(looked(&account).await.kind, ErrorKind::RateLimited(_)));
}

#[tokio::test]
async fn a_token_that_is_none_is_a_bug_and_nothing_is_sent_with_it() {
    let account = start().await;
    account.server.inject(Fault::Gibberish);
    let error = looked(&account).await;
    assert!(error.kind == ErrorKind::Bug && error.message.contains("no access token"), "{error}");
    assert_eq!(account.calls(), ["POST /token"]);
}

#[tokio::test]
async fn a_server_in_trouble_is_transient_and_one_that_talks_nonsense_is_a_bug() {
    let account = started().await;
    for (fault, kind) in [
        (Fault::Status(500), ErrorKind::Transient),
        (Fault::Status(503), ErrorKind::Transient),
        (Fault::Gibberish, ErrorKind::Bug),
        (Fault::Status(302), ErrorKind::Bug),
    ] {
        account.server.inject(fault.clone());
        assert_eq!(looked(&account).await.kind, kind, "{fault:?}");
    }
    assert!(account.provider.look().await.is_ok());
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up_and_the_next_request_goes_through() {
    let account = started().await;
    let deadline = Some(Duration::from_millis(250));
    let hasty = Azure::with_rate_and_deadline(settings(&account.server, with_secret(SECRET)), generous(), deadline).unwrap();
    account.server.inject(Fault::Silence);
    trouble::is_given_up_and_the_next_goes_through(&hasty, &account.provider).await;
}

#[tokio::test]
async fn p6_a_change_set_that_broke_off_is_completed_by_the_next_reading() {
    let account = started().await;
    trouble::p6_what_broke_off_is_completed_by_the_next_reading(&account, || account.server.inject(Fault::AnswerLost)).await;
}

/// A listing that does not yet know of the last write leads to an attempt that changes nothing.
#[tokio::test]
async fn a_reading_that_lags_behind_overwrites_nothing() {
    let account = started().await;
    let old = txt("cafe.lab", &["v=spf1 -all", "foreign"]);
    account.put(old.clone()).await;
    account.server.lag(1);
    let new = txt("cafe.lab", &["v=spf1 mx -all", "foreign", "later"]);
    account.put(new.clone()).await;
    assert_eq!(read_txt(&account.provider, "cafe.lab").await, Some(old.clone()));
    refuse(&account.provider, &[change(&old, &["v=spf1 -all"], &["v=spf1 ~all"])], ErrorKind::Conflict).await;
    assert_eq!(account.dump().await, [new]);
}
