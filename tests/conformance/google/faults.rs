//! Limits, servers in trouble, and answers that get lost.

use std::time::Duration;

use mailward::provider::{Error, ErrorKind, Provider};
use mailward_provider_apis::Fault;

use super::{start, *};
use crate::{fixtures::*, trouble};

/// With a token in hand, so that the next request is the one that counts.
async fn started() -> Project {
    let project = start().await;
    project.provider.look().await.unwrap();
    project.calls();
    project
}

async fn looked(project: &Project) -> Error {
    project.provider.look().await.unwrap_err()
}

#[tokio::test]
async fn a_limit_closes_the_whole_credential_for_as_long_as_it_says() {
    let project = started().await;
    project.server.inject(Fault::Limited(Some("120".to_owned())));
    let limited = looked(&project).await;
    assert!(matches!(limited.kind, ErrorKind::RateLimited(wait) if wait > Duration::from_secs(110)), "{limited:?}");
    project.calls();
    let read = project.provider.read(&cafe(), &[name("cafe.lab")]).await.unwrap_err();
    assert!(matches!(read.kind, ErrorKind::RateLimited(_)), "{read:?}");
    assert_eq!(project.calls(), [""; 0], "nobody asks while the account is to be left alone");
}

/// Google tells some limits with 403 and a reason.
#[tokio::test]
async fn a_limit_that_is_told_as_forbidden_is_a_limit() {
    let project = started().await;
    let body = r#"{"error": {"code": 403, "message": "Rate Limit Exceeded", "errors": [{"domain": "usageLimits", "reason": "rateLimitExceeded", "message": "Rate Limit Exceeded"}]}}"#;
    project.server.inject(Fault::Answer(403, body.to_owned()));
    let limited = looked(&project).await;
    assert!(matches!(limited.kind, ErrorKind::RateLimited(wait) if wait > Duration::from_secs(50)), "{limited:?}");
}

#[tokio::test]
async fn a_server_in_trouble_is_transient_and_one_that_talks_nonsense_is_a_bug() {
    let project = started().await;
    for (fault, kind) in [
        (Fault::Status(500), ErrorKind::Transient),
        (Fault::Status(503), ErrorKind::Transient),
        (Fault::Gibberish, ErrorKind::Bug),
        (Fault::Status(302), ErrorKind::Bug),
    ] {
        project.server.inject(fault.clone());
        assert_eq!(looked(&project).await.kind, kind, "{fault:?}");
    }
    assert!(project.provider.look().await.is_ok());
}

#[tokio::test]
async fn a_token_service_in_trouble_is_transient_and_no_reason_to_change_the_secret() {
    let project = start().await;
    for fault in [Fault::Status(500), Fault::Status(503)] {
        project.server.inject(fault);
        assert_eq!(looked(&project).await.kind, ErrorKind::Transient);
    }
    assert!(project.provider.look().await.is_ok());
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up_and_the_next_request_goes_through() {
    let project = started().await;
    let hasty = with_key(&project.server, &project.key).with_deadline(Duration::from_millis(250));
    project.server.inject(Fault::Silence);
    trouble::is_given_up_and_the_next_goes_through(&hasty, &project.provider).await;
}

/// P6: whoever comes again after a lost answer finds what was done, and does nothing twice.
#[tokio::test]
async fn p6_a_change_whose_answer_got_lost_is_seen_by_the_next_reading() {
    let project = started().await;
    let set = txt("_dmarc.cafe.lab", &["v=DMARC1; p=none"]);
    project.provider.read(&cafe(), &[name("_dmarc.cafe.lab")]).await.unwrap();
    project.server.inject(Fault::AnswerLost);
    refuse(&project.provider, &[create(&set)], ErrorKind::Transient).await;
    assert_eq!(read_txt(&project.provider, "_dmarc.cafe.lab").await, Some(set.clone()));
    refuse(&project.provider, &[create(&set)], ErrorKind::Conflict).await;
    assert_eq!(project.dump().await, [set]);
}

/// A listing that does not yet know of the last change leads to an attempt that changes nothing.
#[tokio::test]
async fn a_reading_that_lags_behind_overwrites_nothing() {
    let project = started().await;
    let old = txt("cafe.lab", &["v=spf1 -all", "foreign"]);
    project.put(old.clone()).await;
    project.server.lag(1);
    let new = txt("cafe.lab", &["v=spf1 mx -all", "foreign", "later"]);
    project.put(new.clone()).await;
    assert_eq!(read_txt(&project.provider, "cafe.lab").await, Some(old.clone()));
    refuse(&project.provider, &[change(&old, &["v=spf1 -all"], &["v=spf1 ~all"])], ErrorKind::Conflict).await;
    assert_eq!(project.dump().await, [new]);
}
