//! P4 with a policy server that hangs or is left behind: a lab of its own each time, since every domain waits for that server.

use std::sync::Arc;

use mailward::api::MailDomain;
use serde_json::json;

use crate::{
    lab::{Lab, PolicyServer, Tenant, condition},
    policy::{id, policy, servers},
};

/// A policy that every server gives, and whose id is in DNS.
async fn announced(name: &str) -> (Arc<Lab>, Tenant) {
    let lab = Lab::start(&["--drift-interval=10s", "--unreachable-after=1m"]).await;
    let tenant = lab.tenant(name).await;
    change(&tenant, 86_400).await;
    tenant.ready().await;
    (lab, tenant)
}

async fn change(tenant: &Tenant, max_age: u32) {
    tenant.apply(policy("Testing", max_age, &[&tenant.name("mx1")])).await;
}

#[tokio::test]
async fn p4_one_hanging_policy_server_holds_the_id_and_is_named_until_it_answers() {
    let (lab, tenant) = announced("stuck").await;
    let before = id(&tenant).await;

    let PolicyServer { process: second, address, .. } = &lab.policy_servers[1];
    second.pause().unwrap();
    change(&tenant, 90_000).await;
    tenant.says("PolicyServed", "False", &[&address.to_string()]).await;
    let public = lab.policy(servers(&lab)[0], &tenant.domain).await.unwrap();
    assert!(public.contains("max_age: 90000\r\n"), "the other server has the new text: {public}");
    assert_eq!(id(&tenant).await, before, "no id while one server cannot be seen to serve its text");

    second.resume().unwrap();
    tenant.ready().await;
    lab.until("the new id", async || id(&tenant).await != before).await;
}

#[tokio::test]
async fn p7_a_policy_server_that_hangs_is_no_news_before_it_has_hung_for_long() {
    let (lab, tenant) = announced("hung").await;
    // What the last write was followed by is over.
    let looks = async |result| lab.counted("mailward_policy_checks_total", result).await;
    let settled = looks("ok").await + 6;
    lab.until("three quiet looks", async || looks("ok").await >= settled).await;
    let before = tenant.object().await;

    let PolicyServer { process: second, address, .. } = &lab.policy_servers[1];
    second.pause().unwrap();
    let missed = looks("failed").await;
    lab.until("two looks without an answer", async || looks("failed").await >= missed + 2).await;
    assert_eq!(tenant.object().await.metadata.resource_version, before.metadata.resource_version, "a silence was written down");
    lab.until("looks for most of a minute", async || looks("failed").await >= missed + 6).await;
    let says = tenant.says("PolicyServed", "False", &[&address.to_string()]).await;
    assert_eq!(says.reason, "NoAnswer");

    second.resume().unwrap();
    tenant.ready().await;
}

#[tokio::test]
async fn p8_what_is_new_elsewhere_is_told_while_a_policy_server_hangs() {
    let lab = Lab::start(&["--drift-interval=10s", "--unreachable-after=1h"]).await;
    let tenant = lab.tenant("beside").await;
    let mut spec = policy("Testing", 86_400, &[&tenant.name("mx1")]);
    spec["dmarc"] = json!({"policy": "None"});
    tenant.apply(spec).await;
    tenant.ready().await;

    let second = &lab.policy_servers[1].process;
    second.pause().unwrap();
    tenant.dns().nsupdate(&format!("update add {} 30 TXT \"v=DMARC1; p=reject\"", tenant.name("_dmarc"))).await;
    tenant.until_true("Conflict").await;
    let served = condition(&tenant.object().await, "PolicyServed").unwrap();
    assert_eq!(served.status, "True", "an hour of silence is borne: {}", served.message);
    second.resume().unwrap();
}

#[tokio::test]
async fn p4_one_policy_server_that_gives_the_old_text_holds_the_id_and_is_named_until_it_catches_up() {
    let (lab, tenant) = announced("behind").await;
    let (before, old) = (id(&tenant).await, lab.policy(servers(&lab)[1], &tenant.domain).await.unwrap());
    assert!(before.is_some(), "there is an id to hold");

    let behind = &lab.policy_servers[1];
    behind.cut_off();
    change(&tenant, 90_000).await;
    let names_it_alone = |object: &MailDomain| {
        let said = condition(object, "PolicyServed").filter(|said| said.status == "False").map(|said| said.message);
        said.is_some_and(|said| said.contains(&behind.address.to_string()) && !said.contains(&servers(&lab)[0].to_string()))
    };
    tenant.until("name the server that is behind, and no other", names_it_alone).await;
    let at = async |server| lab.policy(server, &tenant.domain).await.unwrap();
    assert!(at(servers(&lab)[0]).await.contains("max_age: 90000\r\n"), "the other server has the new text");
    assert_eq!(at(behind.address).await, old, "this one answers, and with the old text");
    // Each visit asks both again, and only the one that is behind fails.
    let failed = async || lab.counted("mailward_policy_checks_total", "failed").await;
    let enough = failed().await + 3;
    lab.until("more looks at both", async || failed().await >= enough).await;
    assert_eq!(id(&tenant).await, before, "no id while one server gives another text");

    behind.connect_again().await;
    tenant.ready().await;
    lab.until("the new id", async || id(&tenant).await != before).await;
    for server in servers(&lab) {
        assert!(at(server).await.contains("max_age: 90000\r\n"), "{server}");
    }
}
