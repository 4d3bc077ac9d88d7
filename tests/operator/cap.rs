//! P6: deletions are counted per credential and hour; above the cap they wait and say what would let them through.

use serde_json::json;

use crate::lab::Lab;

#[tokio::test]
async fn p6_more_deletions_than_the_cap_wait_until_their_digest_is_allowed() {
    let lab = Lab::start(&["--drift-interval=10s", "--delete-cap=2"]).await;
    let tenant = lab.tenant("cap").await;
    tenant
        .apply(json!({
            "spf": {"ip4": ["192.0.2.1"], "all": "Fail"},
            "dmarc": {"policy": "None"},
            "tlsRpt": {"rua": ["mailto:tls@cap.lab"]},
        }))
        .await;
    tenant.ready().await;
    let full = tenant.zone().await;
    assert_eq!(full.len(), 3, "{full:#?}");

    tenant.apply(json!({})).await;
    let said = tenant.says("Ready", "False", &["deletions wait", "allowed as"]).await;
    assert_eq!(tenant.zone().await, full, "nothing goes while the deletions wait");

    let digest = said.message.rsplit_once("allowed as ").unwrap().1;
    tenant.patch(&json!({"metadata": {"annotations": {"mailward.dev/allow-deletions": digest}}})).await;
    lab.until("the allowed deletions", async || tenant.zone().await.is_empty()).await;
    tenant.ready().await;
}
