//! Keys, tokens, rights, and the identity that the platform gives.

use mailward::provider::{ErrorKind, Provider};

use super::{start, *};
use crate::fixtures::*;

#[tokio::test]
async fn a_key_that_was_deleted_is_denied_with_googles_words() {
    let project = start().await;
    let other = Server::start("mail-dns").await.unwrap().add_account(ACCOUNT, Rights::admin());
    let error = with_key(&project.server, &other).look().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Denied);
    assert!(error.message.contains("Invalid JWT Signature (invalid_grant)"), "{error}");
    let unknown = project.key.replace(ACCOUNT, "gone@mail-dns.iam.gserviceaccount.com");
    let error = with_key(&project.server, &unknown).look().await.unwrap_err();
    assert!(error.kind == ErrorKind::Denied && error.message.contains("account not found"), "{error}");
}

#[tokio::test]
async fn one_token_serves_all_requests_and_many_at_once_ask_for_one() {
    let project = start().await;
    let asked = futures::future::join_all((0..20).map(|_| project.provider.look())).await;
    assert!(asked.iter().all(Result::is_ok));
    assert_eq!(project.calls().into_iter().filter(|call| call == "POST /token").count(), 1);
}

#[tokio::test]
async fn a_token_that_ends_before_its_time_is_renewed_once_and_the_work_goes_on() {
    let project = start().await;
    apply(&project.provider, &[create(&txt("cafe.lab", &["a"]))]).await;
    project.server.end_tokens();
    project.calls();
    assert!(read_txt(&project.provider, "cafe.lab").await.is_some());
    let list = "GET /managedZones/cafe.lab/rrsets";
    assert_eq!(project.calls(), [list, "POST /token", list]);
}

#[tokio::test]
async fn an_account_that_is_disabled_is_denied_at_its_next_use() {
    let project = start().await;
    project.provider.look().await.unwrap();
    project.server.set_disabled(ACCOUNT, true);
    let error = project.provider.look().await.unwrap_err();
    assert!(error.kind == ErrorKind::Denied && error.message.contains("account is disabled"), "{error}");
    project.server.set_disabled(ACCOUNT, false);
    assert!(project.provider.look().await.is_ok());
}

#[tokio::test]
async fn each_permission_that_is_missing_is_named_where_it_is_needed() {
    let project = start().await;
    let with = |email: &str, rights| with_key(&project.server, &project.server.add_account(email, rights));
    let blind = with("blind@p", Rights::default());
    let error = blind.zone_of(&name("cafe.lab")).await.unwrap_err();
    assert!(error.kind == ErrorKind::Denied && error.message.contains("dns.managedZones.list"), "{error}");
    let reader = with("reader@p", Rights::reader());
    let error = reader.apply(&cafe(), &[create(&txt("cafe.lab", &["a"]))]).await.unwrap_err();
    assert!(error.kind == ErrorKind::Denied && error.message.contains("dns.changes.create"), "{error}");
    let zones_only = with("zones@p", Rights { read: false, ..Rights::reader() });
    let error = zones_only.read(&cafe(), &[name("cafe.lab")]).await.unwrap_err();
    assert!(error.message.contains("dns.resourceRecordSets.list"), "{error}");
}

#[tokio::test]
async fn the_platform_gives_token_and_project_without_any_secret() {
    let project = start().await;
    project.server.set_platform(Some(ACCOUNT));
    let ambient = provider(&project.server, Identity::Ambient);
    apply(&ambient, &[create(&txt("cafe.lab", &["a"]))]).await;
    let calls = project.calls();
    let own =
        ["project/project-id", "instance/service-accounts/default/token"].map(|path| format!("GET /computeMetadata/v1/{path}"));
    assert_eq!(calls[..2], own);
    assert_eq!(project.dump().await, [txt("cafe.lab", &["a"])]);
}

#[tokio::test]
async fn a_platform_that_knows_no_identity_is_denied_with_what_to_do() {
    let project = start().await;
    let error = provider(&project.server, Identity::Ambient).look().await.unwrap_err();
    assert!(error.kind == ErrorKind::Denied && error.message.contains("Workload Identity"), "{error}");
}

#[tokio::test]
async fn a_project_that_is_named_is_asked_and_not_the_accounts_own() {
    let project = start().await;
    let identity = Identity::Key(KeyFile::parse(project.key.as_bytes()).unwrap());
    let other = Settings { project: Some("other-project".to_owned()), ..settings(&project.server, identity) };
    let error = Google::with_rate(other, generous()).unwrap().look().await.unwrap_err();
    assert!(error.kind == ErrorKind::Invalid && error.message.contains("other-project"), "{error}");
}

/// P9: a tenant writes the key file, and the assertion that is signed with it goes to Google or nowhere.
#[tokio::test]
async fn p9_a_key_file_cannot_send_its_assertion_anywhere_else() {
    let project = start().await;
    let trap = project.key.replace("https://oauth2.googleapis.com/token", &format!("{}/token", project.server.url()));
    let error = KeyFile::parse(trap.as_bytes()).unwrap_err();
    assert!(error.kind == ErrorKind::Denied && error.message.contains("token_uri"), "{error}");
    assert_eq!(project.calls(), [""; 0]);
}
