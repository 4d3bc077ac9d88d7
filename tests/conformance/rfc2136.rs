//! RFC 2136 against BIND.

use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use mailward::{
    dns::{Name, RecordSet, RecordType, Value},
    provider::{
        ErrorKind, Provider, ZoneLookup,
        rfc2136::{Algorithm, Rfc2136, Settings, decode_key},
    },
};

use crate::{
    Bench,
    bind::{self, Bind, Key, OURS, THEIRS},
    every_scenario,
    fixtures::*,
    zone_file,
};

struct Primary {
    bind: Bind,
    provider: Rfc2136,
}

/// Both zones, open to both keys.
async fn start() -> Primary {
    primary("allow-update { key mailward; key somebody-else; };")
}

fn primary(options: &str) -> Primary {
    let both =
        |directory: &std::path::Path| ["cafe.lab", "shop.cafe.lab"].map(|apex| bind::zone(directory, apex, options)).concat();
    let bind = Bind::start(both);
    let provider = provider(bind.port, OURS, Algorithm::HmacSha256);
    Primary { bind, provider }
}

fn provider(port: u16, (key_name, _, secret): Key, algorithm: Algorithm) -> Rfc2136 {
    let key = decode_key(secret.as_bytes()).unwrap();
    let server = format!("127.0.0.1:{port}");
    Rfc2136::new(Settings { server, key_name: name(key_name), algorithm, key }).unwrap()
}

#[async_trait]
impl Bench for Primary {
    fn provider(&self) -> &dyn Provider {
        &self.provider
    }

    async fn put(&self, set: RecordSet) {
        let mut script = format!("update delete {} {}\n", set.name.fqdn(), set.kind);
        for value in &set.values {
            script += &format!("update add {}\n", zone_file::line(&set.name, set.ttl, value));
        }
        self.bind.nsupdate("cafe.lab", &script);
    }

    async fn add(&self, name: &Name, ttl: u32, value: Value) {
        // Off this thread, so that the provider really runs at the same time.
        tokio::task::block_in_place(|| {
            self.bind.nsupdate("cafe.lab", &format!("update add {}", zone_file::line(name, ttl, &value)));
        });
    }

    async fn dump(&self) -> Vec<RecordSet> {
        zone_file::sets(&self.bind.dig(&["cafe.lab", "AXFR"]), &name("cafe.lab"))
    }
}

every_scenario!(start);

mod from_outside;
mod refused;
