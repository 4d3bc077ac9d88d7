//! P4 with a policy server that hangs or is left behind: a lab of its own each time, since every domain waits for that server.

use crate::{
    lab::{Lab, PolicyServer},
    policy::{id, policy, servers},
};

#[tokio::test]
async fn p4_one_hanging_policy_server_holds_the_id_and_is_named_until_it_answers() {
    let lab = Lab::start(&["--drift-interval=10s"]).await;
    let tenant = lab.tenant("stuck").await;
    let mx = tenant.name("mx1");
    tenant.apply(policy("Testing", 86_400, &[&mx])).await;
    tenant.ready().await;
    let before = id(&tenant).await;

    let PolicyServer { process: second, address, .. } = &lab.policy_servers[1];
    second.pause().unwrap();
    tenant.apply(policy("Testing", 90_000, &[&mx])).await;
    tenant.says("PolicyServed", "False", &[&address.to_string()]).await;
    let public = lab.policy(servers(&lab)[0], &tenant.domain).await.unwrap();
    assert!(public.contains("max_age: 90000\r\n"), "the other server has the new text: {public}");
    assert_eq!(id(&tenant).await, before, "no id while one server cannot be seen to serve its text");

    second.resume().unwrap();
    tenant.ready().await;
    lab.until("the new id", async || id(&tenant).await != before).await;
}

#[tokio::test]
async fn p4_one_policy_server_that_gives_the_old_text_holds_the_id_and_is_named_until_it_catches_up() {
    let lab = Lab::start(&["--drift-interval=10s"]).await;
    let tenant = lab.tenant("behind").await;
    let mx = tenant.name("mx1");
    tenant.apply(policy("Testing", 86_400, &[&mx])).await;
    tenant.ready().await;
    let (before, old) = (id(&tenant).await, lab.policy(servers(&lab)[1], &tenant.domain).await.unwrap());
    assert!(before.is_some(), "there is an id to hold");

    let behind = &lab.policy_servers[1];
    behind.cut_off();
    tenant.apply(policy("Testing", 90_000, &[&mx])).await;
    let said = tenant.says("PolicyServed", "False", &[&behind.address.to_string()]).await;
    let at = async |server| lab.policy(server, &tenant.domain).await.unwrap();
    lab.until("the new text at the other server", async || at(servers(&lab)[0]).await.contains("max_age: 90000\r\n")).await;
    assert_eq!(at(behind.address).await, old, "it answers, and with the old text: {said:?}");
    assert!(!said.message.contains(&servers(&lab)[0].to_string()), "only who is behind is named: {said:?}");
    // Whole visits, each of which asks both servers again.
    let visits = lab.counted("mailward_policy_checks_total", "").await + 3;
    lab.until("more visits", async || lab.counted("mailward_policy_checks_total", "").await >= visits).await;
    assert_eq!(id(&tenant).await, before, "no id while one server gives another text");

    behind.connect_again().await;
    tenant.ready().await;
    lab.until("the new id", async || id(&tenant).await != before).await;
    for server in servers(&lab) {
        assert!(at(server).await.contains("max_age: 90000\r\n"), "{server}");
    }
}
