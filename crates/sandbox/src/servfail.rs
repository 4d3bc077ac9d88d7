//! A DNS server as others see it while it fails: everything is passed on to a real one, but questions of one type can be answered
//! with SERVFAIL.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::RecordType;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::task::JoinSet;

use crate::ports::{self, LOOPBACK};
use crate::relay::{DATAGRAM_SIZE, exchange};

/// A running stand-in; it lives in the runtime it was started in. Dropping it ends it.
#[derive(Debug)]
pub struct Servfail {
    address: SocketAddr,
    failing: Failing,
    _listening: JoinSet<()>,
}

type Failing = Arc<Mutex<Failure>>;

#[derive(Debug, Default)]
struct Failure {
    /// What is failed; nothing if absent.
    of: Option<RecordType>,
    /// The names of the questions that were failed.
    asked: Vec<String>,
}

fn lock(failing: &Failing) -> MutexGuard<'_, Failure> {
    failing.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Servfail {
    /// Passes everything on to `server`, over UDP and TCP.
    pub async fn before(server: SocketAddr) -> Result<Self> {
        let address = SocketAddr::new(LOOPBACK, ports::free_dns(&[LOOPBACK])?);
        let datagrams = UdpSocket::bind(address).await.with_context(|| format!("listen on {address}"))?;
        let listener = TcpListener::bind(address).await.with_context(|| format!("listen on {address}"))?;
        let failing = Failing::default();
        let mut listening = JoinSet::new();
        listening.spawn(messages(datagrams, server, failing.clone()));
        listening.spawn(streams(listener, server, failing.clone()));
        Ok(Self { address, failing, _listening: listening })
    }

    /// Where it answers.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Fails questions of this type from now on.
    pub fn fail(&self, record_type: RecordType) {
        lock(&self.failing).of = Some(record_type);
    }

    /// Fails nothing from now on.
    pub fn mend(&self) {
        lock(&self.failing).of = None;
    }

    /// How many questions about a name, without its final dot, were failed so far.
    pub fn failed(&self, name: &str) -> usize {
        lock(&self.failing).asked.iter().filter(|asked| asked.trim_end_matches('.').eq_ignore_ascii_case(name)).count()
    }
}

/// One at a time: whoever waits for the last answer asks again.
async fn messages(near: UdpSocket, server: SocketAddr, failing: Failing) {
    let mut buffer = vec![0; DATAGRAM_SIZE];
    while let Ok((length, asker)) = near.recv_from(&mut buffer).await {
        let answer = match failure(&buffer[..length], &failing) {
            Some(failure) => Ok(failure),
            None => exchange(&buffer[..length], server).await,
        };
        if let Ok(answer) = answer {
            let _sent = near.send_to(&answer, asker).await;
        }
    }
}

async fn streams(listener: TcpListener, server: SocketAddr, failing: Failing) {
    let mut streams = JoinSet::new();
    while let Ok((near, _)) = listener.accept().await {
        let failing = failing.clone();
        streams.spawn(async move { stream(near, server, &failing).await });
    }
}

async fn stream(mut near: TcpStream, server: SocketAddr, failing: &Failing) -> Result<()> {
    let mut far = TcpStream::connect(server).await?;
    loop {
        let mut message = read(&mut near).await?;
        if let Some(failure) = failure(&message, failing) {
            message = failure;
        } else {
            write(&mut far, &message).await?;
            message = read(&mut far).await?;
        }
        write(&mut near, &message).await?;
    }
}

/// One message with the length before it (RFC 1035 4.2.2).
async fn read(stream: &mut TcpStream) -> Result<Vec<u8>> {
    let mut message = vec![0; usize::from(stream.read_u16().await?)];
    stream.read_exact(&mut message).await?;
    Ok(message)
}

async fn write(stream: &mut TcpStream, message: &[u8]) -> Result<()> {
    stream.write_u16(u16::try_from(message.len())?).await?;
    Ok(stream.write_all(message).await?)
}

/// The answer to a question of the type that fails.
fn failure(question: &[u8], failing: &Failing) -> Option<Vec<u8>> {
    let mut failing = lock(failing);
    let of = failing.of?;
    let question = Message::from_vec(question).ok()?;
    let asked = question.queries.iter().find(|query| query.query_type() == of)?;
    failing.asked.push(asked.name().to_string());
    let mut answer = Message::error_msg(question.metadata.id, question.metadata.op_code, ResponseCode::ServFail);
    answer.queries = question.queries;
    answer.to_vec().ok()
}
