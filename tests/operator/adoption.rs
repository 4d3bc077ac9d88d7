//! P1: what is there already is taken over by meaning, or because the user said so, and then once.

use mail_records::marker::Marker;

use crate::lab::{Tenant, condition};

/// What a hoster publishes for its customers.
const HOSTER: &str = "v=DMARC1; p=quarantine; sp=none; ri=86400; adkim=r; aspf=r; rua=mailto:dmarc@hoster.lab; rf=afrf; pct=100";

async fn marker(tenant: &Tenant) -> Marker {
    tenant.dns().txt(&tenant.name("_mailward")).await[0].parse().unwrap()
}

fn slots(slots: &std::collections::BTreeSet<mail_records::marker::Slot>) -> Vec<&str> {
    slots.iter().map(mail_records::marker::Slot::as_str).collect()
}

#[tokio::test]
async fn p1_a_hosters_dmarc_record_that_means_the_same_is_adopted_silently_and_rewritten_only_by_a_new_spec() {
    let tenant = Tenant::new("hoster").await;
    let (dns, name) = (tenant.dns(), tenant.name("_dmarc"));
    dns.nsupdate(&format!("update add {name} 1800 TXT \"{HOSTER}\"")).await;

    let spec = |more: &str| {
        format!("{{ttl: 1800, dmarc: {{policy: Quarantine, subdomainPolicy: None, rua: ['mailto:dmarc@hoster.lab']{more}}}}}")
    };
    tenant.apply(&spec("")).await;
    let object = tenant.ready().await;
    assert_eq!(condition(&object, "Conflict"), None);
    assert_eq!(dns.txt(&name).await, [HOSTER]);
    let marked = marker(&tenant).await;
    assert_eq!((slots(&marked.has), slots(&marked.took)), (vec!["dmarc"], vec![]));

    tenant.poke().await;
    tenant.ready().await;
    assert_eq!(dns.txt(&name).await, [HOSTER], "the bytes stay while the meaning is the same");

    tenant.apply(&spec(", aspf: Strict")).await;
    // Stricter alignment needs proof that mail can pass; the old record stays until then.
    let held = tenant.until_true("DMARCHeld").await;
    assert!(held.message.contains("neither spf nor dkim"), "{}", held.message);
    assert_eq!(dns.txt(&name).await, [HOSTER]);

    tenant.apply("{ttl: 1800, dmarc: {policy: None, rua: ['mailto:dmarc@hoster.lab']}}").await;
    tenant.ready().await;
    assert_eq!(dns.txt(&name).await, ["v=DMARC1; p=none; rua=mailto:dmarc@hoster.lab"]);
}

#[tokio::test]
async fn p1_adopt_takes_a_foreign_value_over_once_and_writes_that_down() {
    let tenant = Tenant::new("adopt").await;
    let (dns, apex) = (tenant.dns(), tenant.name("@"));
    let (foreign, ours) = ("v=spf1 include:old.example -all", "v=spf1 ip4:192.0.2.1 -all");
    dns.nsupdate(&format!("update add {apex} 600 TXT \"{foreign}\"\nupdate add {apex} 600 TXT \"keep me\"")).await;

    let spec = "{adoption: Adopt, spf: {ip4: [192.0.2.1], all: Fail}}";
    tenant.apply(spec).await;
    tenant.ready().await;
    assert_eq!(dns.txt(&apex).await, ["keep me", ours]);
    let marked = marker(&tenant).await;
    assert_eq!((slots(&marked.has), slots(&marked.took)), (vec!["spf"], vec!["spf"]));

    // Given back, and put there once more by somebody: that is no oversight of the past any more.
    tenant.apply("{adoption: Adopt, dmarc: {policy: None}}").await;
    tenant.ready().await;
    dns.until_txt(&apex, &["keep me"]).await;
    dns.nsupdate(&format!("update add {apex} 600 TXT \"{foreign}\"")).await;
    tenant.apply(spec).await;
    let conflict = tenant.until_true("Conflict").await;
    assert_eq!(conflict.reason, "TakenOnce");
    assert!(conflict.message.contains(foreign) && conflict.message.contains(ours), "{}", conflict.message);
    assert_eq!(dns.txt(&apex).await, ["keep me", foreign]);
}
