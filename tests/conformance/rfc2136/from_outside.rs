//! What was written, as `dig` shows it to everybody, and what it cost.

use super::*;

#[tokio::test]
async fn dns_g1_dig_shows_an_rsa_2048_key_in_two_strings() {
    let bench = start().await;
    let key = format!("v=DKIM1; k=rsa; p={}", "A".repeat(392));
    apply(&bench.provider, &[create(&txt("s1._domainkey.cafe.lab", &[&key]))]).await;
    let shown = bench.bind.dig(&["s1._domainkey.cafe.lab", "TXT", "+short"]);
    let strings = zone_file::strings(&shown);
    assert_eq!(strings.iter().map(Vec::len).collect::<Vec<_>>(), [255, 155]);
    assert_eq!(strings.concat(), key.into_bytes());
}

#[tokio::test]
async fn names_of_a_zone_compare_without_case_dns_g3() {
    let bench = start().await;
    bench.bind.nsupdate("cafe.lab", "update add _DMARC.Cafe.LAB. 300 TXT \"v=DMARC1; p=none\"");
    let read = read_txt(&bench.provider, "_dmarc.cafe.lab").await.unwrap();
    assert_eq!(read, txt("_dmarc.cafe.lab", &["v=DMARC1; p=none"]));
    apply(&bench.provider, &[delete(&read)]).await;
    assert_eq!(bench.dump().await, []);
}

/// The serial counts changes: one message, one step, however many names it touches.
#[tokio::test]
async fn p2_a_change_set_is_one_update() {
    let bench = start().await;
    let serial = || bench.bind.dig(&["cafe.lab", "SOA", "+short"]).split(' ').nth(2).unwrap().parse::<u32>().unwrap();
    let before = serial();
    let sets = ["cafe.lab", "_dmarc.cafe.lab", "_mailward.cafe.lab"].map(|at| txt(at, &["value"]));
    apply(&bench.provider, &sets.each_ref().map(create)).await;
    assert_eq!(serial(), before + 1);
}

#[tokio::test]
async fn reading_below_a_wildcard_changes_nothing() {
    let bench = start().await;
    bench.put(txt("*.cafe.lab", &["junk"])).await;
    let serial = || bench.bind.dig(&["cafe.lab", "SOA", "+short"]);
    let before = serial();
    assert_eq!(read_txt(&bench.provider, "_dmarc.cafe.lab").await, None);
    assert_eq!(serial(), before);
}

#[tokio::test]
async fn every_algorithm_signs() {
    const SHA384: Key = ("k384", "hmac-sha384", "Zm9ydHktZWlnaHQgb2N0ZXRzIG9mIGEga2V5IGZvciBzaGEzODQgIQ==");
    const SHA512: Key = ("k512", "hmac-sha512", "c2l4dHktZm91ciBvY3RldHMgb2YgYSBrZXkgZm9yIGhtYWMtc2hhNTEyIGluIGEgdGVzdCAhISE=");
    let bind = Bind::start(|directory| {
        bind::keys(&[SHA384, SHA512]) + &bind::zone(directory, "cafe.lab", "allow-update { key k384; key k512; };")
    });
    for (at, key, algorithm) in [("a", SHA384, Algorithm::HmacSha384), ("b", SHA512, Algorithm::HmacSha512)] {
        let provider = provider(bind.port, key, algorithm);
        let set = txt(&format!("{at}.cafe.lab"), &["signed"]);
        apply(&provider, &[create(&set)]).await;
        assert_eq!(read_txt(&provider, set.name.as_str()).await, Some(set));
    }
}

/// Unsigned, the reads would come from the view of strangers and never show what the updates did.
#[tokio::test]
async fn reads_come_from_the_view_that_the_updates_go_to() {
    let bind = Bind::start(|directory| {
        let inside = bind::zone(directory, "cafe.lab", "allow-update { key mailward; };");
        let outside = inside.replace("cafe.lab.zone", "outside.zone").replace("allow-update { key mailward; };", "");
        std::fs::copy(directory.join("cafe.lab.zone"), directory.join("outside.zone")).unwrap();
        format!(
            "view inside {{ match-clients {{ key mailward; }}; {inside} }};
             view outside {{ match-clients {{ any; }}; {outside} }};"
        )
    });
    let provider = provider(bind.port, OURS, Algorithm::HmacSha256);
    let set = txt("cafe.lab", &["v=spf1 -all"]);
    apply(&provider, &[create(&set)]).await;
    assert_eq!(read_txt(&provider, "cafe.lab").await, Some(set));
    assert_eq!(bind.dig(&["cafe.lab", "TXT", "+short"]), "");
}
