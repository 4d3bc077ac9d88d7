//! Cloudflare, by its server of ours.

use mailward_provider_apis::cloudflare::{Record, Server, Token, Zone};
use serde_json::{Value, json};

use super::{
    Vendor, all_calls,
    zone::{Zone as At, label},
};
use crate::lab::ready_message;

pub(super) struct Cloudflare {
    server: Server,
    zone: String,
}

impl Vendor for Cloudflare {
    const KEY: &'static str = "api-token";
    const REFUSAL: &'static str = "9109";

    async fn start(zone: &str) -> Self {
        let server = Server::start().await.unwrap();
        server.add_zone(Zone::new(zone, zone));
        let started = Self { server, zone: zone.to_owned() };
        started.server.set_token(Token::editor(&started.right()));
        started
    }

    fn right(&self) -> String {
        "the-right-token".to_owned()
    }

    fn wrong(&self) -> String {
        "some-other-token".to_owned()
    }

    fn block(&self, secret: &Value) -> Value {
        json!({"cloudflare": {"apiTokenSecretRef": secret, "apiUrl": self.server.url()}})
    }

    fn asked(&self) -> Vec<String> {
        all_calls(&self.server)
    }

    async fn records(&self) -> Vec<[String; 4]> {
        let told = |record: Record| [label(&record.name, &self.zone), record.ttl.to_string(), record.kind, record.content];
        self.server.records(&self.zone).into_iter().map(told).collect()
    }
}

impl Cloudflare {
    /// Writes, and readings of records, so far: what domains cost. The check of the token is neither.
    fn calls(&self) -> Vec<String> {
        let calls = self.server.calls().into_iter().filter(|call| call.path.contains("dns_records"));
        calls.map(|call| format!("{} {}", call.method, call.path.rsplit('/').next().unwrap_or_default())).collect()
    }
}

#[tokio::test]
async fn a_domain_is_published_with_one_reading_and_one_batch_while_dns_lags_behind_and_then_costs_nothing() {
    let at = At::<Cloudflare>::start("cloudy", Vendor::right).await;
    let seen = at.until_provider("True", |_| true).await;
    assert_eq!((seen.zone_count, seen.zones), (Some(1), vec!["cloudy.test".to_owned()]));
    at.apply("mail", "spf: {all: Fail}, dmarc: {policy: None}").await;
    at.until_records(3).await;
    // While DNS does not show them yet, DNS is asked again and Cloudflare is not.
    for _ in 0..3 {
        at.tenant.poke().await;
        at.dns.until_asked(8).await;
    }
    assert_eq!(at.vendor.calls(), ["GET dns_records", "POST batch"]);
    let noted = |record: &Record| record.comment.as_deref().is_some_and(|note| note.ends_with("/cloudy/mail"));
    let records = at.vendor.server.records("cloudy.test");
    assert!(records.iter().all(noted), "{records:#?}");

    at.propagate().await;
    at.tenant.ready().await;
    at.vendor.server.forget_calls();
    // Events that tell of the last visit follow it.
    at.dns.until_asked(8).await;
    let writes = at.tenant.controller_writes().await;
    at.tenant.poke().await;
    at.dns.until_asked(8).await;
    assert_eq!((at.vendor.calls(), at.tenant.controller_writes().await), (vec![], writes));
}

#[tokio::test]
async fn a_permission_that_is_missing_is_said_before_anything_needs_it() {
    let reader = |vendor: &Cloudflare| {
        vendor.server.set_token(Token { dns_edit: false, ..Token::editor("reader") });
        "reader".to_owned()
    };
    let at = At::<Cloudflare>::start("read-only", reader).await;
    at.until_provider("True", |message| message.contains("Zone / DNS / Edit")).await;
    at.apply("mail", "spf: {all: Fail}").await;
    at.tenant.until("name the permission", |object| ready_message(object).contains("Zone / DNS / Edit")).await;
}
