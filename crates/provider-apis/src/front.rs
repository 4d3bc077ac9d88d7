//! What stands in front of every API: a listener on loopback, a journal, and faults to order.

use std::{
    collections::VecDeque,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use tokio::{net::TcpListener, task::JoinHandle};

/// What happens to one request instead of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// This status with an empty page; nothing was done.
    Status(u16),
    /// 429 with this `Retry-After`, if any; nothing was done.
    Limited(Option<String>),
    /// No answer, ever; nothing was done.
    Silence,
    /// Everything was done, and the answer is lost on the way: the connection gives 502 instead.
    AnswerLost,
    /// 200 with a page that is no JSON; nothing was done.
    Gibberish,
    /// This status with this JSON; nothing was done.
    Answer(u16, String),
}

/// One request as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// `GET`, `POST` ...
    pub method: String,
    /// Path below the API's address.
    pub path: String,
    /// Query, empty where there is none.
    pub query: String,
}

/// The journal and the faults that wait.
#[derive(Debug, Default)]
pub(crate) struct Front {
    calls: Mutex<Vec<Call>>,
    faults: Mutex<VecDeque<Fault>>,
    down: AtomicBool,
}

impl Front {
    pub(crate) fn calls(&self) -> Vec<Call> {
        locked(&self.calls).clone()
    }

    pub(crate) fn forget_calls(&self) {
        locked(&self.calls).clear();
    }

    pub(crate) fn inject(&self, fault: Fault) {
        locked(&self.faults).push_back(fault);
    }
}

/// A running server of one API, gone with this value; `W` is what it stores. What is the same for every vendor stands here.
#[derive(Debug)]
pub struct Server<W> {
    listening: Listening,
    front: Arc<Front>,
    pub(crate) world: Arc<Mutex<W>>,
}

impl<W> Server<W> {
    /// Serves `world` by `router` below `prefix`; an empty one is the whole server.
    pub(crate) async fn serve(prefix: &str, router: Router<Arc<Mutex<W>>>, world: W) -> std::io::Result<Self>
    where
        W: Send + 'static,
    {
        let (front, world) = (Arc::new(Front::default()), Arc::new(Mutex::new(world)));
        let listening = Listening::start(prefix, router.with_state(world.clone()), front.clone()).await?;
        Ok(Self { listening, front, world })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.listening.address
    }

    /// The next request meets this; several wait in line.
    pub fn inject(&self, fault: Fault) {
        self.front.inject(fault);
    }

    /// Begins or ends an outage: every request meets status 500, and nothing is done.
    pub fn set_down(&self, down: bool) {
        self.front.down.store(down, Ordering::Relaxed);
    }

    /// Every request since the start, or since they were forgotten.
    pub fn calls(&self) -> Vec<Call> {
        self.front.calls()
    }

    /// Starts counting anew.
    pub fn forget_calls(&self) {
        self.front.forget_calls();
    }
}

/// A lock that outlives a panic of another test's thread.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A listener on a free loopback port, gone with this value.
#[derive(Debug)]
pub(crate) struct Listening {
    pub(crate) address: SocketAddr,
    task: JoinHandle<()>,
}

impl Listening {
    /// Serves `router` below `prefix`; an empty one is the whole server.
    pub(crate) async fn start(prefix: &str, router: Router, front: Arc<Front>) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let router = router.layer(from_fn_with_state(front, gate));
        let app = if prefix.is_empty() { router } else { Router::new().nest(prefix, router) };
        let task = tokio::spawn(async move { drop(axum::serve(listener, app).await) });
        Ok(Self { address, task })
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn gate(State(front): State<Arc<Front>>, request: Request, next: Next) -> Response {
    let uri = request.uri();
    let (path, query) = (uri.path().to_owned(), uri.query().unwrap_or_default().to_owned());
    locked(&front.calls).push(Call { method: request.method().to_string(), path, query });
    if front.down.load(Ordering::Relaxed) {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let fault = locked(&front.faults).pop_front();
    match fault {
        None => next.run(request).await,
        Some(Fault::Status(status)) => status_of(status).into_response(),
        Some(Fault::Answer(status, json)) => {
            (status_of(status), [(header::CONTENT_TYPE, "application/json")], json).into_response()
        }
        Some(Fault::Limited(after)) => limited(after.as_deref()),
        Some(Fault::Silence) => std::future::pending().await,
        Some(Fault::AnswerLost) => {
            drop(next.run(request).await);
            StatusCode::BAD_GATEWAY.into_response()
        }
        Some(Fault::Gibberish) => (StatusCode::OK, "<html>a gateway speaks</html>").into_response(),
    }
}

fn status_of(number: u16) -> StatusCode {
    StatusCode::from_u16(number).unwrap_or(StatusCode::IM_A_TEAPOT)
}

fn limited(after: Option<&str>) -> Response {
    let mut response = StatusCode::TOO_MANY_REQUESTS.into_response();
    if let Some(value) = after.and_then(|text| HeaderValue::from_str(text).ok()) {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}
