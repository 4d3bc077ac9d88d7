//! Bad input: a message that names field and rule, nothing published, nothing lost, and everything else goes on.

use crate::lab::{Tenant, condition, is_ready};

const GOOD_SPF: &str = "v=spf1 ip4:192.0.2.1 -all";
const SPF: &str = "spf: {ip4: [192.0.2.1], all: Fail}";

/// A domain that is fine.
async fn settled(tenant: &Tenant) {
    tenant.apply(&format!("{{{SPF}, dmarc: {{policy: None}}}}")).await;
    tenant.ready().await;
}

#[tokio::test]
async fn what_the_api_server_refuses_names_field_and_rule_and_loses_nothing() {
    let tenant = Tenant::new("refused").await;
    settled(&tenant).await;
    let version = tenant.object().await.metadata.resource_version;
    let eleven = (0..11).map(|n| format!("a{n}.example")).collect::<Vec<_>>().join(", ");
    for (bad, parts) in [
        ("{spf: {all: Fail, terms: [redirect=a.example]}}", ["spec.spf.all", "SPF-R1"]),
        (format!("{{spf: {{include: [{eleven}], all: Fail}}}}").as_str(), ["spec.spf", "SPF-G2"]),
        ("{spf: {ip4: ['2001:db8::1'], all: Fail}}", ["spec.spf.ip4[0]", "SPF-R1"]),
        ("{domain: bücher.example}", ["spec.domain", "DNS-G3"]),
        ("{domain: other.lab}", ["spec.domain", "immutable"]),
        ("{dmarc: {policy: None, rua: [dmarc@refused.lab]}}", ["spec.dmarc.rua[0]", "DMARC-R1"]),
        ("{tlsRpt: {rua: ['http://reports.example/tls']}}", ["spec.tlsRpt.rua[0]", "TLSRPT-R1"]),
        ("{mtaSts: {mode: Testing, mx: ['*']}}", ["spec.mtaSts.mx[0]", "STS-R1"]),
        ("{mtaSts: {mode: Testing, mx: ['mail*.refused.lab']}}", ["spec.mtaSts.mx[0]", "STS-R1"]),
    ] {
        let message = tenant.refused(bad).await;
        for part in parts {
            assert!(message.contains(part), "{bad}: {part:?} is not in {message:?}");
        }
    }
    assert_eq!(tenant.object().await.metadata.resource_version, version);
    assert_eq!(tenant.dns().txt(&tenant.name("@")).await, [GOOD_SPF]);
}

/// Applies a good spec, then one with a bad block in it: the message names these parts, and the rest goes on.
async fn rejected(tenant: &Tenant, bad: &str, parts: &[&str]) {
    settled(tenant).await;
    tenant.apply(&format!("{{{bad}, tlsRpt: {{rua: ['mailto:tls@example.net']}}}}")).await;
    let refused = |object: &_| condition(object, "Accepted").is_some_and(|accepted| accepted.status == "False");
    let object = tenant.until("be refused", refused).await;
    let message = condition(&object, "Accepted").unwrap().message;
    for part in parts {
        assert!(message.contains(part), "{part:?} is not in {message:?}");
    }
    assert!(!is_ready(&object));
    tenant.dns().until_txt(&tenant.name("_smtp._tls"), &["v=TLSRPTv1; rua=mailto:tls@example.net"]).await;
    assert_eq!(tenant.dns().txt(&tenant.name("@")).await, [GOOD_SPF], "what was published stays");
}

#[tokio::test]
async fn spf_r1_a_term_that_no_receiver_can_read_is_refused_and_the_record_that_is_there_stays() {
    let tenant = Tenant::new("bad-term").await;
    rejected(&tenant, "spf: {terms: ['ip4:192.0.2.300'], all: Fail}", &["spec.spf.terms[0]", "SPF-R1"]).await;
}

#[tokio::test]
async fn dkim_r1_a_pasted_key_that_was_cut_short_is_refused_and_its_neighbour_is_published() {
    let tenant = Tenant::new("short-key").await;
    let good = "{selector: good, publicKey: 'v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='}";
    let bad = "{selector: google, publicKey: MIIBIjANBgkqhkiG9w0BAQEF}";
    let parts = ["spec.dkim.published[1].publicKey", "DKIM-R1"];
    rejected(&tenant, &format!("{SPF}, dkim: {{published: [{good}, {bad}]}}"), &parts).await;
    assert_eq!(tenant.dns().txt(&tenant.name("good._domainkey")).await.len(), 1);
    assert_eq!(tenant.dns().txt(&tenant.name("google._domainkey")).await, [""; 0]);
}

#[tokio::test]
async fn dns_r1_a_name_that_is_too_long_only_after_prefixing_is_refused() {
    let label = "a".repeat(63);
    let tenant = Tenant::with_domain("long-report", &format!("{label}.{label}.long-report.lab")).await;
    let dmarc = format!("dmarc: {{policy: None, rua: ['mailto:dmarc@{label}.{label}.example']}}");
    rejected(&tenant, &format!("{SPF}, {dmarc}"), &["spec.dmarc", "DNS-R1"]).await;
    assert_eq!(tenant.dns().txt(&tenant.name("_dmarc")).await, ["v=DMARC1; p=none"]);
}

#[tokio::test]
async fn p9_an_annotation_that_the_install_does_not_allow_is_refused() {
    let tenant = Tenant::new("annotated").await;
    let serving = "serving: {ingress: {annotations: {nginx.ingress.kubernetes.io/server-snippet: evil}}}";
    let bad = format!("{SPF}, mtaSts: {{mode: Testing, mx: [mx.annotated.lab], {serving}}}");
    rejected(&tenant, &bad, &["spec.mtaSts.serving.ingress.annotations", "P9", "server-snippet"]).await;
}

#[tokio::test]
async fn spf_g2_an_include_that_costs_too_many_lookups_holds_the_record_and_what_was_published_stays() {
    let tenant = Tenant::new("costly").await;
    let (dns, apex) = (tenant.dns(), tenant.name("@"));
    let includes = |range: std::ops::Range<u8>| {
        let terms: Vec<_> = range.map(|n| format!("include:i{n}.costly-sender.lab ")).collect();
        terms.concat()
    };
    // Two strings: together they are longer than the 255 octets of one.
    let ten = format!("\"v=spf1 {}\" \"{}-all\"", includes(0..5), includes(5..10));
    let mut commands = vec![format!("update add costly-sender.lab 30 TXT {ten}")];
    commands.extend((0..10).map(|n| format!("update add i{n}.costly-sender.lab 30 TXT \"v=spf1 ip4:192.0.2.{n} -all\"")));
    dns.nsupdate(&commands.join("\n")).await;
    settled(&tenant).await;

    tenant.apply("{spf: {include: [costly-sender.lab], all: Fail}, dmarc: {policy: None}}").await;
    let message = tenant.until_not_ready("Held").await;
    assert!(message.contains("spec.spf") && message.contains("SPF-G2"), "{message}");
    assert_eq!(dns.txt(&apex).await, [GOOD_SPF]);

    dns.nsupdate(
        "update delete i9.costly-sender.lab TXT\nupdate delete costly-sender.lab TXT\n\
        update add costly-sender.lab 30 TXT \"v=spf1 include:i0.costly-sender.lab -all\"",
    )
    .await;
    tenant.poke().await;
    let object = tenant.ready().await;
    assert_eq!(dns.txt(&apex).await, ["v=spf1 include:costly-sender.lab -all"]);
    assert_eq!(object.status.unwrap().spf.unwrap().lookups, 2);
}
