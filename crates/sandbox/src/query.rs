//! Asking one DNS server one question, and changing records with the real `nsupdate`.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use hickory_net::client::{Client, ClientHandle};
use hickory_net::runtime::TokioRuntimeProvider;
use hickory_net::tcp::TcpClientStream;
use hickory_proto::op::ResponseCode;
use hickory_proto::rr::{DNSClass, Name, RData, Record, RecordType};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::programs;

/// Loopback answers in milliseconds; a paused server never does.
const TIMEOUT: Duration = Duration::from_secs(3);

/// What a server answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// `NoError`, `NXDomain`, `Refused` ...
    pub code: ResponseCode,
    /// The AA bit.
    pub authoritative: bool,
    /// The answer section.
    pub records: Vec<Record>,
}

impl Answer {
    /// The TXT values, each joined from its strings, sorted.
    pub fn texts(&self) -> Vec<String> {
        let mut texts: Vec<String> = self.records.iter().filter_map(|record| joined_text(&record.data)).collect();
        texts.sort();
        texts
    }

    /// All values in zone file form, sorted.
    pub fn values(&self) -> Vec<String> {
        let mut values: Vec<String> = self.records.iter().map(|record| record.data.to_string()).collect();
        values.sort();
        values
    }

    /// The TTL of the first record, in seconds.
    pub fn ttl(&self) -> Option<u32> {
        self.records.first().map(|record| record.ttl)
    }
}

/// Asks `server` over TCP for `name` (absolute, with or without its last dot). No recursion is asked for.
pub async fn query(server: SocketAddr, name: &str, record_type: RecordType) -> Result<Answer> {
    let mut name = Name::from_ascii(name).with_context(|| format!("{name:?} is not a DNS name"))?;
    name.set_fqdn(true);
    let asked = tokio::time::timeout(TIMEOUT, ask(server, name.clone(), record_type)).await;
    asked
        .with_context(|| format!("{server} did not answer {name} {record_type} within {} s", TIMEOUT.as_secs()))?
        .with_context(|| format!("ask {server} for {name} {record_type}"))
}

async fn ask(server: SocketAddr, name: Name, record_type: RecordType) -> Result<Answer> {
    let (connecting, sender) = TcpClientStream::new(server, None, Some(TIMEOUT), TokioRuntimeProvider::new());
    let (mut client, exchange) = Client::<TokioRuntimeProvider>::new(connecting.await?, sender);
    let running = tokio::spawn(exchange);
    let answer = client.query(name, DNSClass::IN, record_type).await;
    running.abort();
    let message = answer?.into_message();
    Ok(Answer { code: message.metadata.response_code, authoritative: message.metadata.authoritative, records: message.answers })
}

/// Runs `nsupdate` with `commands` (its own language, one per line, without `server` and `send`) in one message,
/// signed with the key in `key_file` if there is one. Its complaint is the error.
pub async fn nsupdate(server: SocketAddr, key_file: Option<&Path>, commands: &str) -> Result<()> {
    let mut command = Command::new(programs::system("nsupdate", "bind9-dnsutils")?);
    if let Some(file) = key_file {
        command.arg("-k").arg(file);
    }
    let mut child = command
        .args(["-t", "5"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("start nsupdate")?;
    let script = format!("server {} {}\n{commands}\nsend\n", server.ip(), server.port());
    let mut stdin = child.stdin.take().context("nsupdate without standard input")?;
    stdin.write_all(script.as_bytes()).await?;
    drop(stdin);
    let output = child.wait_with_output().await?;
    if !output.status.success() {
        bail!("nsupdate: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

fn joined_text(data: &RData) -> Option<String> {
    match data {
        RData::TXT(txt) => Some(String::from_utf8_lossy(&txt.txt_data.concat()).into_owned()),
        _ => None,
    }
}
