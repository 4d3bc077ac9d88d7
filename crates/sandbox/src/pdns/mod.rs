//! A real PowerDNS (`pdns_server`) of a test's own: its zones in a database file, its keys, its ports.

mod sql;
mod zone;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use hickory_proto::op::ResponseCode;
use hickory_proto::rr::RecordType;

pub use zone::Zone;

use crate::process::{Launch, Process};
use crate::scratch::StateDir;
use crate::tsig::TsigKey;
use crate::{plain_http, ports, programs, query};

const READY_WITHIN: Duration = Duration::from_secs(30);
const STOP_GRACE: Duration = Duration::from_secs(5);
/// What the API wants in `X-API-Key`. No secret: the server is on loopback and lives as long as a test.
const API_KEY: &str = "sandbox-api-key";

/// A server. Dropping it ends it.
#[derive(Debug)]
pub struct Pdns {
    /// `None` while stopped.
    process: Option<Process>,
    program: PathBuf,
    dns: SocketAddr,
    api: SocketAddr,
    key: TsigKey,
    zones: Vec<String>,
    state: StateDir,
}

impl Pdns {
    /// Starts the system's server and returns when it answers for all its zones.
    pub async fn start(zones: &[Zone]) -> Result<Self> {
        Self::launch(programs::system("pdns_server", "pdns-server pdns-backend-sqlite3")?, zones).await
    }

    /// The same of a version that adds and removes single values.
    pub async fn start_newer(zones: &[Zone]) -> Result<Self> {
        Self::launch(programs::newer_pdns().await?, zones).await
    }

    async fn launch(program: PathBuf, zones: &[Zone]) -> Result<Self> {
        let mut server = Self {
            process: None,
            program,
            dns: SocketAddr::new(ports::LOOPBACK, ports::free_dns(&[ports::LOOPBACK])?),
            api: SocketAddr::new(ports::LOOPBACK, ports::free_tcp()?),
            key: TsigKey::generate("mailward-sandbox")?,
            zones: zones.iter().map(|zone| zone.name().to_owned()).collect(),
            state: StateDir::open(None)?,
        };
        server.key.write(&server.key_file())?;
        server.fill(zones)?;
        fs::write(server.state_dir().join("pdns.conf"), server.configuration()).context("write pdns.conf")?;
        server.resume_service().await?;
        Ok(server)
    }

    fn fill(&self, zones: &[Zone]) -> Result<()> {
        let schema = fs::read_to_string(sql::SCHEMA).with_context(|| format!("read {} of pdns-backend-sqlite3", sql::SCHEMA))?;
        let (name, secret) = (self.key.name(), self.key.secret_base64());
        let key = format!("INSERT INTO tsigkeys (name, algorithm, secret) VALUES ('{name}', 'hmac-sha256', '{secret}');\n");
        let rows: String = zones.iter().map(|zone| zone.rows(name)).collect();
        self.sql(&format!("PRAGMA journal_mode = WAL;\n{schema}\nBEGIN;\n{key}{rows}COMMIT;")).map(drop)
    }

    /// Nothing is cached, so that what one writer did the next reader sees.
    fn configuration(&self) -> String {
        let dir = self.state_dir().display();
        format!(
            "launch=gsqlite3
gsqlite3-database={dir}/zones.db
gsqlite3-pragma-synchronous=0
gsqlite3-dnssec=yes
local-address={dns_ip}
local-port={dns_port}
socket-dir={dir}
daemon=no
guardian=no
api=yes
api-key={API_KEY}
webserver=yes
webserver-address={api_ip}
webserver-port={api_port}
webserver-allow-from=127.0.0.0/8
dnsupdate=yes
allow-dnsupdate-from=127.0.0.0/8
allow-axfr-ips=127.0.0.0/8
cache-ttl=0
query-cache-ttl=0
negquery-cache-ttl=0
zone-cache-refresh-interval=0
security-poll-suffix=
loglevel=5
",
            dns_ip = self.dns.ip(),
            dns_port = self.dns.port(),
            api_ip = self.api.ip(),
            api_port = self.api.port(),
        )
    }

    /// Starts it again after [`Self::stop`], with the records it had, and waits until it answers.
    pub async fn resume_service(&mut self) -> Result<()> {
        let launch = Launch::new("pdns_server", &self.program, self.state_dir());
        let mut process = launch.arg(format!("--config-dir={}", self.state_dir().display())).spawn()?;
        let (dns, api, zones) = (self.dns, self.api, &self.zones);
        process.wait_ready("pdns_server to answer for its zones", READY_WITHIN, async || answers(dns, api, zones).await).await?;
        self.process = Some(process);
        Ok(())
    }

    /// Ends it; its ports then refuse connections.
    pub async fn stop(&mut self) -> Result<()> {
        match self.process.take() {
            Some(process) => process.stop(STOP_GRACE).await,
            None => Ok(()),
        }
    }

    /// Where it answers DNS, over UDP and TCP.
    pub fn address(&self) -> SocketAddr {
        self.dns
    }

    /// Where its API begins, without `/api/v1`.
    pub fn api_url(&self) -> String {
        format!("http://{}", self.api)
    }

    /// What the API wants in `X-API-Key`.
    pub fn api_key(&self) -> &'static str {
        API_KEY
    }

    /// The key that may update.
    pub fn key(&self) -> &TsigKey {
        &self.key
    }

    /// The same key as a file for `nsupdate -k`.
    pub fn key_file(&self) -> PathBuf {
        self.state_dir().join("tsig.key")
    }

    /// Its files; `pdns_server.log` is there.
    pub fn state_dir(&self) -> &Path {
        self.state.path()
    }

    /// One signed update in `nsupdate`'s language.
    pub async fn update(&self, commands: &str) -> Result<()> {
        query::nsupdate(self.dns, Some(&self.key_file()), commands).await
    }

    /// Runs statements on its database, as another program with access to it would; answers with what they select.
    pub fn sql(&self, statements: &str) -> Result<String> {
        sql::run(&self.state_dir().join("zones.db"), statements)
    }
}

/// Both doors.
async fn answers(dns: SocketAddr, api: SocketAddr, zones: &[String]) -> bool {
    for zone in zones {
        let answer = query::query(dns, zone, RecordType::SOA).await;
        if !answer.is_ok_and(|answer| answer.code == ResponseCode::NoError && answer.authoritative) {
            return false;
        }
    }
    plain_http::get(api, "/").await.is_ok()
}
