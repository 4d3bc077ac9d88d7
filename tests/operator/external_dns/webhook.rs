//! A zone behind external-dns' own webhook server. What stands there answers over DNS only because the tests copy it to a
//! BIND, as the vendor behind a webhook does to its servers.

use std::{net::SocketAddr, time::Duration};

use mailward_sandbox::{
    plain_http,
    ports::{LOOPBACK, free_tcp},
    process::{Launch, Process},
};
use serde_json::{Value, json};

use super::built;
use crate::lab::{Server, Tenant, ready_message};

struct BehindWebhook {
    tenant: Tenant,
    dns: Server,
    address: SocketAddr,
    log: tempfile::TempDir,
    _process: Process,
}

impl BehindWebhook {
    async fn start(name: &str, zone_file: &str) -> Self {
        let zone = format!("{name}.test");
        let dns = Server::start(&zone, zone_file).await;
        let log = tempfile::tempdir().unwrap();
        let address = SocketAddr::new(LOOPBACK, free_tcp().unwrap());
        let launch = Launch::new("webhook", built("build.sh", &["webhook"]), log.path());
        let mut process = launch.args([address.to_string(), zone]).spawn().unwrap();
        let answers = async || plain_http::get(address, "/").await.is_ok();
        process.wait_ready("the webhook to answer", Duration::from_secs(20), answers).await.unwrap();
        let tenant = Tenant::at(name, &dns, &[dns.address()]).await;
        let started = Self { tenant, dns, address, log, _process: process };
        started.provider().await;
        started
    }

    fn name(&self) -> String {
        format!("{}-webhook", self.tenant.namespace)
    }

    async fn provider(&self) {
        let spec = json!({
            "externalDnsWebhook": {"url": format!("http://{}", self.address)},
            "allowedNamespaces": {},
            "verification": {"nameservers": [self.dns.address().to_string()]},
        });
        let metadata = json!({"name": self.name()});
        let object =
            json!({"apiVersion": "mailward.dev/v1alpha1", "kind": "ClusterDNSProvider", "metadata": metadata, "spec": spec});
        self.tenant.apply_object(&object).await;
    }

    async fn apply(&self, fields: &str) {
        self.tenant.apply(&format!("{{providerRef: {{name: {}}}, ttl: 60, {fields}}}", self.name())).await;
    }

    async fn endpoints(&self) -> Vec<Value> {
        let (_, body) = plain_http::get(self.address, "/records").await.unwrap();
        serde_json::from_str::<Option<Vec<Value>>>(&body).unwrap().unwrap_or_default()
    }

    /// Waits until these names have a set, in order, and nothing else has.
    async fn until_names(&self, wanted: &[&str]) {
        let mut seen = vec![];
        let came = self.tenant.eventually(async || {
            seen = self.endpoints().await.iter().map(|set| set["dnsName"].as_str().unwrap().to_owned()).collect();
            seen.sort();
            seen == wanted
        });
        assert!(came.await, "there are {seen:?}\n{}", self.tenant.lab.controller_log());
    }

    /// Lets DNS answer what the webhook holds.
    async fn propagate(&self) {
        for set in self.endpoints().await {
            let (name, kind) = (set["dnsName"].as_str().unwrap(), set["recordType"].as_str().unwrap());
            let add = |target: &Value| format!("update add {name} {} {kind} {}\n", set["recordTTL"], target.as_str().unwrap());
            let adds: String = set["targets"].as_array().unwrap().iter().map(add).collect();
            self.dns.nsupdate(&format!("update delete {name} {kind}\n{adds}")).await;
        }
        self.tenant.poke().await;
    }

    /// Requests so far, but for negotiations: those of the provider object's own check are no domain's. The tests' own
    /// reading is in HTTP/1.0, and left out by the server's log.
    fn calls(&self) -> Vec<String> {
        let log = std::fs::read_to_string(self.log.path().join("webhook.log")).unwrap();
        log.lines().filter(|line| !line.ends_with(" /")).map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn a_domain_behind_a_webhook_is_published_with_one_write_and_then_costs_nothing() {
    let behind = BehindWebhook::start("hooked", "").await;
    behind.apply("spf: {all: Fail}, dmarc: {policy: None}").await;
    behind.until_names(&["_dmarc.hooked.test", "_mailward.hooked.test", "hooked.test"]).await;
    assert_eq!(behind.calls()[..4], ["GET /records", "GET /records", "POST /adjustendpoints", "POST /records"]);
    behind.propagate().await;
    behind.tenant.ready().await;
    let (before, writes) = (behind.calls(), behind.tenant.controller_writes().await);
    behind.dns.until_asked(8).await;
    behind.tenant.poke().await;
    behind.dns.until_asked(8).await;
    assert_eq!((behind.calls(), behind.tenant.controller_writes().await), (before, writes));
}

#[tokio::test]
async fn p1_what_the_webhook_hides_is_seen_in_dns_and_the_other_records_go_on() {
    let behind = BehindWebhook::start("hiding", "@ 60 TXT \"google-site-verification=a\"\n").await;
    behind.apply("spf: {all: Fail}, dmarc: {policy: None}").await;
    behind.until_names(&["_dmarc.hiding.test", "_mailward.hiding.test"]).await;
    behind.propagate().await;
    let says = |object: &_| {
        let message = ready_message(object);
        message.contains("lists nothing") && message.contains("google-site-verification=a")
    };
    behind.tenant.until("name what is hidden", says).await;
    behind.until_names(&["_dmarc.hiding.test", "_mailward.hiding.test"]).await;
    assert_eq!(behind.dns.txt("hiding.test").await, ["google-site-verification=a"]);
}
