//! A policy that is served through a Gateway, with the definitions that Gateway API ships.
//!
//! The tests play the Gateway controller: they write into the statuses of a Gateway and of our HTTPRoutes what one would write there.
//! What leads to the policy servers is the lab's own door, as it is for its Ingresses.

pub(crate) mod install;

use hickory_proto::rr::RecordType;
use k8s_openapi::api::networking::v1::Ingress;
use kube::{
    Api, ResourceExt,
    api::{DeleteParams, ListParams, Patch, PatchParams},
};
use mailward::api::{HTTPRoute, RecordState};
use mailward_sandbox::steps::operator::POLICY_NAMESPACE;
use serde_json::{Value, json};

use crate::{
    lab::{Tenant, is_ready, status},
    policy::id,
};
use install::{ADDRESS, GATEWAY, Install, NAMESPACE, SECOND};

/// A policy with the way in which it is served.
fn served(tenant: &Tenant, serving: &Value) -> Value {
    let policy = json!({"mode": "Testing", "maxAge": 86_400, "mx": [tenant.name("mx1")], "serving": serving});
    json!({"spf": {"all": "Fail"}, "mtaSts": policy})
}

/// One that leaves the Gateway to the install.
pub(crate) fn through_gateway(tenant: &Tenant) -> Value {
    served(tenant, &json!({"gateway": {}}))
}

fn routes(tenant: &Tenant) -> Api<HTTPRoute> {
    Api::namespaced(tenant.client.clone(), POLICY_NAMESPACE)
}

async fn route(tenant: &Tenant) -> Option<HTTPRoute> {
    let host = tenant.name("mta-sts");
    let all = routes(tenant).list(&ListParams::default()).await.unwrap().items;
    all.into_iter().find(|route| route.spec.hostnames == [host.as_str()])
}

async fn until_route(tenant: &Tenant) -> HTTPRoute {
    let mut found = None;
    let came = tenant.eventually(async || {
        found = route(tenant).await;
        found.is_some()
    });
    assert!(came.await, "there is no HTTPRoute\n{}", tenant.lab.controller_log());
    found.unwrap()
}

/// The part of the Gateway controller: what it says of the route as it is now.
pub(crate) async fn answer(tenant: &Tenant, status: &str, reason: &str) {
    let route = until_route(tenant).await;
    let condition = |kind: &str, status: &str, reason: &str| {
        json!({"type": kind, "status": status, "reason": reason, "message": format!("the lab says {reason}"),
               "observedGeneration": route.metadata.generation, "lastTransitionTime": "2026-11-22T06:00:00Z"})
    };
    let conditions = [condition("Accepted", status, reason), condition("ResolvedRefs", "True", "ResolvedRefs")];
    let parent = json!({"parentRef": route.spec.parent_refs[0], "controllerName": "lab.test/gateways", "conditions": conditions});
    let patch = Patch::Merge(json!({"status": {"parents": [parent]}}));
    routes(tenant).patch_status(&route.name_any(), &PatchParams::default(), &patch).await.unwrap();
}

async fn ingresses(tenant: &Tenant) -> usize {
    let all: Api<Ingress> = Api::namespaced(tenant.client.clone(), POLICY_NAMESPACE);
    let host = tenant.name("mta-sts");
    let leads = |ingress: &Ingress| format!("{:?}", ingress.spec).contains(&host);
    all.list(&ListParams::default()).await.unwrap().items.iter().filter(|ingress| leads(ingress)).count()
}

async fn address(tenant: &Tenant) -> Vec<String> {
    tenant.dns().values(&tenant.name("mta-sts"), RecordType::A).await
}

#[tokio::test]
async fn p8_an_install_without_the_role_for_gateways_says_so_and_the_other_records_go_on() {
    let tenant = Tenant::new("gateway-denied").await;
    tenant.apply(through_gateway(&tenant)).await;
    let why = tenant.until_not_ready("GatewayUnavailable").await;
    assert!(why.contains("may not watch HTTPRoutes in namespace mailward-policy"), "{why}");
    let published = |object: &_| status(object).records.iter().any(|record| record.state == RecordState::Verified);
    tenant.until("publish SPF", published).await;
    assert_eq!(id(&tenant).await, None);
}

#[tokio::test]
async fn p9_a_gateway_that_the_install_does_not_offer_is_refused() {
    let tenant = Tenant::new("gateway-foreign").await;
    let parent = json!({"namespace": "kube-system", "name": "public"});
    tenant.apply(served(&tenant, &json!({"gateway": {"parentRefs": [parent]}}))).await;
    tenant.says("Accepted", "False", &["P9", "kube-system/public", &format!("{NAMESPACE}/{GATEWAY}")]).await;
}

#[tokio::test]
async fn gateway_api_that_is_installed_later_is_taken_up_without_a_restart() {
    let install = Install::shared().await;
    assert!(install.while_absent.contains("no HTTPRoute of gateway.networking.k8s.io/v1"), "{}", install.while_absent);
    let tenant = install.lab.tenant("gateway-later").await;
    tenant.apply(through_gateway(&tenant)).await;
    answer(&tenant, "True", "Accepted").await;
    tenant.ready().await;
    assert_eq!(address(&tenant).await, [ADDRESS]);
}

#[tokio::test]
async fn p4_a_policy_is_announced_once_the_gateway_takes_its_route_and_until_then_the_status_says_whose_work_it_is() {
    let tenant = Install::shared().await.lab.tenant("gateway-refused").await;
    tenant.apply(through_gateway(&tenant)).await;
    answer(&tenant, "False", "NoMatchingListenerHostname").await;
    let host = tenant.name("mta-sts");
    let words = [GATEWAY, "the lab says NoMatchingListenerHostname", "its owner gives it a listener for", &host];
    let said = tenant.says("PolicyServed", "False", &words).await;
    assert_eq!(said.reason, "RouteNotAccepted");
    assert_eq!((address(&tenant).await, id(&tenant).await), (vec![], None));

    answer(&tenant, "True", "Accepted").await;
    let ready = tenant.ready().await;
    assert_eq!(address(&tenant).await, [ADDRESS]);
    let announced = id(&tenant).await;
    assert!(announced.is_some());
    assert_eq!(ready.status.unwrap().mta_sts.unwrap().id, announced, "what is Ready names the id");

    // Events are written aside, and may come later than what they tell of.
    let writes = async || {
        let all = tenant.controller_writes().await;
        all.into_iter().filter(|write| write.resource != "events").collect::<Vec<_>>()
    };
    let before = writes().await;
    tenant.poke().await;
    tenant.dns().until_asked(8).await;
    assert_eq!(writes().await, before, "P7: a settled domain costs nothing");

    let old = until_route(&tenant).await;
    routes(&tenant).delete(&old.name_any(), &DeleteParams::default()).await.unwrap();
    let healed = tenant.eventually(async || route(&tenant).await.is_some_and(|new| new.uid() != old.uid())).await;
    assert!(healed, "the HTTPRoute is not made again\n{}", tenant.lab.controller_log());
}

#[tokio::test]
async fn p2_a_policy_moves_to_the_gateway_and_back_and_the_old_way_goes_after_the_new_one_answers() {
    let tenant = Install::shared().await.lab.tenant("gateway-moving").await;
    tenant.apply(served(&tenant, &json!({"ingress": {}}))).await;
    tenant.ready().await;
    let by_ingress = address(&tenant).await;

    tenant.apply(through_gateway(&tenant)).await;
    answer(&tenant, "False", "NotAllowedByListeners").await;
    tenant.says("Ready", "False", &["the address of the policy host", "NotAllowedByListeners"]).await;
    assert_eq!((address(&tenant).await, ingresses(&tenant).await), (by_ingress.clone(), 1));
    answer(&tenant, "True", "Accepted").await;
    moved(&tenant, &[ADDRESS.to_owned()], "Ingress").await;
    tenant.lab.until("the Ingress to go", async || ingresses(&tenant).await == 0).await;
    assert!(is_ready(&tenant.ready().await));

    tenant.apply(served(&tenant, &json!({"ingress": {}}))).await;
    moved(&tenant, &by_ingress, "HTTPRoute").await;
    tenant.lab.until("the HTTPRoute to go", async || route(&tenant).await.is_none()).await;
    tenant.ready().await;
}

/// DNS leads to the new way, and the old one stays for as long as resolvers remember.
async fn moved(tenant: &Tenant, to: &[String], old: &str) {
    let stays = |object: &_| {
        let warnings = status(object).warnings;
        is_ready(object) && warnings.iter().any(|why| why.starts_with(old) && why.contains("no resolver leads to it any more"))
    };
    tenant.until("wait for resolvers", stays).await;
    assert_eq!(address(tenant).await, to);
    assert!(ingresses(tenant).await == 1 && route(tenant).await.is_some(), "both stand meanwhile");
}

#[tokio::test]
async fn another_address_of_the_gateway_is_another_address_of_its_policy_hosts() {
    let install = Install::shared().await;
    let tenant = install.lab.tenant("gateway-address").await;
    let parent = json!({"namespace": NAMESPACE, "name": SECOND, "sectionName": "https"});
    install.gateway(SECOND, &[ADDRESS]).await;
    tenant.apply(served(&tenant, &json!({"gateway": {"parentRefs": [parent]}}))).await;
    answer(&tenant, "True", "Accepted").await;
    tenant.ready().await;
    install.gateway(SECOND, &["127.0.0.78"]).await;
    tenant.lab.until("the address to move", async || address(&tenant).await == ["127.0.0.78"]).await;
}

#[tokio::test]
async fn a_deletion_takes_the_route_with_the_policy() {
    let tenant = Install::shared().await.lab.tenant("gateway-deleted").await;
    let mut spec = through_gateway(&tenant);
    spec["deletionPolicy"] = "Delete".into();
    tenant.apply(spec).await;
    answer(&tenant, "True", "Accepted").await;
    tenant.ready().await;
    tenant.delete().await;
    tenant.lab.until("the HTTPRoute to go", async || route(&tenant).await.is_none()).await;
    assert_eq!(address(&tenant).await, Vec::<String>::new());
}
