//! Domains whose own zone only points to their records: Mailward writes in its own zone, and nothing counts before its pointer stands.

use mail_records::spf::Spf;
use mailward::api::{RecordState, RecordStatus};
use serde_json::json;

use crate::lab::{Tenant, is_ready, ready_message, status};

/// Where the records are, instead of the tenant's domain.
const ZONE: &str = "at-home.lab";

async fn apply(tenant: &Tenant) {
    tenant.has_mx(&tenant.name("mx1")).await;
    tenant
        .apply(json!({
            "delegation": {"zone": ZONE},
            "spf": {"mx": ["@"], "all": "Fail"},
            "dkim": {"keys": [{"name": "main", "secretName": "dkim"}]},
            "dmarc": {"policy": "Quarantine"},
            "mtaSts": {"mode": "Testing", "maxAge": 86_400, "mx": [tenant.name("mx1")]},
            "tlsRpt": {"rua": ["mailto:tls@example.com"]},
        }))
        .await;
}

async fn pointers(tenant: &Tenant) -> Vec<RecordStatus> {
    tenant.object().await.status.map(|status| status.delegation).unwrap_or_default()
}

/// Enters what the status lists, as whoever holds the domain's zone would.
async fn enter(tenant: &Tenant, pointer: &RecordStatus) {
    let value = if pointer.kind == "TXT" { format!("\"{}\"", pointer.values[0]) } else { pointer.values[0].clone() };
    tenant.dns().nsupdate(&format!("update add {}. 30 {} {value}", pointer.name, pointer.kind)).await;
}

#[tokio::test]
async fn a_delegated_domain_is_written_in_our_zone_alone_and_counts_once_its_pointers_stand() {
    let tenant = Tenant::new("delegated").await;
    apply(&tenant).await;
    tenant.until_true("DMARCHeld").await;
    let message = tenant.until_not_ready("DelegationIncomplete").await;
    for part in ["delegated.lab TXT: enter v=spf1 redirect=delegated.lab.at-home.lab once", "_dmarc.delegated.lab CNAME"] {
        assert!(message.contains(part), "{part:?} is not in {message:?}");
    }
    assert!(tenant.stable().await.is_none(), "P3: no signer is told of a key to which nothing leads");
    let foreign = tenant.zone().await;
    assert_eq!(foreign, [""; 0], "nothing is written in the domain's own zone");
    let spf = tenant.dns().txt("delegated.lab.at-home.lab").await.pop().unwrap();
    assert_eq!(spf, "v=spf1 mx:delegated.lab -all", "RFC 7208 6.1: a redirect changes what `mx` alone means");
    assert!(spf.parse::<Spf>().is_ok());

    let mut entered = 0;
    assert!(
        tenant
            .eventually(async || {
                for pointer in pointers(&tenant).await {
                    if pointer.state != RecordState::Verified {
                        enter(&tenant, &pointer).await;
                        entered += 1;
                    }
                }
                tenant.poke().await;
                is_ready(&tenant.object().await)
            })
            .await,
        "{}",
        ready_message(&tenant.object().await)
    );
    assert!(entered >= 6, "SPF, key, DMARC, policy host, id and reports: {entered}");
    let names: Vec<String> = pointers(&tenant).await.into_iter().map(|pointer| pointer.name).collect();
    let selector = tenant.selector().await;
    let key = format!("{selector}._domainkey.delegated.lab");
    for name in [
        "delegated.lab",
        "_dmarc.delegated.lab",
        "_mta-sts.delegated.lab",
        "mta-sts.delegated.lab",
        "_smtp._tls.delegated.lab",
        &key,
    ] {
        assert!(names.iter().any(|known| known == name), "{name} is not among {names:?}");
    }
    assert!(tenant.stable().await.is_some(), "the key is in use");
    assert!(status(&tenant.object().await).records.iter().all(|record| record.name.ends_with(ZONE)));

    tenant.dns().nsupdate("update delete _dmarc.delegated.lab. CNAME").await;
    tenant.poke().await;
    let message = tenant.until_not_ready("DelegationIncomplete").await;
    assert!(message.starts_with("_dmarc.delegated.lab CNAME: enter") && message.ends_with("there is none"), "{message}");
    assert_eq!(tenant.dns().txt("_dmarc.delegated.lab.at-home.lab").await.len(), 1);
}

#[tokio::test]
async fn a_delegation_cannot_be_changed() {
    let tenant = Tenant::new("delegated-still").await;
    tenant.apply(json!({"delegation": {"zone": ZONE}, "dmarc": {"policy": "None"}})).await;
    for other in ["{dmarc: {policy: None}}", "{delegation: {zone: elsewhere.lab}, dmarc: {policy: None}}"] {
        let message = tenant.refused(other).await;
        assert!(message.contains("delegation is immutable"), "{message}");
    }
}
