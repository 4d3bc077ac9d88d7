//! `/healthz`, `/readyz` and `/metrics`, the same for every subcommand.

use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::get,
};
use tokio::sync::watch;

use crate::metrics::Metrics;

/// Content type of the OpenMetrics text format.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Starting,
    Standby,
    Ready,
    Stopping,
}

/// Whether the process should get traffic. Cheap to clone; stopping is final.
#[derive(Clone, Debug)]
pub struct Readiness(Arc<watch::Sender<Phase>>);

impl Default for Readiness {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(Phase::Starting)))
    }
}

impl Readiness {
    /// From now on ready, unless stopping.
    pub fn ready(&self) {
        self.0.send_if_modified(|phase| std::mem::replace(phase, ready_unless_stopping(*phase)) != *phase);
    }

    /// Ready to take over, unless working or stopping already.
    pub fn standby(&self) {
        self.0.send_if_modified(|phase| {
            let waits = *phase == Phase::Starting;
            if waits {
                *phase = Phase::Standby;
            }
            waits
        });
    }

    /// From now on not ready.
    pub fn stopping(&self) {
        self.0.send_replace(Phase::Stopping);
    }

    /// Whether it is ready.
    pub fn is_ready(&self) -> bool {
        *self.0.borrow() == Phase::Ready
    }

    /// Waits until it is stopping.
    pub async fn stopped(&self) {
        drop(self.0.subscribe().wait_for(|phase| *phase == Phase::Stopping).await.map(drop));
    }

    fn answer(&self) -> (StatusCode, &'static str) {
        match *self.0.borrow() {
            Phase::Starting => (StatusCode::SERVICE_UNAVAILABLE, "starting: the first full list has not been read yet\n"),
            Phase::Standby => (StatusCode::OK, "standby: another controller holds the Lease\n"),
            Phase::Ready => (StatusCode::OK, "ready\n"),
            Phase::Stopping => (StatusCode::SERVICE_UNAVAILABLE, "stopping\n"),
        }
    }
}

fn ready_unless_stopping(phase: Phase) -> Phase {
    if phase == Phase::Stopping { phase } else { Phase::Ready }
}

/// The three endpoints. For a port that only the cluster reaches.
pub fn health_router(readiness: Readiness, metrics: Arc<Metrics>) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(|State(readiness): State<Readiness>| async move { readiness.answer() }))
        .with_state(readiness)
        .route("/metrics", get(move || async move { text(&metrics) }))
}

fn text(metrics: &Metrics) -> Response {
    match metrics.encode() {
        Ok(text) => ([(CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
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
    async fn metrics_end_as_open_metrics_asks() {
        assert!(ask(&Readiness::default(), "/metrics").await.1.ends_with("# EOF\n"));
    }
}
