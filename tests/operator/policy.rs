//! P4: the policy before its id, certificates as senders check them, and enforce only where every MX is covered.

use std::{fs, net::SocketAddr, path::Path};

use mailward::api::MtaStsMode;
use mailward_sandbox::pki::{Leaf, Validity};
use serde_json::{Value, json};

use crate::lab::{Lab, Tenant, is, status};

pub(crate) fn policy(mode: &str, max_age: u32, mx: &[&str]) -> Value {
    json!({"mtaSts": {"mode": mode, "maxAge": max_age, "mx": mx}})
}

/// The id at `_mta-sts`, if there is one.
pub(crate) async fn id(tenant: &Tenant) -> Option<String> {
    let record = tenant.dns().txt(&tenant.name("_mta-sts")).await.pop()?;
    Some(record.split_once("id=").unwrap().1.trim_end_matches(';').to_owned())
}

pub(crate) fn servers(lab: &Lab) -> Vec<SocketAddr> {
    lab.policy_servers.iter().map(|server| server.address).collect()
}

#[tokio::test]
async fn p4_an_id_is_never_in_dns_before_every_policy_server_gives_its_text() {
    let lab = Lab::shared().await;
    let tenant = lab.tenant("policy-order").await;
    tenant.has_mx(&tenant.name("mx1")).await;
    tenant.apply(policy("Testing", 86_400, &[&tenant.name("mx1")])).await;
    tenant.ready().await;
    let mut before = id(&tenant).await;
    for max_age in [90_000, 100_000, 110_000] {
        tenant.apply(policy("Testing", max_age, &[&tenant.name("mx1")])).await;
        let mut now = None;
        lab.until("another id", async || {
            // The id first: what the servers give after that is at least as new.
            now = id(&tenant).await;
            if now != before {
                for server in servers(lab) {
                    let text = lab.policy(server, &tenant.domain).await.unwrap();
                    assert!(text.contains(&format!("max_age: {max_age}\r\n")), "id {now:?} at {server}: {text}");
                }
            }
            now != before
        })
        .await;
        before = now;
    }
}

#[tokio::test]
async fn p4_no_id_while_the_policy_host_has_a_certificate_that_senders_refuse() {
    let lab = Lab::shared().await;
    let tenant = lab.tenant("policy-cert").await;
    let host = tenant.name("mta-sts");
    let directory = lab.certificates().join(&host);
    fs::create_dir(&directory).unwrap();
    replace(&directory, &lab.authority.server(&["other.lab"], &[], Validity::Always).unwrap());
    tenant.apply(policy("Testing", 86_400, &[&tenant.name("mx1")])).await;
    tenant.says("PolicyServed", "False", &["certificate", "name"]).await;
    assert_eq!(id(&tenant).await, None, "wrong name");

    replace(&directory, &lab.authority.server(&[&host], &[], Validity::Expired).unwrap());
    tenant.says("PolicyServed", "False", &["certificate", "expired"]).await;
    assert_eq!(id(&tenant).await, None, "expired");

    replace(&directory, &lab.authority.server(&[&host], &[], Validity::Always).unwrap());
    tenant.ready().await;
    assert!(id(&tenant).await.is_some());
}

fn replace(directory: &Path, leaf: &Leaf) {
    leaf.write(directory, "tls").unwrap();
}

#[tokio::test]
async fn p4_enforce_waits_until_every_live_mx_is_covered_and_the_served_text_stays() {
    let lab = Lab::shared().await;
    let tenant = lab.tenant("policy-mx").await;
    let (covered, left_out) = (tenant.name("mx1"), tenant.name("old"));
    tenant.has_mx(&covered).await;
    tenant.has_mx(&left_out).await;
    tenant.apply(policy("Testing", 86_400, &[&covered])).await;
    tenant.ready().await;
    let (served, announced) = (lab.policy(servers(lab)[0], &tenant.domain).await.unwrap(), id(&tenant).await);

    tenant.apply(policy("Enforce", 86_400, &[&covered])).await;
    tenant.says("PolicyServed", "False", &["STS-G3", &left_out]).await;
    for server in servers(lab) {
        assert_eq!(lab.policy(server, &tenant.domain).await.unwrap(), served);
    }
    assert_eq!(id(&tenant).await, announced);

    lab.dns.nsupdate(&format!("update delete {} MX 10 {left_out}.", tenant.domain)).await;
    tenant
        .until("enforce", |object| status(object).mta_sts.is_some_and(|policy| policy.served_mode == Some(MtaStsMode::Enforce)))
        .await;
    let object = tenant.ready().await;
    assert!(is(&object, "PolicyServed", "True"));
    assert!(lab.policy(servers(lab)[1], &tenant.domain).await.unwrap().contains("mode: enforce\r\n"));
}
