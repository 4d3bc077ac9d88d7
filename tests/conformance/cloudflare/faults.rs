//! Refusals, limits, and answers that get lost.

use std::time::Duration;

use mailward::provider::{Error, ErrorKind, Provider};
use mailward_provider_apis::Fault;

use super::{start, *};
use crate::{fixtures::*, trouble};

async fn looked(account: &Account) -> Error {
    account.provider.look().await.unwrap_err()
}

#[tokio::test]
async fn a_token_that_is_wrong_is_denied_with_cloudflares_words_and_never_quoted() {
    let account = start().await;
    for (token, words) in [("wrong", "Invalid access token (9109)"), ("a.b:c", "Invalid format for Authorization header (6111)")]
    {
        let error = provider(&account.server, token).look().await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Denied);
        assert!(error.message.contains(words) && !error.message.contains(token), "{error}");
    }
}

#[tokio::test]
async fn a_line_end_in_the_secret_is_no_part_of_the_token_and_a_text_that_is_none_is_denied() {
    let account = start().await;
    assert!(provider(&account.server, &format!(" {TOKEN}\n")).look().await.is_ok());
    for bad in ["", "two words", "emoji-☕"] {
        let error = Cloudflare::new(settings(&account.server, bad)).err().unwrap();
        assert_eq!(error.kind, ErrorKind::Denied, "{bad:?}");
        assert!(bad.is_empty() || !error.message.contains(bad), "{error}");
    }
}

#[tokio::test]
async fn each_permission_that_is_missing_is_named_where_it_is_needed() {
    let account = start().await;
    let with = |token: Token| {
        let secret = token.secret.clone();
        account.server.set_token(token);
        provider(&account.server, &secret)
    };
    let blind = with(Token { zone_read: false, ..Token::editor("blind") });
    assert!(blind.zone_of(&name("cafe.lab")).await.unwrap_err().message.contains("Zone / Zone / Read"));
    let reader = with(Token { dns_edit: false, ..Token::editor("reader") });
    let error = reader.apply(&cafe(), &[create(&txt("cafe.lab", &["a"]))]).await.unwrap_err();
    assert!(error.kind == ErrorKind::Denied && error.message.contains("Zone / DNS / Edit"), "{error}");
}

#[tokio::test]
async fn a_token_that_ends_is_denied_at_its_next_use() {
    let account = start().await;
    apply(&account.provider, &[create(&txt("cafe.lab", &["a"]))]).await;
    account.server.revoke(TOKEN);
    refuse(&account.provider, &[create(&txt("_dmarc.cafe.lab", &["a"]))], ErrorKind::Denied).await;
}

#[tokio::test]
async fn retry_after_holds_for_the_whole_token_and_for_no_other() {
    let account = start().await;
    account.server.inject(Fault::Limited(Some("120".to_owned())));
    let limited = looked(&account).await;
    assert!(matches!(limited.kind, ErrorKind::RateLimited(wait) if wait > Duration::from_secs(110)), "{limited:?}");
    account.server.forget_calls();
    for error in [
        looked(&account).await,
        account.provider.zone_of(&name("cafe.lab")).await.unwrap_err(),
        account.provider.read(&cafe(), &[name("cafe.lab")]).await.unwrap_err(),
    ] {
        assert!(matches!(error.kind, ErrorKind::RateLimited(_)), "{error:?}");
    }
    assert_eq!(account.calls(), [""; 0], "nobody asks while the token is to be left alone");
    account.server.set_token(Token::editor("other"));
    assert!(provider(&account.server, "other").look().await.is_ok());
}

#[tokio::test]
async fn a_limit_without_a_time_is_five_minutes_and_names_the_rule() {
    let account = start().await;
    account.server.inject(Fault::Limited(None));
    let provider = Cloudflare::new(settings(&account.server, TOKEN)).unwrap();
    let error = provider.look().await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::RateLimited(wait) if wait > Duration::from_secs(290)), "{error:?}");
    assert!(error.message.contains("1,200 requests in 5 minutes"), "{error}");
}

#[tokio::test]
async fn a_drained_bucket_sends_nothing_and_says_when() {
    let account = start().await;
    let rate = Rate { burst: 2, refill: Duration::from_mins(1), ..generous() };
    let provider = Cloudflare::with_rate(settings(&account.server, TOKEN), rate).unwrap();
    assert!(provider.look().await.is_ok() && provider.look().await.is_ok());
    let error = provider.look().await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::RateLimited(wait) if wait > Duration::from_secs(50)), "{error:?}");
    assert_eq!(account.calls().len(), 2);
}

#[tokio::test]
async fn a_server_in_trouble_is_transient_and_one_that_talks_nonsense_is_a_bug() {
    let account = start().await;
    for (fault, kind) in [
        (Fault::Status(500), ErrorKind::Transient),
        (Fault::Status(524), ErrorKind::Transient),
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
    let account = start().await;
    let hasty = provider(&account.server, TOKEN).with_deadline(Duration::from_millis(250));
    account.server.inject(Fault::Silence);
    trouble::is_given_up_and_the_next_goes_through(&hasty, &provider(&account.server, TOKEN)).await;
}

#[tokio::test]
async fn a_server_that_is_not_there_is_transient_and_its_address_is_not_repeated() {
    let account = start().await;
    let settings = settings(&account.server, TOKEN);
    let address = account.server.address().to_string();
    drop(account);
    let error = Cloudflare::new(settings).unwrap().look().await.unwrap_err();
    assert!(error.kind == ErrorKind::Transient && !error.message.contains(&address), "{error}");
}

/// P6: whoever comes again after a lost answer finds what was done, and does nothing twice.
#[tokio::test]
async fn p6_a_batch_whose_answer_got_lost_is_seen_by_the_next_reading() {
    let account = start().await;
    let set = txt("_dmarc.cafe.lab", &["v=DMARC1; p=none"]);
    account.provider.read(&cafe(), &[name("_dmarc.cafe.lab")]).await.unwrap();
    account.server.inject(Fault::AnswerLost);
    refuse(&account.provider, &[create(&set)], ErrorKind::Transient).await;
    assert_eq!(read_txt(&account.provider, "_dmarc.cafe.lab").await, Some(set.clone()));
    refuse(&account.provider, &[create(&set)], ErrorKind::Conflict).await;
    assert_eq!(account.dump().await, [set]);
}

/// A listing that does not yet know of the last write leads to an attempt that changes nothing, also by somebody who knows of no
/// write: the next leader.
#[tokio::test]
async fn a_reading_that_lags_behind_makes_no_second_record() {
    let account = start().await;
    let set = txt("_dmarc.cafe.lab", &["v=DMARC1; p=none"]);
    apply(&account.provider, &[create(&set)]).await;
    account.server.lag(1);
    let next = provider(&account.server, TOKEN);
    assert_eq!(read_txt(&next, "_dmarc.cafe.lab").await, None);
    let message = refuse(&next, &[create(&set)], ErrorKind::Conflict).await;
    assert!(message.contains("81058"), "{message}");
    assert_eq!(account.dump().await, [set]);
}

/// P2: Cloudflare refuses the same record twice and not two DMARC records.
#[tokio::test]
async fn p2_a_listing_that_lags_behind_makes_no_second_value() {
    let account = start().await;
    let set = txt("_dmarc.cafe.lab", &["v=DMARC1; p=none"]);
    apply(&account.provider, &[create(&set)]).await;
    account.server.lag(1);
    let other = create(&txt("_dmarc.cafe.lab", &["v=DMARC1; p=reject"]));
    let message = refuse(&account.provider, &[other], ErrorKind::Conflict).await;
    assert!(message.contains("does not show TXT `_dmarc.cafe.lab` `v=DMARC1; p=none`"), "{message}");
    assert_eq!(account.dump().await, [set]);
}

#[tokio::test]
async fn p2_a_batch_of_which_one_part_is_refused_does_nothing() {
    let account = start().await;
    let there = txt("_dmarc.cafe.lab", &["somebody was faster"]);
    let names = [name("cafe.lab"), name("_dmarc.cafe.lab")];
    account.provider.read(&cafe(), &names).await.unwrap();
    account.put(there.clone()).await;
    let changes = [create(&txt("cafe.lab", &["v=spf1 -all"])), create(&there)];
    refuse(&account.provider, &changes, ErrorKind::Conflict).await;
    assert_eq!(account.dump().await, [there]);
}
