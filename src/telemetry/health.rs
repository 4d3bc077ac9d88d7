//! `/healthz`, `/readyz` and `/metrics`, the same for every subcommand.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Router,
    extract::State,
    http::{
        HeaderMap, StatusCode,
        header::{ACCEPT, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
    routing::get,
};
use tokio::sync::watch;

use crate::metrics::Metrics;

/// Content type of the OpenMetrics text format.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// Content type of the text format before it.
const PLAIN: &str = "text/plain; version=0.0.4; charset=utf-8";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Starting,
    Standby,
    Ready,
    Stopping,
}

/// How far the process is, and what is in its way, by what it concerns.
#[derive(Clone, Debug, Default)]
struct Progress {
    phase: Phase,
    troubles: BTreeMap<String, String>,
}

/// Whether the process should get traffic, and what is in its way. Cheap to clone; stopping is final.
#[derive(Clone, Debug, Default)]
pub struct Readiness(Arc<watch::Sender<Progress>>);

impl Readiness {
    /// From now on ready, unless stopping.
    pub fn ready(&self) {
        self.turn(|phase| phase != Phase::Stopping, Phase::Ready);
    }

    /// Ready to take over, unless working or stopping already.
    pub fn standby(&self) {
        self.turn(|phase| phase == Phase::Starting, Phase::Standby);
    }

    fn turn(&self, may: impl Fn(Phase) -> bool, to: Phase) {
        self.0.send_if_modified(|state| {
            let turns = may(state.phase) && state.phase != to;
            if turns {
                state.phase = to;
            }
            turns
        });
    }

    /// Something is in the way; while it is, the process is not ready. `concern` is what it is about, and what takes it back.
    pub fn hindered(&self, concern: &str, why: impl Into<String>) {
        let why = why.into();
        self.0.send_modify(|state| drop(state.troubles.insert(concern.to_owned(), why)));
    }

    /// Nothing of this concern is in the way any more.
    pub fn unhindered(&self, concern: &str) {
        self.0.send_if_modified(|state| state.troubles.remove(concern).is_some());
    }

    /// From now on not ready.
    pub fn stopping(&self) {
        self.0.send_modify(|state| state.phase = Phase::Stopping);
    }

    /// Whether it is ready.
    pub fn is_ready(&self) -> bool {
        let state = self.0.borrow();
        state.phase == Phase::Ready && state.troubles.is_empty()
    }

    /// Waits until it is stopping.
    pub async fn stopped(&self) {
        drop(self.0.subscribe().wait_for(|state| state.phase == Phase::Stopping).await.map(drop));
    }

    fn answer(&self) -> (StatusCode, String) {
        let Progress { phase, troubles } = &*self.0.borrow();
        if *phase != Phase::Stopping && !troubles.is_empty() {
            let whys: Vec<String> = troubles.iter().map(|(concern, why)| format!("{concern}: {why}")).collect();
            return (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {}\n", whys.join("; ")));
        }
        let (code, text) = match phase {
            Phase::Starting => (StatusCode::SERVICE_UNAVAILABLE, "starting: the first full list has not been read yet\n"),
            Phase::Standby => (StatusCode::OK, "standby: another controller holds the Lease\n"),
            Phase::Ready => (StatusCode::OK, "ready\n"),
            Phase::Stopping => (StatusCode::SERVICE_UNAVAILABLE, "stopping\n"),
        };
        (code, text.to_owned())
    }
}

/// The three endpoints. For a port that only the cluster reaches.
pub fn health_router(readiness: Readiness, metrics: Arc<Metrics>) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(|State(readiness): State<Readiness>| async move { readiness.answer() }))
        .with_state(readiness)
        .route("/metrics", get(move |headers: HeaderMap| async move { text(&metrics, &headers) }))
}

/// OpenMetrics for whoever takes it at all, as Prometheus does, and the older format for everybody else.
fn text(metrics: &Metrics, headers: &HeaderMap) -> Response {
    let mut accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let (format, text) = if accepted.any(|types| types.contains("application/openmetrics-text")) {
        (OPEN_METRICS, metrics.encode())
    } else {
        (PLAIN, metrics.encode_plain())
    };
    match text {
        Ok(text) => ([(CONTENT_TYPE, format)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use axum::{
        body::{Body, to_bytes},
        http::Request,
    };
    use tower::ServiceExt;

    use super::*;

    async fn ask(readiness: &Readiness, path: &str) -> (StatusCode, String) {
        let router = health_router(readiness.clone(), Arc::default());
        let response = router.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_process_is_alive_from_the_start_and_ready_when_it_says_so() {
        let readiness = Readiness::default();
        assert_eq!(ask(&readiness, "/healthz").await.0, StatusCode::OK);
        assert_eq!(ask(&readiness, "/readyz").await.0, StatusCode::SERVICE_UNAVAILABLE);
        readiness.ready();
        assert_eq!(ask(&readiness, "/readyz").await, (StatusCode::OK, "ready\n".to_owned()));
    }

    #[tokio::test]
    async fn a_stopping_process_never_becomes_ready_again() {
        let readiness = Readiness::default();
        readiness.stopping();
        readiness.ready();
        assert_eq!(ask(&readiness, "/readyz").await.1, "stopping\n");
        assert_eq!(ask(&readiness, "/healthz").await.0, StatusCode::OK);
    }

    #[tokio::test]
    async fn p8_what_is_in_the_way_is_said_until_it_is_gone() {
        let readiness = Readiness::default();
        readiness.ready();
        readiness.hindered("maildomains.mailward.dev", "404");
        let (status, text) = ask(&readiness, "/readyz").await;
        assert_eq!((status, text.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "not ready: maildomains.mailward.dev: 404\n"));
        assert!(!readiness.is_ready());
        readiness.unhindered("maildomains.mailward.dev");
        assert_eq!(ask(&readiness, "/readyz").await, (StatusCode::OK, "ready\n".to_owned()));
    }

    async fn metrics_for(accept: &str) -> (String, String) {
        let metrics = Arc::new(Metrics::default());
        let router = health_router(Readiness::default(), metrics);
        let response =
            router.oneshot(Request::get("/metrics").header(ACCEPT, accept).body(Body::empty()).unwrap()).await.unwrap();
        let format = response.headers()[CONTENT_TYPE].to_str().unwrap().to_owned();
        (format, String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_scraper_that_takes_open_metrics_gets_it_with_its_end() {
        let (format, text) = metrics_for("application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5").await;
        assert_eq!(format, OPEN_METRICS);
        assert!(text.contains("# TYPE mailward_conflicts counter\n") && text.ends_with("# EOF\n"), "{text}");
    }

    #[tokio::test]
    async fn everybody_else_gets_the_format_that_was_before_it() {
        let (format, text) = metrics_for("*/*").await;
        assert_eq!(format, PLAIN);
        assert!(text.contains("# TYPE mailward_conflicts_total counter\n") && !text.contains("# EOF"), "{text}");
    }
}
