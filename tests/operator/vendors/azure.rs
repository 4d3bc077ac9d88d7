//! Azure DNS, by its server of ours.

use mailward_provider_apis::azure::{App, Rights, Server, Zone};
use serde_json::{Value, json};

use super::{Vendor, all_calls};

const TENANT: &str = "aaaaaaaa-0000-0000-0000-000000000001";
const SUBSCRIPTION: &str = "bbbbbbbb-0000-0000-0000-000000000002";
const CLIENT: &str = "cccccccc-0000-0000-0000-000000000003";
const GROUP: &str = "mail-dns";

pub(super) struct Azure {
    server: Server,
    zone: String,
}

impl Vendor for Azure {
    const KEY: &'static str = "client-secret";
    const REFUSAL: &'static str = "AADSTS7000215";

    async fn start(zone: &str) -> Self {
        let server = Server::start(TENANT, SUBSCRIPTION).await.unwrap();
        server.add_zone(Zone::new(GROUP, zone));
        let started = Self { server, zone: zone.to_owned() };
        let (client, secret) = (CLIENT.to_owned(), Some(started.right()));
        started.server.set_app(App { client, secret, trusted: None, rights: Rights::contributor() });
        started
    }

    fn right(&self) -> String {
        "Abc8Q~right".to_owned()
    }

    fn wrong(&self) -> String {
        "Abc8Q~other".to_owned()
    }

    fn block(&self, secret: &Value) -> Value {
        json!({"azureDns": {
            "subscriptionId": SUBSCRIPTION, "resourceGroup": GROUP, "tenantId": TENANT, "clientId": CLIENT,
            "clientSecretSecretRef": secret, "apiUrl": self.server.url(),
        }})
    }

    fn asked(&self) -> Vec<String> {
        all_calls(&self.server)
    }

    async fn records(&self) -> Vec<[String; 4]> {
        let ours = self.server.sets(&self.zone).into_iter().filter(|set| set.kind == "TXT");
        ours.map(|set| [set.name, set.ttl.to_string(), set.kind, text(&set.records[0])]).collect()
    }
}

/// The strings of a record as in a zone file.
fn text(record: &Value) -> String {
    let strings = record["value"].as_array().unwrap().iter();
    strings.map(Value::to_string).collect::<Vec<_>>().join(" ")
}
