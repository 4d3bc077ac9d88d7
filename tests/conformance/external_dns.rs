//! external-dns' webhook protocol: against external-dns' own webhook server over its in-memory provider, and against webhooks
//! that do what the protocol allows and nobody wants.
//!
//! One scenario stays out: `p1_two_writers_lose_no_value`. The protocol has no precondition and carries whole sets, so what
//! is added between our listing and our write is lost; `p1_what_is_added_between_read_and_write_stays` holds up to that
//! listing.

mod odd;
mod refused;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_trait::async_trait;
use mailward::{
    dns::{Name, RecordSet, RecordType, Value},
    provider::{
        Provider, Result,
        external_dns::{Settings, TxtFormat, Webhook},
        http::{Rate, presentation},
        witness::{Answered, Witness},
    },
};
use mailward_sandbox::{
    plain_http,
    ports::{LOOPBACK, free_tcp},
    process::{Launch, Process},
};
use serde_json::{Value as Json, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::{
    Bench,
    documented::{Step, says},
    every_scenario,
    fixtures::*,
};

/// external-dns' webhook server, and the provider that talks to it.
struct Sidecar {
    provider: Webhook,
    zones: Stored,
    log: tempfile::TempDir,
    _process: Process,
}

/// What stands behind a webhook, read and changed through its protocol as external-dns would. Stands in for DNS as well.
#[derive(Clone)]
struct Stored {
    address: SocketAddr,
}

fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/external-dns/build.sh");
        let output = Command::new(script).arg("webhook").output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        PathBuf::from(String::from_utf8(output.stdout).unwrap().trim())
    })
}

async fn start() -> Sidecar {
    let log = tempfile::tempdir().unwrap();
    let address = SocketAddr::new(LOOPBACK, free_tcp().unwrap());
    let launch = Launch::new("webhook", program(), log.path());
    let mut process = launch.args([address.to_string().as_str(), "cafe.lab", "shop.cafe.lab"]).spawn().unwrap();
    let answers = async || plain_http::get(address, "/").await.is_ok();
    process.wait_ready("the webhook to answer", Duration::from_secs(20), answers).await.unwrap();
    let zones = Stored { address };
    let provider = webhook(address, TxtFormat::Quoted, Arc::new(zones.clone()));
    Sidecar { provider, zones, log, _process: process }
}

/// The races write more in a second than we do in ten.
fn webhook(address: SocketAddr, txt_format: TxtFormat, witness: Arc<dyn Witness>) -> Webhook {
    let rate = Rate { burst: 100_000, refill: Duration::from_millis(1), pause: Duration::from_mins(1), rule: "no rule" };
    let url = format!("http://{address}").parse().unwrap();
    Webhook::with_rate(Settings { url, txt_format, witness }, rate).unwrap()
}

impl Sidecar {
    /// The requests so far. Those of the tests are in HTTP/1.0 and no part of them.
    fn calls(&self) -> Vec<String> {
        let log = std::fs::read_to_string(self.log.path().join("webhook.log")).unwrap();
        log.lines().map(str::to_owned).collect()
    }
}

impl Stored {
    async fn endpoints(&self) -> Vec<Json> {
        let (_, body) = plain_http::get(self.address, "/records").await.unwrap();
        serde_json::from_str::<Option<Vec<Json>>>(&body).unwrap().unwrap_or_default()
    }

    async fn change(&self, changes: Json) {
        let mut stream = tokio::net::TcpStream::connect(self.address).await.unwrap();
        let body = changes.to_string();
        let request = format!("POST /records HTTP/1.0\r\nHost: webhook\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.contains(" 204 "), "{answer}: {body}");
    }

    async fn of(&self, name: &Name, kind: RecordType) -> Option<Json> {
        let all = self.endpoints().await;
        all.into_iter().find(|set| set["dnsName"] == name.as_str() && set["recordType"] == kind.to_string())
    }

    async fn replace(&self, old: Option<Json>, new: Json) {
        match old {
            Some(old) => self.change(json!({"updateOld": [old], "updateNew": [new]})).await,
            None => self.change(json!({"create": [new]})).await,
        }
    }
}

fn target(value: &Value) -> String {
    match value {
        Value::Txt(txt) => presentation::written(txt, presentation::Escapes::Decimal),
        other => other.to_string().trim_end_matches('.').to_owned(),
    }
}

fn endpoint(set: &RecordSet) -> Json {
    let targets: Vec<String> = set.values.iter().map(target).collect();
    json!({"dnsName": set.name.as_str(), "recordType": set.kind.to_string(), "recordTTL": set.ttl, "targets": targets})
}

fn set(endpoint: &Json) -> RecordSet {
    let text = |field: &str| endpoint[field].as_str().unwrap().to_owned();
    let value = |target: &Json| {
        let target = target.as_str().unwrap();
        let host = |text: &str| name(text.trim_end_matches('.'));
        match endpoint["recordType"].as_str().unwrap() {
            "TXT" => Value::Txt(presentation::read(target, presentation::Escapes::Decimal).unwrap()),
            "CNAME" => Value::Cname(host(target)),
            "NS" => Value::Ns(host(target)),
            "MX" => Value::Mx(10, Some(host(target.strip_prefix("10 ").unwrap()))),
            "A" => Value::A(target.parse().unwrap()),
            _ => Value::Aaaa(target.parse().unwrap()),
        }
    };
    let values: Vec<Value> = endpoint["targets"].as_array().unwrap().iter().map(value).collect();
    let ttl = endpoint["recordTTL"].as_u64().unwrap_or_default().try_into().unwrap();
    RecordSet::new(name(&text("dnsName")), values[0].kind(), ttl, values)
}

#[async_trait]
impl Witness for Stored {
    async fn apex(&self, at: &Name) -> Result<Option<Name>> {
        let zones = ["shop.cafe.lab", "cafe.lab"].map(name);
        Ok(zones.into_iter().find(|zone| at.is_at_or_below(zone)))
    }

    async fn answered(&self, name: &Name, kind: RecordType) -> Result<Answered> {
        let stands = match self.of(name, RecordType::Cname).await {
            Some(alias) => Some(alias),
            None => self.of(name, kind).await,
        };
        Ok(Answered { values: stands.map_or_else(Vec::new, |endpoint| set(&endpoint).values), by_wildcard: false })
    }
}

#[async_trait]
impl Bench for Sidecar {
    fn provider(&self) -> &dyn Provider {
        &self.provider
    }

    async fn put(&self, set: RecordSet) {
        match (self.zones.of(&set.name, set.kind).await, set.values.is_empty()) {
            (old, false) => self.zones.replace(old, endpoint(&set)).await,
            (Some(old), true) => self.zones.change(json!({"delete": [old]})).await,
            (None, true) => {}
        }
    }

    async fn add(&self, name: &Name, ttl: u32, value: Value) {
        let old = self.zones.of(name, value.kind()).await;
        let mut new = old.clone().unwrap_or_else(|| endpoint(&RecordSet::new(name.clone(), value.kind(), ttl, vec![])));
        new["targets"].as_array_mut().unwrap().push(target(&value).into());
        self.zones.replace(old, new).await;
    }

    async fn dump(&self) -> Vec<RecordSet> {
        let mut sets: Vec<RecordSet> = self.zones.endpoints().await.iter().map(set).collect();
        sets.sort_by(|one, other| (&one.name, one.kind).cmp(&(&other.name, other.kind)));
        sets
    }
}

every_scenario!(start; common,
    foreign: dns_g1_a_foreign_value_keeps_its_strings,
    values: dns_g2_quotes_semicolons_and_backslashes_are_only_octets,
);

#[tokio::test]
async fn a_first_publication_is_the_negotiation_two_listings_an_adjustment_and_one_write() {
    let sidecar = start().await;
    let names = ["cafe.lab", "_mailward.cafe.lab", "_dmarc.cafe.lab"].map(name);
    for at in &names {
        sidecar.provider.zone_of(at).await.unwrap();
    }
    sidecar.provider.read(&cafe(), &names).await.unwrap();
    apply(&sidecar.provider, &names.each_ref().map(|at| create(&txt(at.as_str(), &["a"])))).await;
    assert_eq!(sidecar.calls(), ["GET /", "GET /records", "GET /records", "POST /adjustendpoints", "POST /records"]);
    says("externalDnsWebhook", Step::First, "4: two listings, one adjustment, one write; once for all domains the negotiation");
    let before = read_txt(&sidecar.provider, "cafe.lab").await.unwrap();
    apply(&sidecar.provider, &[change(&before, &["a"], &["b"])]).await;
    assert_eq!(sidecar.calls()[5..], ["GET /records", "GET /records", "POST /adjustendpoints", "POST /records"]);
    says("externalDnsWebhook", Step::Change, "4");
}

#[tokio::test]
async fn the_check_is_one_negotiation() {
    let sidecar = start().await;
    sidecar.provider.look().await.unwrap();
    assert_eq!(sidecar.calls(), ["GET /"]);
    says("externalDnsWebhook", Step::Check, "1 every ten minutes");
}

#[tokio::test]
async fn p6_a_marker_goes_after_all_it_lists() {
    let sidecar = start().await;
    let sets = ["_dmarc.cafe.lab", "_mta-sts.cafe.lab", "_mailward.cafe.lab"].map(|at| txt(at, &["a"]));
    apply(&sidecar.provider, &sets.each_ref().map(create)).await;
    apply(&sidecar.provider, &sets.each_ref().map(delete)).await;
    assert_eq!(sidecar.calls()[3..], ["GET /records", "POST /records", "POST /records"]);
    says("externalDnsWebhook", Step::Change, "one more where a set is deleted");
    assert_eq!(sidecar.dump().await, []);
}

#[tokio::test]
async fn the_filter_is_what_the_provider_object_shows_as_zones() {
    let sight = start().await.provider.look().await.unwrap().unwrap();
    assert_eq!((sight.count, sight.zones), (2, vec!["cafe.lab".to_owned(), "shop.cafe.lab".to_owned()]));
}

/// DNS where nothing stands yet.
struct Empty;

#[async_trait]
impl Witness for Empty {
    async fn apex(&self, _: &Name) -> Result<Option<Name>> {
        Ok(Some(name("cafe.lab")))
    }

    async fn answered(&self, _: &Name, _: RecordType) -> Result<Answered> {
        Ok(Answered::default())
    }
}
