//! Traces: a span for each visit and one for each of its steps, sent to a collector by OTLP over HTTP (protobuf).
//!
//! Off unless an endpoint is named. A span says which object, which step, how long and how it ended: never a value of a record, a
//! credential, or what a provider answered. Whoever instruments something else of this process is not sent along: only spans of
//! target [`STEPS`] are. A collector that is slow or gone costs spans, which wait in a bounded queue, and never a visit.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use opentelemetry::{KeyValue, trace::TracerProvider};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{ExporterBuildError, Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    trace::{Sampler, SdkTracerProvider},
};
use tokio::runtime::Handle;
use tracing::{Level, Subscriber};
use tracing_subscriber::{Layer, filter::Targets, registry::LookupSpan};

use super::STEPS;

/// Variables of the OpenTelemetry specification that name a collector, too.
const STANDARD: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
/// Where a collector takes traces, below its base URL (OTLP 1.0, section "OTLP/HTTP Request").
const PATH: &str = "v1/traces";
/// Time for one request.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Longest answer in octets: a collector says "taken" or why not.
const MAX_ANSWER: usize = 64 * 1024;
/// Time for spans that are still to be sent at the end.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// What to trace, and where to.
#[derive(Clone, Debug)]
pub struct TraceSettings {
    /// Base URL of the collector; absent: what the standard variables say, or else nothing is traced.
    pub endpoint: Option<String>,
    /// Share of the visits that are traced, 0 to 1.
    pub ratio: f64,
}

/// Why traces could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// The exporter refused its settings.
    #[error("traces cannot be sent: {0}")]
    Exporter(#[from] ExporterBuildError),
    /// The HTTP client could not be made.
    #[error("traces cannot be sent: {0}")]
    Client(#[from] reqwest::Error),
}

/// Traces under way.
#[derive(Debug)]
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Begins, if a collector is named. Needs the runtime that sends.
    pub fn start(settings: &TraceSettings) -> Result<Option<Self>, TraceError> {
        let named = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        if settings.endpoint.is_none() && !STANDARD.iter().any(named) {
            return Ok(None);
        }
        let mut exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(TIMEOUT)
            .with_http_client(Sender::new()?);
        if let Some(base) = &settings.endpoint {
            exporter = exporter.with_endpoint(format!("{}/{PATH}", base.trim_end_matches('/')));
        }
        let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter.build()?)
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(settings.ratio))))
            .with_resource(Resource::builder().with_service_name("mailward").with_attribute(version).build())
            .build();
        Ok(Some(Self(provider)))
    }

    /// What turns our spans into theirs.
    pub(super) fn layer<S>(&self) -> impl Layer<S> + Send + Sync + use<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
    {
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("mailward"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_filter(Targets::new().with_target(STEPS, Level::DEBUG))
    }

    /// Sends what is still to be sent, for as long as that is worth waiting for.
    pub async fn end(self) {
        let ended = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(LAST_WORDS)).await;
        if !matches!(ended, Ok(Ok(()))) {
            tracing::warn!("the last spans could not be sent");
        }
    }
}

/// Sends with the HTTP client and the TLS that the providers use, on our runtime: the exporter asks from a thread of its own.
#[derive(Clone, Debug)]
struct Sender {
    client: reqwest::Client,
    runtime: Handle,
    /// Whether the last request failed: told when it changes, not at every batch.
    failing: Arc<AtomicBool>,
}

impl Sender {
    fn new() -> Result<Self, reqwest::Error> {
        let redirects = reqwest::redirect::Policy::none();
        let client = reqwest::Client::builder().timeout(TIMEOUT).redirect(redirects).no_proxy().build()?;
        Ok(Self { client, runtime: Handle::current(), failing: Arc::default() })
    }

    fn tell(&self, sent: &Result<Response<Bytes>, HttpError>) {
        let why = match sent {
            Ok(answer) if answer.status().is_success() => None,
            Ok(answer) => Some(format!("it answers {}", answer.status())),
            Err(error) => Some(super::sentence(error.as_ref())),
        };
        if self.failing.swap(why.is_some(), Ordering::Relaxed) == why.is_some() {
            return;
        }
        if let Some(why) = why {
            tracing::warn!(%why, "the collector takes no spans; they are dropped until it does");
        } else {
            tracing::info!("the collector takes spans again");
        }
    }
}

#[async_trait]
impl HttpClient for Sender {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        let sent =
            self.runtime.spawn(async move { send(&client, request).await }).await.unwrap_or_else(|error| Err(error.into()));
        self.tell(&sent);
        sent
    }
}

async fn send(client: &reqwest::Client, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
    let mut response = client.execute(request.try_into()?).await?;
    let mut body = vec![];
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err("the collector's answer is longer than 64 KiB".into());
        }
        body.extend_from_slice(&chunk);
    }
    let mut answer = Response::new(Bytes::from(body));
    *answer.status_mut() = response.status();
    *answer.headers_mut() = std::mem::take(response.headers_mut());
    Ok(answer)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use std::net::TcpListener;

    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    /// More spans than the queue holds.
    fn many_spans(traces: &Traces) {
        let subscriber = tracing_subscriber::registry().with(traces.layer());
        tracing::subscriber::with_default(subscriber, || {
            for _ in 0..10_000 {
                tracing::debug_span!(target: STEPS, "step").in_scope(|| {});
            }
        });
    }

    fn to(endpoint: String) -> Traces {
        let _tls = rustls::crypto::aws_lc_rs::default_provider().install_default();
        Traces::start(&TraceSettings { endpoint: Some(endpoint), ratio: 1.0 }).unwrap().unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_collector_that_is_gone_or_never_answers_holds_nobody() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let silent = to(format!("http://{address}"));
        many_spans(&silent);
        silent.end().await;
        drop(listener);
        let gone = to(format!("http://{address}"));
        many_spans(&gone);
        gone.end().await;
    }
}
