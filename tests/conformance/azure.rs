//! Azure DNS against its stateful server on loopback.
//!
//! Its texts are strings of JSON, so one scenario stays out: octets of a foreign value that are no text (`records` has what takes its
//! place).

mod calls;
mod faults;
mod identity;
mod records;
mod zones;

use async_trait::async_trait;
use mailward::{
    dns::{Name, RecordSet, RecordType, Txt, Value},
    provider::{
        Provider,
        azure::{Azure, Cloud, Identity, Settings},
        http::Rate,
    },
};
use mailward_provider_apis::azure::{self, App, Rights, Server, Zone};
use serde_json::{Value as Json, json};

use crate::{Bench, every_scenario, fixtures::name};

const TENANT: &str = "aaaaaaaa-0000-0000-0000-000000000001";
const SUBSCRIPTION: &str = "bbbbbbbb-0000-0000-0000-000000000002";
const CLIENT: &str = "cccccccc-0000-0000-0000-000000000003";
const GROUP: &str = "mail-dns";
const SECRET: &str = "Abc8Q~good";

struct Account {
    server: Server,
    provider: Azure,
}

async fn start() -> Account {
    let server = Server::start(TENANT, SUBSCRIPTION).await.unwrap();
    server.add_zone(Zone::new(GROUP, "cafe.lab"));
    server.add_zone(Zone::new(GROUP, "shop.cafe.lab"));
    server.set_app(app(CLIENT, Rights::contributor()));
    let provider = provider(settings(&server, with_secret(SECRET)));
    Account { server, provider }
}

/// The races put more values into a set than Azure takes.
async fn start_without_limits() -> Account {
    let account = start().await;
    account.server.lift_limits();
    account
}

fn app(client: &str, rights: Rights) -> App {
    App { client: client.to_owned(), secret: Some(SECRET.to_owned()), trusted: None, rights }
}

fn with_secret(secret: &str) -> Identity {
    Identity::Secret { tenant: TENANT.to_owned(), client: CLIENT.to_owned(), secret: secret.to_owned().into() }
}

fn as_client(client: &str) -> Identity {
    Identity::Secret { tenant: TENANT.to_owned(), client: client.to_owned(), secret: SECRET.to_owned().into() }
}

fn settings(server: &Server, identity: Identity) -> Settings {
    let (subscription, resource_group) = (SUBSCRIPTION.to_owned(), GROUP.to_owned());
    Settings { identity, subscription, resource_group, cloud: Cloud::Public, api: Some(server.url().parse().unwrap()) }
}

fn provider(settings: Settings) -> Azure {
    Azure::with_rate(settings, generous()).unwrap()
}

/// The races write more in a second than a subscription may in a minute.
fn generous() -> Rate {
    Rate {
        burst: 100_000,
        refill: std::time::Duration::from_millis(1),
        pause: std::time::Duration::from_mins(1),
        rule: "no rule",
    }
}

impl Account {
    /// Requests since the last question, by method and path behind the zones' own; a token by one word.
    fn calls(&self) -> Vec<String> {
        let calls = self.server.calls();
        self.server.forget_calls();
        let zones = format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.Network/dnsZones");
        let short = |path: &str| path.replace(&zones, "").replace(&format!("/{TENANT}/oauth2/v2.0"), "");
        calls.into_iter().map(|call| format!("{} {}", call.method, short(&call.path)).trim().to_owned()).collect()
    }
}

fn label(at: &Name) -> String {
    let inside = at.as_str().strip_suffix("cafe.lab").unwrap().trim_end_matches('.');
    if inside.is_empty() { "@".to_owned() } else { inside.to_owned() }
}

fn absolute(label: &str) -> Name {
    if label == "@" { name("cafe.lab") } else { name(&format!("{label}.cafe.lab")) }
}

fn data(value: &Value) -> Json {
    match value {
        Value::Txt(txt) => {
            let strings: Vec<_> = txt.strings().iter().map(|string| String::from_utf8(string.clone()).unwrap()).collect();
            json!({ "value": strings })
        }
        Value::Cname(host) => json!({"cname": host.as_str()}),
        Value::Ns(host) => json!({"nsdname": host.fqdn()}),
        Value::Mx(preference, host) => json!({"preference": preference, "exchange": host.as_ref().unwrap().as_str()}),
        Value::A(address) => json!({"ipv4Address": address.to_string()}),
        Value::Aaaa(address) => json!({"ipv6Address": address.to_string()}),
    }
}

fn value(kind: &str, record: &Json) -> Option<Value> {
    let text = |key: &str| record[key].as_str().unwrap();
    let strings = || record["value"].as_array().unwrap().iter().map(|string| string.as_str().unwrap().as_bytes().to_vec());
    match kind {
        "TXT" => Some(Value::Txt(Txt::from_strings(strings().collect()))),
        "CNAME" => Some(Value::Cname(name(text("cname")))),
        "NS" => Some(Value::Ns(name(text("nsdname")))),
        "MX" => Some(Value::Mx(10, Some(name(text("exchange"))))),
        "A" => Some(Value::A(text("ipv4Address").parse().unwrap())),
        "AAAA" => Some(Value::Aaaa(text("ipv6Address").parse().unwrap())),
        _ => None,
    }
}

fn stored(set: &RecordSet) -> azure::RecordSet {
    let records = set.values.iter().map(data).collect();
    azure::RecordSet { ttl: set.ttl, ..azure::RecordSet::new(&set.kind.to_string(), &label(&set.name), records) }
}

#[async_trait]
impl Bench for Account {
    fn provider(&self) -> &dyn Provider {
        &self.provider
    }

    async fn put(&self, set: RecordSet) {
        let stored = stored(&set);
        self.server.edit("cafe.lab", |sets| {
            sets.retain(|old| old.name != stored.name || old.kind != stored.kind);
            if !stored.records.is_empty() {
                sets.push(stored);
            }
        });
    }

    async fn add(&self, name: &Name, ttl: u32, value: Value) {
        let (at, kind, record) = (label(name), value.kind().to_string(), data(&value));
        self.server.edit("cafe.lab", |sets| match sets.iter_mut().find(|set| set.name == at && set.kind == kind) {
            Some(set) => set.records.push(record),
            None => sets.push(azure::RecordSet { ttl, ..azure::RecordSet::new(&kind, &at, vec![record]) }),
        });
        // The other writer of a race needs a moment of its own.
        tokio::task::yield_now().await;
    }

    async fn remove(&self, name: &Name, value: &Value) {
        let (at, kind, record) = (label(name), value.kind().to_string(), data(value));
        self.server.edit("cafe.lab", |sets| {
            sets.iter_mut()
                .filter(|set| set.name == at && set.kind == kind)
                .for_each(|set| set.records.retain(|old| *old != record));
            sets.retain(|set| !set.records.is_empty());
        });
        tokio::task::yield_now().await;
    }

    async fn dump(&self) -> Vec<RecordSet> {
        let apex = |set: &azure::RecordSet| set.name == "@" && ["NS", "SOA"].contains(&set.kind.as_str());
        let read = |set: azure::RecordSet| {
            let values: Vec<Value> = set.records.iter().filter_map(|record| value(&set.kind, record)).collect();
            let kind: RecordType = values.first()?.kind();
            Some(RecordSet::new(absolute(&set.name), kind, set.ttl, values))
        };
        self.server.sets("cafe.lab").into_iter().filter(|set| !apex(set)).filter_map(read).collect()
    }
}

every_scenario!(start_without_limits; common,
    values: dns_g2_quotes_semicolons_and_backslashes_are_only_octets,
    races: p1_two_writers_lose_no_value,
    whole_domain: dns_g1_its_texts_are_cut_into_the_same_strings_everywhere,
    second_writer: p1_five_hundred_foreign_edits_beside_ours_lose_nothing,
);
