//! What somebody changes by hand is seen and healed: DNS within the drift interval, objects at once.

use k8s_openapi::api::{
    core::v1::{ConfigMap, Secret},
    networking::v1::Ingress,
};
use kube::{
    Api,
    api::{DeleteParams, ListParams, Patch, PatchParams},
};
use mailward_sandbox::steps::operator::POLICY_NAMESPACE;
use serde_json::json;

use crate::lab::Tenant;

#[tokio::test]
async fn a_record_changed_or_removed_by_hand_is_healed_within_the_drift_interval() {
    let tenant = Tenant::new("drift").await;
    let (dns, apex, dmarc) = (tenant.dns(), tenant.name("@"), tenant.name("_dmarc"));
    let (spf, policy) = ("v=spf1 ip4:192.0.2.1 -all", "v=DMARC1; p=none");
    tenant.apply("{spf: {ip4: [192.0.2.1], all: Fail}, dmarc: {policy: None}}").await;
    tenant.ready().await;

    // In one message: the visit that heals one must heal both. Nobody pokes.
    dns.nsupdate(&format!(
        "update delete {apex} TXT \"{spf}\"\nupdate add {apex} 2 TXT \"v=spf1 +all\"\nupdate delete {dmarc} TXT"
    ))
    .await;
    dns.until_txt(&apex, &[spf]).await;
    dns.until_txt(&dmarc, &[policy]).await;
}

#[tokio::test]
async fn spf_g1_a_second_spf_put_beside_ours_is_a_conflict_and_ours_stays() {
    let tenant = Tenant::new("drift-beside").await;
    let (dns, apex) = (tenant.dns(), tenant.name("@"));
    tenant.apply("{spf: {all: Fail}}").await;
    tenant.ready().await;
    let foreign = "v=spf1 include:new-sender.example ~all";
    dns.nsupdate(&format!("update add {apex} 30 TXT \"{foreign}\"")).await;
    tenant.poke().await;
    let conflict = tenant.until_true("Conflict").await;
    assert_eq!(conflict.reason, "TwoValues");
    assert!(conflict.message.contains(foreign), "{}", conflict.message);
    assert_eq!(dns.txt(&apex).await, ["v=spf1 -all", foreign]);

    dns.nsupdate(&format!("update delete {apex} TXT \"{foreign}\"")).await;
    tenant.poke().await;
    tenant.ready().await;
}

#[tokio::test]
async fn a_ttl_changed_by_hand_is_put_right_at_a_name_that_is_ours_alone() {
    let tenant = Tenant::new("drift-ttl").await;
    let (dns, dmarc) = (tenant.dns(), tenant.name("_dmarc"));
    tenant.apply("{dmarc: {policy: None}}").await;
    tenant.ready().await;
    dns.nsupdate(&format!("update delete {dmarc} TXT\nupdate add {dmarc} 86400 TXT \"v=DMARC1; p=none\"")).await;
    tenant.poke().await;
    let healed = tenant.eventually(async || dns.txt_ttl(&dmarc).await == Some(30)).await;
    assert!(healed, "the TTL stays at {:?}", dns.txt_ttl(&dmarc).await);
}

#[tokio::test]
async fn a_marker_removed_by_hand_is_written_again_and_nothing_else_changes() {
    let tenant = Tenant::new("drift-marker").await;
    let (dns, name) = (tenant.dns(), tenant.name("_mailward"));
    tenant.apply("{spf: {all: Fail}, dmarc: {policy: None}}").await;
    tenant.ready().await;
    let marker = dns.txt(&name).await;
    dns.nsupdate(&format!("update delete {name} TXT")).await;
    tenant.poke().await;
    dns.until_txt(&name, &marker.iter().map(String::as_str).collect::<Vec<_>>()).await;
    assert_eq!(dns.txt(&tenant.name("@")).await, ["v=spf1 -all"]);
}

#[tokio::test]
async fn a_hand_edited_or_deleted_dkim_secret_for_signers_is_healed_at_once() {
    let tenant = Tenant::new("drift-secret").await;
    tenant.apply("{dkim: {keys: [{name: main, secretName: signer}]}}").await;
    tenant.ready().await;
    let before = tenant.secret("signer").await.data;
    let api = tenant.api::<Secret>();

    let patch = json!({"stringData": {"selector": "nonsense"}});
    api.patch("signer", &PatchParams::default(), &Patch::Merge(&patch)).await.unwrap();
    let healed = tenant.eventually(async || tenant.secret("signer").await.data == before);
    assert!(healed.await, "the Secret keeps {:?}", tenant.secret("signer").await.data.unwrap().keys());

    api.delete("signer", &DeleteParams::default()).await.unwrap();
    let healed = tenant.eventually(async || api.get_opt("signer").await.unwrap().is_some_and(|secret| secret.data == before));
    assert!(healed.await, "the Secret did not come back with the same key");
}

#[tokio::test]
async fn a_hand_edited_policy_configmap_or_ingress_is_healed_at_once() {
    let tenant = Tenant::new("drift-policy").await;
    tenant.apply("{mtaSts: {mode: Testing, mx: [mx.drift-policy.lab]}}").await;
    tenant.ready().await;
    let maps: Api<ConfigMap> = Api::namespaced(tenant.client.clone(), POLICY_NAMESPACE);
    let ingresses: Api<Ingress> = Api::namespaced(tenant.client.clone(), POLICY_NAMESPACE);
    let map = maps.list(&ListParams::default()).await.unwrap().items;
    let map = map.into_iter().find(|map| map.metadata.name.as_ref().unwrap().contains("drift-policy")).unwrap();
    let name = map.metadata.name.clone().unwrap();
    let ingress = ingresses.get(&name).await.unwrap();

    let key = map.data.as_ref().unwrap().iter().find(|(_, value)| value.contains("version: STSv1")).unwrap().0.clone();
    let patch = json!({"data": {key.as_str(): "version: STSv1\r\nmode: none\r\nmax_age: 86400\r\n"}});
    maps.patch(&name, &PatchParams::default(), &Patch::Merge(&patch)).await.unwrap();
    let patch = json!([{"op": "replace", "path": "/spec/rules/0/host", "value": "evil.lab"}]);
    let patch: Patch<()> = Patch::Json(serde_json::from_value(patch).unwrap());
    ingresses.patch(&name, &PatchParams::default(), &patch).await.unwrap();

    let healed = tenant.eventually(async || maps.get(&name).await.unwrap().data == map.data);
    assert!(healed.await, "{:?}", maps.get(&name).await.unwrap().data);
    let healed = tenant.eventually(async || ingresses.get(&name).await.unwrap().spec == ingress.spec);
    assert!(healed.await, "{:?}", ingresses.get(&name).await.unwrap().spec);
}
