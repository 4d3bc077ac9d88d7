//! What a user reads when the server says no: which kind, which sentence, the same one each time, and no key in it.

use mailward::provider::{Error, Result};

use super::*;

/// The error of every call that can meet it, which must be the same error.
async fn refusal(provider: &Rfc2136) -> Error {
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

fn assert_denied(error: &Error, port: u16, reason: &str) {
    assert_eq!(error.kind, ErrorKind::Denied, "{error}");
    assert!(error.message.starts_with(&format!("DNS server 127.0.0.1:{port} ")), "{error}");
    assert!(error.message.contains(reason), "{error}");
    for (_, _, secret) in [OURS, THEIRS] {
        assert!(!error.message.contains(secret), "{error}");
    }
}

#[tokio::test]
async fn a_wrong_secret_is_denied_and_named() {
    let bench = start().await;
    let wrong = ("mailward", "hmac-sha256", "YW5vdGhlciBzZWNyZXQgdGhhbiB0aGUgc2VydmVyJ3M=");
    let error = refusal(&provider(bench.bind.port, wrong, Algorithm::HmacSha256)).await;
    assert_denied(&error, bench.bind.port, "signature of TSIG key `mailward` (hmac-sha256) (BADSIG): the secret");
    assert_eq!(bench.dump().await, []);
}

#[tokio::test]
async fn an_unknown_key_and_a_wrong_algorithm_are_denied_and_named() {
    let bench = start().await;
    let unknown = ("mailwart", OURS.1, OURS.2);
    let error = refusal(&provider(bench.bind.port, unknown, Algorithm::HmacSha256)).await;
    assert_denied(&error, bench.bind.port, "does not know TSIG key `mailwart` (hmac-sha256) (BADKEY)");
    let error = refusal(&provider(bench.bind.port, OURS, Algorithm::HmacSha512)).await;
    assert_denied(&error, bench.bind.port, "TSIG key `mailward` (hmac-sha512) (BADKEY)");
}

#[tokio::test]
async fn a_wrong_clock_is_denied_and_both_clocks_are_named() {
    let bench = start().await;
    let late =
        provider(bench.bind.port, OURS, Algorithm::HmacSha256).with_clock(|| SystemTime::now() - Duration::from_secs(3600));
    assert_denied(&refusal(&late).await, bench.bind.port, "(BADTIME): the clocks differ by more than 300 s");
}

#[tokio::test]
async fn a_key_without_a_grant_reads_and_may_not_write() {
    let bench = primary("update-policy { grant mailward name _dmarc.cafe.lab. TXT; grant somebody-else zonesub ANY; };");
    apply(&bench.provider, &[create(&txt("_dmarc.cafe.lab", &["v=DMARC1; p=none"]))]).await;
    let changes = [create(&txt("_smtp._tls.cafe.lab", &["a"])), create(&txt("cafe.lab", &["v=spf1 -all"]))];
    let error = bench.provider.apply(&cafe(), &changes).await.unwrap_err();
    assert_denied(&error, bench.bind.port, "refuses updates of zone `cafe.lab` by TSIG key `mailward`");
    assert_eq!(bench.dump().await, [txt("_dmarc.cafe.lab", &["v=DMARC1; p=none"])]);
}

#[tokio::test]
async fn dns_w1_a_key_with_a_narrow_grant_still_tells_owned_from_synthesised() {
    let bench = primary("update-policy { grant mailward name _dmarc.cafe.lab. TXT; grant somebody-else zonesub ANY; };");
    bench.put(txt("*.cafe.lab", &["junk"])).await;
    assert_eq!(read_txt(&bench.provider, "_smtp._tls.cafe.lab").await, None);
}

#[tokio::test]
async fn a_server_that_is_down_is_transient() {
    let mut bench = start().await;
    bench.bind.stop();
    let error = refusal(&bench.provider).await;
    assert_eq!(error.kind, ErrorKind::Transient);
    assert_eq!(error.message, format!("DNS server 127.0.0.1:{} refuses TCP connections", bench.bind.port));
}

/// The clock is tokio's and runs ahead while nothing else happens.
#[tokio::test(start_paused = true)]
async fn a_server_that_never_answers_is_transient_and_bounded() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = silent.local_addr().unwrap().port();
    let error = refusal(&provider(port, OURS, Algorithm::HmacSha256)).await;
    assert_eq!(error.kind, ErrorKind::Transient);
    assert_eq!(error.message, format!("DNS server 127.0.0.1:{port} did not answer over TCP within 5 s"));
}

#[tokio::test]
async fn a_server_that_hangs_up_or_talks_nonsense_is_told_apart() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let provider = provider(listener.local_addr().unwrap().port(), OURS, Algorithm::HmacSha256);
    let asked = name("cafe.lab");
    let answer = async |octets: &'static [u8]| -> Result<ZoneLookup> {
        let server = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let length = tokio::io::AsyncReadExt::read_u16(&mut stream).await.unwrap();
            tokio::io::AsyncReadExt::read_exact(&mut stream, &mut vec![0; length.into()]).await.unwrap();
            tokio::io::AsyncWriteExt::write_all(&mut stream, octets).await.unwrap();
        };
        futures::future::join(provider.zone_of(&asked), server).await.0
    };
    let hung_up = answer(b"").await.unwrap_err();
    assert_eq!(hung_up.kind, ErrorKind::Transient);
    assert!(hung_up.message.ends_with("closed the TCP connection without an answer"), "{hung_up}");
    let nonsense = answer(b"\x00\x05hello").await.unwrap_err();
    assert_eq!(nonsense.kind, ErrorKind::Bug);
}

#[tokio::test]
async fn a_zone_that_the_server_does_not_have_is_not_found_and_not_written() {
    let bench = start().await;
    let elsewhere = mailward::dns::Zone { name: name("elsewhere.lab"), id: "elsewhere.lab".into() };
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
    bench.bind.nsupdate("cafe.lab", "update add old.cafe.lab. 300 DNAME new.sender.lab.");
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
