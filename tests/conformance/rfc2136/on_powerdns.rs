//! RFC 2136 against PowerDNS, and what it answers that BIND does not.

use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use mailward::{
    dns::{Name, RecordSet, Value, Zone},
    provider::{
        Change, ErrorKind, Provider, ZoneLookup,
        rfc2136::{Algorithm, Rfc2136},
    },
};
use mailward_sandbox::pdns::{Pdns, Zone as Stored};

use super::{
    provider_at,
    refused::{WRONG, refusal},
};
use crate::{Bench, every_scenario, fixtures::*, pdns_door};

struct Primary {
    pdns: Pdns,
    provider: Rfc2136,
}

async fn start() -> Primary {
    primary(pdns_door::start().await)
}

fn primary(pdns: Pdns) -> Primary {
    let (server, key) = (pdns.address().to_string(), pdns.key());
    let provider = provider_at(&server, key.name(), &key.secret_base64(), Algorithm::HmacSha256);
    Primary { pdns, provider }
}

#[async_trait]
impl Bench for Primary {
    fn provider(&self) -> &dyn Provider {
        &self.provider
    }

    async fn put(&self, set: RecordSet) {
        pdns_door::put(&self.pdns, &set).await;
    }

    async fn add(&self, name: &Name, ttl: u32, value: Value) {
        pdns_door::add(&self.pdns, name, ttl, &value).await;
    }

    async fn remove(&self, name: &Name, value: &Value) {
        pdns_door::remove(&self.pdns, name, value).await;
    }

    async fn dump(&self) -> Vec<RecordSet> {
        pdns_door::dump(&self.pdns)
    }
}

every_scenario!(start);

/// BIND says in a signed field what is wrong with a key; PowerDNS answers NOTAUTH to a query and REFUSED to an update, unsigned.
#[tokio::test]
async fn p8_a_key_that_the_server_does_not_take_is_denied_and_never_a_zone_that_is_not_there() {
    let bench = start().await;
    let (server, secret) = (bench.pdns.address().to_string(), bench.pdns.key().secret_base64());
    let key = bench.pdns.key().name();
    let hour_late = || SystemTime::now() - Duration::from_hours(1);
    for bad in [
        provider_at(&server, key, WRONG, Algorithm::HmacSha256),
        provider_at(&server, "mailwart", &secret, Algorithm::HmacSha256),
        provider_at(&server, key, &secret, Algorithm::HmacSha512),
        provider_at(&server, key, &secret, Algorithm::HmacSha256).with_clock(hour_late),
    ] {
        let error = refusal(&bad).await;
        assert_eq!(error.kind, ErrorKind::Denied);
        assert!(error.message.starts_with(&format!("DNS server {server} does not take TSIG key `mailwar")), "{error}");
        assert!(!error.message.contains(&secret) && !error.message.contains(WRONG), "{error}");
    }
    assert_eq!(bench.dump().await, []);
}

/// A zone names the keys that may update it (TSIG-ALLOW-DNSUPDATE); another one is refused with a signature.
#[tokio::test]
async fn a_key_without_a_grant_reads_and_is_denied_the_update() {
    let bench = start().await;
    bench
        .pdns
        .sql(&format!("INSERT INTO tsigkeys (name, algorithm, secret) VALUES ('other', 'hmac-sha256', '{WRONG}');"))
        .unwrap();
    let other = provider_at(&bench.pdns.address().to_string(), "other", WRONG, Algorithm::HmacSha256);
    assert_eq!(read_txt(&other, "cafe.lab").await, None);
    let message = refuse(&other, &[create(&txt("cafe.lab", &["a"]))], ErrorKind::Denied).await;
    assert!(message.contains("refuses updates of zone `cafe.lab` by TSIG key `other`"), "{message}");
}

#[tokio::test]
async fn a_zone_that_the_server_does_not_have_is_not_found_and_not_written() {
    let bench = start().await;
    let elsewhere = Zone { name: name("elsewhere.lab"), id: "elsewhere.lab".into() };
    assert_eq!(bench.provider.zone_of(&elsewhere.name).await.unwrap(), ZoneLookup::NotFound);
    let error = bench.provider.apply(&elsewhere, &[create(&txt("elsewhere.lab", &["a"]))]).await.unwrap_err();
    assert!(error.kind == ErrorKind::Invalid && error.message.contains("NOTAUTH"), "{error}");
}

/// BIND refuses; PowerDNS hands the update on to the primary, which is not there.
#[tokio::test]
async fn an_update_of_a_copy_fails_and_changes_nothing() {
    let bench = primary(Pdns::start(&[Stored::secondary("cafe.lab")]).await.unwrap());
    let message = refuse(&bench.provider, &[create(&txt("cafe.lab", &["a"]))], ErrorKind::Transient).await;
    assert!(message.contains("SERVFAIL"), "{message}");
    assert_eq!(bench.dump().await, []);
}

/// Stored in capitals, the target is another text to PowerDNS than the one to delete, though the same one to its prerequisite.
#[tokio::test]
async fn an_alias_in_capitals_is_replaced_and_deleted() {
    let bench = start().await;
    for at in ["one", "two"] {
        let add = format!("zone cafe.lab\nupdate add {at}.cafe.lab. 300 CNAME Host.Sender.LAB.");
        bench.pdns.update(&add).await.unwrap();
    }
    let [one, two] = ["one.cafe.lab", "two.cafe.lab"].map(|at| cname(at, "host.sender.lab"));
    let other = cname("one.cafe.lab", "other.sender.lab");
    let swap = Change { add: other.values.clone(), ..delete(&one) };
    apply(&bench.provider, &[swap, delete(&two)]).await;
    assert_eq!(bench.dump().await, [other]);
}

/// The prerequisite compares texts, so a value that another program wrote with escapes it did not need is refused for ever. It
/// stays as it is, and says so.
#[tokio::test]
async fn p1_a_text_in_another_spelling_is_a_conflict_and_stays() {
    let bench = start().await;
    let insert = "INSERT INTO records (domain_id, name, type, content, ttl, disabled, auth)
        SELECT id, 'cafe.lab', 'TXT', '\"v=spf1 -\\097ll\"', 300, 0, 1 FROM domains WHERE name = 'cafe.lab';";
    bench.pdns.sql(insert).unwrap();
    let before = read_txt(&bench.provider, "cafe.lab").await.unwrap();
    assert_eq!(before, txt("cafe.lab", &["v=spf1 -all"]));
    refuse(&bench.provider, &[change(&before, &["v=spf1 -all"], &["v=spf1 mx -all"])], ErrorKind::Conflict).await;
    assert_eq!(bench.dump().await, [before]);
}
