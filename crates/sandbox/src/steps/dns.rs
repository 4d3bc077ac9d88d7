//! Step: the DNS server, a child running our own `dns` command.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use hickory_proto::rr::RecordType;

use super::Sandbox;
use crate::ports::{self, LOOPBACK};
use crate::process::{Launch, Process};
use crate::query::query;
use crate::tsig::TsigKey;

const READY_WITHIN: Duration = Duration::from_secs(20);

/// The running server.
#[derive(Debug)]
pub struct DnsServer {
    /// Its process; already recorded.
    pub process: Process,
    /// Where it answers, over UDP and TCP.
    pub address: SocketAddr,
    /// What may update it.
    pub key: TsigKey,
}

/// Starts it with a new key and waits until it answers.
pub async fn start(sandbox: &Sandbox) -> Result<DnsServer> {
    let key = TsigKey::generate("mailward-sandbox")?;
    key.write(&sandbox.tsig_file())?;
    let address = SocketAddr::new(LOOPBACK, ports::free_dns(&[LOOPBACK])?);
    let ourselves = std::env::current_exe().context("find our own program")?;
    let mut process = Launch::new("dns", ourselves, &sandbox.logs())
        .args(["dns", "--listen", &address.to_string(), "--tsig"])
        .arg(sandbox.tsig_file())
        .detached(sandbox.detached())
        .spawn()?;
    sandbox.record(&process)?;
    let answers = async || query(address, "example.com.", RecordType::SOA).await.is_ok_and(|answer| answer.authoritative);
    process.wait_ready("the DNS server to answer", READY_WITHIN, answers).await?;
    Ok(DnsServer { process, address, key })
}
