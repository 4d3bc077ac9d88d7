//! Passes DNS messages from one loopback address on to a server at another.
//!
//! named only listens on addresses that an interface carries, and giving the loopback interface a second one needs
//! root. Any program may bind 127.0.0.2, though: so this does.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::runtime::{Builder, Runtime};

use crate::ports::LOOPBACK;

/// A server that has not answered a datagram by then will not.
const DATAGRAM_WITHIN: Duration = Duration::from_secs(5);
/// More than any EDNS buffer size in use.
pub(crate) const DATAGRAM_SIZE: usize = 65_535;

/// A running relay. Dropping it closes its sockets.
#[derive(Debug)]
pub struct Relay {
    /// Its own: a test's runtime ends with the test, a server may be shared by several. `None` only while dropping.
    runtime: Option<Runtime>,
}

impl Relay {
    /// Listens on `from`, UDP and TCP, and passes everything to `to`.
    pub async fn start(from: SocketAddr, to: SocketAddr) -> Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let sockets = runtime.spawn(async move {
            let listener = TcpListener::bind(from).await?;
            std::io::Result::Ok((listener, UdpSocket::bind(from).await?))
        });
        let (listener, datagrams) = sockets.await?.with_context(|| format!("listen on {from}"))?;
        runtime.spawn(streams(listener, to));
        runtime.spawn(messages(Arc::new(datagrams), to));
        Ok(Self { runtime: Some(runtime) })
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Waiting for a runtime inside another one panics.
            runtime.shutdown_background();
        }
    }
}

async fn streams(listener: TcpListener, to: SocketAddr) {
    while let Ok((mut near, _)) = listener.accept().await {
        tokio::spawn(async move {
            if let Ok(mut far) = TcpStream::connect(to).await {
                let _ended = copy_bidirectional(&mut near, &mut far).await;
            }
        });
    }
}

async fn messages(near: Arc<UdpSocket>, to: SocketAddr) {
    let mut buffer = vec![0; DATAGRAM_SIZE];
    while let Ok((length, asker)) = near.recv_from(&mut buffer).await {
        let (near, message) = (near.clone(), buffer[..length].to_vec());
        tokio::spawn(async move {
            if let Ok(answer) = exchange(&message, to).await {
                let _sent = near.send_to(&answer, asker).await;
            }
        });
    }
}

/// One datagram there and one back.
pub(crate) async fn exchange(message: &[u8], to: SocketAddr) -> Result<Vec<u8>> {
    let far = UdpSocket::bind((LOOPBACK, 0)).await?;
    far.connect(to).await?;
    far.send(message).await?;
    let mut answer = vec![0; DATAGRAM_SIZE];
    let length = tokio::time::timeout(DATAGRAM_WITHIN, far.recv(&mut answer)).await??;
    answer.truncate(length);
    Ok(answer)
}
