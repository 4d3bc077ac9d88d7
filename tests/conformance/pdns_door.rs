//! PowerDNS as somebody else knows it: updates of his own and zone transfers, whatever the provider under test speaks.

use mailward::dns::{Name, RecordSet, Value};
use mailward_sandbox::pdns::{Pdns, Zone};

use crate::{fixtures::name, rfc2136::dig, zone_file};

/// A server with both zones.
pub async fn start() -> Pdns {
    Pdns::start(&[Zone::primary("cafe.lab"), Zone::primary("shop.cafe.lab")]).await.unwrap()
}

pub async fn put(pdns: &Pdns, set: &RecordSet) {
    update(pdns, &zone_file::replacement(set)).await;
}

pub async fn add(pdns: &Pdns, at: &Name, ttl: u32, value: &Value) {
    update(pdns, &format!("update add {}", zone_file::line(at, ttl, value))).await;
}

pub fn dump(pdns: &Pdns) -> Vec<RecordSet> {
    zone_file::sets(&dig(pdns.address(), &["cafe.lab", "AXFR"]), &name("cafe.lab"))
}

async fn update(pdns: &Pdns, commands: &str) {
    pdns.update(&format!("zone cafe.lab\n{commands}")).await.unwrap();
}
