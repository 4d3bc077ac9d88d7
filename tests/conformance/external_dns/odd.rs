//! A webhook that says what it is told to say: the protocol allows a great deal.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value as Json, json};
use tokio::{net::TcpListener, task::JoinHandle};

/// What it says.
#[derive(Clone, Debug)]
pub struct Says {
    pub media_type: &'static str,
    pub filter: Json,
    pub records: Json,
    /// In place of what it was asked to adjust.
    pub adjusted: Option<Json>,
    /// In place of any success at this path.
    pub status: Option<(&'static str, u16, &'static str)>,
}

impl Default for Says {
    fn default() -> Self {
        Self {
            media_type: "application/external.dns.webhook+json;version=1",
            filter: json!({"include": ["cafe.lab"]}),
            records: json!([]),
            adjusted: None,
            status: None,
        }
    }
}

/// The webhook, gone with this value.
pub struct Odd {
    pub address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    says: Says,
    /// Bodies that were posted to `/records`.
    written: Mutex<Vec<Json>>,
}

impl Odd {
    pub async fn start(says: Says) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared { says, written: Mutex::default() });
        let app = Router::new().fallback(answer).with_state(shared.clone());
        Self { address, shared, task: tokio::spawn(async move { drop(axum::serve(listener, app).await) }) }
    }

    /// What it was told to write.
    pub fn written(&self) -> Vec<Json> {
        self.shared.written.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Odd {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(State(shared): State<Arc<Shared>>, method: Method, uri: Uri, body: Bytes) -> Response {
    let says = &shared.says;
    if let Some((_, status, text)) = says.status.filter(|(path, ..)| *path == uri.path()) {
        return (StatusCode::from_u16(status).unwrap(), text).into_response();
    }
    let json = |json: &Json| ([(header::CONTENT_TYPE, says.media_type)], json.to_string()).into_response();
    match (method.as_str(), uri.path()) {
        ("GET", "/") => json(&says.filter),
        ("GET", "/records") => json(&says.records),
        ("POST", "/adjustendpoints") => json(says.adjusted.as_ref().unwrap_or(&serde_json::from_slice(&body).unwrap())),
        _ => {
            let written = serde_json::from_slice(&body).unwrap();
            shared.written.lock().unwrap_or_else(PoisonError::into_inner).push(written);
            StatusCode::NO_CONTENT.into_response()
        }
    }
}
