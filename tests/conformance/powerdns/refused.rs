//! What a user reads when the server says no: which kind, and what to do.

use mailward::{
    dns::Zone,
    provider::{Error, ErrorKind, Provider, powerdns::PowerDns},
};
use mailward_sandbox::pdns::{Pdns, Zone as Stored};

use super::{provider, server, settings, start};
use crate::{Bench, fixtures::*, pdns_door};

/// The error of every call that can meet it, which must be of one kind.
async fn refusals(provider: &PowerDns) -> Vec<Error> {
    let errors = vec![
        provider.zone_of(&name("cafe.lab")).await.unwrap_err(),
        provider.read(&cafe(), &[name("cafe.lab")]).await.unwrap_err(),
        provider.apply(&cafe(), &[create(&txt("cafe.lab", &["a"]))]).await.unwrap_err(),
    ];
    assert!(errors.iter().all(|error| error.kind == errors[0].kind), "{errors:?}");
    errors
}

#[tokio::test]
async fn a_wrong_key_is_denied_and_says_what_the_secret_has_to_hold() {
    let bench = start().await;
    let wrong = provider(&bench.pdns.api_url(), "wr0ng-key");
    let errors = [refusals(&wrong).await, vec![wrong.look().await.unwrap_err()]].concat();
    for error in errors {
        assert_eq!(error.kind, ErrorKind::Denied);
        assert!(error.message.contains("api-key") && !error.message.contains("wr0ng-key"), "{error}");
    }
    assert_eq!(bench.dump().await, []);
}

#[tokio::test]
async fn what_is_no_key_is_not_sent() {
    for bad in ["", " \n", "two words", "caf\u{e9}"] {
        let error = PowerDns::new(&settings("http://127.0.0.1:1", bad)).err().unwrap();
        assert_eq!(error.kind, ErrorKind::Denied, "{bad:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_down_is_transient_and_back_again_needs_nothing() {
    let mut bench = start().await;
    bench.pdns.stop().await.unwrap();
    let errors = refusals(&bench.provider).await;
    assert_eq!(errors[0].kind, ErrorKind::Transient);
    assert!(errors[0].message.starts_with("PowerDNS' API cannot be reached"), "{errors:?}");
    bench.pdns.resume_service().await.unwrap();
    apply(&bench.provider, &[create(&txt("cafe.lab", &["a"]))]).await;
}

#[tokio::test]
async fn a_zone_or_a_server_that_is_not_there_is_invalid_and_says_where_to_look() {
    let bench = start().await;
    let elsewhere = Zone { name: name("elsewhere.lab"), id: "elsewhere.lab".into() };
    let error = bench.provider.apply(&elsewhere, &[create(&txt("elsewhere.lab", &["a"]))]).await.unwrap_err();
    assert!(error.kind == ErrorKind::Invalid && error.message.contains("elsewhere.lab"), "{error}");
    let mut settings = settings(&bench.pdns.api_url(), bench.pdns.api_key());
    settings.server_id = "other".to_owned();
    let error = PowerDns::new(&settings).unwrap().look().await.unwrap_err();
    assert!(error.kind == ErrorKind::Invalid && error.message.contains("serverId"), "{error}");
}

/// The server would take the change, answer with it, and lose it at the next transfer.
#[tokio::test]
async fn a_zone_that_is_a_copy_is_refused_before_a_change() {
    let zones = [Stored::secondary("cafe.lab"), Stored::primary("lab")];
    let bench = server(Pdns::start(&zones).await.unwrap());
    for error in refusals(&bench.provider).await {
        assert_eq!(error.kind, ErrorKind::Invalid);
        assert!(error.message.contains("cafe.lab is of kind Slave"), "{error}");
    }
    assert_eq!(pdns_door::dump(&bench.pdns), []);
}

#[tokio::test]
async fn a_zone_that_is_signed_elsewhere_is_refused_before_a_change() {
    let bench = server(Pdns::start(&[Stored::primary("cafe.lab").presigned()]).await.unwrap());
    for error in refusals(&bench.provider).await {
        assert_eq!(error.kind, ErrorKind::Invalid);
        assert!(error.message.contains("cafe.lab is signed elsewhere"), "{error}");
    }
}

#[tokio::test]
async fn p9_a_server_out_of_reach_is_refused_before_a_connection() {
    let bench = start().await;
    let port = bench.pdns.api_url().rsplit(':').next().unwrap().to_owned();
    for host in ["127.0.0.1", "localhost"] {
        let settings = settings(&format!("http://{host}:{port}"), bench.pdns.api_key());
        let far = PowerDns::new(&settings).unwrap().with_reach(|address| !address.is_loopback()).unwrap();
        for error in refusals(&far).await {
            assert!(error.kind == ErrorKind::Invalid && error.message.contains("may not connect to"), "{error}");
        }
    }
}
