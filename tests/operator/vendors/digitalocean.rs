//! DigitalOcean, by its server of ours.

use mailward_provider_apis::digitalocean::{Server, Token};
use serde_json::{Value, json};

use super::{Vendor, all_calls};

pub(super) struct DigitalOcean {
    pub(super) server: Server,
    zone: String,
}

impl Vendor for DigitalOcean {
    const KEY: &'static str = "api-token";
    const REFUSAL: &'static str = "Unable to authenticate you";

    async fn start(zone: &str) -> Self {
        let server = Server::start().await.unwrap();
        server.add_domain(zone);
        let started = Self { server, zone: zone.to_owned() };
        started.server.set_token(Token::editor(&started.right()));
        started
    }

    fn right(&self) -> String {
        "dop_v1_right".to_owned()
    }

    fn wrong(&self) -> String {
        "dop_v1_other".to_owned()
    }

    fn block(&self, secret: &Value) -> Value {
        json!({"digitalocean": {"apiTokenSecretRef": secret, "apiUrl": self.server.url()}})
    }

    fn asked(&self) -> Vec<String> {
        all_calls(&self.server)
    }

    async fn records(&self) -> Vec<[String; 4]> {
        let ours = self.server.records(&self.zone).into_iter().filter(|record| record.kind == "TXT");
        ours.map(|record| [record.name, record.ttl.to_string(), record.kind, format!("\"{}\"", record.data)]).collect()
    }
}
