//! P4: what cannot be looked up is not covered. P7: nor is it news. Here everything of a domain answers but its MX.

use hickory_proto::rr::RecordType;
use mailward_sandbox::{control_plane::AuditEvent, servfail::Servfail};

use crate::{
    lab::{Lab, Tenant, is},
    policy::{id, policy, servers},
};

/// What every policy server gives for the domain, and the id in DNS.
async fn published(tenant: &Tenant) -> (Vec<String>, Option<String>) {
    let mut texts = vec![];
    for server in servers(&tenant.lab) {
        texts.push(tenant.lab.policy(server, &tenant.domain).await.unwrap());
    }
    (texts, id(tenant).await)
}

/// Waits until a visit to each was told of the failure and is over: a later one of the same domain asks again.
async fn looked_in_vain(tenants: &[&Tenant], outside: &Servfail) {
    outside.fail(RecordType::MX);
    for tenant in tenants {
        tenant.poke().await;
        let asked = async || outside.failed(&tenant.domain) > 1;
        tenant.lab.until("questions in vain", asked).await;
    }
}

async fn status_writes(tenant: &Tenant) -> Vec<AuditEvent> {
    tenant.controller_writes().await.into_iter().filter(|write| write.subresource == "status").collect()
}

#[tokio::test]
async fn p7_a_parked_domain_and_a_warning_about_mx_outlive_a_failed_lookup() {
    let lab = Lab::shared().await;
    let outside = Servfail::before(lab.dns.address()).await.unwrap();
    lab.provider("mx-silence", &lab.dns, &[outside.address()]).await;
    let parked = lab.tenant_with("mx-silence", "mx-silence").await;
    parked.apply("{parked: true}").await;
    parked.ready().await;
    let uncovered = lab.tenant_with("mx-uncovered", "mx-silence").await;
    uncovered.has_mx(&uncovered.name("other")).await;
    uncovered.apply(policy("Testing", 86_400, &[&uncovered.name("mx")])).await;
    let warned = uncovered.ready().await;
    let warnings = warned.status.unwrap().warnings;
    assert!(warnings.iter().any(|warning| warning.starts_with("STS-G3: ")), "{warnings:?}");

    let before = [status_writes(&parked).await, status_writes(&uncovered).await];
    looked_in_vain(&[&parked, &uncovered], &outside).await;
    assert_eq!([status_writes(&parked).await, status_writes(&uncovered).await], before, "nobody's answer is no news");
}

#[tokio::test]
async fn p4_a_failed_mx_lookup_is_no_coverage_and_the_enforce_policy_that_is_served_stays_until_mx_answers() {
    let lab = Lab::shared().await;
    let outside = Servfail::before(lab.dns.address()).await.unwrap();
    lab.provider("mx-outage", &lab.dns, &[outside.address()]).await;
    let tenant = lab.tenant_with("mx-outage", "mx-outage").await;
    let (kept, dropped) = (tenant.name("mx1"), tenant.name("mx2"));
    tenant.has_mx(&kept).await;
    tenant.has_mx(&dropped).await;
    tenant.apply(policy("Enforce", 86_400, &[&kept, &dropped])).await;
    tenant.ready().await;
    let served = published(&tenant).await;
    assert!(served.1.is_some() && served.0.iter().all(|text| text.contains("mode: enforce\r\n")), "{served:?}");

    outside.fail(RecordType::MX);
    tenant.apply(policy("Enforce", 86_400, &[&kept])).await;
    let refused = tenant.says("PolicyServed", "False", &["STS-G3", "cannot be looked up", &outside.address().to_string()]).await;
    assert_eq!(refused.reason, "MXUnknown");
    assert_eq!(published(&tenant).await, served, "nothing is known of MX");

    // Now it is known, and the second host would lose its cover.
    outside.mend();
    tenant.poke().await;
    let refused = tenant.says("PolicyServed", "False", &["STS-G3", "no pattern", &dropped]).await;
    assert_eq!(refused.reason, "MXNotCovered");
    assert_eq!(published(&tenant).await, served, "mx2 still receives mail");

    lab.dns.nsupdate(&format!("update delete {} MX 10 {dropped}.", tenant.domain)).await;
    tenant.poke().await;
    assert!(is(&tenant.ready().await, "PolicyServed", "True"));
    let now = published(&tenant).await;
    assert!(now.0.iter().all(|text| text.contains("mode: enforce\r\n") && !text.contains(&dropped)), "{now:?}");
    assert_ne!(now.1, served.1, "another text has another id");
}
