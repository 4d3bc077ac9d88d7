//! Where a record cannot stand, or would never be seen.

use hickory_proto::rr::RecordType;

use crate::lab::{Server, Tenant, condition, is_ready, ready_message};

#[tokio::test]
async fn dns_r2_a_cname_where_our_txt_should_go_is_a_conflict_and_other_records_go_on() {
    let tenant = Tenant::new("cname").await;
    let (dns, dmarc) = (tenant.dns(), tenant.name("_dmarc"));
    dns.nsupdate(&format!("update add {dmarc} 300 CNAME policy.hoster.example.")).await;
    tenant.apply("{adoption: Adopt, spf: {all: Fail}, dmarc: {policy: None}}").await;
    let conflict = tenant.until_true("Conflict").await;
    assert_eq!(conflict.reason, "CNAMEClash");
    for part in ["DNS-R2", "policy.hoster.example", "v=DMARC1; p=none"] {
        assert!(conflict.message.contains(part), "{part:?} is not in {:?}", conflict.message);
    }
    dns.until_txt(&tenant.name("@"), &["v=spf1 -all"]).await;
    assert_eq!(dns.values(&dmarc, RecordType::CNAME).await, ["policy.hoster.example."]);
}

#[tokio::test]
async fn dns_r2_a_selector_changes_from_cname_to_txt_and_back() {
    let tenant = Tenant::new("swap").await;
    let (dns, name) = (tenant.dns(), tenant.name("s1._domainkey"));
    let key = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    let alias = "{dkim: {delegated: [{selector: s1, target: s1.sender.example}]}}";
    tenant.apply(alias).await;
    tenant.ready().await;
    assert_eq!(dns.values(&name, RecordType::CNAME).await, ["s1.sender.example."]);

    tenant.apply(&format!("{{dkim: {{published: [{{selector: s1, publicKey: '{key}'}}]}}}}")).await;
    tenant.ready().await;
    assert_eq!(dns.txt(&name).await, [key]);

    tenant.apply(alias).await;
    tenant.ready().await;
    assert_eq!(dns.values(&name, RecordType::CNAME).await, ["s1.sender.example."]);
}

#[tokio::test]
async fn dns_r4_a_domain_that_is_delegated_elsewhere_is_not_written_in_the_zone_above() {
    let tenant = Tenant::new("elsewhere").await;
    let (dns, apex) = (tenant.dns(), tenant.name("@"));
    dns.nsupdate(&format!("update add {apex} 300 NS ns.somebody.example.")).await;
    tenant.apply("{spf: {all: Fail}, dmarc: {policy: None}}").await;
    let said = |object: &_| !is_ready(object) && ready_message(object).contains(&apex);
    tenant.until("name the delegated domain", said).await;
    for stored in [apex.clone(), tenant.name("_dmarc"), tenant.name("_mailward")] {
        dns.nsupdate(&format!("prereq nxrrset {stored} TXT\nupdate delete {stored} TXT")).await;
    }
}

#[tokio::test]
async fn dns_r4_nothing_is_written_behind_a_zone_cut_and_that_is_said_as_long_as_it_is_so() {
    let server = Server::start("cut.test", "_domainkey 300 IN NS ns.somebody.example.").await;
    let tenant = Tenant::at("cut", &server, &[server.address()]).await;
    tenant.apply("{spf: {all: Fail}, dkim: {delegated: [{selector: s1, target: s1.sender.example}]}}").await;
    server.until_txt("cut.test", &["v=spf1 -all"]).await;
    tenant.until_true("Conflict").await;

    // Another visit, in which nothing is left to write.
    tenant.poke().await;
    server.until_asked(16).await;
    let conflict = condition(&tenant.object().await, "Conflict").expect("the conflict is said no more");
    assert_eq!(conflict.reason, "DelegatedElsewhere");
    assert!(conflict.message.contains("DNS-R4") && conflict.message.contains("_domainkey.cut.test"), "{}", conflict.message);
    // Hidden by the cut, so no question shows it; a prerequisite of RFC 2136 speaks of what is stored.
    server.nsupdate("prereq nxdomain s1._domainkey.cut.test\nupdate delete s1._domainkey.cut.test").await;
}

#[tokio::test]
async fn dns_r3_the_first_name_below_a_node_does_not_hide_the_wildcard_above_it() {
    let tenant = Tenant::with_domain("wildcard", "news.wildcard.lab").await;
    let (dns, mx) = (tenant.dns(), "10 mx.hoster.example.");
    dns.nsupdate(&format!("update add *.wildcard.lab 300 MX {mx}")).await;
    assert_eq!(dns.values("news.wildcard.lab", RecordType::MX).await, [mx]);

    tenant.apply("{dmarc: {policy: None}}").await;
    let conflict = tenant.until_true("Conflict").await;
    assert_eq!(conflict.reason, "HidesWildcard");
    for part in ["DNS-R3", "*.wildcard.lab", "news.wildcard.lab", "MX"] {
        assert!(conflict.message.contains(part), "{part:?} is not in {:?}", conflict.message);
    }
    assert_eq!(dns.values("news.wildcard.lab", RecordType::MX).await, [mx], "mail still arrives");

    dns.nsupdate(&format!("update add news.wildcard.lab 300 MX {mx}")).await;
    tenant.poke().await;
    tenant.ready().await;
    assert_eq!(dns.txt("_dmarc.news.wildcard.lab").await, ["v=DMARC1; p=none"]);
    assert_eq!(dns.values("news.wildcard.lab", RecordType::MX).await, [mx]);
}

#[tokio::test]
async fn dns_w1_the_answers_of_a_stray_wildcard_are_neither_a_marker_nor_a_record_nor_a_conflict() {
    let tenant = Tenant::new("stray").await;
    let dns = tenant.dns();
    // It answers for `_dmarc`, `_mailward` and every selector, and one of its values is even what the spec asks for.
    let texts = ["v=DMARC1; p=none", "v=spf1 include:old.example -all"];
    let wildcard = tenant.name("*");
    dns.nsupdate(&texts.map(|text| format!("update add {wildcard} 300 TXT \"{text}\"")).join("\n")).await;
    tenant.apply("{spf: {all: Fail}, dmarc: {policy: None}}").await;
    tenant.ready().await;
    assert_eq!(dns.txt(&tenant.name("_dmarc")).await, ["v=DMARC1; p=none"]);
    assert_eq!(dns.txt(&tenant.name("@")).await, ["v=spf1 -all"]);
    assert!(dns.txt(&tenant.name("_mailward")).await[0].starts_with("heritage=mailward"));
    assert_eq!(dns.txt(&tenant.name("anything")).await, texts, "the wildcard is somebody else's and stays");
}

#[tokio::test]
async fn a_domain_that_no_zone_holds_is_said_to_have_none_and_nothing_is_published() {
    let tenant = Tenant::with_domain("nowhere", "nowhere.example").await;
    tenant.apply("{spf: {all: Fail}}").await;
    let object = tenant.until("say that there is no zone", |object| ready_message(object).contains("nowhere.example")).await;
    let message = ready_message(&object);
    assert!(!is_ready(&object), "{message}");
}
