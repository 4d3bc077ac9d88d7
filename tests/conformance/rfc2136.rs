//! RFC 2136 against BIND, and in `on_powerdns` against PowerDNS.

mod from_outside;
mod on_powerdns;
mod refused;

use async_trait::async_trait;
use mailward::{
    dns::{Name, RecordSet, Value},
    provider::{
        Provider,
        rfc2136::{Algorithm, Rfc2136, Settings, decode_key},
    },
};
use mailward_sandbox::bind::{Bind, Options, Zone};

use crate::{Bench, dig::dig, every_scenario, fixtures::name, zone_file};

struct Primary {
    bind: Bind,
    provider: Rfc2136,
}

/// Both zones, open to the server's key.
async fn start() -> Primary {
    let zones = vec![Zone::primary("cafe.lab.", ""), Zone::primary("shop.cafe.lab.", "")];
    primary(Options { zones, ..Options::default() }).await
}

async fn primary(options: Options) -> Primary {
    let bind = Bind::start(options).await.unwrap();
    let key = bind.key();
    let provider = provider(&bind, key.name(), &key.secret_base64(), Algorithm::HmacSha256);
    Primary { bind, provider }
}

fn provider(bind: &Bind, key_name: &str, secret: &str, algorithm: Algorithm) -> Rfc2136 {
    provider_at(&bind.address().to_string(), key_name, secret, algorithm)
}

pub fn provider_at(server: &str, key_name: &str, secret: &str, algorithm: Algorithm) -> Rfc2136 {
    let key = decode_key(secret.as_bytes()).unwrap();
    Rfc2136::new(Settings { server: server.to_owned(), key_name: name(key_name), algorithm, key }).unwrap()
}

impl Primary {
    /// Changes `cafe.lab` with `nsupdate`.
    async fn nsupdate(&self, commands: &str) {
        self.bind.update(&format!("zone cafe.lab\n{commands}")).await.unwrap();
    }

    /// What `dig` prints over TCP, answer section only, signed.
    fn dig(&self, question: &[&str]) -> String {
        let key_file = self.bind.key_file();
        dig(self.bind.address(), &[question, &["-k", key_file.to_str().unwrap()]].concat())
    }
}

/// A statement for `cafe.lab` with options of its own, and its file.
fn zone(directory: &tempfile::TempDir, file: &str, options: &str) -> String {
    let path = directory.path().join(file);
    std::fs::write(path, "$TTL 300\n@ SOA ns.lab. admin.lab. 1 3600 600 86400 5\n@ NS ns.lab.\n").unwrap();
    format!("zone cafe.lab {{ type primary; file \"{file}\"; {options} }};\n")
}

#[async_trait]
impl Bench for Primary {
    fn provider(&self) -> &dyn Provider {
        &self.provider
    }

    async fn put(&self, set: RecordSet) {
        self.nsupdate(&zone_file::replacement(&set)).await;
    }

    async fn add(&self, name: &Name, ttl: u32, value: Value) {
        self.nsupdate(&format!("update add {}", zone_file::line(name, ttl, &value))).await;
    }

    async fn remove(&self, name: &Name, value: &Value) {
        self.nsupdate(&zone_file::removal(name, value)).await;
    }

    async fn dump(&self) -> Vec<RecordSet> {
        zone_file::sets(&self.dig(&["cafe.lab", "AXFR"]), &name("cafe.lab"))
    }
}

every_scenario!(start);
