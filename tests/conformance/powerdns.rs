//! PowerDNS over its HTTP API: two real servers, that of the system and a newer one.
//!
//! That of Debian 12 takes whole sets only, so the scenarios of two writers stay out with the system's (see `whole_sets`); `by_value` has
//! all of them with the newer one.

mod by_value;
mod calls;
mod front;
mod records;
mod refused;
mod whole_sets;

use std::time::Duration;

use async_trait::async_trait;
use mailward::{
    dns::{Name, RecordSet, Value},
    provider::{
        Provider,
        http::{Rate, Transport},
        powerdns::{PowerDns, Settings},
    },
};
use mailward_sandbox::pdns::Pdns;

use crate::{Bench, every_scenario, pdns_door};

pub struct Server {
    pdns: Pdns,
    provider: PowerDns,
}

async fn start() -> Server {
    server(pdns_door::start().await)
}

fn server(pdns: Pdns) -> Server {
    let provider = provider(&pdns.api_url(), pdns.api_key());
    Server { pdns, provider }
}

fn provider(server: &str, key: &str) -> PowerDns {
    PowerDns::with_rate(&settings(server, key), generous()).unwrap()
}

/// The races write more in a second than a provider should.
fn generous() -> Rate {
    Rate { burst: 100_000, refill: Duration::from_millis(1), pause: Duration::from_mins(1), rule: "no rule" }
}

/// Somebody else's.
fn client() -> reqwest::Client {
    Transport::new("a test", generous()).unwrap().client().clone()
}

fn settings(server: &str, key: &str) -> Settings {
    Settings { server: server.parse().unwrap(), server_id: "localhost".to_owned(), key: key.to_owned().into() }
}

#[async_trait]
impl Bench for Server {
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

every_scenario!(start; common,
    foreign: dns_g1_a_foreign_value_keeps_its_strings,
    values: dns_g2_quotes_semicolons_and_backslashes_are_only_octets,
    whole_domain: dns_g1_its_texts_are_cut_into_the_same_strings_everywhere,
);
