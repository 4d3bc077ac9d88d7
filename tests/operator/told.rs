//! What is told besides the status: every change, in the words of its plan (P8).

use mailward::api::MailDomain;

use crate::lab::Tenant;

async fn until_told(tenant: &Tenant, words: &[&str]) {
    let mut told = vec![];
    let all = tenant
        .eventually(async || {
            told = tenant.notes("Changed").await;
            words.iter().all(|words| told.iter().any(|note| note.contains(words)))
        })
        .await;
    assert!(all, "{words:?} are not all in {told:#?}");
}

#[tokio::test]
async fn p8_each_change_is_told_also_when_several_follow_within_a_minute() {
    let tenant = Tenant::new("told-changes").await;
    let (apex, dmarc) = (tenant.name("@"), tenant.name("_dmarc"));
    tenant.apply("{spf: {all: Fail}}").await;
    tenant.ready().await;
    tenant.apply("{spf: {all: SoftFail}, dmarc: {policy: None}}").await;
    tenant.ready().await;
    let of = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    for (name, value) in [of(&apex, "v=spf1 -all"), of(&apex, "v=spf1 ~all"), of(&dmarc, "v=DMARC1; p=none")] {
        until_told(&tenant, &[&name, &value]).await;
    }
    assert!(tenant.notes("Changed").await.len() <= 3, "one event a visit: {:#?}", tenant.notes("Changed").await);
}

#[tokio::test]
async fn p8_a_record_that_is_healed_before_any_status_shows_it_is_told_all_the_same() {
    let tenant = Tenant::new("told-healed").await;
    let (dns, dmarc) = (tenant.dns(), tenant.name("_dmarc"));
    tenant.apply("{spf: {all: Fail}, dmarc: {policy: None}}").await;
    tenant.ready().await;
    let before = tenant.object().await.status;
    dns.nsupdate(&format!("update delete {dmarc} TXT\nupdate add {dmarc} 30 TXT \"v=DMARC1; p=none; np=reject\"")).await;
    dns.until_txt(&dmarc, &["v=DMARC1; p=none"]).await;
    until_told(&tenant, &["np=reject"]).await;
    assert_eq!(tenant.object().await.status, before, "a visit that heals leaves the status as it was");
}

#[tokio::test]
async fn p8_what_others_have_is_told_however_much_it_is() {
    let tenant = Tenant::new("told-much").await;
    let dmarc = tenant.name("_dmarc");
    let label = "x".repeat(60);
    let hosts = (0..40).map(|number| format!("update add {}. 30 MX 10 {label}.{label}.mx{number}.test.\n", tenant.domain));
    let values =
        (0..90).map(|number| format!("update add {dmarc} 30 TXT \"v=DMARC1; p=none; rua=mailto:{number}@{label}.test\"\n"));
    tenant.dns().nsupdate(&hosts.chain(values).collect::<String>()).await;
    let policy = format!("{{mode: Testing, maxAge: 86400, mx: [{}], serving: {{ingress: {{}}}}}}", tenant.name("mx"));
    tenant.apply(&format!("{{dmarc: {{policy: None}}, mtaSts: {policy}}}")).await;
    tenant.says("Conflict", "True", &["RFC 9989 4.10", "and 86 others compete", "set `adoption: Adopt`"]).await;
    let uncovered = |object: &MailDomain| {
        let warnings = object.status.as_ref().map(|status| status.warnings.clone()).unwrap_or_default();
        warnings.into_iter().find(|warning| warning.starts_with("STS-G3: "))
    };
    let object = tenant.until("warn of MX", |object| uncovered(object).is_some()).await;
    let warning = uncovered(&object).unwrap();
    assert!(warning.contains("mx0.test") && warning.ends_with(" ..."), "{warning}");
}
