//! What was written, as `dig` shows it to everybody, and what it cost.

use mailward::{
    dns::Value,
    provider::{Provider, rfc2136::Algorithm},
};
use mailward_sandbox::bind::{Bind, Options};

use super::{dig, primary, provider, start, zone};
use crate::{
    Bench,
    documented::{Step, says},
    fixtures::*,
    zone_file,
};

#[tokio::test]
async fn dns_g1_dig_shows_an_rsa_2048_key_in_two_strings() {
    let bench = start().await;
    let key = format!("v=DKIM1; k=rsa; p={}", "A".repeat(392));
    apply(&bench.provider, &[create(&txt("s1._domainkey.cafe.lab", &[&key]))]).await;
    let shown = bench.dig(&["s1._domainkey.cafe.lab", "TXT", "+short"]);
    let strings = zone_file::strings(&shown);
    assert_eq!(strings.iter().map(Vec::len).collect::<Vec<_>>(), [255, 155]);
    assert_eq!(strings.concat(), key.into_bytes());
}

#[tokio::test]
async fn names_of_a_zone_compare_without_case_dns_g3() {
    let bench = start().await;
    bench.nsupdate("update add _DMARC.Cafe.LAB. 300 TXT \"v=DMARC1; p=none\"").await;
    let read = read_txt(&bench.provider, "_dmarc.cafe.lab").await.unwrap();
    assert_eq!(read, txt("_dmarc.cafe.lab", &["v=DMARC1; p=none"]));
    apply(&bench.provider, &[delete(&read)]).await;
    assert_eq!(bench.dump().await, []);
}

#[tokio::test]
async fn p2_a_change_set_is_one_update_however_many_names_it_touches() {
    let bench = start().await;
    let sets = ["cafe.lab", "_dmarc.cafe.lab", "_mailward.cafe.lab"].map(|at| txt(at, &["value"]));
    apply(&bench.provider, &sets.each_ref().map(create)).await;
    let counted = bench.bind.counters().await.unwrap();
    assert_eq!((counted.updates, counted.updates_done), (1, 1));
    says("rfc2136", Step::First, "one UPDATE");
    let before = read_txt(&bench.provider, "cafe.lab").await.unwrap();
    apply(&bench.provider, &[change(&before, &["value"], &["other"])]).await;
    assert_eq!(bench.bind.counters().await.unwrap().updates, 2);
    says("rfc2136", Step::Change, "the same");
}

/// Where the provider object names a zone, that is what its check asks for.
#[tokio::test]
async fn p7_a_zone_is_found_with_one_question() {
    let bench = start().await;
    let before = bench.bind.counters().await.unwrap().queries;
    bench.provider.zone_of(&name("cafe.lab")).await.unwrap();
    assert_eq!(bench.bind.counters().await.unwrap().queries - before, 1);
    says("rfc2136", Step::Check, "1 or more questions every ten minutes");
}

#[tokio::test]
async fn p7_reading_sends_no_update_where_there_is_no_wildcard() {
    let bench = start().await;
    apply(&bench.provider, &[create(&txt("_dmarc.cafe.lab", &["v=DMARC1; p=none"]))]).await;
    let before = bench.bind.counters().await.unwrap();
    let names = ["cafe.lab", "_dmarc.cafe.lab", "s1._domainkey.cafe.lab"].map(name);
    bench.provider.read(&cafe(), &names).await.unwrap();
    let after = bench.bind.counters().await.unwrap();
    assert_eq!(after.updates, before.updates);
    // Four types at each name, and the one wildcard that could have given the one answer.
    assert_eq!(after.queries - before.queries, 4 * 3 + 1);
    says("rfc2136", Step::First, "four questions for each name");
}

#[tokio::test]
async fn dns_w1_a_doubt_below_a_wildcard_costs_one_probe_and_changes_nothing() {
    let bench = start().await;
    bench.put(txt("*.cafe.lab", &["junk"])).await;
    let (serial, before) = (bench.dig(&["cafe.lab", "SOA", "+short"]), bench.bind.updates_seen().await.unwrap());
    assert_eq!(read_txt(&bench.provider, "_dmarc.cafe.lab").await, None);
    assert_eq!(bench.dig(&["cafe.lab", "SOA", "+short"]), serial);
    assert_eq!(bench.bind.updates_seen().await.unwrap() - before, 1);
}

#[tokio::test]
async fn every_algorithm_signs() {
    let secret = "c2l4dHktZm91ciBvY3RldHMgb2YgYSBrZXkgZm9yIGhtYWMtc2hhNTEyIGluIGEgdGVzdCAhISE=";
    let directory = tempfile::tempdir().unwrap();
    let statements = format!(
        "key k384 {{ algorithm hmac-sha384; secret \"{secret}\"; }};
         key k512 {{ algorithm hmac-sha512; secret \"{secret}\"; }};
         {}",
        zone(&directory, "cafe.zone", "allow-update { key k384; key k512; };")
    );
    let state_dir = Some(directory.path().to_owned());
    let bind = Bind::start(Options { state_dir, statements, ..Options::default() }).await.unwrap();
    for (key, algorithm) in [("k384", Algorithm::HmacSha384), ("k512", Algorithm::HmacSha512)] {
        let provider = provider(&bind, key, secret, algorithm);
        let set = txt(&format!("{key}.cafe.lab"), &["signed"]);
        apply(&provider, &[create(&set)]).await;
        assert_eq!(read_txt(&provider, set.name.as_str()).await, Some(set));
    }
}

/// Unsigned, the reads would come from the view of strangers and never show what the updates did.
#[tokio::test]
async fn reads_come_from_the_view_that_the_updates_go_to() {
    let directory = tempfile::tempdir().unwrap();
    let key = "mailward-sandbox";
    let inside = zone(&directory, "inside.zone", &format!("allow-update {{ key {key}; }};"));
    let outside = zone(&directory, "outside.zone", "");
    let statements = format!(
        "view inside {{ match-clients {{ key {key}; }}; {inside} }};
         view outside {{ match-clients {{ any; }}; {outside} }};"
    );
    let state_dir = Some(directory.path().to_owned());
    let bench = primary(Options { state_dir, statements, ..Options::default() }).await;
    let set = txt("cafe.lab", &["v=spf1 -all"]);
    apply(&bench.provider, &[create(&set)]).await;
    assert_eq!(read_txt(&bench.provider, "cafe.lab").await.unwrap().values, [Value::text("v=spf1 -all")]);
    assert_eq!(dig(bench.bind.address(), &["cafe.lab", "TXT", "+short"]), "");
}
