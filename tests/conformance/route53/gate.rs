//! What stands between the provider and moto: the account of the test, a journal, faults to order, and readable ids of zones.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use tokio::{net::TcpListener, task::JoinHandle};

/// The header by which moto keeps accounts apart.
const ACCOUNT: &str = "x-moto-account-id";

/// What happens to one request instead of an answer.
pub enum Fault {
    /// A refusal in the API's own form; nothing was done.
    Refused(u16, &'static str, &'static str),
    /// Everything was done, and the answer is lost on the way.
    AnswerLost,
    /// Success with a page that is none of the API's; nothing was done.
    Gibberish,
    /// An answer, so that the next fault meets the next request.
    None,
}

/// An account at moto.
pub struct Gate {
    pub address: SocketAddr,
    inside: Arc<Inside>,
    task: JoinHandle<()>,
}

struct Inside {
    moto: SocketAddr,
    account: String,
    http: reqwest::Client,
    calls: Mutex<Vec<String>>,
    faults: Mutex<VecDeque<Fault>>,
    /// What every request meets until it is taken back: status, code and message.
    refusal: Mutex<Option<(u16, &'static str, &'static str)>>,
    /// What moto calls a zone, and what we do.
    ids: Mutex<Vec<(String, String)>>,
}

impl Gate {
    /// To a new account.
    pub async fn open(moto: SocketAddr) -> Self {
        static ACCOUNTS: AtomicU64 = AtomicU64::new(200_000_000_000);
        // reqwest wants a TLS provider also where there is no TLS.
        let _first = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let inside = Arc::new(Inside {
            moto,
            account: ACCOUNTS.fetch_add(1, Ordering::Relaxed).to_string(),
            http: reqwest::Client::new(),
            calls: Mutex::default(),
            faults: Mutex::default(),
            refusal: Mutex::default(),
            ids: Mutex::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(pass).with_state(inside.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, inside, task }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Calls a zone by another id than moto does.
    pub fn rename(&self, id: &str, readable: &str) {
        self.inside.ids.lock().unwrap().push((id.to_owned(), readable.to_owned()));
    }

    pub fn inject(&self, fault: Fault) {
        self.inside.faults.lock().unwrap().push_back(fault);
    }

    #[allow(dead_code, reason = "an outage is told by the operator, and its tests use this gate too")]
    /// Refuses every request from now on, with status, code and message; `None` ends it.
    pub fn refuse_all(&self, refusal: Option<(u16, &'static str, &'static str)>) {
        *self.inside.refusal.lock().unwrap() = refusal;
    }

    /// Requests since the last question, as in `GET hostedzone/cafe.lab/rrset`.
    pub fn calls(&self) -> Vec<String> {
        std::mem::take(&mut *self.inside.calls.lock().unwrap())
    }

    /// A request that is in no journal and meets no fault: somebody else's.
    pub async fn aside(&self, method: Method, path: &str, body: String) -> (StatusCode, String) {
        self.inside.send(method, path, signed_for("route53"), body.into()).await
    }

    /// The same to another service of the account.
    pub async fn aside_of(&self, headers: HeaderMap, path: &str, body: &str) -> String {
        self.inside.send(Method::POST, path, headers, body.to_owned().into()).await.1
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// moto finds the service in the scope of a signature, and looks at no more of it unless it is told to.
pub fn signed_for(service: &str) -> HeaderMap {
    let scope = format!("AWS4-HMAC-SHA256 Credential=AKIAOTHER/20261122/us-east-1/{service}/aws4_request, Signature=x");
    HeaderMap::from_iter([(header::AUTHORIZATION, scope.parse().unwrap())])
}

impl Inside {
    async fn send(&self, method: Method, path: &str, mut headers: HeaderMap, body: Bytes) -> (StatusCode, String) {
        let ids = self.ids.lock().unwrap().clone();
        let path =
            ids.iter().fold(path.to_owned(), |path, (id, readable)| path.replace(&format!("/{readable}/"), &format!("/{id}/")));
        headers.insert(ACCOUNT, self.account.parse().unwrap());
        let request = self.http.request(method, format!("http://{}{path}", self.moto)).headers(headers).body(body);
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        // moto writes the refusal of a signature as EC2 does, Route 53 as any other.
        let text = text.replace("<Errors><Error>", "<Error>").replace("</Error></Errors>", "</Error>");
        (status, ids.iter().fold(text, |text, (id, readable)| text.replace(id.as_str(), readable)))
    }
}

async fn pass(State(inside): State<Arc<Inside>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let path = parts.uri.path_and_query().unwrap().as_str();
    let bare = parts.uri.path().trim_start_matches("/2013-04-01/").trim_end_matches('/');
    inside.calls.lock().unwrap().push(format!("{} {bare}", parts.method));
    let standing = *inside.refusal.lock().unwrap();
    let standing = standing.map(|(status, code, message)| Fault::Refused(status, code, message));
    let fault = standing.or_else(|| inside.faults.lock().unwrap().pop_front());
    if let Some(Fault::Refused(status, code, message)) = fault {
        let error = format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
        );
        return (StatusCode::from_u16(status).unwrap(), error).into_response();
    }
    if let Some(Fault::Gibberish) = fault {
        return "<html>welcome".into_response();
    }
    let (status, body) = inside.send(parts.method.clone(), path, parts.headers, body).await;
    match fault {
        Some(Fault::AnswerLost) => StatusCode::BAD_GATEWAY.into_response(),
        _ => (status, [(header::CONTENT_TYPE, "application/xml")], Body::from(body)).into_response(),
    }
}
