//! One query to one server: UDP with EDNS, TCP when the answer is truncated, a bounded number at a time.

use std::{net::SocketAddr, time::Duration};

use futures::StreamExt;
use hickory_net::{
    NetError,
    runtime::TokioRuntimeProvider,
    tcp::TcpClientStream,
    udp::UdpClientStream,
    xfer::{DnsHandle, DnsRequestSender},
};
use hickory_proto::op::{DnsRequest, DnsRequestOptions, DnsResponse, Edns, Message, Query};
use tokio::{sync::Semaphore, time};

/// UDP payload in octets that passes unfragmented nearly everywhere (RFC 9715 3.1).
const UDP_PAYLOAD: u16 = 1232;
/// Most queries in the air at once, over all zones: sockets are the limit, not servers.
const IN_FLIGHT: usize = 256;

/// Header bits of a query.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bits {
    /// RD.
    pub(super) recursion_desired: bool,
    /// CD: take the answer even when it does not validate.
    pub(super) checking_disabled: bool,
}

/// Why there is no message. Texts are half sentences, the same for the same fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// Nothing came back.
    Unreachable(String),
    /// Something came back that is no DNS answer to the question.
    Unreadable(String),
}

impl Failure {
    /// The half sentence.
    pub(super) fn text(self) -> String {
        match self {
            Self::Unreachable(text) | Self::Unreadable(text) => text,
        }
    }
}

/// Sends queries.
#[derive(Debug)]
pub(super) struct Transport {
    timeout: Duration,
    attempts: u8,
    permits: Semaphore,
}

impl Transport {
    /// `timeout` is for one attempt.
    pub(super) fn new(timeout: Duration, attempts: u8) -> Self {
        Self { timeout, attempts: attempts.max(1), permits: Semaphore::new(IN_FLIGHT) }
    }

    /// Asks one server one question.
    pub(super) async fn exchange(&self, server: SocketAddr, query: &Query, bits: Bits) -> Result<Message, Failure> {
        // The semaphore is never closed; a permit that could not be had would only lift the bound.
        let _permit = self.permits.acquire().await.ok();
        let answer = self.udp(server, request(query, bits, self.timeout)).await?;
        if answer.truncation { self.tcp(server, request(query, bits, self.timeout)).await } else { Ok(answer) }
    }

    async fn udp(&self, server: SocketAddr, request: DnsRequest) -> Result<Message, Failure> {
        let mut stream = UdpClientStream::builder(server, TokioRuntimeProvider::default())
            .with_timeout(Some(self.timeout * u32::from(self.attempts)))
            .with_max_retries(self.attempts)
            .with_retry_interval_floor(1)
            .with_os_port_selection(true)
            .build();
        let answer = stream.send_message(request).next().await;
        self.outcome(answer, "UDP")
    }

    async fn tcp(&self, server: SocketAddr, request: DnsRequest) -> Result<Message, Failure> {
        let exchange = async {
            // The provider owns the task that drives the connection, and dropping the last clone aborts it.
            let provider = TokioRuntimeProvider::default();
            let connection = TcpClientStream::exchange(server, None, self.timeout, None, provider.clone()).await?;
            connection.send(request).next().await.transpose()
        };
        let answer = time::timeout(self.timeout * 2, exchange).await.unwrap_or(Err(NetError::Timeout)).transpose();
        self.outcome(answer, "TCP")
    }

    fn outcome(&self, answer: Option<Result<DnsResponse, NetError>>, over: &str) -> Result<Message, Failure> {
        match answer {
            Some(Ok(response)) => Ok(response.into_message()),
            Some(Err(NetError::Proto(error))) => {
                Err(Failure::Unreadable(format!("sent a malformed answer over {over}: {error}")))
            }
            Some(Err(error)) if timed_out(&error) => Err(Failure::Unreachable(self.timeout_text(over))),
            Some(Err(error)) => Err(Failure::Unreachable(format!("cannot be reached over {over}: {error}"))),
            // How the library's streams end when time is up.
            None => Err(Failure::Unreachable(self.timeout_text(over))),
        }
    }

    fn timeout_text(&self, over: &str) -> String {
        format!("no answer over {over} within {:?}, {} attempts", self.timeout, self.attempts)
    }
}

fn timed_out(error: &NetError) -> bool {
    match error {
        NetError::Timeout => true,
        NetError::Io(error) => error.kind() == std::io::ErrorKind::TimedOut,
        _ => false,
    }
}

fn request(query: &Query, bits: Bits, timeout: Duration) -> DnsRequest {
    let mut message = Message::query();
    message.metadata.recursion_desired = bits.recursion_desired;
    message.metadata.checking_disabled = bits.checking_disabled;
    message.add_query(query.clone());
    let mut edns = Edns::new();
    edns.set_max_payload(UDP_PAYLOAD);
    message.set_edns(edns);
    let mut options = DnsRequestOptions::default();
    options.retry_interval = timeout;
    DnsRequest::new(message, options)
}
