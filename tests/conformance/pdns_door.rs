//! PowerDNS as somebody else knows it: updates of his own and zone transfers, whatever the provider under test speaks.

use mailward::dns::{Name, RecordSet, Value};
use mailward_sandbox::pdns::{Pdns, Zone};

use crate::{dig::dig, fixtures::name, zone_file};

/// Attempts of one update.
const PATIENCE: usize = 100;

/// The system's server with both zones.
pub async fn start() -> Pdns {
    Pdns::start(&zones()).await.unwrap()
}

/// A server that adds and removes single values, with the same.
pub async fn start_newer() -> Pdns {
    Pdns::start_newer(&zones()).await.unwrap()
}

fn zones() -> [Zone; 2] {
    ["cafe.lab", "shop.cafe.lab"].map(Zone::primary)
}

pub async fn put(pdns: &Pdns, set: &RecordSet) {
    update(pdns, &zone_file::replacement(set)).await;
}

pub async fn add(pdns: &Pdns, at: &Name, ttl: u32, value: &Value) {
    update(pdns, &format!("update add {}", zone_file::line(at, ttl, value))).await;
}

pub async fn remove(pdns: &Pdns, at: &Name, value: &Value) {
    update(pdns, &zone_file::removal(at, value)).await;
}

pub fn dump(pdns: &Pdns) -> Vec<RecordSet> {
    zone_file::sets(&dig(pdns.address(), &["cafe.lab", "AXFR"]), &name("cafe.lab"))
}

/// A database that is busy with another writer's transaction says SERVFAIL, and whoever means it tries again.
async fn update(pdns: &Pdns, commands: &str) {
    let commands = format!("zone cafe.lab\n{commands}");
    for _ in 0..PATIENCE {
        match pdns.update(&commands).await {
            Err(error) if error.to_string().contains("SERVFAIL") => {}
            done => return done.unwrap(),
        }
    }
    panic!("the database was busy {PATIENCE} times");
}
