//! RFC 2136 against the sandbox's embedded primary, which the demo stands on.

use async_trait::async_trait;
use mailward::{
    dns::{Name, RecordSet, Value},
    provider::{
        Provider,
        rfc2136::{Algorithm, Rfc2136},
    },
};
use mailward_sandbox::{
    dns::{Embedded, Zone},
    query,
    tsig::TsigKey,
};

use crate::{
    Bench, every_scenario,
    fixtures::name,
    rfc2136::{dig, provider_at},
    zone_file,
};

struct Demo {
    server: Embedded,
    provider: Rfc2136,
    key_file: tempfile::NamedTempFile,
}

async fn start() -> Demo {
    let address = "127.0.0.1:0".parse().unwrap();
    let key = TsigKey::generate("demo").unwrap();
    let key_file = tempfile::NamedTempFile::new().unwrap();
    key.write(key_file.path()).unwrap();
    let zones = ["cafe.lab.", "shop.cafe.lab."].map(|origin| Zone::writable(origin, "", address));
    let server = Embedded::start(address, &key, &zones).await.unwrap();
    let provider = provider_at(&server.address().to_string(), key.name(), &key.secret_base64(), Algorithm::HmacSha256);
    Demo { server, provider, key_file }
}

impl Demo {
    async fn nsupdate(&self, commands: &str) {
        let commands = format!("zone cafe.lab\n{commands}");
        query::nsupdate(self.server.address(), Some(self.key_file.path()), &commands).await.unwrap();
    }
}

#[async_trait]
impl Bench for Demo {
    fn provider(&self) -> &dyn Provider {
        &self.provider
    }

    async fn put(&self, set: RecordSet) {
        self.nsupdate(&zone_file::replacement(&set)).await;
    }

    async fn add(&self, name: &Name, ttl: u32, value: Value) {
        self.nsupdate(&format!("update add {}", zone_file::line(name, ttl, &value))).await;
    }

    async fn dump(&self) -> Vec<RecordSet> {
        let key_file = self.key_file.path().to_str().unwrap();
        let (address, question) = (self.server.address(), ["cafe.lab", "AXFR", "-k", key_file].map(str::to_owned));
        let listing = tokio::task::spawn_blocking(move || dig(address, &question)).await.unwrap();
        zone_file::sets(&listing, &name("cafe.lab"))
    }
}

every_scenario!(start);
