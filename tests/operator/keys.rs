//! P3: a selector is bound to one key for ever, and signers get it only when nobody can miss it.

use std::process::Command;

use k8s_openapi::{ByteString, api::core::v1::Secret, jiff::Timestamp};
use kube::{
    ResourceExt,
    api::{DeleteParams, Patch, PatchParams},
};
use serde_json::{Value, json};

use crate::lab::{Lab, NEGATIVE_TTL, status};

fn one_key() -> Value {
    json!({
        "spf": {"ip4": ["192.0.2.1"], "all": "Fail"},
        "dkim": {"keys": [{"name": "main", "secretName": "dkim"}]},
    })
}

#[tokio::test]
async fn p3_signers_get_a_key_only_after_dns_answered_with_it_for_the_negative_ttl() {
    let lab = Lab::shared().await;
    let tenant = lab.tenant("key-order").await;
    tenant.apply(one_key()).await;
    // Read from the last step to the first: what is seen here was preceded by what is read next.
    let mut stable = None;
    lab.until("the Secret that signers mount", async || {
        stable = tenant.stable().await;
        if stable.is_some() {
            let selector = tenant.key_secrets().await[0].annotations()["mailward.dev/selector"].clone();
            let published = lab.dns.txt(&tenant.name(&format!("{selector}._domainkey"))).await;
            assert_eq!(published.len(), 1, "signers have a key that DNS does not: {published:?}");
        }
        stable.is_some()
    })
    .await;
    let key = &tenant.key_secrets().await[0];
    let at = |secret: &Secret, annotation: &str| -> Timestamp { secret.annotations()[annotation].parse().unwrap() };
    let created = stable.as_ref().unwrap().creation_timestamp().unwrap().0;
    let waited = created.duration_since(at(key, "mailward.dev/verified-since"));
    // The API server cuts the time of creation to whole seconds.
    assert!(waited.as_secs() + 1 >= i64::from(NEGATIVE_TTL), "active after {waited}, the negative TTL is {NEGATIVE_TTL} s");
    assert!(at(key, "mailward.dev/created-at") <= at(key, "mailward.dev/verified-since"));
}

#[tokio::test]
async fn p3_the_secret_that_signers_mount_holds_the_key_that_dns_has_in_the_forms_they_read() {
    let lab = Lab::shared().await;
    let tenant = lab.tenant("key-forms").await;
    tenant.apply(one_key()).await;
    tenant.ready().await;
    let (selector, domain) = (tenant.selector().await, &tenant.domain);
    let stable = tenant.stable().await.unwrap();
    let file = |name: &str| String::from_utf8(stable.data.as_ref().unwrap()[name].0.clone()).unwrap();

    let record = lab.dns.txt(&tenant.name(&format!("{selector}._domainkey"))).await.remove(0);
    for form in ["private.key", "private-pkcs1.key"] {
        assert_eq!(record, format!("v=DKIM1; k=rsa; p={}", public_half(&file(form))), "{form}");
    }
    assert_eq!((file("selector"), file("domain")), (selector.clone(), domain.clone()));
    let name = format!("{selector}._domainkey.{domain}");
    assert_eq!(file("KeyTable"), format!("{name} {domain}:{selector}:/etc/dkim-keys/dkim/private.key\n"));
    assert_eq!(file("SigningTable"), format!("*@{domain} {name}\n"));
    assert_eq!(file("selectors.map"), format!("{domain} {selector}\n"));
}

/// What OpenSSL derives: the SubjectPublicKeyInfo in one line of base64.
fn public_half(pem: &str) -> String {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("key.pem");
    std::fs::write(&file, pem).unwrap();
    let output = Command::new("openssl").args(["pkey", "-pubout", "-in"]).arg(&file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().filter(|line| !line.starts_with("-----")).collect()
}

#[tokio::test]
async fn p3_a_lost_key_is_waited_for_then_replaced_under_a_new_selector_and_the_old_record_stays() {
    let lab = Lab::shared().await;
    let tenant = lab.tenant("key-lost").await;
    tenant.apply(one_key()).await;
    tenant.ready().await;
    let old = tenant.selector().await;
    let old_name = tenant.name(&format!("{old}._domainkey"));
    let record = lab.dns.txt(&old_name).await;

    let secret = tenant.key_secrets().await[0].name_any();
    tenant.api::<Secret>().delete(&secret, &DeleteParams::default()).await.unwrap();
    tenant.says("DKIMReady", "False", &[&old, "restore it"]).await;
    let replaced = tenant
        .until("sign with another selector", |object| {
            let active = status(object).dkim.and_then(|dkim| dkim.keys.into_iter().next()?.active_selector);
            active.is_some_and(|active| active != old)
        })
        .await;

    let warnings = status(&replaced).warnings.concat();
    assert!(warnings.contains(&old) && warnings.contains("new selector"), "P8: the loss is told: {warnings}");
    assert_eq!(lab.dns.txt(&old_name).await, record, "P3: no other key under an old selector");
    let new = tenant.selector().await;
    assert_eq!(lab.dns.txt(&tenant.name(&format!("{new}._domainkey"))).await.len(), 1);
    assert_eq!(tenant.stable().await.unwrap().annotations()["mailward.dev/selector"], new);
}

#[tokio::test]
async fn a_deleted_or_edited_secret_of_the_signers_is_healed_from_the_same_key() {
    let lab = Lab::shared().await;
    let tenant = lab.tenant("key-healed").await;
    tenant.apply(one_key()).await;
    tenant.ready().await;
    let whole = tenant.stable().await.unwrap();
    let secrets = tenant.api::<Secret>();
    let same = async || tenant.stable().await.is_some_and(|now| now.data == whole.data);

    secrets.delete("dkim", &DeleteParams::default()).await.unwrap();
    lab.until("the deleted Secret to come back", same).await;

    let edit = json!({"data": {"private.key": ByteString(b"x".to_vec()), "selector": ByteString(b"y".to_vec())}});
    secrets.patch("dkim", &PatchParams::default(), &Patch::Merge(edit)).await.unwrap();
    lab.until("the edited Secret to be healed", same).await;
    assert_eq!(tenant.key_secrets().await.len(), 1, "no new key was made");
}
