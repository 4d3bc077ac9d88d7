//! What independent readers make of the domains as they are really published: nobody of them shares code with Mailward.
//!
//! `tests/readers/setup.sh` installs them; a machine where it cannot fails these tests and says so.

use std::{fs, path::PathBuf};

use mailward_sandbox::judge::Judge;
use serde_json::{Value, json};

use crate::{
    lab::{Lab, Tenant},
    policy::servers,
};

async fn ask(tenant: &Tenant, judge: Judge) -> Value {
    let verdicts = judge.ask(&tenant.domain).await;
    verdicts.unwrap_or_else(|error| panic!("the independent readers cannot be asked; run tests/readers/setup.sh: {error:#}"))
}

fn judge(lab: &Lab) -> Judge {
    let senders = vec!["192.0.2.3".parse().unwrap(), "203.0.113.9".parse().unwrap()];
    Judge { https: Some((servers(lab)[0], lab.ca_file())), senders, ..Judge::at(lab.dns.address()) }
}

fn spf_and_dmarc_are_valid(verdicts: &Value) {
    for record in ["spf", "dmarc"] {
        assert_eq!(verdicts["checkdmarc"][record]["valid"], true, "{record}: {verdicts:#}");
    }
}

fn policy_and_reports_are_valid(verdicts: &Value) {
    for record in ["tls_rpt", "mta_sts"] {
        assert_eq!(verdicts["checkdmarc"][record]["valid"], true, "{record}: {verdicts:#}");
    }
    assert_eq!(verdicts["postfix"]["result"], "VALID", "{verdicts:#}");
}

#[tokio::test]
async fn readers_accept_a_domain_with_its_own_mail_servers_and_verify_what_the_key_in_the_secret_signs() {
    let lab = Lab::shared().await;
    let tenant = lab.tenant("read-own-mta").await;
    tenant.has_mx(&tenant.name("mx1")).await;
    let reports = format!("mailto:reports@{}", tenant.domain);
    tenant
        .apply(json!({
            "spf": {"ip4": ["192.0.2.0/28"], "ip6": ["2001:db8:25::/48"], "all": "Fail"},
            "dkim": {"keys": [{"name": "main", "secretName": "dkim"}]},
            "dmarc": {"policy": "Reject", "adkim": "Strict", "rua": [reports]},
            "mtaSts": {"mode": "Testing", "mx": [tenant.name("mx1")]},
            "tlsRpt": {"rua": [reports]},
        }))
        .await;
    tenant.ready().await;
    let directory = tempfile::tempdir().unwrap();
    let key: PathBuf = directory.path().join("private.key");
    fs::write(&key, &tenant.stable().await.unwrap().data.unwrap()["private.key"].0).unwrap();
    let selector = tenant.selector().await;

    let verdicts = ask(&tenant, Judge { keys: vec![(selector.clone(), key)], ..judge(lab) }).await;
    spf_and_dmarc_are_valid(&verdicts);
    policy_and_reports_are_valid(&verdicts);
    assert_eq!(verdicts["checkdmarc"]["dmarc"]["tags"]["p"]["value"], "reject", "{verdicts:#}");
    assert_eq!(verdicts["pyspf"]["192.0.2.3"][0], "pass", "{verdicts:#}");
    assert_eq!(verdicts["pyspf"]["203.0.113.9"][0], "fail", "{verdicts:#}");
    assert_eq!(verdicts["dkimpy"][&selector]["signature"], "ok", "{verdicts:#}");
    assert_eq!(verdicts["dkimpy"][&selector]["size"], 2048, "{verdicts:#}");
}

#[tokio::test]
async fn readers_accept_a_domain_at_a_hosted_service_with_an_include_and_a_pasted_key() {
    let lab = Lab::shared().await;
    let tenant = lab.tenant("read-hosted").await;
    tenant.has_mx(&tenant.name("mx1")).await;
    let include = tenant.name("_senders");
    lab.dns.nsupdate(&format!("update add {include} 30 TXT \"v=spf1 ip4:192.0.2.0/24 ~all\"")).await;
    let reports = format!("mailto:reports@{}", tenant.domain);
    tenant
        .apply(json!({
            "spf": {"include": [include], "all": "SoftFail"},
            "dkim": {"published": [{"selector": "google", "publicKey": PASTED}]},
            "dmarc": {"policy": "None", "rua": [reports]},
            "mtaSts": {"mode": "Testing", "mx": [tenant.name("mx1")], "maxAge": 604_800},
            "tlsRpt": {"rua": [reports, "https://reports.example.net/tlsrpt"]},
        }))
        .await;
    tenant.ready().await;
    let verdicts = ask(&tenant, Judge { selectors: vec!["google".to_owned()], ..judge(lab) }).await;
    spf_and_dmarc_are_valid(&verdicts);
    policy_and_reports_are_valid(&verdicts);
    assert_eq!(verdicts["pyspf"]["192.0.2.3"][0], "pass", "{verdicts:#}");
    assert_eq!(verdicts["pyspf"]["203.0.113.9"][0], "softfail", "{verdicts:#}");
    assert_eq!(verdicts["dkimpy"]["google"]["size"], 2048, "{verdicts:#}");
}

/// The key of `examples/google-workspace.yaml`.
const PASTED: &str = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEApJsFW0PiW4rOjY3YzpxP0NwV5Lp047x3Ed0mt3PoLvPtdL/7ItqgebI9iJnWUkXB8L3WPA0WnEu5Sk2G0W1Yxu8alpmbxoMLRp24WXsmUZHiZwC82GtHLkcAaFkensloEB7c9nvI88fvzuLuzhcqNEvYqsO27/D0mOyXJWt15W7z2+29ayUF/5lTGXqXmmeRBvwwdgDEVZ4BSqoIoV/lQ72gqsDbyr3nyob+/vCO1ambQwHZqr+Ro+LB3/dOtvQ0dIDsm01bRldsmw6w+BIt44mQFGWToQ0eHXq3n5f9BIGnHT2c6rIn+SRYHvIE33tcUwkft9tk+TSd0C78/tzdSQIDAQAB";

#[tokio::test]
async fn readers_see_that_nobody_sends_for_a_parked_domain() {
    let lab = Lab::shared().await;
    let tenant = lab.tenant("read-parked").await;
    tenant.apply(json!({"parked": true})).await;
    tenant.ready().await;
    let verdicts = ask(&tenant, Judge { https: None, ..judge(lab) }).await;
    spf_and_dmarc_are_valid(&verdicts);
    assert_eq!(verdicts["checkdmarc"]["dmarc"]["tags"]["p"]["value"], "reject", "{verdicts:#}");
    for sender in ["192.0.2.3", "203.0.113.9"] {
        assert_eq!(verdicts["pyspf"][sender][0], "fail", "{verdicts:#}");
    }
}
