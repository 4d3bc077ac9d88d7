//! Route 53, by moto with its rules kept, its signatures checked, and the policy of the documentation.

#[allow(dead_code, unreachable_pub, reason = "the conformance suite's, and it needs more")]
#[path = "../../conformance/route53/gate.rs"]
mod gate;
#[allow(dead_code, unreachable_pub, reason = "the conformance suite's, and it needs more")]
#[path = "../../conformance/route53/guarded.rs"]
mod guarded;
#[allow(dead_code, unreachable_pub, reason = "the conformance suite's, and it needs more")]
#[path = "../../conformance/route53/moto.rs"]
mod moto;
#[allow(dead_code, unreachable_pub, reason = "the conformance suite's, and it needs more")]
#[path = "../../conformance/route53/outside.rs"]
mod outside;

use std::time::Duration;

use mailward::{
    dns::{Name, RecordSet, Value as Data, Zone as DnsZone},
    provider::{
        Provider,
        http::{
            Rate,
            presentation::{Escapes, written},
        },
        route53::{Identity, Route53, Settings},
    },
};
use serde_json::{Value, json};

use self::guarded::{Guarded, documented};
use super::{
    Vendor,
    zone::{Zone, label},
};
use crate::lab::{is_ready, ready_message};

/// An AWS account whose every request is to be signed, and what else may read its zone: nobody gets past the signatures.
pub(super) struct Aws {
    account: Guarded,
    zone: Name,
    reader: Route53,
}

impl Vendor for Aws {
    const KEY: &'static str = "secret-access-key";
    const REFUSAL: &'static str = "do not belong together";

    async fn start(zone: &str) -> Self {
        let account = Guarded::start(zone, &documented()).await;
        let (id, secret) = account.key.clone();
        let identity = Identity::Keys { id, secret: secret.into() };
        let api = Some(account.gate.url().parse().unwrap());
        let rate = Rate { burst: 10_000, refill: Duration::from_millis(1), pause: Duration::from_secs(1), rule: "no rule" };
        let reader = Route53::with_rate(Settings { identity, region: "us-east-1".to_owned(), api, zones: vec![] }, rate).unwrap();
        Self { account, zone: zone.parse().unwrap(), reader }
    }

    fn right(&self) -> String {
        self.account.key.1.clone()
    }

    fn wrong(&self) -> String {
        "another-secret-access-key".to_owned()
    }

    fn block(&self, secret: &Value) -> Value {
        let (id, api) = (&self.account.key.0, self.account.gate.url());
        json!({"route53": {"accessKeyId": id, "secretAccessKeySecretRef": secret, "apiUrl": api}})
    }

    fn asked(&self) -> Vec<String> {
        self.account.gate.calls()
    }

    async fn records(&self) -> Vec<[String; 4]> {
        let names = ["", "_dmarc.", "_mailward."].map(|label| format!("{label}{}", self.zone).parse::<Name>().unwrap());
        let zone = DnsZone { name: self.zone.clone(), id: self.account.zone.clone() };
        // While every request is refused, nothing is known of what is stored.
        let Ok(snapshot) = self.reader.read(&zone, &names).await else { return vec![] };
        snapshot.iter().map(|set| row(&self.zone, set)).collect()
    }
}

fn row(zone: &Name, set: &RecordSet) -> [String; 4] {
    let value = match &set.values[0] {
        Data::Txt(txt) => written(txt, Escapes::Decimal),
        other => other.to_string(),
    };
    [label(set.name.as_str(), zone.as_str()), set.ttl.to_string(), set.kind.to_string(), value]
}

/// The five requests a second are the account's, so programs of others use them up too.
#[tokio::test]
async fn p8_a_limit_and_then_an_outage_of_route_53_are_said_and_end_by_themselves() {
    let at = Zone::<Aws>::start("vendor-aws", Vendor::right).await;
    at.until_provider("True", |_| true).await;
    let gate = &at.vendor.account.gate;

    gate.refuse_all(Some((400, "Throttling", "Rate exceeded")));
    at.apply("mail", "spf: {all: Fail}").await;
    let limited = at.tenant.until_not_ready("RateLimited").await;
    for words in ["5 requests a second", "not before ", " UTC"] {
        assert!(limited.contains(words), "{words:?} is not in {limited:?}");
    }
    gate.refuse_all(None);
    at.until_records(2).await;
    at.propagate().await;
    at.tenant.ready().await;

    gate.refuse_all(Some((500, "InternalFailure", "Something went wrong")));
    at.apply("mail", "spf: {all: SoftFail}").await;
    at.tenant.until("say that Route 53 is down", |object| ready_message(object).contains("InternalFailure")).await;
    at.until_provider("False", |message| message.contains("InternalFailure")).await;
    gate.refuse_all(None);
    let came = at.tenant.eventually(async || at.vendor.records().await.iter().any(|[.., value]| value.contains("~all")));
    assert!(came.await, "{:#?}\n{}", at.vendor.records().await, at.tenant.lab.controller_log());
    at.propagate().await;
    at.tenant.until("be ready again", is_ready).await;
}
