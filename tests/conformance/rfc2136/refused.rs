//! What a user reads when the server says no: which kind, which sentence, the same one each time, and no key in it.

use std::time::{Duration, SystemTime};

use mailward::{
    dns::Zone,
    provider::{
        Error, ErrorKind, Provider, Result, ZoneLookup,
        rfc2136::{Algorithm, Rfc2136},
    },
};
use mailward_sandbox::bind::{Bind, Options};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{Primary, primary, provider, provider_at, start, zone};
use crate::{Bench, fixtures::*};

/// A secret that no server of these tests has.
pub(super) const WRONG: &str = "YW5vdGhlciBzZWNyZXQgdGhhbiB0aGUgc2VydmVyJ3M=";

/// The error of every call that can meet it, which must be the same error.
pub(super) async fn refusal(provider: &Rfc2136) -> Error {
    let set = txt("cafe.lab", &["v=spf1 -all"]);
    let errors = [
        provider.zone_of(&name("cafe.lab")).await.unwrap_err(),
        provider.read(&cafe(), &[name("cafe.lab")]).await.unwrap_err(),
        provider.apply(&cafe(), &[create(&set)]).await.unwrap_err(),
    ];
    assert!(errors.iter().all(|error| *error == errors[0]), "{errors:?}");
    let [error, ..] = errors;
    error
}

fn assert_denied(error: &Error, bind: &Bind, reason: &str) {
    assert_eq!(error.kind, ErrorKind::Denied, "{error}");
    assert!(error.message.starts_with(&format!("DNS server {} ", bind.address())), "{error}");
    assert!(error.message.contains(reason), "{error}");
    assert!(!error.message.contains(&bind.key().secret_base64()) && !error.message.contains(WRONG), "{error}");
}

#[tokio::test]
async fn a_wrong_secret_is_denied_and_named() {
    let bench = start().await;
    let error = refusal(&provider(&bench.bind, bench.bind.key().name(), WRONG, Algorithm::HmacSha256)).await;
    let reason = "refuses the signature of TSIG key `mailward-sandbox` (hmac-sha256) (BADSIG): the secret";
    assert_denied(&error, &bench.bind, reason);
    assert_eq!(bench.dump().await, []);
}

#[tokio::test]
async fn an_unknown_key_and_a_wrong_algorithm_are_denied_and_named() {
    let bench = start().await;
    let (name, secret) = (bench.bind.key().name(), bench.bind.key().secret_base64());
    let error = refusal(&provider(&bench.bind, "mailwart", &secret, Algorithm::HmacSha256)).await;
    assert_denied(&error, &bench.bind, "does not know TSIG key `mailwart` (hmac-sha256) (BADKEY)");
    let error = refusal(&provider(&bench.bind, name, &secret, Algorithm::HmacSha512)).await;
    assert_denied(&error, &bench.bind, "TSIG key `mailward-sandbox` (hmac-sha512) (BADKEY)");
}

#[tokio::test]
async fn a_wrong_clock_is_denied_and_both_clocks_are_named() {
    let bench = start().await;
    let late = bench.provider.with_clock(|| SystemTime::now() - Duration::from_hours(1));
    assert_denied(&refusal(&late).await, &bench.bind, "(BADTIME): the clocks differ by more than 300 s");
}

/// A zone where the key may write one name.
async fn narrow(directory: &tempfile::TempDir) -> Primary {
    let statements = format!(
        "key wide {{ algorithm hmac-sha256; secret \"{WRONG}\"; }};
         {}",
        zone(
            directory,
            "cafe.zone",
            "update-policy { grant mailward-sandbox name _dmarc.cafe.lab. TXT; grant wide zonesub ANY; };"
        )
    );
    primary(Options { state_dir: Some(directory.path().to_owned()), statements, ..Options::default() }).await
}

#[tokio::test]
async fn a_name_outside_the_grant_is_denied_and_the_rest_of_the_change_set_with_it() {
    let directory = tempfile::tempdir().unwrap();
    let bench = narrow(&directory).await;
    let granted = txt("_dmarc.cafe.lab", &["v=DMARC1; p=none"]);
    let error = bench.provider.apply(&cafe(), &[create(&granted), create(&txt("cafe.lab", &["v=spf1 -all"]))]).await;
    assert_denied(&error.unwrap_err(), &bench.bind, "refuses updates of zone `cafe.lab` by TSIG key `mailward-sandbox`");
    assert_eq!(bench.dump().await, []);
    apply(&bench.provider, &[create(&granted)]).await;
    assert_eq!(bench.dump().await, [granted]);
}

#[tokio::test]
async fn dns_w1_a_key_with_a_narrow_grant_still_tells_owned_from_synthesised() {
    let directory = tempfile::tempdir().unwrap();
    let bench = narrow(&directory).await;
    let wide = provider(&bench.bind, "wide", WRONG, Algorithm::HmacSha256);
    apply(&wide, &[create(&txt("*.cafe.lab", &["junk"]))]).await;
    assert_eq!(read_txt(&bench.provider, "_smtp._tls.cafe.lab").await, None);
}

#[tokio::test]
async fn a_server_that_is_down_is_transient() {
    let mut bench = start().await;
    bench.bind.stop().await.unwrap();
    let error = refusal(&bench.provider).await;
    assert_eq!(error.kind, ErrorKind::Transient);
    assert_eq!(error.message, format!("DNS server {} refuses TCP connections", bench.bind.address()));
}

/// The clock is tokio's and runs ahead while nothing else happens.
#[tokio::test(start_paused = true)]
async fn a_server_that_never_answers_is_transient_and_bounded() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = silent.local_addr().unwrap().to_string();
    let error = refusal(&provider_at(&server, "mailward", WRONG, Algorithm::HmacSha256)).await;
    assert_eq!(error.kind, ErrorKind::Transient);
    assert_eq!(error.message, format!("DNS server {server} did not answer over TCP within 5 s"));
}

#[tokio::test]
async fn a_server_that_hangs_up_or_talks_nonsense_is_told_apart() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = listener.local_addr().unwrap().to_string();
    let provider = provider_at(&server, "mailward", WRONG, Algorithm::HmacSha256);
    let asked = name("cafe.lab");
    let answer = async |octets: &'static [u8]| -> Result<ZoneLookup> {
        let server = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let length = stream.read_u16().await.unwrap();
            stream.read_exact(&mut vec![0; length.into()]).await.unwrap();
            stream.write_all(octets).await.unwrap();
        };
        futures::future::join(provider.zone_of(&asked), server).await.0
    };
    let hung_up = answer(b"").await.unwrap_err();
    assert_eq!(hung_up.kind, ErrorKind::Transient);
    assert!(hung_up.message.ends_with("closed the TCP connection without an answer"), "{hung_up}");
    let nonsense = answer(b"\x00\x05hello").await.unwrap_err();
    assert_eq!(nonsense.kind, ErrorKind::Bug);
}

/// Believing it would let anybody on the way swallow a write.
#[tokio::test]
async fn an_unsigned_success_of_an_update_is_not_believed() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = listener.local_addr().unwrap().to_string();
    let provider = provider_at(&server, "mailward", WRONG, Algorithm::HmacSha256);
    let liar = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let length = stream.read_u16().await.unwrap();
        let mut request = vec![0; length.into()];
        stream.read_exact(&mut request).await.unwrap();
        // The request's id, QR and opcode UPDATE, NOERROR, no sections.
        let answer = [&[0, 12][..], &request[..2], &[0xa8, 0], &[0; 8]].concat();
        stream.write_all(&answer).await.unwrap();
    };
    let changes = [create(&txt("cafe.lab", &["v=spf1 -all"]))];
    let zone = cafe();
    let (told, ()) = futures::future::join(provider.apply(&zone, &changes), liar).await;
    let error = told.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Denied);
    assert!(error.message.contains("without a signature"), "{error}");
}

#[tokio::test]
async fn p9_a_server_at_an_address_out_of_reach_is_refused_before_a_connection() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = format!("localhost:{}", listener.local_addr().unwrap().port());
    let provider = provider_at(&server, "mailward", WRONG, Algorithm::HmacSha256);
    let error = refusal(&provider.with_reach(|address| !address.is_loopback())).await;
    assert_eq!(error.kind, ErrorKind::Invalid);
    assert!(error.message.starts_with(&format!("DNS server {server} has an address")), "{error}");
    let waiting = listener.into_std().unwrap().accept();
    assert_eq!(waiting.unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}

#[tokio::test]
async fn a_zone_that_the_server_does_not_have_is_not_found_and_not_written() {
    let bench = start().await;
    let elsewhere = Zone { name: name("elsewhere.lab"), id: "elsewhere.lab".into() };
    assert_eq!(bench.provider.zone_of(&elsewhere.name).await.unwrap(), ZoneLookup::NotFound);
    let error = bench.provider.apply(&elsewhere, &[create(&txt("elsewhere.lab", &["a"]))]).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Invalid);
    assert!(error.message.contains("NOTAUTH") && error.message.contains("primary"), "{error}");
}

#[tokio::test]
async fn dns_r4_reading_behind_a_fresh_delegation_is_a_conflict() {
    let bench = start().await;
    bench.put(ns("_domainkey.cafe.lab", "ns.elsewhere.lab")).await;
    let error = bench.provider.read(&cafe(), &[name("s1._domainkey.cafe.lab")]).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conflict);
    assert!(error.message.contains("s1._domainkey.cafe.lab"), "{error}");
}

#[tokio::test]
async fn a_dname_hands_its_subtree_away_like_a_delegation() {
    let bench = start().await;
    bench.nsupdate("update add old.cafe.lab. 300 DNAME new.sender.lab.").await;
    let lookup = bench.provider.zone_of(&name("_dmarc.old.cafe.lab")).await.unwrap();
    assert_eq!(lookup, ZoneLookup::Delegated { cut: name("old.cafe.lab") });
    assert!(matches!(bench.provider.zone_of(&name("old.cafe.lab")).await.unwrap(), ZoneLookup::Found(_)));
}

#[tokio::test]
async fn a_change_longer_than_a_message_is_refused_before_it_is_sent() {
    let bench = start().await;
    let sets: Vec<_> = (0..5).map(|at| txt(&format!("s{at}.cafe.lab"), &[&"x".repeat(16_000)])).collect();
    let changes: Vec<_> = sets.iter().map(create).collect();
    let message = refuse(&bench.provider, &changes, ErrorKind::Invalid).await;
    assert!(message.contains("65,535 octets"), "{message}");
    assert_eq!(bench.dump().await, []);
}
