//! P1: nothing foreign is touched.

use hickory_proto::rr::RecordType;
use k8s_openapi::api::events::v1::Event;
use kube::api::ListParams;

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

    tenant.delete().await;
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
async fn p8_a_conflict_is_told_by_an_event_once() {
    let tenant = Tenant::new("told").await;
    let apex = tenant.name("@");
    tenant.dns().nsupdate(&format!("update add {apex} 300 TXT \"v=spf1 include:old.example -all\"")).await;
    tenant.apply("{spf: {all: Fail}}").await;
    tenant.until_true("Conflict").await;
    let events = tenant.api::<Event>();
    let conflicts = async || {
        let all = events.list(&ListParams::default()).await.unwrap().items;
        all.into_iter().filter(|event| event.reason.as_deref() == Some("Conflict")).collect::<Vec<_>>()
    };
    assert!(tenant.eventually(async || !conflicts().await.is_empty()).await, "no event tells of the conflict");
    tenant.poke().await;
    tenant.until_true("Conflict").await;
    let told = conflicts().await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].type_.as_deref(), Some("Warning"));
    assert!(told[0].note.as_ref().unwrap().contains(&apex), "{told:?}");
}

#[tokio::test]
async fn dns_g4_an_unrelated_txt_beside_a_record_of_ours_stays_with_its_ttl() {
    let tenant = Tenant::new("unrelated").await;
    let (dns, dmarc) = (tenant.dns(), tenant.name("_dmarc"));
    dns.nsupdate(&format!("update add {dmarc} 777 TXT \"a note\"")).await;
    tenant.apply("{deletionPolicy: Delete, dmarc: {policy: None}}").await;
    tenant.ready().await;
    assert_eq!(dns.txt(&dmarc).await, ["a note", "v=DMARC1; p=none"]);
    assert_eq!(dns.txt_ttl(&dmarc).await, Some(777));
    tenant.delete().await;
    assert_eq!(dns.txt(&dmarc).await, ["a note"]);
    assert_eq!(dns.txt_ttl(&dmarc).await, Some(777));
}

#[tokio::test]
async fn p1_a_name_that_external_dns_marked_is_its_own_even_where_adoption_is_allowed() {
    let tenant = Tenant::new("external-dns").await;
    let (dns, dmarc) = (tenant.dns(), tenant.name("_dmarc"));
    let mark = "heritage=external-dns,external-dns/owner=blue,external-dns/resource=crd/mail/x";
    let theirs = "v=DMARC1; p=none; rua=mailto:x@example.net";
    dns.nsupdate(&[mark, theirs].map(|text| format!("update add {dmarc} 300 TXT \"{text}\"")).join("\n")).await;
    tenant.apply("{adoption: Adopt, dmarc: {policy: None}}").await;
    let conflict = tenant.until_true("Conflict").await;
    assert_eq!(conflict.reason, "OwnedByOther");
    assert!(conflict.message.contains("external-dns \"blue\""), "{}", conflict.message);
    assert_eq!(dns.txt(&dmarc).await, [mark, theirs]);
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
