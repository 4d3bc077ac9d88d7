//! Input that the API server takes and the rules refuse: a message that names field and rule, and nothing else happens.

use crate::lab::{Tenant, condition, is_ready};

/// Applies a good spec, then a bad one, then looks: the message names these, what was published stays, and what the bad
/// block does not concern goes on.
async fn refused(name: &str, bad: &str, parts: &[&str]) {
    let tenant = Tenant::new(name).await;
    let (dns, dmarc) = (tenant.dns(), tenant.name("_dmarc"));
    tenant.apply("{spf: {ip4: [192.0.2.1], all: Fail}, dmarc: {policy: None}}").await;
    tenant.ready().await;

    tenant.apply(&format!("{{{bad}, dmarc: {{policy: None, rua: ['mailto:new@{name}.lab']}}}}")).await;
    let object = tenant
        .until("be refused", |object| condition(object, "Accepted").is_some_and(|accepted| accepted.status == "False"))
        .await;
    let message = condition(&object, "Accepted").unwrap().message;
    for part in parts {
        assert!(message.contains(part), "{part:?} is not in {message:?}");
    }
    assert!(!is_ready(&object));
    dns.until_txt(&dmarc, &[&format!("v=DMARC1; p=none; rua=mailto:new@{name}.lab")]).await;
    assert_eq!(dns.txt(&tenant.name("@")).await, ["v=spf1 ip4:192.0.2.1 -all"], "what was published stays");
}

const KEEP_SPF: &str = "spf: {ip4: [192.0.2.1], all: Fail}";

#[tokio::test]
async fn dkim_r1_a_pasted_key_cut_short_is_refused_and_other_records_go_on() {
    let bad = format!("{KEEP_SPF}, dkim: {{published: [{{selector: google, publicKey: MIIBIjANBgkqhkiG9w0BAQEF}}]}}");
    refused("short-key", &bad, &["dkim.published", "DKIM-R1"]).await;
}
