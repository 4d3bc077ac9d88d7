//! An embedded primary DNS server (RFC 2136 updates with TSIG, over UDP and TCP), so that the demo needs none
//! installed. For the demo and for `up`; what Mailward must get right is tried against BIND.

mod atomic;
mod stand_ins;
mod zones;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use hickory_net::runtime::TokioRuntimeProvider;
use hickory_proto::rr::{LowerName, Name};
use hickory_proto::serialize::txt::Parser;
use hickory_server::Server;
use hickory_server::store::in_memory::InMemoryZoneHandler;
use hickory_server::store::sqlite::SqliteZoneHandler;
use hickory_server::zone_handler::{AxfrPolicy, Catalog, ZoneType};
use tokio::net::{TcpListener, UdpSocket};

pub use zones::Zone;

use crate::tsig::TsigKey;
use atomic::Atomic;

/// An idle TCP connection is closed after this.
const TCP_IDLE: Duration = Duration::from_secs(10);
/// Answers queued for one TCP connection.
const TCP_QUEUE: usize = 32;

/// A running server. Dropping it ends it.
pub struct Embedded {
    address: SocketAddr,
    server: Server<Catalog>,
}

impl Embedded {
    /// Serves `zones` on `address` (port 0: a free one). `key` may update and transfer those that are writable.
    pub async fn start(address: SocketAddr, key: &TsigKey, zones: &[Zone]) -> Result<Self> {
        let mut catalog = Catalog::new();
        for zone in zones {
            let origin = Name::from_ascii(zone.origin())?;
            let handler = primary(zone, key).with_context(|| format!("zone {}", zone.origin()))?;
            catalog.upsert(LowerName::new(&origin), vec![Arc::new(handler)]);
        }
        let context = || format!("listen on {address}");
        let listener = TcpListener::bind(address).await.with_context(context)?;
        let address = listener.local_addr()?;
        let socket = UdpSocket::bind(address).await.with_context(context)?;
        let mut server = Server::new(catalog);
        server.register_socket(socket);
        server.register_listener(listener, TCP_IDLE, TCP_QUEUE);
        Ok(Self { address, server })
    }

    /// Where it answers, over UDP and TCP.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until the process is told to end.
    pub async fn run(mut self) -> Result<()> {
        Ok(self.server.block_until_done().await?)
    }
}

fn primary(zone: &Zone, key: &TsigKey) -> Result<Atomic> {
    let origin = Name::from_ascii(zone.origin())?;
    let (origin, records) = Parser::new(zone.text(), None, Some(origin)).parse()?;
    let policy = AxfrPolicy::AllowSigned;
    let memory: InMemoryZoneHandler<TokioRuntimeProvider> =
        InMemoryZoneHandler::new(origin, records, ZoneType::Primary, policy, None).map_err(anyhow::Error::msg)?;
    let mut handler = SqliteZoneHandler::new(memory, policy, zone.is_writable(), false);
    handler.set_tsig_signers(vec![key.signer()?]);
    Ok(Atomic::new(handler, key.signer()?))
}
