//! A real PowerDNS, which answers over DNS by itself.

use std::net::SocketAddr;

use mailward_sandbox::pdns::{Pdns, Zone};
use serde_json::{Value, json};

use super::Vendor;

pub(super) struct PowerDns {
    server: Pdns,
}

impl Vendor for PowerDns {
    const KEY: &'static str = "api-key";
    const REFUSAL: &'static str = "has to hold the api-key";

    async fn start(zone: &str) -> Self {
        Self { server: Pdns::start_newer(&[Zone::primary(zone)]).await.unwrap() }
    }

    fn right(&self) -> String {
        self.server.api_key().to_owned()
    }

    fn wrong(&self) -> String {
        "another-key".to_owned()
    }

    fn block(&self, secret: &Value) -> Value {
        json!({"powerdns": {"server": self.server.api_url(), "apiKeySecretRef": secret}})
    }

    fn asked(&self) -> Vec<String> {
        vec![]
    }

    async fn records(&self) -> Vec<[String; 4]> {
        let texts = "SELECT name, ttl, type, content FROM records WHERE type = 'TXT';";
        let rows = self.server.sql(texts).unwrap();
        let row = |line: &str| {
            let fields: Vec<&str> = line.splitn(4, '|').collect();
            [0, 1, 2, 3].map(|at| fields[at].to_owned())
        };
        rows.lines().map(row).collect()
    }

    fn dns(&self) -> Option<SocketAddr> {
        Some(self.server.address())
    }
}
