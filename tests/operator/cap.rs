//! P6: deletions are counted per credential and hour; above the cap they wait and say what would let them through.

use kube::{Api, api::PostParams};
use mailward::api::{ClusterDNSProvider, MailDomain};
use serde_json::json;

use crate::lab::{Lab, Tenant};

/// A second provider object that says what the tenant's own one says, its Secret included.
async fn same_provider_again(tenant: &Tenant) -> String {
    let providers: Api<ClusterDNSProvider> = Api::all(tenant.client.clone());
    let own = tenant.api::<MailDomain>().get("mail").await.unwrap().spec.provider_ref.name;
    let again = ClusterDNSProvider::new("again", providers.get(&own).await.unwrap().spec);
    providers.create(&PostParams::default(), &again).await.unwrap();
    "again".to_owned()
}

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

    let name = same_provider_again(&tenant).await;
    let second = lab.tenant("cap-again").await;
    second.apply(json!({"providerRef": {"name": name}, "spf": {"all": "Fail"}})).await;
    second.ready().await;
    second.apply(json!({"providerRef": {"name": name}})).await;
    second.says("Ready", "False", &["deletions wait", "allowed as"]).await;
    assert_eq!(second.zone().await.len(), 1, "the hour's deletions are the credential's, whichever object names it");
}
