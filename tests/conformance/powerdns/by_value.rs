//! A version that adds and removes single values: the whole suite, two writers included.

use async_trait::async_trait;
use mailward::{
    dns::{Name, RecordSet, Value},
    provider::{Change, Provider, powerdns::PowerDns},
};
use mailward_sandbox::pdns::Pdns;
use reqwest::{Client, StatusCode};
use serde_json::json;

use super::{client, front::Front, provider};
use crate::{
    Bench,
    documented::{Step, says},
    every_scenario,
    fixtures::*,
    pdns_door, zone_file,
};

struct Newer {
    pdns: Pdns,
    front: Front,
    provider: PowerDns,
    client: Client,
}

async fn start() -> Newer {
    let pdns = pdns_door::start_newer().await;
    let front = Front::start(&pdns.api_url(), None).await;
    let provider = provider(&front.url, pdns.api_key());
    // A provider has its server's version from the list of zones.
    provider.zone_of(&name("elsewhere.lab")).await.unwrap();
    front.calls();
    Newer { pdns, front, provider, client: client() }
}

impl Newer {
    /// Somebody else adds or removes a value as this version lets him, by another client of the same server.
    async fn one(&self, act: &str, at: &Name, ttl: u32, value: &Value) {
        let line = zone_file::line(at, ttl, value);
        let record = json!({"content": line.splitn(4, ' ').nth(3).unwrap(), "disabled": false});
        let kind = value.kind().to_string();
        let change = json!({"name": at.fqdn(), "type": kind, "ttl": ttl, "changetype": act, "records": [record]});
        let url = format!("{}/api/v1/servers/localhost/zones/cafe.lab.", self.pdns.api_url());
        let request = self.client.patch(url).header("x-api-key", self.pdns.api_key());
        let answer = request.body(json!({"rrsets": [change]}).to_string()).send().await.unwrap();
        let status = answer.status();
        assert_eq!(status, StatusCode::NO_CONTENT, "{}", answer.text().await.unwrap());
    }
}

#[async_trait]
impl Bench for Newer {
    fn provider(&self) -> &dyn Provider {
        &self.provider
    }

    async fn put(&self, set: RecordSet) {
        pdns_door::put(&self.pdns, &set).await;
    }

    async fn add(&self, name: &Name, ttl: u32, value: Value) {
        self.one("EXTEND", name, ttl, &value).await;
    }

    async fn remove(&self, name: &Name, value: &Value) {
        self.one("PRUNE", name, TTL, value).await;
    }

    async fn dump(&self) -> Vec<RecordSet> {
        pdns_door::dump(&self.pdns)
    }
}

every_scenario!(start);

/// P1: the reading of the pass serves, since what came meanwhile is not touched; a replaced value is looked after.
#[tokio::test]
async fn a_first_publication_is_one_reading_and_one_request_and_a_replacement_is_looked_after() {
    let bench = start().await;
    let names = ["cafe.lab", "_mailward.cafe.lab", "_dmarc.cafe.lab"].map(name);
    bench.provider.read(&cafe(), &names).await.unwrap();
    apply(&bench.provider, &names.each_ref().map(|at| create(&txt(at.as_str(), &["a"])))).await;
    let (list, patch) = ("GET /zones/cafe.lab", "PATCH /zones/cafe.lab");
    assert_eq!(bench.front.calls(), [list, patch]);
    says("powerdns", Step::First, "2: one listing, one write");
    let before = read_txt(&bench.provider, "cafe.lab").await.unwrap();
    apply(&bench.provider, &[change(&before, &["a"], &["b"])]).await;
    assert_eq!(bench.front.calls(), [list, patch, list]);
    says("powerdns", Step::Change, "3: two listings, one write");
    // Another TTL is another set, so the set is read right before it is written over.
    let before = read_txt(&bench.provider, "_dmarc.cafe.lab").await.unwrap();
    apply(&bench.provider, &[Change { ttl: 60, ..change(&before, &[], &[]) }]).await;
    assert_eq!(bench.front.calls(), [list, list, patch]);
}

/// The server compares texts, and a program with access to its database may write another one for the same value.
#[tokio::test]
async fn p2_a_value_that_the_server_does_not_find_goes_with_its_set() {
    let bench = start().await;
    let insert = "INSERT INTO records (domain_id, name, type, content, ttl, disabled, auth)
        SELECT id, 'cafe.lab', 'TXT', '\"v=spf1 -\\097ll\"', 300, 0, 1 FROM domains WHERE name = 'cafe.lab';";
    bench.pdns.sql(insert).unwrap();
    let before = read_txt(&bench.provider, "cafe.lab").await.unwrap();
    apply(&bench.provider, &[change(&before, &["v=spf1 -all"], &["v=spf1 mx -all"])]).await;
    assert_eq!(bench.dump().await, [txt("cafe.lab", &["v=spf1 mx -all"])]);
}
