//! Secrets, tokens, roles, and the identity that the platform gives.

use mailward::provider::{ErrorKind, Provider};

use super::{start, *};
use crate::fixtures::*;

#[tokio::test]
async fn a_secret_that_is_wrong_is_denied_with_microsofts_words_and_never_quoted() {
    let account = start().await;
    let wrong = provider(settings(&account.server, with_secret("Wrong~secret")));
    let error = wrong.look().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Denied);
    assert!(error.message.contains("AADSTS7000215: Invalid client secret provided"), "{error}");
    assert!(!error.message.contains("Wrong~secret") && !error.message.contains("Trace"), "{error}");
    assert_eq!(error, wrong.look().await.unwrap_err(), "the same fault gives the same sentence");
    let unknown = provider(settings(&account.server, as_client("nobody"))).look().await.unwrap_err();
    assert!(unknown.kind == ErrorKind::Denied && unknown.message.contains("AADSTS700016"), "{unknown}");
}

#[tokio::test]
async fn a_line_end_in_the_secret_is_no_part_of_it_and_an_empty_one_is_denied() {
    let account = start().await;
    assert!(provider(settings(&account.server, with_secret(&format!(" {SECRET}\n")))).look().await.is_ok());
    let error = Azure::new(settings(&account.server, with_secret("\n"))).err().unwrap();
    assert_eq!(error.kind, ErrorKind::Denied, "{error}");
}

#[tokio::test]
async fn one_token_serves_all_requests_and_many_at_once_ask_for_one() {
    let account = start().await;
    let asked = futures::future::join_all((0..20).map(|_| account.provider.look())).await;
    assert!(asked.iter().all(Result::is_ok));
    assert_eq!(account.calls().into_iter().filter(|call| call == "POST /token").count(), 1);
}

#[tokio::test]
async fn a_token_that_ends_before_its_time_is_renewed_once_and_the_work_goes_on() {
    let account = start().await;
    apply(&account.provider, &[create(&txt("cafe.lab", &["a"]))]).await;
    account.server.end_tokens();
    account.calls();
    assert!(read_txt(&account.provider, "cafe.lab").await.is_some());
    let list = "GET /cafe.lab/recordsets";
    assert_eq!(account.calls(), [list, "POST /token", list]);
}

#[tokio::test]
async fn the_role_that_is_missing_is_named_with_azures_words() {
    let account = start().await;
    let with = |client: &str, rights| {
        account.server.set_app(app(client, rights));
        provider(settings(&account.server, as_client(client)))
    };
    let blind = with("blind", Rights::default());
    let error = blind.zone_of(&name("cafe.lab")).await.unwrap_err();
    assert!(error.kind == ErrorKind::Denied && error.message.contains("Microsoft.Network/dnsZones/read"), "{error}");
    let reader = with("reader", Rights::reader());
    let error = reader.apply(&cafe(), &[create(&txt("cafe.lab", &["a"]))]).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Denied);
    assert!(error.message.contains("dnsZones/TXT/write") && error.message.contains("role DNS Zone Contributor"), "{error}");
}

#[tokio::test]
async fn a_service_account_that_is_trusted_needs_no_secret() {
    let account = start().await;
    let trusted =
        App { secret: None, trusted: Some("service-account-token".to_owned()), ..app("workload", Rights::contributor()) };
    account.server.set_app(trusted);
    let with = |token: &str| {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), token).unwrap();
        let (tenant, client) = (Some(TENANT.to_owned()), Some("workload".to_owned()));
        let identity = Identity::Workload { tenant, client, token_file: Some(file.path().to_owned()) };
        provider(settings(&account.server, identity))
    };
    let ambient = with("service-account-token");
    apply(&ambient, &[create(&txt("cafe.lab", &["a"]))]).await;
    assert_eq!(account.dump().await, [txt("cafe.lab", &["a"])]);
    let error = with("somebody-elses").look().await.unwrap_err();
    assert!(error.kind == ErrorKind::Denied && error.message.contains("AADSTS700213"), "{error}");
}

#[tokio::test]
async fn a_platform_without_workload_identity_is_denied_with_what_to_do() {
    let account = start().await;
    let nowhere = Some("/nowhere/token".into());
    let identity = Identity::Workload { tenant: Some(TENANT.to_owned()), client: Some("c".to_owned()), token_file: nowhere };
    let error = Azure::new(settings(&account.server, identity)).err().unwrap();
    assert_eq!(error.kind, ErrorKind::Denied);
    assert!(error.message.contains("/nowhere/token") && error.message.contains("clientSecretSecretRef"), "{error}");
}
