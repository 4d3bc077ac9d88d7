//! Several controllers, of which one works: killed, hung, cut off, stopped. A lab of its own for each test.

use std::sync::Arc;

use mailward_sandbox::control_plane::AuditEvent;
use serde_json::json;

use crate::lab::{Candidate, Lab, Tenant};

/// Short enough to wait for, and long enough for a busy machine to renew it in time.
const LEASE: &str = "--lease-duration=10s";

/// A lab whose work is done by the first of two controllers.
async fn two(name: &str) -> (Arc<Lab>, Tenant, Candidate, Candidate) {
    let lab = Lab::start(&[]).await;
    lab.kill_controller();
    let mut first = lab.candidate(1, &[LEASE]).await;
    first.says("ready").await;
    let mut second = lab.candidate(2, &[LEASE]).await;
    second.says("standby").await;
    let tenant = lab.tenant(name).await;
    (lab, tenant, first, second)
}

async fn one_key_in_dns(tenant: &Tenant) {
    assert_eq!(tenant.key_secrets().await.len(), 1, "one key for one name");
    let keys = tenant.zone().await.into_iter().filter(|line| line.contains("v=DKIM1")).collect::<Vec<_>>();
    assert_eq!(keys.len(), 1, "{keys:#?}");
}

/// But for events: those that tell of the last visit follow it.
async fn writes(tenant: &Tenant) -> Vec<AuditEvent> {
    let mut writes = tenant.controller_writes().await;
    writes.retain(|write| write.resource != "events");
    writes
}

#[tokio::test]
async fn p6_a_killed_controller_is_followed_by_the_other_and_no_key_is_made_twice() {
    let (_lab, tenant, first, mut second) = two("leader-killed").await;
    tenant.apply(json!({"spf": {"all": "Fail"}, "dkim": {"keys": [{"name": "main", "secretName": "signer"}]}})).await;
    first.kill();
    second.says("ready").await;
    tenant.ready().await;
    one_key_in_dns(&tenant).await;
}

#[tokio::test]
async fn p8_a_candidate_without_an_api_server_is_not_ready_to_take_over_and_says_so() {
    let (_lab, _tenant, _first, mut second) = two("leader-blind").await;
    second.cut_off();
    second.says("not ready: API server: Lease mailward-controller cannot be read or written").await;
}

#[tokio::test]
async fn p6_a_controller_that_hung_past_the_lease_writes_nothing_when_it_goes_on_and_ends() {
    let (lab, tenant, mut first, mut second) = two("leader-hung").await;
    tenant.apply("{spf: {all: Fail}}").await;
    tenant.ready().await;
    // It is told of the change, and cannot act on it.
    first.pause();
    tenant.apply("{spf: {all: SoftFail}, dmarc: {policy: None}}").await;
    second.says("ready").await;
    tenant.ready().await;
    // What the second one still had to say of its last visit is said once it has begun another.
    tenant.poke().await;
    tenant.dns().until_asked(5).await;
    let (writes, updates) = (writes(&tenant).await, lab.dns.bind().updates_seen().await.unwrap());

    first.resume();
    let last_words = first.ended().await;
    assert!(last_words.contains("Lease"), "it says why it ended: {last_words}");
    assert_eq!(self::writes(&tenant).await, writes);
    assert_eq!(lab.dns.bind().updates_seen().await.unwrap(), updates);
    tenant.dns().until_txt(&tenant.name("@"), &["v=spf1 ~all"]).await;
}

#[tokio::test]
async fn a_controller_that_is_cut_off_from_the_api_server_ends_and_the_other_goes_on() {
    let (_lab, tenant, mut first, mut second) = two("leader-cut-off").await;
    tenant.apply("{spf: {all: Fail}}").await;
    tenant.ready().await;
    first.cut_off();
    let last_words = first.ended().await;
    assert!(last_words.contains("could not be renewed in time"), "it says why it ended: {last_words}");
    second.says("ready").await;
    tenant.apply("{spf: {all: SoftFail}}").await;
    tenant.ready().await;
    tenant.dns().until_txt(&tenant.name("@"), &["v=spf1 ~all"]).await;
}

#[tokio::test]
async fn a_controller_that_is_stopped_gives_the_lease_away() {
    let (lab, tenant, first, mut second) = two("leader-stopped").await;
    first.stop().await;
    let held_by = lab.kubectl(&["get", "lease", "mailward-controller", "-n", "mailward-system", "-o", "yaml"]).await;
    assert!(!held_by.contains("candidate-1"), "{held_by}");
    second.says("ready").await;
    tenant.apply("{spf: {all: Fail}}").await;
    tenant.ready().await;
}
