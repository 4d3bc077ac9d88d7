//! What others keep in a set besides values, and what the server does with our writes.

use mailward::{dns::RecordType, provider::ErrorKind};
use serde_json::{Value, json};

use super::{Server, client, start};
use crate::{Bench, dig::dig, fixtures::*};

impl Server {
    /// One set as the API tells it.
    async fn told(&self, at: &str, kind: &str) -> Value {
        let zone = self.zone().await;
        let sets = zone["rrsets"].as_array().unwrap();
        sets.iter().find(|set| set["name"] == at && set["type"] == kind).cloned().unwrap_or_default()
    }

    async fn zone(&self) -> Value {
        let url = format!("{}/api/v1/servers/localhost/zones/cafe.lab.", self.pdns.api_url());
        let request = client().get(url).header("x-api-key", self.pdns.api_key());
        serde_json::from_str(&request.send().await.unwrap().text().await.unwrap()).unwrap()
    }

    /// Somebody else writes a set through the API.
    async fn patch(&self, set: Value) {
        let url = format!("{}/api/v1/servers/localhost/zones/cafe.lab.", self.pdns.api_url());
        let request = client().patch(url).header("x-api-key", self.pdns.api_key());
        let answer = request.body(json!({"rrsets": [set]}).to_string()).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }
}

fn set(kind: &str, records: &[(&str, bool)]) -> Value {
    let record = |(content, disabled): &(&str, bool)| json!({"content": content, "disabled": disabled});
    let records: Vec<Value> = records.iter().map(record).collect();
    let comments = [json!({"content": "ask Jo first", "account": "ops", "modified_at": 1_700_000_000})];
    json!({"name": "cafe.lab.", "type": kind, "ttl": 300, "changetype": "REPLACE", "records": records, "comments": comments})
}

#[tokio::test]
async fn p1_disabled_records_and_comments_stay_through_create_replace_and_delete() {
    let bench = start().await;
    bench.patch(set("TXT", &[("\"foreign\"", false), ("\"off\"", true)])).await;
    let steps = [(None, Some("v=spf1 -all")), (Some("v=spf1 -all"), Some("v=spf1 mx -all")), (Some("v=spf1 mx -all"), None)];
    for (gone, new) in steps {
        let before = read_txt(&bench.provider, "cafe.lab").await.unwrap();
        apply(&bench.provider, &[change(&before, gone.as_slice(), new.as_slice())]).await;
        let told = bench.told("cafe.lab.", "TXT").await;
        let records = told["records"].as_array().unwrap();
        assert!(records.contains(&json!({"content": "\"off\"", "disabled": true})), "{told}");
        assert_eq!(told["comments"][0]["content"], "ask Jo first");
        let wanted: Vec<_> = ["foreign"].into_iter().chain(new).collect();
        assert_eq!(bench.dump().await, [txt("cafe.lab", &wanted)]);
    }
}

/// The server takes no set that has one record both enabled and disabled.
#[tokio::test]
async fn a_wanted_value_that_somebody_disabled_is_enabled() {
    let bench = start().await;
    bench.patch(set("TXT", &[("\"v=spf1 -all\"", true), ("\"off\"", true)])).await;
    assert_eq!(read_txt(&bench.provider, "cafe.lab").await, None);
    apply(&bench.provider, &[create(&txt("cafe.lab", &["v=spf1 -all"]))]).await;
    let records = [("\"off\"", true), ("\"v=spf1 -all\"", false)]
        .map(|(content, disabled)| json!({"content": content, "disabled": disabled}));
    assert_eq!(bench.told("cafe.lab.", "TXT").await["records"], json!(records));
}

#[tokio::test]
async fn each_change_set_raises_the_serial_once_and_nothing_to_do_does_not() {
    let bench = start().await;
    let serial = async || bench.zone().await["serial"].as_u64().unwrap();
    let first = serial().await;
    let sets = ["cafe.lab", "_dmarc.cafe.lab"].map(|at| txt(at, &["a"]));
    apply(&bench.provider, &sets.each_ref().map(create)).await;
    let second = serial().await;
    assert!(second > first, "{first} {second}");
    apply(&bench.provider, &[delete(&sets[1])]).await;
    assert_eq!(serial().await, second + 1);
    apply(&bench.provider, &[change(&sets[0], &[], &["a"])]).await;
    assert_eq!(serial().await, second + 1);
}

/// P1: what a `LUA` record computes is somebody's answer, and a TXT set beside it would make two of it.
#[tokio::test]
async fn p1_nothing_is_written_beside_a_lua_record_that_answers_the_same() {
    let bench = start().await;
    bench.patch(set("LUA", &[("TXT \"'v=spf1 -all'\"", false)])).await;
    let message = refuse(&bench.provider, &[create(&txt("cafe.lab", &["v=spf1 mx -all"]))], ErrorKind::Invalid).await;
    assert!(message.contains("TXT `cafe.lab`") && message.contains("would lose it"), "{message}");
    assert_eq!(bench.stored(&name("cafe.lab"), RecordType::Txt).await, None);
}

/// A TXT that another program put into the database without quotes makes the server fail to list its zone.
#[tokio::test]
async fn a_zone_that_the_server_cannot_list_is_its_fault_and_says_so() {
    let bench = start().await;
    let insert = "INSERT INTO records (domain_id, name, type, content, ttl, disabled, auth)
        SELECT id, 'x.cafe.lab', 'TXT', 'no quotes', 300, 0, 1 FROM domains WHERE name = 'cafe.lab';";
    bench.pdns.sql(insert).unwrap();
    let message = refuse(&bench.provider, &[create(&txt("cafe.lab", &["a"]))], ErrorKind::Transient).await;
    assert!(message.contains("list zone cafe.lab") && message.contains("log"), "{message}");
}

/// New names need a place in the chain of the zone that the server signs; it gives them one by default.
#[tokio::test]
async fn a_new_name_of_a_signed_zone_is_signed_and_in_the_chain() {
    let bench = start().await;
    let config = format!("--config-dir={}", bench.pdns.state_dir().display());
    let secured = std::process::Command::new("pdnsutil").args([&config, "secure-zone", "cafe.lab"]).output().unwrap();
    assert!(secured.status.success(), "{secured:?}");
    apply(&bench.provider, &[create(&txt("_dmarc.cafe.lab", &["v=DMARC1; p=none"]))]).await;
    let shown = dig(bench.pdns.address(), &["_dmarc.cafe.lab", "TXT", "+dnssec"]);
    assert!(shown.contains("RRSIG\tTXT"), "{shown}");
    let order = bench.pdns.sql("SELECT ordername FROM records WHERE name = '_dmarc.cafe.lab';").unwrap();
    assert_eq!(order.trim(), "_dmarc");
}
