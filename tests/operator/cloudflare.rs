//! Zones at Cloudflare, through a server of its API on loopback. What stands there answers over DNS only because the tests
//! copy it to a BIND, as Cloudflare does to its own servers.

use kube::Api;
use mailward::api::{ClusterDNSProvider, MailDomain, ProviderStatus};
use mailward_provider_apis::cloudflare::{Record, Server as Cloudflare, Token, Zone};
use mailward_sandbox::steps::operator::NAMESPACE;
use serde_json::json;

use crate::lab::{Server, Tenant, is_ready, ready_message, status};

const RIGHT: &str = "the-right-token";
const OTHER: &str = "some-other-token";

/// A tenant whose zone is at Cloudflare, with DNS that is `dns`.
struct AtCloudflare {
    tenant: Tenant,
    dns: Server,
    api: Cloudflare,
}

impl AtCloudflare {
    async fn start(name: &str, token: &str) -> Self {
        let zone = format!("{name}.test");
        let dns = Server::start(&zone, "").await;
        let api = Cloudflare::start().await.unwrap();
        api.add_zone(Zone::new(&zone, &zone));
        api.set_token(Token::editor(RIGHT));
        let tenant = Tenant::at(name, &dns, &[dns.address()]).await;
        let started = Self { tenant, dns, api };
        started.set_token(token).await;
        started.provider(&started.name()).await;
        started
    }

    fn name(&self) -> String {
        format!("{}-cloudflare", self.tenant.namespace)
    }

    async fn set_token(&self, token: &str) {
        let metadata = json!({"name": self.name(), "namespace": NAMESPACE});
        let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": {"api-token": token}});
        self.tenant.apply_object(&secret).await;
    }

    /// A provider object for the one Secret.
    async fn provider(&self, name: &str) {
        let spec = json!({
            "cloudflare": {"apiTokenSecretRef": {"name": self.name(), "key": "api-token"}, "apiUrl": self.api.url()},
            "allowedNamespaces": {},
            "verification": {"nameservers": [self.dns.address().to_string()]},
        });
        let object = json!({
            "apiVersion": "mailward.dev/v1alpha1", "kind": "ClusterDNSProvider", "metadata": {"name": name}, "spec": spec,
        });
        self.tenant.apply_object(&object).await;
    }

    async fn apply(&self, fields: &str) {
        self.tenant.apply(&format!("{{providerRef: {{name: {}}}, ttl: 60, {fields}}}", self.name())).await;
    }

    /// The provider's status once its `Ready` says `wanted` and holds.
    async fn until_provider(&self, wanted: &str, holds: impl Fn(&ProviderStatus, &str) -> bool) -> ProviderStatus {
        let api = Api::<ClusterDNSProvider>::all(self.tenant.client.clone());
        let mut seen = None;
        let came = self.tenant.eventually(async || {
            seen = api.get(&self.name()).await.unwrap().status;
            seen.as_ref().is_some_and(|status| {
                status.conditions.iter().any(|ready| ready.status == wanted && holds(status, &ready.message))
            })
        });
        assert!(came.await, "the provider never came to Ready={wanted}: {seen:#?}");
        seen.unwrap()
    }

    fn records(&self) -> Vec<Record> {
        self.api.records(&self.tenant.domain)
    }

    async fn until_records(&self, count: usize) {
        let came = self.tenant.eventually(async || self.records().len() == count);
        assert!(came.await, "there are {:#?}\n{}", self.records(), self.tenant.lab.controller_log());
    }

    /// Lets DNS answer what Cloudflare holds.
    async fn propagate(&self) {
        for record in self.records() {
            let line = format!("update add {} {} {} {}", record.name, record.ttl, record.kind, record.content);
            self.dns.nsupdate(&line).await;
        }
        self.tenant.poke().await;
    }

    /// Writes, and readings of records, so far: what domains cost. The check of the token is neither.
    fn calls(&self) -> Vec<String> {
        let calls = self.api.calls().into_iter().filter(|call| call.path.contains("dns_records"));
        calls.map(|call| format!("{} {}", call.method, call.path.rsplit('/').next().unwrap_or_default())).collect()
    }
}

#[tokio::test]
async fn a_domain_at_cloudflare_is_published_with_one_reading_and_one_batch_and_then_costs_nothing() {
    let at = AtCloudflare::start("cloudy", RIGHT).await;
    let seen = at.until_provider("True", |status, _| status.zone_count == Some(1)).await;
    assert_eq!(seen.zones, ["cloudy.test"]);
    at.apply("spf: {all: Fail}, dmarc: {policy: None}").await;
    at.until_records(3).await;
    // While DNS does not show them yet they are read again, and not written.
    let calls = at.calls();
    assert_eq!(calls[..2], ["GET dns_records", "POST batch"]);
    assert!(calls[2..].iter().all(|call| call == "GET dns_records"), "{calls:?}");
    let owner = format!("mailward owner={}", at.tenant.namespace);
    let noted = |record: &Record| record.comment.as_deref().is_some_and(|note| note.ends_with("/cloudy/mail"));
    assert!(at.records().iter().all(noted), "{owner}: {:#?}", at.records());

    at.propagate().await;
    at.tenant.ready().await;
    at.api.forget_calls();
    // Events that tell of the last visit follow it.
    at.dns.until_asked(8).await;
    let writes = at.tenant.controller_writes().await;
    at.tenant.poke().await;
    at.dns.until_asked(8).await;
    assert_eq!((at.calls(), at.tenant.controller_writes().await), (vec![], writes));
}

#[tokio::test]
async fn a_wrong_token_is_said_with_its_secret_and_a_right_one_heals_everything_without_a_restart() {
    let at = AtCloudflare::start("wrong-token", OTHER).await;
    at.apply("spf: {all: Fail}").await;
    let place = format!("{NAMESPACE}/{}", at.name());
    let says = |message: &str| message.contains("9109") && message.contains(&place) && !message.contains(OTHER);
    at.until_provider("False", |_, message| says(message)).await;
    at.tenant.until("name the Secret", |object| says(&ready_message(object))).await;
    assert_eq!(at.records(), []);

    at.set_token(RIGHT).await;
    at.until_provider("True", |status, _| status.zone_count == Some(1)).await;
    at.until_records(2).await;
    at.propagate().await;
    at.tenant.ready().await;
}

#[tokio::test]
async fn a_token_that_stops_working_is_said_on_each_domain_it_serves_and_breaks_none() {
    let at = AtCloudflare::start("token-expired", RIGHT).await;
    at.apply("spf: {all: Fail}").await;
    at.until_records(2).await;
    at.propagate().await;
    at.tenant.ready().await;
    let warned = |object: &MailDomain| {
        let said = |warning: &String| warning.contains("cannot publish") && warning.contains("9109") && !warning.contains(OTHER);
        status(object).warnings.iter().any(said)
    };
    at.set_token(OTHER).await;
    let told = at.tenant.until("be warned", warned).await;
    assert!(is_ready(&told), "records answer as before: {}", ready_message(&told));
    at.set_token(RIGHT).await;
    at.tenant.until("be warned no more", |object| !warned(object)).await;
}

#[tokio::test]
async fn a_permission_that_is_missing_is_said_before_anything_needs_it() {
    let at = AtCloudflare::start("read-only", OTHER).await;
    at.api.set_token(Token { dns_edit: false, ..Token::editor("reader") });
    at.set_token("reader").await;
    at.until_provider("True", |_, message| message.contains("Zone / DNS / Edit")).await;
    at.apply("spf: {all: Fail}").await;
    let denied = |object: &_| ready_message(object).contains("Zone / DNS / Edit");
    at.tenant.until("name the permission", denied).await;
}
