//! An OpenTelemetry collector as far as traces need one: it takes spans by OTLP over HTTP and keeps them.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use axum::{Router, body::Bytes, extract::State, http::StatusCode, routing::post};
use mailward_sandbox::ports::LOOPBACK;
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest, common::v1::any_value::Value, trace::v1::Span as Wire,
};
use prost::Message;

/// One span, as far as tests look.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    pub(crate) name: String,
    pub(crate) trace: Vec<u8>,
    pub(crate) id: Vec<u8>,
    /// Empty: it has none.
    pub(crate) parent: Vec<u8>,
    pub(crate) attributes: BTreeMap<String, String>,
}

/// What came in.
#[derive(Clone, Debug)]
pub(crate) struct Collector {
    pub(crate) address: SocketAddr,
    spans: Arc<Mutex<Vec<Span>>>,
}

impl Collector {
    /// One that runs as long as the test program, on a runtime of its own: that of the test that came first ends with it.
    pub(super) fn start() -> Self {
        let listener = std::net::TcpListener::bind((LOOPBACK, 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let collector = Self { address: listener.local_addr().unwrap(), spans: Arc::default() };
        let router = Router::new().route("/v1/traces", post(take)).with_state(collector.clone());
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async { axum::serve(tokio::net::TcpListener::from_std(listener).unwrap(), router).await.unwrap() });
        });
        collector
    }

    /// Everything so far.
    pub(crate) fn spans(&self) -> Vec<Span> {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn take(State(collector): State<Collector>, body: Bytes) -> StatusCode {
    let Ok(request) = ExportTraceServiceRequest::decode(body) else { return StatusCode::BAD_REQUEST };
    let scopes = request.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
    let spans = scopes.flat_map(|scope| scope.spans).map(read);
    collector.spans.lock().unwrap_or_else(PoisonError::into_inner).extend(spans);
    StatusCode::OK
}

fn read(span: Wire) -> Span {
    let text = |value: Option<Value>| match value {
        Some(Value::StringValue(text)) => text,
        other => format!("{other:?}"),
    };
    let attributes = span.attributes.into_iter().map(|pair| (pair.key, text(pair.value.and_then(|value| value.value))));
    Span {
        name: span.name,
        trace: span.trace_id,
        id: span.span_id,
        parent: span.parent_span_id,
        attributes: attributes.collect(),
    }
}
