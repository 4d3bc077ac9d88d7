//! The MailDomains of a run: one zone each, as users have them.

use anyhow::Result;
use futures::{StreamExt, TryStreamExt, stream};
use kube::api::{ApiResource, DynamicObject, GroupVersionKind, Patch, PatchParams, PostParams};
use kube::{Api, Client};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::bind::Zone;
use crate::steps::install::PROVIDER;

/// Where they are.
pub const NAMESPACE: &str = "default";
/// Objects created at once; more only makes the API server's queue longer.
const AT_ONCE: usize = 8;
/// Seconds that senders may keep the policy.
const MAX_AGE: u32 = 86_400;
/// A pasted key, of a private half that nobody has.
const PASTED: &str = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEApJsFW0PiW4rOjY3YzpxP0NwV5Lp047x3Ed0mt3PoLvPtdL/7ItqgebI9iJnWUkXB8L3WPA0WnEu5Sk2G0W1Yxu8alpmbxoMLRp24WXsmUZHiZwC82GtHLkcAaFkensloEB7c9nvI88fvzuLuzhcqNEvYqsO27/D0mOyXJWt15W7z2+29ayUF/5lTGXqXmmeRBvwwdgDEVZ4BSqoIoV/lQ72gqsDbyr3nyob+/vCO1ambQwHZqr+Ro+LB3/dOtvQ0dIDsm01bRldsmw6w+BIt44mQFGWToQ0eHXq3n5f9BIGnHT2c6rIn+SRYHvIE33tcUwkft9tk+TSd0C78/tzdSQIDAQAB";

/// What its DKIM key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dkim {
    /// Made and held by Mailward: RSA, 2048 bits.
    Made,
    /// Pasted: nothing is made, so that thousands of domains settle in minutes.
    Pasted,
}

/// `count` names that no other group of the run has.
pub fn names(group: &str, count: usize) -> Vec<String> {
    (0..count).map(|number| format!("{group}{number:05}.lab")).collect()
}

/// Its zone, with the mail host that an MTA-STS policy can cover.
pub fn zone(domain: &str) -> Zone {
    Zone::primary(&format!("{domain}."), "@ IN MX 10 mx1\nmx1 IN A 192.0.2.25")
}

/// The zone of one whose records somebody entered by hand before: adopted as they are, so that thousands come to rest sooner. The
/// marker and the policy host's address are missing.
pub fn entered_by_hand(domain: &str) -> Zone {
    let policy = format!("version: STSv1\r\nmode: testing\r\nmx: mx1.{domain}\r\nmax_age: {MAX_AGE}\r\n");
    let hash = Sha256::digest(policy);
    // An id has room for half of it.
    let digest = hash.iter().take(16).fold(String::new(), |digits, octet| digits + &format!("{octet:02x}"));
    let (left, right) = PASTED.split_at(200);
    let records = format!(
        "@ IN MX 10 mx1\nmx1 IN A 192.0.2.25\n\
         @ IN TXT \"v=spf1 ip4:192.0.2.0/28 -all\"\n\
         s1._domainkey IN TXT \"v=DKIM1; k=rsa; p={left}\" \"{right}\"\n\
         _dmarc IN TXT \"v=DMARC1; p=reject; rua=mailto:dmarc@{domain}\"\n\
         _mta-sts IN TXT \"v=STSv1; id={digest}\"\n\
         _smtp._tls IN TXT \"v=TLSRPTv1; rua=mailto:tls@{domain}\""
    );
    Zone::primary(&format!("{domain}."), &records)
}

/// Names that hold a TXT record once everything is published. The selector's name comes from its key, so it is not here.
pub fn fixed_names(domain: &str) -> [String; 4] {
    ["", "_dmarc.", "_mta-sts.", "_smtp._tls."].map(|prefix| format!("{prefix}{domain}"))
}

/// All MailDomains of the namespace.
pub fn api(client: Client) -> Api<DynamicObject> {
    let kind = GroupVersionKind::gvk("mailward.dev", "v1alpha1", "MailDomain");
    Api::namespaced_with(client, NAMESPACE, &ApiResource::from_gvk(&kind))
}

/// Creates one with all five parts.
pub async fn create(api: &Api<DynamicObject>, domain: &str, dkim: Dkim) -> Result<()> {
    let object: DynamicObject = serde_json::from_value(manifest(domain, dkim))?;
    api.create(&PostParams::default(), &object).await?;
    Ok(())
}

/// Creates many.
pub async fn create_all(api: &Api<DynamicObject>, domains: &[String], dkim: Dkim) -> Result<()> {
    let creations = stream::iter(domains).map(|domain| create(api, domain, dkim));
    creations.buffer_unordered(AT_ONCE).try_for_each(|()| async { Ok(()) }).await
}

/// Changes where DMARC reports go, and with it one record.
pub async fn redirect_reports(api: &Api<DynamicObject>, domain: &str, mailbox: &str) -> Result<()> {
    let patch = json!({"spec": {"dmarc": {"rua": [format!("mailto:{mailbox}@{domain}")]}}});
    api.patch(domain, &PatchParams::default(), &Patch::Merge(patch)).await?;
    Ok(())
}

/// Name and type of each record that its status lists; empty before the first visit.
pub async fn wanted(api: &Api<DynamicObject>, domain: &str) -> Result<Vec<(String, String)>> {
    let object = api.get(domain).await?;
    let records = object.data.pointer("/status/records").and_then(Value::as_array).cloned().unwrap_or_default();
    let field = |record: &Value, name: &str| record.get(name)?.as_str().map(str::to_owned);
    Ok(records.iter().filter_map(|record| Some((field(record, "name")?, field(record, "type")?))).collect())
}

fn manifest(domain: &str, dkim: Dkim) -> Value {
    let dkim = match dkim {
        Dkim::Made => {
            json!({"keys": [{"name": "main", "algorithm": "RSA", "size": 2048, "secretName": format!("{domain}-dkim")}]})
        }
        Dkim::Pasted => json!({"published": [{"selector": "s1", "publicKey": PASTED}]}),
    };
    json!({
        "apiVersion": "mailward.dev/v1alpha1",
        "kind": "MailDomain",
        "metadata": {"name": domain},
        "spec": {
            "domain": domain,
            "providerRef": {"kind": "ClusterDNSProvider", "name": PROVIDER},
            "spf": {"ip4": ["192.0.2.0/28"], "all": "Fail"},
            "dkim": dkim,
            "dmarc": {"policy": "Reject", "rua": [format!("mailto:dmarc@{domain}")]},
            "mtaSts": {"mode": "Testing", "maxAge": MAX_AGE, "mx": [format!("mx1.{domain}")]},
            "tlsRpt": {"rua": [format!("mailto:tls@{domain}")]},
        },
    })
}
