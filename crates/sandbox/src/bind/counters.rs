//! BIND's own counters, from its statistics channel.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::plain_http;

/// Messages since the server started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counters {
    /// Messages with opcode QUERY, over UDP and TCP; our readiness checks among them.
    pub queries: u64,
    /// Messages with opcode UPDATE, whatever became of them.
    pub updates: u64,
    /// Updates carried out.
    pub updates_done: u64,
    /// Updates refused for want of a valid signature.
    pub updates_rejected: u64,
    /// Updates whose prerequisites did not hold.
    pub updates_unmet: u64,
}

/// The parts we read of `/json/v1/server`. A counter that is still zero is left out there.
#[derive(Deserialize)]
struct Statistics {
    opcodes: BTreeMap<String, u64>,
    #[serde(default)]
    nsstats: BTreeMap<String, u64>,
}

pub(super) async fn fetch(channel: SocketAddr) -> Result<Counters> {
    let (_, body) =
        plain_http::get(channel, "/json/v1/server").await.with_context(|| format!("read BIND's statistics at {channel}"))?;
    let statistics: Statistics =
        serde_json::from_str(&body).context("BIND's statistics are not JSON; was it built with json-c?")?;
    let opcode = |name| statistics.opcodes.get(name).copied().unwrap_or_default();
    let outcome = |name| statistics.nsstats.get(name).copied().unwrap_or_default();
    Ok(Counters {
        queries: opcode("QUERY"),
        updates: opcode("UPDATE"),
        updates_done: outcome("UpdateDone"),
        updates_rejected: outcome("UpdateRej"),
        updates_unmet: outcome("UpdateBadPrereq"),
    })
}
