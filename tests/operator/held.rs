//! What waits: a stricter DMARC record and the parking of a domain in use (P5), and everything of a suspended object.

use crate::lab::Tenant;

#[tokio::test]
async fn p5_a_dmarc_reject_is_held_until_a_selector_answers_with_a_key_and_is_then_released() {
    let tenant = Tenant::new("held").await;
    let (dns, dmarc) = (tenant.dns(), tenant.name("_dmarc"));
    let dkim = "dkim: {delegated: [{selector: s1, target: s1.held-sender.lab}]}";
    tenant.apply(&format!("{{spf: {{all: Fail}}, {dkim}, dmarc: {{policy: None}}}}")).await;
    dns.until_txt(&dmarc, &["v=DMARC1; p=none"]).await;

    tenant.apply(&format!("{{spf: {{all: Fail}}, {dkim}, dmarc: {{policy: Reject}}}}")).await;
    let held = tenant.until_true("DMARCHeld").await;
    for part in ["P5", "s1", "s1.held-sender.lab"] {
        assert!(held.message.contains(part), "{part:?} is not in {:?}", held.message);
    }
    assert_eq!(dns.txt(&dmarc).await, ["v=DMARC1; p=none"]);

    let key = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    dns.nsupdate(&format!("update add s1.held-sender.lab 30 TXT \"{key}\"")).await;
    tenant.poke().await;
    dns.until_txt(&dmarc, &["v=DMARC1; p=reject"]).await;
    tenant.ready().await;
}

#[tokio::test]
async fn p5_a_first_dmarc_reject_waits_for_spf_and_is_released_by_it() {
    let tenant = Tenant::new("held-spf").await;
    let (dns, apex, dmarc) = (tenant.dns(), tenant.name("@"), tenant.name("_dmarc"));
    dns.nsupdate(&format!("update add {apex} 30 TXT \"v=spf1 include:old.example -all\"")).await;
    tenant.apply("{spf: {all: Fail}, dmarc: {policy: Reject}}").await;
    let held = tenant.until_true("DMARCHeld").await;
    assert!(held.message.contains("SPF is in conflict"), "{}", held.message);
    assert_eq!(dns.txt(&dmarc).await, [""; 0]);

    dns.nsupdate(&format!("update delete {apex} TXT")).await;
    tenant.poke().await;
    dns.until_txt(&dmarc, &["v=DMARC1; p=reject"]).await;
    tenant.ready().await;
}

#[tokio::test]
async fn p5_what_a_dmarc_reject_rests_on_stays_until_no_resolver_holds_it_any_more() {
    let tenant = Tenant::new("lingers").await;
    let (dns, apex, dmarc) = (tenant.dns(), tenant.name("@"), tenant.name("_dmarc"));
    tenant.apply("{spf: {all: Fail}, dmarc: {policy: Reject}}").await;
    tenant.ready().await;
    dns.until_txt(&dmarc, &["v=DMARC1; p=reject"]).await;

    tenant.apply("{}").await;
    dns.until_txt(&dmarc, &[]).await;
    let waits = |object: &crate::lab::Watched| {
        object
            .status
            .as_ref()
            .is_some_and(|status| status.warnings.iter().any(|warning| warning.contains("left the spec stay until")))
    };
    tenant.until("say what stays, and until when", waits).await;
    assert_eq!(dns.txt(&apex).await, ["v=spf1 -all"]);
    dns.until_txt(&apex, &[]).await;
    tenant.until("say nothing of it any more", |object| !waits(object)).await;
}

#[tokio::test]
async fn p5_a_domain_that_receives_mail_is_not_parked_until_its_mx_is_gone() {
    let tenant = Tenant::new("parked").await;
    let (dns, apex) = (tenant.dns(), tenant.name("@"));
    dns.nsupdate(&format!("update add {apex} 30 MX 10 mx.hoster.example.")).await;
    tenant.apply("{parked: true}").await;
    let message = tenant.until_not_ready("Held").await;
    assert!(message.contains("mx.hoster.example") && message.contains("P5"), "{message}");
    assert_eq!(dns.txt(&apex).await, [""; 0]);

    dns.nsupdate(&format!("update delete {apex} MX")).await;
    tenant.poke().await;
    tenant.ready().await;
    assert_eq!(dns.txt(&apex).await, ["v=spf1 -all"]);
    assert_eq!(dns.txt(&tenant.name("_dmarc")).await, ["v=DMARC1; p=reject"]);
    assert_eq!(dns.txt(&tenant.name("any-selector._domainkey")).await, ["v=DKIM1; p="]);
}

#[tokio::test]
async fn a_suspended_maildomain_writes_nothing_and_says_so_until_it_is_resumed() {
    let tenant = Tenant::new("suspended").await;
    let (dns, dmarc) = (tenant.dns(), tenant.name("_dmarc"));
    tenant.apply("{dmarc: {policy: None}}").await;
    tenant.ready().await;

    tenant.apply("{suspend: true, dmarc: {policy: None, rua: ['mailto:new@suspended.lab']}}").await;
    let message = tenant.until_not_ready("Suspended").await;
    assert!(message.contains("spec.suspend"), "{message}");
    dns.nsupdate(&format!("update delete {dmarc} TXT")).await;
    tenant.poke().await;
    let first = tenant.object().await.metadata.resource_version;
    tenant.until_not_ready("Suspended").await;
    assert_eq!(dns.txt(&dmarc).await, [""; 0]);
    assert_eq!(tenant.object().await.metadata.resource_version, first);

    tenant.apply("{dmarc: {policy: None, rua: ['mailto:new@suspended.lab']}}").await;
    tenant.ready().await;
    assert_eq!(dns.txt(&dmarc).await, ["v=DMARC1; p=none; rua=mailto:new@suspended.lab"]);
}
