//! RFC 2136 against PowerDNS, and what it answers that BIND does not.

use async_trait::async_trait;
use mailward::{
    dns::{Name, RecordSet, Value},
    provider::{
        Provider,
        rfc2136::{Algorithm, Rfc2136},
    },
};
use mailward_sandbox::pdns::Pdns;

use super::provider_at;
use crate::{Bench, every_scenario, pdns_door};

struct Primary {
    pdns: Pdns,
    provider: Rfc2136,
}

async fn start() -> Primary {
    primary(pdns_door::start().await)
}

fn primary(pdns: Pdns) -> Primary {
    let (server, key) = (pdns.address().to_string(), pdns.key());
    let provider = provider_at(&server, key.name(), &key.secret_base64(), Algorithm::HmacSha256);
    Primary { pdns, provider }
}

#[async_trait]
impl Bench for Primary {
    fn provider(&self) -> &dyn Provider {
        &self.provider
    }

    async fn put(&self, set: RecordSet) {
        pdns_door::put(&self.pdns, &set).await;
    }

    async fn add(&self, name: &Name, ttl: u32, value: Value) {
        pdns_door::add(&self.pdns, name, ttl, &value).await;
    }

    async fn dump(&self) -> Vec<RecordSet> {
        pdns_door::dump(&self.pdns)
    }
}

every_scenario!(start);
