//! The independent readers look where they are told, and tell good from bad.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may end at the first surprise")]

use mailward_sandbox::bind::{Bind, Options, Zone};
use mailward_sandbox::judge::Judge;

#[tokio::test]
async fn the_readers_judge_the_records_of_the_server_they_are_pointed_at() {
    let records =
        "@ TXT \"v=spf1 ip4:192.0.2.0/28 -all\"\n_dmarc TXT \"v=DMARC1; p=reject\"\n_smtp._tls TXT \"v=TLSRPTv1; rua=nobody\"\n";
    let zone = Zone::primary("judged.lab.", records);
    let bind = Bind::start(Options { zones: vec![zone], ..Options::default() }).await.unwrap();
    let senders = vec!["192.0.2.3".parse().unwrap(), "203.0.113.9".parse().unwrap()];
    let judge = Judge { senders, selectors: vec!["absent".to_owned()], ..Judge::at(bind.address()) };
    let verdicts = judge.ask("judged.lab").await.unwrap();

    assert_eq!(verdicts["checkdmarc"]["spf"]["valid"], true, "{verdicts:#}");
    assert_eq!(verdicts["checkdmarc"]["dmarc"]["tags"]["p"]["value"], "reject", "{verdicts:#}");
    assert_eq!(verdicts["checkdmarc"]["tls_rpt"]["valid"], false, "{verdicts:#}");
    assert_eq!(verdicts["pyspf"]["192.0.2.3"][0], "pass", "{verdicts:#}");
    assert_eq!(verdicts["pyspf"]["203.0.113.9"][0], "fail", "{verdicts:#}");
    assert!(verdicts["dkimpy"]["absent"]["error"].is_string(), "{verdicts:#}");
}
