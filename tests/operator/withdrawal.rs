//! A policy block that leaves the spec: an enforce policy goes through `mode: none`, any other goes at once (RFC 8461 8.3).

use hickory_proto::rr::RecordType;
use k8s_openapi::api::{core::v1::ConfigMap, networking::v1::Ingress};
use kube::{Api, api::ListParams};
use mailward_sandbox::steps::operator::POLICY_NAMESPACE;
use serde_json::{Value, json};

use crate::{
    lab::{Lab, Tenant},
    policy::{id, policy, servers},
};

/// Serves enforce, confirmed and announced.
pub(crate) async fn enforce(tenant: &Tenant, max_age: u32, more: Value) {
    let mx = tenant.name("mx1");
    tenant.has_mx(&mx).await;
    let mut spec = policy("Enforce", max_age, &[&mx]);
    let Value::Object(more) = more else { panic!("{more} is no object") };
    spec.as_object_mut().unwrap().extend(more);
    tenant.apply(spec).await;
    tenant.ready().await;
}

/// What is left of a policy, in DNS and in the policy namespace.
pub(crate) async fn left(tenant: &Tenant) -> Vec<String> {
    let mut left = tenant.dns().txt(&tenant.name("_mta-sts")).await;
    left.extend(tenant.dns().values(&tenant.name("mta-sts"), RecordType::A).await);
    let about = |annotations: &std::collections::BTreeMap<String, String>| {
        annotations.get("mailward.dev/domain").is_some_and(|domain| *domain == tenant.domain)
    };
    let maps = Api::<ConfigMap>::namespaced(tenant.client.clone(), POLICY_NAMESPACE).list(&ListParams::default()).await.unwrap();
    left.extend(
        maps.items
            .iter()
            .filter_map(|one| Some((one.metadata.annotations.as_ref()?, "ConfigMap")))
            .filter(|(one, _)| about(one))
            .map(|(_, kind)| kind.to_owned()),
    );
    let ingresses =
        Api::<Ingress>::namespaced(tenant.client.clone(), POLICY_NAMESPACE).list(&ListParams::default()).await.unwrap();
    left.extend(
        ingresses
            .items
            .iter()
            .filter_map(|one| one.metadata.annotations.as_ref())
            .filter(|one| about(one))
            .map(|_| "Ingress".to_owned()),
    );
    left
}

pub(crate) async fn serves_none(tenant: &Tenant) -> bool {
    for server in servers(&tenant.lab) {
        if !tenant.lab.policy(server, &tenant.domain).await.is_ok_and(|text| text.contains("mode: none\r\n")) {
            return false;
        }
    }
    true
}

#[tokio::test]
async fn an_enforce_policy_is_withdrawn_through_mode_none_until_nobody_can_hold_it_any_more() {
    let lab = Lab::shared().await;
    let tenant = lab.tenant("withdraw-enforce").await;
    enforce(&tenant, 12, json!({})).await;
    let enforced = id(&tenant).await;

    tenant.apply(json!({})).await;
    lab.until("another id", async || {
        let now = id(&tenant).await;
        // The servers are asked after DNS: an id that is there already must be that of what they give.
        assert!(now == enforced || serves_none(&tenant).await, "P4: id {now:?} without mode: none at every server");
        now != enforced
    })
    .await;
    let said = tenant.says("Withdrawing", "True", &["mode: none is served until 20"]).await.message;
    assert_eq!(left(&tenant).await.len(), 4, "record, address, ConfigMap and Ingress stay: {said}");

    let object = tenant.ready().await;
    let until_when: k8s_openapi::jiff::Timestamp =
        said.split_once("until ").unwrap().1.split_once(',').unwrap().0.parse().unwrap();
    assert!(k8s_openapi::jiff::Timestamp::now() >= until_when, "ready before {until_when}: {:#?}", object.status);
    assert!(left(&tenant).await.is_empty(), "{:#?}", left(&tenant).await);
}

#[tokio::test]
async fn a_policy_that_was_only_tested_goes_at_once_and_leaves_nothing() {
    let lab = Lab::shared().await;
    let tenant = lab.tenant("withdraw-testing").await;
    tenant.apply(policy("Testing", 31_557_600, &[&tenant.name("mx1")])).await;
    tenant.ready().await;
    assert_eq!(left(&tenant).await.len(), 4);
    tenant.apply(json!({})).await;
    lab.until("everything of the policy to go", async || left(&tenant).await.is_empty()).await;
    tenant.ready().await;
}
