//! DigitalOcean against its stateful server on loopback.
//!
//! Its records hold texts as they are, so these scenarios stay out: texts with quotes and backslashes (refused, see below), and the
//! strings of a foreign value (the API joins them).

use std::time::Duration;

use async_trait::async_trait;
use mailward::{
    dns::{Name, RecordSet, Value},
    provider::{
        Change, ErrorKind, Provider,
        digitalocean::{DigitalOcean, Settings},
        http::Rate,
    },
};
use mailward_provider_apis::{
    Fault,
    digitalocean::{Record, Server, Token},
};

use crate::{
    Bench,
    documented::{Step, says},
    every_scenario,
    fixtures::*,
};

const TOKEN: &str = "dop_v1_good";
const LIST: &str = "GET /domains/cafe.lab/records";
const CREATE: &str = "POST /domains/cafe.lab/records";

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

#[tokio::test]
async fn a_first_publication_is_the_domains_one_reading_and_a_request_for_each_record() {
    let account = start().await;
    let names = ["cafe.lab", "_mailward.cafe.lab", "_dmarc.cafe.lab"].map(name);
    for at in &names {
        account.provider.zone_of(at).await.unwrap();
    }
    account.provider.read(&cafe(), &names).await.unwrap();
    apply(&account.provider, &names.each_ref().map(|at| create(&txt(at.as_str(), &["a"])))).await;
    assert_eq!(account.calls(), ["GET /domains", LIST, CREATE, CREATE, CREATE]);
    says("digitalocean", Step::First, "1 listing");
    says("digitalocean", Step::First, "and 1 for each record; once for all domains the list of domains");
    let before = read_txt(&account.provider, "cafe.lab").await.unwrap();
    apply(&account.provider, &[change(&before, &["a"], &["b"])]).await;
    let calls = account.calls();
    assert!(calls.len() == 2 && calls[1].starts_with("PATCH /domains/cafe.lab/records/"), "{calls:?}");
    says("digitalocean", Step::Change, "1 listing, 1 for each record");
}

#[tokio::test]
async fn every_page_is_read() {
    let account = start().await;
    for at in 0..450 {
        account.server.add_domain(&format!("d{at:03}.lab"));
        let record = account.server.record("TXT", &format!("r{at:03}"), "a", 300);
        account.server.edit("cafe.lab", |records| records.push(record));
    }
    let read = account.provider.read(&cafe(), &["r000.cafe.lab", "r449.cafe.lab"].map(name)).await.unwrap();
    assert_eq!((read.iter().count(), account.calls().len()), (2, 3));
    let lookup = account.provider.zone_of(&name("_dmarc.d449.lab")).await.unwrap();
    assert!(matches!(lookup, mailward::provider::ZoneLookup::Found(_)), "{lookup:?}");
    account.calls();
    let sight = account.provider.look().await.unwrap().unwrap();
    assert_eq!((sight.count, sight.zones.len(), account.calls().len()), (452, 200, 1));
    says("digitalocean", Step::Check, "1 every ten minutes");
}

/// P6: what a visit that ended in the middle left is completed by the next, and nothing is there twice.
#[tokio::test]
async fn p6_a_change_set_that_broke_off_is_completed_by_the_next_reading() {
    let account = start().await;
    let sets = ["_mailward.cafe.lab", "_dmarc.cafe.lab"].map(|at| txt(at, &["a"]));
    let names = sets.each_ref().map(|set| set.name.clone());
    account.provider.read(&cafe(), &names).await.unwrap();
    account.server.inject(Fault::AnswerLost);
    refuse(&account.provider, &sets.each_ref().map(create), ErrorKind::Transient).await;
    let read = account.provider.read(&cafe(), &names).await.unwrap();
    let missing: Vec<Change> = sets.iter().filter(|set| read.get(&set.name, set.kind).is_none()).map(create).collect();
    assert_eq!(missing.len(), 1);
    apply(&account.provider, &missing).await;
    assert_eq!(account.dump().await, sets);
}

#[tokio::test]
async fn refusals_and_limits_are_told_apart() {
    let account = start().await;
    let error = provider(&account.server, "dop_v1_wrong").look().await.unwrap_err();
    assert!(error.kind == ErrorKind::Denied && error.message.contains("Unable to authenticate you (unauthorized)"), "{error}");
    account.server.set_token(Token { write: false, ..Token::editor("reader") });
    let error = provider(&account.server, "reader").apply(&cafe(), &[create(&txt("cafe.lab", &["a"]))]).await.unwrap_err();
    assert!(error.kind == ErrorKind::Denied && error.message.contains("domain:create"), "{error}");
    account.server.inject(Fault::Limited(Some("30".to_owned())));
    let error = account.provider.look().await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::RateLimited(wait) if wait > Duration::from_secs(25)), "{error:?}");
}

#[tokio::test]
async fn a_text_that_would_not_be_stored_unchanged_is_refused_before_anything_is_written() {
    let account = start().await;
    let changes = [create(&txt("cafe.lab", &["good"])), create(&txt("_dmarc.cafe.lab", &["with \"quotes\""]))];
    refuse(&account.provider, &changes, ErrorKind::Invalid).await;
    assert_eq!(account.dump().await, []);
}

#[tokio::test]
async fn a_server_in_trouble_is_transient_and_one_that_talks_nonsense_is_a_bug() {
    let account = start().await;
    for (fault, kind) in [(Fault::Status(500), ErrorKind::Transient), (Fault::Gibberish, ErrorKind::Bug)] {
        account.server.inject(fault);
        assert_eq!(account.provider.look().await.unwrap_err().kind, kind);
    }
    assert!(account.provider.look().await.is_ok());
}
