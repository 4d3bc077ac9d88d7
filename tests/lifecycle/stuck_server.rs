//! P4 with a policy server that hangs: a lab of its own, since every domain waits for that server.

use crate::{
    lab::{Lab, Tenant, until},
    policy::{id, policy, servers},
};

#[tokio::test]
async fn p4_one_hanging_policy_server_holds_the_id_and_is_named_until_it_answers() {
    let lab = Lab::start(&["--drift-interval=10s"]).await;
    let tenant = Tenant::new(&lab, "stuck").await;
    let mx = tenant.name("mx1");
    tenant.apply(policy("Testing", 86_400, &[&mx])).await;
    tenant.ready().await;
    let before = id(&tenant).await;

    let (second, address) = &lab.policy_servers[1];
    second.pause().unwrap();
    tenant.apply(policy("Testing", 90_000, &[&mx])).await;
    tenant.says("PolicyServed", "False", &[&address.to_string()]).await;
    let public = lab.policy(servers(&lab)[0], &tenant.domain).await.unwrap();
    assert!(public.contains("max_age: 90000\r\n"), "the other server has the new text: {public}");
    assert_eq!(id(&tenant).await, before, "no id while one server cannot be seen to serve its text");

    second.resume().unwrap();
    tenant.ready().await;
    until(&lab, "the new id", async || id(&tenant).await != before).await;
}
