//! Stands in front of the real server and counts requests; what the server can do it may tell as an older version.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
};

use serde_json::Value;

use super::client;

pub struct Front {
    pub url: String,
    calls: Arc<Mutex<Vec<String>>>,
}

#[derive(Clone)]
struct Upstream {
    server: String,
    version: Option<&'static str>,
    client: reqwest::Client,
    calls: Arc<Mutex<Vec<String>>>,
}

impl Front {
    /// In front of the server at `server`, which calls itself `version` if there is one: whole sets are understood by all.
    pub async fn start(server: &str, version: Option<&'static str>) -> Self {
        let calls = Arc::<Mutex<Vec<String>>>::default();
        let upstream = Upstream { server: server.to_owned(), version, client: client(), calls: calls.clone() };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(upstream);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, calls }
    }

    /// Requests since the last question, by method and path below the server's.
    pub fn calls(&self) -> Vec<String> {
        std::mem::take(&mut *self.calls.lock().unwrap())
    }
}

async fn answer(
    State(front): State<Upstream>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    let path = uri.path_and_query().unwrap().as_str();
    let below = path.trim_start_matches("/api/v1/servers/localhost");
    front.calls.lock().unwrap().push(format!("{method} {below}").trim_end().to_owned());
    let request = front.client.request(method, format!("{}{path}", front.server)).header("x-api-key", &headers["x-api-key"]);
    let answer = request.body(body).send().await.unwrap();
    let (status, text) = (answer.status(), answer.text().await.unwrap());
    match front.version.filter(|_| below.is_empty()) {
        Some(version) => (status, called(version, &text)),
        None => (status, text),
    }
}

fn called(version: &str, server: &str) -> String {
    let mut server: Value = serde_json::from_str(server).unwrap();
    server["version"] = version.into();
    server.to_string()
}
