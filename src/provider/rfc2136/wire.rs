//! One TCP connection: signed messages out, checked answers back, several at once.

use std::{
    io,
    net::IpAddr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use hickory_proto::{
    op::{Message, MessageType, OpCode, Query, ResponseCode},
    rr::RecordType as WireType,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpStream, lookup_host},
    time::timeout,
};

use super::{
    convert,
    fault::Peer,
    tsig::{Rejection, Signed},
};
use crate::{
    dns::Name,
    provider::{Error, ErrorKind, Result},
};

/// Longest wait for a connection, and for each batch of answers, in seconds.
const PATIENCE: u64 = 5;
/// Questions on their way at once. Small enough to be in the socket's buffer before the first answer is read: with more,
/// both sides could wait for the other one to read.
const IN_FLIGHT: usize = 16;

/// A connection to the primary server.
pub(super) struct Connection<'a> {
    pub(super) peer: Peer<'a>,
    clock: fn() -> SystemTime,
    stream: TcpStream,
}

/// A request on its way.
struct Pending {
    id: u16,
    op_code: OpCode,
    signed: Signed,
}

impl<'a> Connection<'a> {
    pub(super) async fn open(peer: Peer<'a>, clock: fn() -> SystemTime, reach: &(dyn Fn(IpAddr) -> bool + Sync)) -> Result<Self> {
        let target = (peer.server.host.as_str(), peer.server.port);
        let known: Vec<_> = in_time(peer, lookup_host(target)).await?.collect();
        let allowed: Vec<_> = known.iter().copied().filter(|address| reach(address.ip())).collect();
        if allowed.is_empty() && !known.is_empty() {
            return Err(peer.out_of_reach());
        }
        let stream = in_time(peer, TcpStream::connect(&allowed[..])).await?;
        stream.set_nodelay(true).map_err(|error| peer.unreachable(&error))?;
        Ok(Self { peer, clock, stream })
    }

    /// Asks several questions; the answers come in the order of the questions.
    pub(super) async fn ask(&mut self, questions: &[(Name, WireType)]) -> Result<Vec<Message>> {
        let messages = questions.iter().map(|(name, kind)| query(name, *kind)).collect::<Result<Vec<_>>>()?;
        self.exchange(messages).await
    }

    /// Sends one UPDATE.
    pub(super) async fn update(&mut self, message: Message) -> Result<Message> {
        let mut answers = self.exchange(vec![message]).await?;
        answers.pop().ok_or_else(|| self.peer.garbled())
    }

    /// Sends messages and returns their answers in the same order.
    pub(super) async fn exchange(&mut self, mut messages: Vec<Message>) -> Result<Vec<Message>> {
        let mut answers = Vec::with_capacity(messages.len());
        for batch in messages.chunks_mut(IN_FLIGHT) {
            answers.extend(self.batch(batch).await?);
        }
        Ok(answers)
    }

    async fn batch(&mut self, messages: &mut [Message]) -> Result<Vec<Message>> {
        let peer = self.peer;
        let now = (self.clock)().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let mut frames = Vec::new();
        let mut pending = Vec::new();
        for (id, message) in (1..).zip(messages) {
            message.metadata.id = id;
            let signed = peer.key.sign(message, now)?;
            frames.extend(frame(message)?);
            pending.push(Pending { id, op_code: message.metadata.op_code, signed });
        }
        in_time(peer, self.stream.write_all(&frames)).await?;
        self.collect(&pending).await
    }

    /// Servers answer in any order (RFC 7766 7); the id says which question it was.
    async fn collect(&mut self, pending: &[Pending]) -> Result<Vec<Message>> {
        let mut answers = vec![None; pending.len()];
        for _ in pending {
            let octets = in_time(self.peer, receive(&mut self.stream)).await?;
            let answer = Message::from_vec(&octets).map_err(|_| self.peer.garbled())?;
            let at = pending.iter().position(|request| request.id == answer.metadata.id);
            let at = at.filter(|at| answers[*at].is_none()).ok_or_else(|| self.peer.garbled())?;
            self.accept(&pending[at], &answer, &octets)?;
            answers[at] = Some(answer);
        }
        Ok(answers.into_iter().flatten().collect())
    }

    /// An unsigned answer to a query is accepted: small primaries sign updates only, and every write states what it
    /// expects, so that a forged read can make a write fail and no more. An unsigned refusal of an update is a
    /// refusal; an unsigned success is not believed.
    ///
    /// Servers that do not take the key itself are to say so in a signed field (RFC 8945 5.2). `PowerDNS` leaves it out: NOTAUTH
    /// to a query and REFUSED to an update, which signed answers use for zones and rights.
    fn accept(&self, request: &Pending, answer: &Message, octets: &[u8]) -> Result<()> {
        if answer.metadata.message_type != MessageType::Response || answer.metadata.op_code != request.op_code {
            return Err(self.peer.garbled());
        }
        let code = answer.metadata.response_code;
        let bearable = request.op_code == OpCode::Query || code != ResponseCode::NoError;
        let refuses_key =
            matches!((request.op_code, code), (OpCode::Query, ResponseCode::NotAuth) | (OpCode::Update, ResponseCode::Refused));
        match self.peer.key.check(answer, octets, &request.signed) {
            Err(Rejection::Unsigned) if refuses_key => Err(self.peer.refused_key()),
            Err(Rejection::Unsigned) if bearable => Ok(()),
            checked => checked.map_err(|rejection| self.peer.rejected(&rejection)),
        }
    }
}

/// A question that asks for no recursion: only the server's own data counts.
fn query(name: &Name, kind: WireType) -> Result<Message> {
    let mut message = Message::new(0, MessageType::Query, OpCode::Query);
    message.add_query(Query::query(convert::name_to_wire(name)?, kind));
    Ok(message)
}

/// The octets of a message with their length in front (RFC 1035 4.2.2).
fn frame(message: &Message) -> Result<Vec<u8>> {
    let too_long =
        || Error::new(ErrorKind::Invalid, "the change is longer than one DNS message (65,535 octets): shorten the values");
    let octets = message.to_vec().map_err(|error| convert::unencodable(&error))?;
    // The encoder does not fail when it runs out of room: it leaves records out and says so in this bit.
    if Message::from_vec(&octets).is_ok_and(|encoded| encoded.metadata.truncation) {
        return Err(too_long());
    }
    let length = u16::try_from(octets.len()).map_err(|_| too_long())?;
    Ok([&length.to_be_bytes()[..], &octets].concat())
}

async fn receive(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let length = stream.read_u16().await?;
    let mut octets = vec![0; usize::from(length)];
    stream.read_exact(&mut octets).await?;
    Ok(octets)
}

async fn in_time<T>(peer: Peer<'_>, act: impl Future<Output = io::Result<T>>) -> Result<T> {
    match timeout(Duration::from_secs(PATIENCE), act).await {
        Ok(done) => done.map_err(|error| peer.unreachable(&error)),
        Err(_) => Err(peer.timed_out(PATIENCE)),
    }
}
