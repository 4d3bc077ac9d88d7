//! Google Cloud DNS, by its server of ours.

use mailward_provider_apis::google::{Rights, Server, Zone};
use serde_json::{Value, json};

use super::{Vendor, all_calls, zone::label};

const PROJECT: &str = "mail-dns";
const ACCOUNT: &str = "mailward@mail-dns.iam.gserviceaccount.com";
/// What the zone is called in the project.
const ZONE: &str = "mail";

pub(super) struct Google {
    server: Server,
    zone: String,
    /// Key files: of the account, and of one of the same name in another world, which is a key that was deleted.
    keys: [String; 2],
}

impl Vendor for Google {
    const KEY: &'static str = "key.json";
    const REFUSAL: &'static str = "invalid_grant";

    async fn start(zone: &str) -> Self {
        let (server, other) = (Server::start(PROJECT).await.unwrap(), Server::start(PROJECT).await.unwrap());
        server.add_zone(Zone::new(1, ZONE, zone));
        let keys = [&server, &other].map(|server| server.add_account(ACCOUNT, Rights::admin()));
        Self { server, zone: zone.to_owned(), keys }
    }

    fn right(&self) -> String {
        self.keys[0].clone()
    }

    fn wrong(&self) -> String {
        self.keys[1].clone()
    }

    fn block(&self, secret: &Value) -> Value {
        json!({"googleCloudDns": {"serviceAccountKeySecretRef": secret, "apiUrl": self.server.url()}})
    }

    fn asked(&self) -> Vec<String> {
        all_calls(&self.server)
    }

    async fn records(&self) -> Vec<[String; 4]> {
        let ours = self.server.sets(ZONE).into_iter().filter(|set| set.kind == "TXT");
        let one = |set: mailward_provider_apis::google::RecordSet| {
            [label(&set.name, &self.zone), set.ttl.to_string(), set.kind, set.rrdatas[0].clone()]
        };
        ours.map(one).collect()
    }
}
