//! P6 and P7: nothing to do costs nothing, and nothing lives only in status.

use kube::api::{Patch, PatchParams};
use mailward::api::MailDomain;
use serde_json::json;

use crate::lab::{Server, Tenant, is_ready};

const SPEC: &str = "{spf: {ip4: [192.0.2.1], all: Fail}, dmarc: {policy: Quarantine}, tlsRpt: {rua: ['mailto:tls@example.net']},
    dkim: {keys: [{name: main, secretName: signer}]}}";

/// A server of the test's own, so that its counters are about this domain alone.
async fn settled(name: &str) -> (Server, Tenant) {
    let server = Server::start(&format!("{name}.test"), "").await;
    let tenant = Tenant::at(name, &server, &[server.address()]).await;
    tenant.apply(SPEC).await;
    tenant.ready().await;
    (server, tenant)
}

/// More questions than an unfinished visit has left: the controller looked at everything once more.
const A_DRIFT_CHECK: u64 = 8;

#[tokio::test]
async fn p7_two_drift_checks_of_a_settled_domain_write_nothing_to_the_api_server_and_nothing_to_dns() {
    let (server, tenant) = settled("quiet").await;
    server.until_asked(A_DRIFT_CHECK).await;
    let (writes, updates) = (tenant.controller_writes().await, server.bind().updates_seen().await.unwrap());
    assert!(!writes.is_empty() && updates > 0, "the counters count nothing: {writes:?}, {updates}");
    server.until_asked(A_DRIFT_CHECK).await;
    server.until_asked(A_DRIFT_CHECK).await;
    let more: Vec<_> = tenant.controller_writes().await.into_iter().skip(writes.len()).collect();
    assert_eq!(more, [], "a settled domain was written to");
    assert_eq!(server.bind().updates_seen().await.unwrap(), updates);
}

#[tokio::test]
async fn p9_the_role_of_the_controller_allows_every_write_it_makes() {
    let tenant = Tenant::new("allowed").await;
    let more = "deletionPolicy: Delete, mtaSts: {mode: Testing, mx: [mx.allowed.lab]}, spf: {all: Fail}";
    tenant.apply(&format!("{{{more}, dkim: {{keys: [{{name: main, secretName: signer}}]}}}}")).await;
    tenant.ready().await;
    tenant.delete().await;
    // Of all tests so far, in whatever order they run. What a namespace that is going takes no more is no matter of roles.
    let writes = tenant.lab.controller_writes().await;
    let forbidden: Vec<_> =
        writes.iter().filter(|write| write.code == 403 && !write.message.contains("is being terminated")).collect();
    assert!(forbidden.is_empty(), "{forbidden:?}");
    assert!(writes.iter().any(|write| write.resource == "secrets" && write.verb == "delete"), "nothing was deleted");
}

#[tokio::test]
async fn p6_a_wiped_status_comes_back_the_same_without_a_dns_write() {
    let (server, tenant) = settled("wiped").await;
    let before = tenant.object().await;
    let updates = server.bind().updates_seen().await.unwrap();
    let patch = json!({"status": null});
    let wiped = tenant.api::<MailDomain>().patch_status("mail", &PatchParams::default(), &Patch::Merge(&patch)).await.unwrap();
    let written_since = |object: &MailDomain| object.metadata.resource_version != wiped.metadata.resource_version;
    let after = tenant.until("be ready again", |object| is_ready(object) && written_since(object)).await;
    let timeless = |object: &MailDomain| {
        let mut status = object.status.clone().unwrap();
        let epoch = k8s_openapi::jiff::Timestamp::UNIX_EPOCH;
        status.conditions.iter_mut().for_each(|condition| condition.last_transition_time.0 = epoch);
        status
    };
    assert_eq!(timeless(&after), timeless(&before));
    assert_eq!(server.bind().updates_seen().await.unwrap(), updates);
}
