//! The accept loop: every connection has a place, a protocol and an end.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
    service::TowerToHyperService,
};
use rustls::ServerConfig;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

use super::Shutdown;

/// Pause after a failed accept (no file descriptors left, say), so that the loop does not burn a core.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What one client can take from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at a time; more wait in the kernel's queue.
    pub connections: u32,
    /// For the TLS handshake, and for the headers of each request; also how long an idle HTTP/1.1 connection is kept.
    pub patience: Duration,
    /// Life of a connection; afterwards it is asked to end, so that no client holds a place for ever.
    pub lifetime: Duration,
    /// For requests in flight once a connection was asked to end, by age or by shutdown.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4096,
            patience: Duration::from_secs(30),
            lifetime: Duration::from_mins(5),
            drain: Duration::from_secs(10),
        }
    }
}

/// A bound socket.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    limits: Limits,
}

impl Listener {
    /// Binds a plain listener; port 0 takes a free one.
    pub async fn bind(address: SocketAddr, limits: Limits) -> io::Result<Self> {
        Ok(Self { socket: TcpListener::bind(address).await?, tls: None, limits })
    }

    /// The same, ending TLS with this configuration.
    #[must_use]
    pub fn with_tls(self, config: Arc<ServerConfig>) -> Self {
        Self { tls: Some(config), ..self }
    }

    /// The bound address.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Serves until the signal, then lets requests in flight end.
    pub async fn serve(self, router: Router, shutdown: Shutdown) {
        let places = Arc::new(Semaphore::new(self.limits.connections as usize));
        let handler = Arc::new(Handler { tls: self.tls.map(TlsAcceptor::from), limits: self.limits, router, shutdown });
        loop {
            let next = accept(&self.socket, &places);
            tokio::select! {
                accepted = next => match accepted {
                    Ok((stream, place)) => drop(tokio::spawn(Arc::clone(&handler).handle(stream, place))),
                    Err(_) => sleep(ACCEPT_PAUSE).await,
                },
                () = handler.shutdown.requested() => break,
            }
        }
        drop(self.socket);
        // Every place free again means that every connection has ended.
        drop(timeout(self.limits.drain, places.acquire_many(self.limits.connections)).await);
    }
}

async fn accept(socket: &TcpListener, places: &Arc<Semaphore>) -> io::Result<(TcpStream, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, _) = socket.accept().await?;
    Ok((stream, place))
}

struct Handler {
    tls: Option<TlsAcceptor>,
    limits: Limits,
    router: Router,
    shutdown: Shutdown,
}

impl Handler {
    /// Broken connections and failed handshakes are the client's affair and daily business on the internet: no log.
    async fn handle(self: Arc<Self>, stream: TcpStream, place: OwnedSemaphorePermit) {
        drop(stream.set_nodelay(true));
        match &self.tls {
            None => self.drive(stream, false).await,
            Some(acceptor) => {
                if let Ok(Ok(stream)) = timeout(self.limits.patience, acceptor.accept(stream)).await {
                    let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                    self.drive(stream, http2).await;
                }
            }
        }
        drop(place);
    }

    async fn drive<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(&self, stream: S, http2: bool) {
        let builder = protocol(self.limits, http2);
        let service = TowerToHyperService::new(self.router.clone());
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        tokio::pin!(connection);
        tokio::select! {
            _ = connection.as_mut() => return,
            () = sleep(self.limits.lifetime) => {}
            () = self.shutdown.requested() => {}
        }
        connection.as_mut().graceful_shutdown();
        drop(timeout(self.limits.drain, connection).await);
    }
}

/// The protocol is chosen by ALPN and never guessed from the first octets: guessing waits for a silent client without a
/// limit, and only the header timeout of a chosen protocol ends that.
fn protocol(limits: Limits, http2: bool) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(limits.patience);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(limits.patience).max_concurrent_streams(32);
    if http2 { builder.http2_only() } else { builder.http1_only() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::serve::ShutdownHandle;

    async fn start(limits: Limits) -> (SocketAddr, ShutdownHandle, tokio::task::JoinHandle<()>) {
        let (handle, shutdown) = Shutdown::new();
        let listener = Listener::bind("127.0.0.1:0".parse().unwrap(), limits).await.unwrap();
        let address = listener.address().unwrap();
        let router = Router::new().route("/", get(|| async { "hello" }));
        (address, handle, tokio::spawn(listener.serve(router, shutdown)))
    }

    async fn everything(mut stream: TcpStream) -> String {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn a_request_is_answered_and_the_signal_ends_the_server() {
        let (address, handle, server) = start(Limits::default()).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
        assert!(everything(stream).await.ends_with("hello"));
        handle.request();
        server.await.unwrap();
        assert!(TcpStream::connect(address).await.is_err());
    }

    #[tokio::test]
    async fn an_idle_connection_does_not_hold_up_the_end() {
        let (address, handle, server) = start(Limits { drain: Duration::from_hours(1), ..Limits::default() }).await;
        let idle = TcpStream::connect(address).await.unwrap();
        let mut busy = TcpStream::connect(address).await.unwrap();
        busy.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
        assert!(everything(busy).await.ends_with("hello"));
        handle.request();
        server.await.unwrap();
        assert_eq!(everything(idle).await, "");
    }

    #[tokio::test]
    async fn a_client_that_sends_nothing_is_let_go() {
        let (address, _handle, _server) = start(Limits { patience: Duration::from_millis(20), ..Limits::default() }).await;
        let silent = TcpStream::connect(address).await.unwrap();
        assert!(!everything(silent).await.contains("hello"));
    }

    #[tokio::test]
    async fn a_client_beyond_the_limit_waits_for_a_place() {
        let (address, _handle, _server) = start(Limits { connections: 1, ..Limits::default() }).await;
        let first = TcpStream::connect(address).await.unwrap();
        let mut second = TcpStream::connect(address).await.unwrap();
        second.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
        let mut answer = Box::pin(everything(second));
        assert!(futures::poll!(&mut answer).is_pending());
        drop(first);
        assert!(answer.await.ends_with("hello"));
    }
}
