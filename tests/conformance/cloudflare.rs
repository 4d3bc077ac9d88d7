//! Cloudflare against its stateful server on loopback.

mod calls;
mod faults;
mod records;
mod zones;

use async_trait::async_trait;
use mailward::{
    dns::{Name, RecordSet, RecordType, Txt, Value},
    provider::{
        Provider,
        cloudflare::{Cloudflare, Settings},
        http::Rate,
    },
};
use mailward_provider_apis::cloudflare::{Record, Server, Token, Zone};

use crate::{Bench, every_scenario, fixtures::name, zone_file};

/// The token that may do everything; no other may.
const TOKEN: &str = "good-token";

struct Account {
    server: Server,
    provider: Cloudflare,
}

/// Both zones on the free plan. Ids are no business of a provider, so here they are what the scenarios expect.
async fn start() -> Account {
    let server = Server::start().await.unwrap();
    for apex in ["cafe.lab", "shop.cafe.lab"] {
        server.add_zone(Zone::new(apex, apex));
    }
    server.set_token(Token::editor(TOKEN));
    let provider = provider(&server, TOKEN);
    Account { server, provider }
}

fn provider(server: &Server, token: &str) -> Cloudflare {
    Cloudflare::with_rate(settings(server, token), generous()).unwrap()
}

fn settings(server: &Server, token: &str) -> Settings {
    Settings { token: token.to_owned().into(), api: Some(server.url().parse().unwrap()) }
}

/// The races write more in a second than Cloudflare takes in a minute.
fn generous() -> Rate {
    Rate {
        burst: 100_000,
        refill: std::time::Duration::from_millis(1),
        pause: std::time::Duration::from_mins(5),
        rule: "no rule",
    }
}

impl Account {
    fn store(&self, at: &Name, ttl: u32, value: &Value) {
        let record = self.record(at.as_str(), &value.kind().to_string(), &content(value), ttl);
        self.server.edit("cafe.lab", |records| records.push(record));
    }

    fn record(&self, at: &str, kind: &str, content: &str, ttl: u32) -> Record {
        self.server.record(at, kind, content, ttl)
    }

    /// Requests since the last question, by method and path below the API's address.
    fn calls(&self) -> Vec<String> {
        let calls = self.server.calls();
        self.server.forget_calls();
        calls.into_iter().map(|call| format!("{} {}", call.method, call.path)).collect()
    }
}

/// As the dashboard stores it.
fn content(value: &Value) -> String {
    match value {
        Value::Txt(txt) => txt.strings().iter().map(|string| zone_file::quoted(string)).collect::<Vec<_>>().join(" "),
        Value::Cname(host) | Value::Ns(host) | Value::Mx(_, Some(host)) => host.to_string(),
        other => other.to_string(),
    }
}

fn value(record: &Record) -> Option<Value> {
    let host = || record.content.parse().unwrap();
    match record.kind.as_str() {
        "TXT" => Some(Value::Txt(Txt::from_strings(zone_file::strings(&record.content)))),
        "CNAME" => Some(Value::Cname(host())),
        "NS" => Some(Value::Ns(host())),
        "MX" => Some(Value::Mx(10, Some(host()))),
        "A" => Some(Value::A(record.content.parse().unwrap())),
        "AAAA" => Some(Value::Aaaa(record.content.parse().unwrap())),
        _ => None,
    }
}

#[async_trait]
impl Bench for Account {
    fn provider(&self) -> &dyn Provider {
        &self.provider
    }

    async fn put(&self, set: RecordSet) {
        let kind = set.kind.to_string();
        self.server.edit("cafe.lab", |records| records.retain(|old| old.name != set.name.as_str() || old.kind != kind));
        set.values.iter().for_each(|value| self.store(&set.name, set.ttl, value));
    }

    async fn add(&self, name: &Name, ttl: u32, value: Value) {
        self.store(name, ttl, &value);
        // The other writer of a race needs a moment of its own.
        tokio::task::yield_now().await;
    }

    async fn remove(&self, name: &Name, value: &Value) {
        let gone = content(value);
        self.server.edit("cafe.lab", |records| records.retain(|old| old.name != name.as_str() || old.content != gone));
    }

    async fn dump(&self) -> Vec<RecordSet> {
        let mut sets: Vec<RecordSet> = vec![];
        for record in self.server.records("cafe.lab") {
            let (Some(value), at) = (value(&record), name(&record.name)) else { continue };
            let kind: RecordType = value.kind();
            match sets.iter_mut().find(|set| set.name == at && set.kind == kind) {
                Some(set) => *set = RecordSet::new(at, kind, set.ttl, [&set.values[..], &[value]].concat()),
                None => sets.push(RecordSet::new(at, kind, record.ttl, vec![value])),
            }
        }
        sets
    }
}

every_scenario!(start);
