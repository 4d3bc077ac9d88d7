//! DigitalOcean against its stateful server on loopback.
//!
//! Its records hold texts as they are, so these scenarios stay out: texts with quotes and backslashes (refused, see `faults`), and the
//! strings of a foreign value (the API joins them).

mod calls;
mod faults;

use std::time::Duration;

use async_trait::async_trait;
use mailward::{
    dns::{Name, RecordSet, Value},
    provider::{
        Provider,
        digitalocean::{DigitalOcean, Settings},
        http::Rate,
    },
};
use mailward_provider_apis::digitalocean::{Record, Server, Token};

use crate::{Bench, every_scenario, fixtures::*};

const TOKEN: &str = "dop_v1_good";

struct Account {
    server: Server,
    provider: DigitalOcean,
}

async fn start() -> Account {
    let server = Server::start().await.unwrap();
    server.add_domain("cafe.lab");
    server.add_domain("shop.cafe.lab");
    server.set_token(Token::editor(TOKEN));
    let provider = provider(&server, TOKEN);
    Account { server, provider }
}

/// The races write more in a second than DigitalOcean takes in a minute.
fn provider(server: &Server, token: &str) -> DigitalOcean {
    let rate = Rate { burst: 100_000, refill: Duration::from_millis(1), pause: Duration::from_mins(1), rule: "no rule" };
    let settings = Settings { token: token.to_owned().into(), api: Some(server.url().parse().unwrap()) };
    DigitalOcean::with_rate(settings, rate).unwrap()
}

impl Account {
    fn store(&self, at: &Name, ttl: u32, value: &Value) {
        let inside = at.as_str().strip_suffix("cafe.lab").unwrap().trim_end_matches('.');
        let data = match value {
            Value::Mx(_, Some(host)) => host.to_string(),
            other => other.to_string().trim_end_matches('.').to_owned(),
        };
        let label = if inside.is_empty() { "@" } else { inside };
        let record = self.server.record(&value.kind().to_string(), label, &data, ttl);
        self.server.edit("cafe.lab", |records| records.push(record));
    }

    fn calls(&self) -> Vec<String> {
        let calls = self.server.calls();
        self.server.forget_calls();
        calls.into_iter().map(|call| format!("{} {}", call.method, call.path)).collect()
    }
}

fn absolute(label: &str) -> Name {
    if label == "@" { name("cafe.lab") } else { name(&format!("{label}.cafe.lab")) }
}

fn value(record: &Record) -> Option<Value> {
    let host = || if record.data == "@" { name("cafe.lab") } else { name(&record.data) };
    match record.kind.as_str() {
        "TXT" => Some(Value::text(&record.data)),
        "CNAME" => Some(Value::Cname(host())),
        "NS" => Some(Value::Ns(host())),
        "MX" => Some(Value::Mx(10, Some(host()))),
        "A" => Some(Value::A(record.data.parse().unwrap())),
        "AAAA" => Some(Value::Aaaa(record.data.parse().unwrap())),
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
        self.server.edit("cafe.lab", |records| records.retain(|old| absolute(&old.name) != set.name || old.kind != kind));
        set.values.iter().for_each(|value| self.store(&set.name, set.ttl, value));
    }

    async fn add(&self, name: &Name, ttl: u32, value: Value) {
        self.store(name, ttl, &value);
        // The other writer of a race needs a moment of its own.
        tokio::task::yield_now().await;
    }

    async fn remove(&self, name: &Name, value: &Value) {
        let gone = value.to_string();
        self.server.edit("cafe.lab", |records| records.retain(|old| absolute(&old.name) != *name || old.data != gone));
    }

    async fn dump(&self) -> Vec<RecordSet> {
        let mut sets: Vec<RecordSet> = vec![];
        for record in self.server.records("cafe.lab") {
            let (Some(value), at) = (value(&record), absolute(&record.name)) else { continue };
            let kind = value.kind();
            match sets.iter_mut().find(|set| set.name == at && set.kind == kind) {
                Some(set) => *set = RecordSet::new(at, kind, set.ttl, [&set.values[..], &[value]].concat()),
                None => sets.push(RecordSet::new(at, kind, record.ttl, vec![value])),
            }
        }
        sets
    }
}

every_scenario!(start; common,
    races: p1_two_writers_lose_no_value,
    second_writer: p1_five_hundred_foreign_edits_beside_ours_lose_nothing,
);
