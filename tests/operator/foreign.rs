//! P1: nothing foreign is touched.

use hickory_proto::rr::RecordType;

use crate::lab::{Tenant, condition};

const GOOGLE: &str = "google-site-verification=rXOxyZounnZasA8Z7oaD3c14JdjS9aKSWvsR1EbUSIQ";

#[tokio::test]
async fn dns_g4_a_foreign_apex_txt_survives_create_update_and_delete_with_the_ttl_of_its_set() {
    let tenant = Tenant::new("foreign-apex").await;
    let (dns, apex) = (tenant.dns(), tenant.name("@"));
    dns.nsupdate(&format!("update add {apex} 1234 TXT \"{GOOGLE}\"")).await;

    tenant.apply("{deletionPolicy: Delete, spf: {ip4: [192.0.2.1], all: SoftFail}}").await;
    tenant.ready().await;
    assert_eq!(dns.txt(&apex).await, [GOOGLE, "v=spf1 ip4:192.0.2.1 ~all"]);
    assert_eq!(dns.txt_ttl(&apex).await, Some(1234));

    tenant.apply("{deletionPolicy: Delete, spf: {ip4: [192.0.2.2], all: SoftFail}}").await;
    tenant.ready().await;
    assert_eq!(dns.txt(&apex).await, [GOOGLE, "v=spf1 ip4:192.0.2.2 ~all"]);
    assert_eq!(dns.txt_ttl(&apex).await, Some(1234));

    tenant.delete("mail").await;
    assert_eq!(dns.txt(&apex).await, [GOOGLE]);
    assert_eq!(dns.txt_ttl(&apex).await, Some(1234));
    assert!(dns.txt(&tenant.name("_mailward")).await.is_empty(), "the marker goes last, and it goes");
}

#[tokio::test]
async fn p1_a_foreign_spf_is_a_conflict_that_names_both_values_while_dmarc_and_dkim_go_on() {
    let tenant = Tenant::new("foreign-spf").await;
    let (dns, apex) = (tenant.dns(), tenant.name("@"));
    let foreign = "v=spf1 include:old.example -all";
    dns.nsupdate(&format!("update add {apex} 300 TXT \"{GOOGLE}\"\nupdate add {apex} 300 TXT \"{foreign}\"")).await;

    let dkim = "dkim: {delegated: [{selector: s1, target: s1.sender.example}]}";
    tenant.apply(&format!("{{spf: {{ip4: [192.0.2.1], all: Fail}}, dmarc: {{policy: None}}, {dkim}}}")).await;
    let conflict = tenant.until_true("Conflict").await;
    assert_eq!(conflict.reason, "ForeignValue");
    for value in [foreign, "v=spf1 ip4:192.0.2.1 -all", "DNS-G4", &format!("{apex} TXT")] {
        assert!(conflict.message.contains(value), "{value:?} is not in {:?}", conflict.message);
    }
    dns.until_txt(&tenant.name("_dmarc"), &["v=DMARC1; p=none"]).await;
    assert_eq!(dns.values(&tenant.name("s1._domainkey"), RecordType::CNAME).await, ["s1.sender.example."]);
    assert_eq!(dns.txt(&apex).await, [GOOGLE, foreign]);
    assert!(condition(&tenant.object().await, "Stalled").is_some(), "somebody has to act, and kstatus says so");

    dns.nsupdate(&format!("update delete {apex} TXT \"{foreign}\"")).await;
    tenant.poke().await;
    dns.until_txt(&apex, &[GOOGLE, "v=spf1 ip4:192.0.2.1 -all"]).await;
}

#[tokio::test]
async fn spf_g1_two_spf_values_are_a_conflict_and_never_a_silent_choice() {
    let tenant = Tenant::new("two-spf").await;
    let (dns, apex) = (tenant.dns(), tenant.name("@"));
    let both = ["v=spf1 ip4:192.0.2.1 -all", "v=spf1 ip4:192.0.2.9 -all"];
    dns.nsupdate(&both.map(|text| format!("update add {apex} 300 TXT \"{text}\"")).join("\n")).await;

    // One of the two is even what the spec asks for.
    tenant.apply("{spf: {ip4: [192.0.2.1], all: Fail}}").await;
    let conflict = tenant.until_true("Conflict").await;
    assert_eq!(conflict.reason, "TwoValues");
    for part in ["SPF-G1", both[0], both[1]] {
        assert!(conflict.message.contains(part), "{part:?} is not in {:?}", conflict.message);
    }
    assert_eq!(dns.txt(&apex).await, both);
}

#[tokio::test]
async fn p1_a_value_that_somebody_reverts_three_times_is_contested_and_left_alone() {
    let tenant = Tenant::new("contested").await;
    let (dns, name) = (tenant.dns(), tenant.name("_dmarc"));
    let (ours, theirs) = ("v=DMARC1; p=none", "v=DMARC1; p=none; rua=mailto:other@example.net");
    tenant.apply("{dmarc: {policy: None}}").await;
    tenant.ready().await;
    for _ in 0..3 {
        dns.until_txt(&name, &[ours]).await;
        dns.nsupdate(&format!("update delete {name} TXT\nupdate add {name} 30 TXT \"{theirs}\"")).await;
        tenant.poke().await;
    }
    dns.until_txt(&name, &[ours]).await;
    dns.nsupdate(&format!("update delete {name} TXT\nupdate add {name} 30 TXT \"{theirs}\"")).await;
    tenant.poke().await;
    let conflict = tenant.until_true("Conflict").await;
    assert_eq!(conflict.reason, "Contested");
    assert!(conflict.message.contains(ours) && conflict.message.contains(theirs), "{}", conflict.message);
    assert_eq!(dns.txt(&name).await, [theirs]);

    // The user looked at it: the spec says the same as the other writer now.
    tenant.apply("{dmarc: {policy: None, rua: ['mailto:other@example.net']}}").await;
    tenant.ready().await;
    assert_eq!(dns.txt(&name).await, [theirs]);
}
