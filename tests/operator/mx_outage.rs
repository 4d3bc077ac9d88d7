//! P4: what cannot be looked up is not covered. Here everything of a domain answers but its MX.

use hickory_proto::rr::RecordType;
use mailward_sandbox::servfail::Servfail;

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
