//! A real BIND (`named`) of a test's own: its zones, its key, its port, its counters.

mod config;
mod counters;
mod zone;

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use hickory_proto::op::ResponseCode;
use hickory_proto::rr::RecordType;

pub use counters::Counters;
pub use zone::Zone;

use crate::ports;
use crate::process::{Launch, Process};
use crate::query::{self, Answer};
use crate::relay::Relay;
use crate::scratch::StateDir;
use crate::tsig::TsigKey;

const READY_WITHIN: Duration = Duration::from_secs(30);
const STOP_GRACE: Duration = Duration::from_secs(5);

/// How to start a server.
#[derive(Debug)]
pub struct Options {
    /// Where its files go; a temporary directory if absent.
    pub state_dir: Option<PathBuf>,
    /// An address of an interface, or any of loopback: one other than 127.0.0.1 and `::1` is served through a [`Relay`].
    pub address: IpAddr,
    /// UDP and TCP port; a free one if absent. Two servers of one zone need the same on two addresses: see
    /// [`ports::free_dns`].
    pub port: Option<u16>,
    /// The key that may update and transfer; a new one if absent. Servers of one zone share it.
    pub key: Option<TsigKey>,
    /// Answer questions of others' zones too, from the root hints. Off by default: nothing leaves the machine.
    pub recursion: bool,
    /// What it serves.
    pub zones: Vec<Zone>,
    /// Statements for the end of named.conf: keys, views, zones with a policy of their own.
    pub statements: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            state_dir: None,
            address: ports::LOOPBACK,
            port: None,
            key: None,
            recursion: false,
            zones: Vec::new(),
            statements: String::new(),
        }
    }
}

/// A server. Dropping it ends it.
#[derive(Debug)]
pub struct Bind {
    /// `None` while stopped.
    process: Option<Process>,
    /// Present where `address` is not one named can listen on.
    relay: Option<Relay>,
    named: PathBuf,
    address: SocketAddr,
    listens: SocketAddr,
    statistics: SocketAddr,
    key: TsigKey,
    origins: Vec<String>,
    state: StateDir,
}

impl Bind {
    /// Starts a server and returns when it answers for all its zones.
    pub async fn start(options: Options) -> Result<Self> {
        let named = crate::programs::system("named", "bind9")?;
        let state = StateDir::open(options.state_dir)?;
        let port = options.port.map_or_else(|| ports::free_dns(&[options.address]), Ok)?;
        let address = SocketAddr::new(options.address, port);
        let key = options.key.map_or_else(|| TsigKey::generate("mailward-sandbox"), Ok)?;
        let mut server = Self {
            process: None,
            relay: None,
            named,
            address,
            listens: listening_address(address)?,
            statistics: SocketAddr::new(ports::LOOPBACK, ports::free_tcp()?),
            key,
            origins: options.zones.iter().map(|zone| zone.origin().to_owned()).collect(),
            state,
        };
        server.write_files(&options.zones, options.recursion, &options.statements)?;
        server.resume_service().await?;
        Ok(server)
    }

    fn write_files(&self, zones: &[Zone], recursion: bool, statements: &str) -> Result<()> {
        let dir = self.state_dir();
        self.key.write(&self.key_file())?;
        for zone in zones {
            if let Some(text) = zone.file_text(self.address.ip()) {
                let path = dir.join(zone.file_name());
                fs::write(&path, text).with_context(|| format!("write {}", path.display()))?;
            }
        }
        let config = config::Config {
            dir,
            address: self.listens,
            statistics: self.statistics,
            key: &self.key,
            recursion,
            zones,
            statements,
        };
        fs::write(self.config_file(), config.to_string()).context("write named.conf")
    }

    /// Starts it again after [`Self::stop`], with the records it had, and waits until it answers.
    pub async fn resume_service(&mut self) -> Result<()> {
        let launch = Launch::new("named", &self.named, self.state_dir()).args(["-g", "-n", "1", "-c"]);
        let mut process = launch.arg(self.config_file()).spawn()?;
        if self.listens != self.address {
            self.relay = Some(Relay::start(self.address, self.listens).await?);
        }
        let (server, origins) = (self.address, &self.origins);
        process.wait_ready("named to answer for its zones", READY_WITHIN, async || answers(server, origins).await).await?;
        self.process = Some(process);
        Ok(())
    }

    /// Where it answers, over UDP and TCP.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The key that may update and transfer.
    pub fn key(&self) -> &TsigKey {
        &self.key
    }

    /// The same key as a file for `nsupdate -k` and `dig -k`.
    pub fn key_file(&self) -> PathBuf {
        self.state_dir().join("tsig.key")
    }

    /// Its files; `named.log` is there.
    pub fn state_dir(&self) -> &Path {
        self.state.path()
    }

    /// Asks it, over TCP, without recursion.
    pub async fn query(&self, name: &str, record_type: RecordType) -> Result<Answer> {
        query::query(self.address, name, record_type).await
    }

    /// One signed update in `nsupdate`'s language: `update add x.lab. 60 TXT "y"`.
    pub async fn update(&self, commands: &str) -> Result<()> {
        query::nsupdate(self.address, Some(&self.key_file()), commands).await
    }

    /// The same without a signature, which it refuses.
    pub async fn update_unsigned(&self, commands: &str) -> Result<()> {
        query::nsupdate(self.address, None, commands).await
    }

    /// What it has received and done since it started.
    pub async fn counters(&self) -> Result<Counters> {
        counters::fetch(self.statistics).await
    }

    /// UPDATE messages received since it started, whatever became of them.
    pub async fn updates_seen(&self) -> Result<u64> {
        Ok(self.counters().await?.updates)
    }

    /// Stops answering while its sockets stay open, as a hung server does.
    pub fn pause(&self) -> Result<()> {
        self.running()?.pause()
    }

    /// Undoes [`Self::pause`].
    pub fn unpause(&self) -> Result<()> {
        self.running()?.resume()
    }

    /// Ends it; its port then refuses connections. See [`Self::resume_service`].
    pub async fn stop(&mut self) -> Result<()> {
        self.relay = None;
        match self.process.take() {
            Some(process) => process.stop(STOP_GRACE).await,
            None => Ok(()),
        }
    }

    fn running(&self) -> Result<&Process> {
        self.process.as_ref().context("named is stopped")
    }

    fn config_file(&self) -> PathBuf {
        self.state_dir().join("named.conf")
    }
}

/// Where named itself listens to serve `address`.
fn listening_address(address: SocketAddr) -> Result<SocketAddr> {
    let carried = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
    if carried.contains(&address.ip()) || !address.ip().is_loopback() {
        return Ok(address);
    }
    Ok(SocketAddr::new(ports::LOOPBACK, ports::free_dns(&[ports::LOOPBACK])?))
}

async fn answers(server: SocketAddr, origins: &[String]) -> bool {
    for origin in origins {
        let answer = query::query(server, origin, RecordType::SOA).await;
        if !answer.is_ok_and(|answer| answer.code == ResponseCode::NoError && answer.authoritative) {
            return false;
        }
    }
    // Without zones any answer will do.
    !origins.is_empty() || query::query(server, ".", RecordType::SOA).await.is_ok()
}
