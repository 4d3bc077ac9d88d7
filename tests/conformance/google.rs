//! Google Cloud DNS against its stateful server on loopback.

mod calls;
mod faults;
mod identity;
mod records;
mod zones;

use async_trait::async_trait;
use mailward::{
    dns::{Name, RecordSet, Txt, Value},
    provider::{
        Provider,
        google::{Google, Identity, KeyFile, Settings},
        http::Rate,
    },
};
use mailward_provider_apis::google::{self, Rights, Server, Zone};

use crate::{Bench, every_scenario, fixtures::name, zone_file};

/// The service account that everything belongs to.
const ACCOUNT: &str = "mailward@mail-dns.iam.gserviceaccount.com";

struct Project {
    server: Server,
    provider: Google,
    key: String,
}

/// Zones are called like their domains, past Google's rule, since the scenarios know no other id.
async fn start() -> Project {
    let server = Server::start("mail-dns").await.unwrap();
    server.add_zone(Zone::new(1, "cafe.lab", "cafe.lab"));
    server.add_zone(Zone::new(2, "shop.cafe.lab", "shop.cafe.lab"));
    let key = server.add_account(ACCOUNT, Rights::admin());
    let provider = provider(&server, Identity::Key(KeyFile::parse(key.as_bytes()).unwrap()));
    Project { server, provider, key }
}

fn provider(server: &Server, identity: Identity) -> Google {
    Google::with_rate(settings(server, identity), generous()).unwrap()
}

fn with_key(server: &Server, json: &str) -> Google {
    provider(server, Identity::Key(KeyFile::parse(json.as_bytes()).unwrap()))
}

fn settings(server: &Server, identity: Identity) -> Settings {
    Settings { identity, project: None, api: Some(server.url().parse().unwrap()) }
}

/// The races write more in a second than a project may in a minute.
fn generous() -> Rate {
    Rate {
        burst: 100_000,
        refill: std::time::Duration::from_millis(1),
        pause: std::time::Duration::from_mins(1),
        rule: "no rule",
    }
}

impl Project {
    /// Requests since the last question, by method and path behind the project's.
    fn calls(&self) -> Vec<String> {
        let calls = self.server.calls();
        self.server.forget_calls();
        calls.into_iter().map(|call| format!("{} {}", call.method, call.path.replace("/dns/v1/projects/mail-dns", ""))).collect()
    }
}

fn data(value: &Value) -> String {
    match value {
        Value::Txt(txt) => txt.strings().iter().map(|string| zone_file::quoted(string)).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

fn value(kind: &str, data: &str) -> Option<Value> {
    match kind {
        "TXT" => Some(Value::Txt(Txt::from_strings(zone_file::strings(data)))),
        "CNAME" => Some(Value::Cname(name(data))),
        "NS" => Some(Value::Ns(name(data))),
        "MX" => Some(Value::Mx(10, Some(name(data.strip_prefix("10 ")?)))),
        "A" => Some(Value::A(data.parse().unwrap())),
        "AAAA" => Some(Value::Aaaa(data.parse().unwrap())),
        _ => None,
    }
}

fn stored(set: &RecordSet) -> google::RecordSet {
    let rrdatas = set.values.iter().map(data).collect();
    google::RecordSet { name: set.name.fqdn(), kind: set.kind.to_string(), ttl: set.ttl, rrdatas, routing_policy: None }
}

#[async_trait]
impl Bench for Project {
    fn provider(&self) -> &dyn Provider {
        &self.provider
    }

    async fn put(&self, set: RecordSet) {
        let stored = stored(&set);
        self.server.edit("cafe.lab", |sets| {
            sets.retain(|old| old.name != stored.name || old.kind != stored.kind);
            if !stored.rrdatas.is_empty() {
                sets.push(stored);
            }
        });
    }

    async fn add(&self, name: &Name, ttl: u32, value: Value) {
        let (at, kind, data) = (name.fqdn(), value.kind().to_string(), data(&value));
        self.server.edit("cafe.lab", |sets| match sets.iter_mut().find(|set| set.name == at && set.kind == kind) {
            Some(set) => set.rrdatas.push(data),
            None => sets.push(google::RecordSet { name: at, kind, ttl, rrdatas: vec![data], routing_policy: None }),
        });
        // The other writer of a race needs a moment of its own.
        tokio::task::yield_now().await;
    }

    async fn dump(&self) -> Vec<RecordSet> {
        let apex = |set: &google::RecordSet| set.name == "cafe.lab." && ["NS", "SOA"].contains(&set.kind.as_str());
        let sets = self.server.sets("cafe.lab").into_iter().filter(|set| !apex(set));
        let read = |set: google::RecordSet| {
            let values: Vec<Value> = set.rrdatas.iter().filter_map(|data| value(&set.kind, data)).collect();
            let kind = values.first()?.kind();
            Some(RecordSet::new(name(&set.name), kind, set.ttl, values))
        };
        sets.filter_map(read).collect()
    }
}

every_scenario!(start);
