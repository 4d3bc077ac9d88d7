//! Deletion: `Retain` leaves everything as it is, `Delete` takes it away in the order that breaks no mail, and nothing holds an
//! object for ever.

use k8s_openapi::api::core::v1::{Namespace, Secret};
use kube::{Api, Client, api::DeleteParams};
use mailward::api::ClusterDNSProvider;
use mailward_sandbox::steps::operator::NAMESPACE;
use serde_json::{Value, json};

use crate::{
    lab::{Lab, Tenant},
    policy::{policy, servers},
    withdrawal::{enforce, left, serves_none},
};

/// Every kind of record; DMARC as strict as given.
fn everything(dmarc: &str, deletion: &str) -> Value {
    json!({
        "spf": {"ip4": ["192.0.2.1"], "all": "Fail"},
        "dkim": {"keys": [{"name": "main", "secretName": "dkim"}]},
        "dmarc": {"policy": dmarc},
        "tlsRpt": {"rua": ["mailto:tls@example.com"]},
        "deletionPolicy": deletion,
    })
}

fn with_policy(tenant: &Tenant, mut spec: Value) -> Value {
    let Value::Object(policy) = policy("Testing", 86_400, &[&tenant.name("mx1")]) else { unreachable!() };
    spec.as_object_mut().unwrap().extend(policy);
    spec
}

#[tokio::test]
async fn retain_leaves_records_keys_and_policy_and_a_recreated_object_goes_on_with_them() {
    let lab = Lab::shared().await;
    let tenant = lab.tenant("retain").await;
    let spec = with_policy(&tenant, everything("Reject", "Retain"));
    tenant.apply(spec.clone()).await;
    tenant.ready().await;
    let (zone, selector) = (tenant.zone().await, tenant.selector().await);
    let text = lab.policy(servers(lab)[0], &tenant.domain).await.unwrap();

    tenant.delete().await;
    assert_eq!(tenant.zone().await, zone);
    assert_eq!(lab.policy(servers(lab)[1], &tenant.domain).await.unwrap(), text);
    assert!(tenant.stable().await.is_some() && tenant.key_secrets().await.len() == 1);

    tenant.apply(spec).await;
    tenant.ready().await;
    assert_eq!(tenant.selector().await, selector);
    assert_eq!(tenant.zone().await, zone);
    assert_eq!(tenant.key_secrets().await.len(), 1, "no second key");

    // What an earlier object of the domain made goes with the one that took it over.
    tenant.apply(with_policy(&tenant, everything("None", "Delete"))).await;
    tenant.ready().await;
    tenant.delete().await;
    assert!(tenant.zone().await.is_empty(), "{:#?}", tenant.zone().await);
    lab.until("every Secret to go", async || tenant.secrets().await.is_empty()).await;
}

#[tokio::test]
async fn delete_takes_dmarc_first_then_spf_and_dkim_then_the_marker_then_the_keys_and_nothing_foreign() {
    let lab = Lab::shared().await;
    let tenant = lab.tenant("delete").await;
    lab.dns.nsupdate(&format!("update add {} 30 TXT \"google-site-verification=abc\"", tenant.domain)).await;
    tenant.apply(everything("Quarantine", "Delete")).await;
    tenant.ready().await;
    let selector = tenant.name(&format!("{}._domainkey", tenant.selector().await));
    tenant.delete().await;
    lab.until("everything of the domain to go", async || {
        // What goes last is read first: whoever is missing now, all that goes before it must be missing after.
        let steps = [
            tenant.key_secrets().await.len(),
            lab.dns.txt(&tenant.name("_mailward")).await.len(),
            lab.dns.txt(&selector).await.len(),
            lab.dns.txt(&tenant.domain).await.len() - 1,
            lab.dns.txt(&tenant.name("_dmarc")).await.len(),
        ];
        let [keys, marker, selector, spf, dmarc] = steps;
        assert!(keys >= marker && marker >= selector && marker >= spf && selector >= dmarc && spf >= dmarc, "{steps:?}");
        steps.iter().all(|left| *left == 0)
    })
    .await;
    tenant.gone().await;
    assert!(tenant.secrets().await.is_empty(), "the Secret that signers mount is gone, too");
    assert_eq!(lab.dns.txt(&tenant.domain).await, ["google-site-verification=abc"], "P1");
}

#[tokio::test]
async fn an_enforce_policy_is_withdrawn_by_its_tombstone_after_the_object_is_gone() {
    let lab = Lab::shared().await;
    let tenant = lab.tenant("tombstone").await;
    enforce(&tenant, 25, json!({"deletionPolicy": "Delete"})).await;
    tenant.delete().await;
    assert!(serves_none(&tenant).await, "mode: none is served while senders can hold enforce");
    assert_eq!(left(&tenant).await.len(), 4, "{:#?}", left(&tenant).await);
    lab.until("the tombstone to clean up", async || left(&tenant).await.is_empty()).await;
    lab.until("the marker to go", async || lab.dns.txt(&tenant.name("_mailward")).await.is_empty()).await;
}

#[tokio::test]
async fn an_object_recreated_while_the_tombstone_waits_picks_the_policy_up() {
    let lab = Lab::shared().await;
    let tenant = lab.tenant("heir").await;
    enforce(&tenant, 86_400, json!({"deletionPolicy": "Delete"})).await;
    tenant.delete().await;
    assert!(serves_none(&tenant).await);
    enforce(&tenant, 86_400, json!({"deletionPolicy": "Delete"})).await;
    let text = lab.policy(servers(lab)[1], &tenant.domain).await.unwrap();
    assert!(text.contains("mode: enforce\r\n"), "{text}");
    assert_eq!(left(&tenant).await.len(), 4);
}

/// Something of the provider goes, then the object.
async fn goes_and_leaves_its_records(name: &str, provider: &str, take_away: impl AsyncFnOnce(Client)) {
    let lab = Lab::shared().await;
    lab.provider(provider, &lab.dns, &[lab.dns.address()]).await;
    let tenant = lab.tenant_with(name, provider).await;
    tenant.apply(everything("None", "Delete")).await;
    tenant.ready().await;
    let zone = tenant.zone().await;
    take_away(tenant.client.clone()).await;
    let before = left_behind(lab).await;
    tenant.delete().await;
    assert_eq!(tenant.zone().await, zone);
    lab.until("the counter to tell", async || left_behind(lab).await > before).await;
    lab.until("an event to tell", async || tenant.notes("LeftBehind").await.len() == 1).await;
}

/// MailDomains that went and left something, so far.
async fn left_behind(lab: &Lab) -> u64 {
    lab.counted("mailward_left_behind_total", "").await
}

#[tokio::test]
async fn an_object_whose_provider_is_gone_goes_after_the_patience_and_its_records_stay() {
    goes_and_leaves_its_records("provider-gone", "vanishing", async |client| {
        Api::<ClusterDNSProvider>::all(client).delete("vanishing", &DeleteParams::default()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_object_whose_credential_is_gone_goes_after_the_patience_and_its_records_stay() {
    goes_and_leaves_its_records("credential-gone", "keyless", async |client| {
        Api::<Secret>::namespaced(client, NAMESPACE).delete("keyless-tsig", &DeleteParams::default()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_namespace_deleted_as_a_whole_goes_and_its_records_stay_as_with_retain() {
    let lab = Lab::shared().await;
    let tenant = lab.tenant("whole-namespace").await;
    tenant.apply(everything("Reject", "Delete")).await;
    tenant.ready().await;
    let selector = tenant.name(&format!("{}._domainkey", tenant.selector().await));
    let names = [selector, tenant.domain.clone(), tenant.name("_dmarc"), tenant.name("_mailward")];
    let before = left_behind(lab).await;
    let namespaces: Api<Namespace> = Api::all(tenant.client.clone());
    namespaces.delete(&tenant.namespace, &DeleteParams::default()).await.unwrap();
    lab.until("the namespace to go", async || namespaces.get_opt(&tenant.namespace).await.unwrap().is_none()).await;
    for name in names {
        assert_eq!(lab.dns.txt(&name).await.len(), 1, "{name}");
    }
    lab.until("the counter to tell", async || left_behind(lab).await > before).await;
}

#[tokio::test]
async fn an_object_that_the_marker_does_not_name_deletes_nothing() {
    let lab = Lab::shared().await;
    let tenant = lab.tenant("other-uid").await;
    tenant.apply(everything("None", "Delete")).await;
    tenant.ready().await;
    // Suspended, it does not take the marker back.
    let mut suspended = everything("None", "Delete");
    suspended["suspend"] = true.into();
    tenant.apply(suspended).await;
    tenant.says("Ready", "False", &["spec.suspend"]).await;
    let name = tenant.name("_mailward");
    let marker = lab.dns.txt(&name).await.remove(0);
    let uid = tenant.object().await.metadata.uid.unwrap();
    let other = marker.replace(&uid, "00000000-0000-4000-8000-000000000000");
    lab.dns.nsupdate(&format!("update delete {name} TXT\nupdate add {name} 30 TXT \"{other}\"")).await;
    let zone = tenant.zone().await;

    tenant.delete().await;
    assert_eq!(tenant.zone().await, zone);
    assert_eq!(lab.dns.txt(&name).await, [other]);
    assert_eq!(tenant.key_secrets().await.len(), 1, "the keys of these records belong to whom the marker names");
}
