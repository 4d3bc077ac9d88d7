//! The services that people's zones are at, each through the same life of a credential: wrong, right, wrong again, right again, without
//! a restart; and a limit and an outage of one of them.
//!
//! Each vendor is one file of what differs: its server on loopback, its block in the provider object, what it calls a wrong
//! credential, and what it stores. Where nothing of it answers over DNS the tests copy it to a BIND, as the vendor does to its own
//! servers.

#[cfg(feature = "azure")]
mod azure;
#[cfg(feature = "cloudflare")]
mod cloudflare;
#[cfg(feature = "digitalocean")]
mod digitalocean;
#[cfg(feature = "google")]
mod google;
#[cfg(feature = "digitalocean")]
mod limited;
#[cfg(feature = "digitalocean")]
mod outage;
#[cfg(feature = "powerdns")]
mod powerdns;
#[cfg(feature = "route53")]
mod route53;
mod zone;

use std::net::SocketAddr;

use mailward::api::MailDomain;
use serde_json::Value;

use self::zone::Zone;
use crate::lab::{is_ready, ready_message, status};

/// What differs from vendor to vendor.
pub(super) trait Vendor: Sized {
    /// Key of the credential in its Secret.
    const KEY: &'static str;
    /// What a wrong credential is called in conditions.
    const REFUSAL: &'static str;

    /// Its server with one zone, for which [`Self::right`] is a credential.
    async fn start(zone: &str) -> Self;
    /// A credential that may write the zone.
    fn right(&self) -> String;
    /// One that may not.
    fn wrong(&self) -> String;
    /// Its block in a provider object; `secret` refers to the credential.
    fn block(&self, secret: &Value) -> Value;
    /// What it stores below the names of a mail domain: name within the zone (`@`), TTL, type, value as in a zone file.
    async fn records(&self) -> Vec<[String; 4]>;

    /// Every request since this was last called; nothing where nobody counts.
    fn asked(&self) -> Vec<String>;

    /// Where it answers over DNS, if it does.
    fn dns(&self) -> Option<SocketAddr> {
        None
    }
}

/// Every request since this was last called.
#[cfg(any(feature = "azure", feature = "cloudflare", feature = "digitalocean", feature = "google"))]
fn all_calls<W>(server: &mailward_provider_apis::Server<W>) -> Vec<String> {
    let calls = server.calls();
    server.forget_calls();
    calls.into_iter().map(|call| format!("{} {}", call.method, call.path)).collect()
}

/// P8: from `kubectl apply` to `Ready`, with a wrong credential before and in between.
async fn a_credential_is_wrong_right_wrong_and_right_again<V: Vendor>(name: &str) {
    let at = Zone::<V>::start(name, V::wrong).await;
    let (wrong, place) = (at.vendor.wrong(), at.place());
    let says = |text: &str| text.contains(V::REFUSAL) && text.contains(&place) && !text.contains(&wrong);
    at.apply("mail", "spf: {all: Fail}, dmarc: {policy: None}").await;
    at.until_provider("False", says).await;
    at.tenant.until("name the Secret", |object| says(&ready_message(object))).await;
    assert_eq!(at.vendor.records().await, [[""; 4]; 0]);

    at.set_credential(&at.vendor.right()).await;
    at.until_provider("True", |_| true).await;
    at.until_records(3).await;
    at.propagate().await;
    at.tenant.ready().await;
    at.vendor.asked();
    at.tenant.poke().await;
    at.until_looked_at().await;
    assert_eq!(at.vendor.asked(), [""; 0], "P7: a settled domain costs nothing");

    let warned = |object: &MailDomain| status(object).warnings.iter().any(|text| text.contains("cannot publish") && says(text));
    at.set_credential(&wrong).await;
    at.until_provider("False", says).await;
    let told = at.tenant.until("be warned", warned).await;
    assert!(is_ready(&told), "records answer as before: {}", ready_message(&told));
    at.set_credential(&at.vendor.right()).await;
    at.tenant.until("be warned no more", |object| is_ready(object) && !warned(object)).await;
}

macro_rules! every_vendor {
    ($($feature:literal $test:ident: $vendor:ty, $zone:literal;)+) => {
        $(
            #[cfg(feature = $feature)]
            #[tokio::test]
            async fn $test() {
                a_credential_is_wrong_right_wrong_and_right_again::<$vendor>($zone).await;
            }
        )+
    };
}

every_vendor! {
    "azure" p8_an_azure_secret_is_said_to_be_wrong_and_heals_without_a_restart: azure::Azure, "at-azure";
    "cloudflare" p8_a_cloudflare_token_is_said_to_be_wrong_and_heals_without_a_restart: cloudflare::Cloudflare, "at-cloudflare";
    "digitalocean" p8_a_digitalocean_token_is_said_to_be_wrong_and_heals_without_a_restart: digitalocean::DigitalOcean, "at-digitalocean";
    "google" p8_a_google_key_is_said_to_be_wrong_and_heals_without_a_restart: google::Google, "at-google";
    "powerdns" p8_a_powerdns_key_is_said_to_be_wrong_and_heals_without_a_restart: powerdns::PowerDns, "at-powerdns";
    "route53" p8_an_aws_key_is_said_to_be_wrong_and_heals_without_a_restart: route53::Aws, "at-route53";
}
