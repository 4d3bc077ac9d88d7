//! What the chart gives to whoever watches: alerts, a dashboard, and who is scraped.

mod names;
mod objects;
mod promtool;

use std::sync::LazyLock;

use mailward::metrics::{ApiObject, Metrics, PolicyAnswer, ProviderOperation, ReconcileResult, Step};
use serde_json::Value;

use crate::helm::{find, objects};

const ALL: &str = "{monitoring: {podMonitor: {enabled: true}, prometheusRule: {enabled: true}, dashboard: {enabled: true}}}";

/// The groups of alerts, as Prometheus reads them from a file.
fn rules() -> Value {
    static RULES: LazyLock<Value> = LazyLock::new(|| find(&objects(ALL), "PrometheusRule", "mailward")["spec"].clone());
    RULES.clone()
}

/// Each alert.
fn alerts() -> Vec<Value> {
    rules()["groups"][0]["rules"].as_array().unwrap().clone()
}

/// Each panel of the dashboard.
fn panels() -> Vec<Value> {
    let board = find(&objects(ALL), "ConfigMap", "-dashboard")["data"]["mailward.json"].as_str().unwrap().to_owned();
    let board: Value = serde_json::from_str(&board).unwrap();
    board["panels"].as_array().unwrap().clone()
}

/// Each question that the dashboard asks.
fn questions() -> Vec<Value> {
    panels().iter().flat_map(|panel| panel["targets"].as_array().unwrap().clone()).collect()
}

fn expression(holder: &Value) -> String {
    holder["expr"].as_str().unwrap().trim().to_owned()
}

/// Every expression of the alerts and of the dashboard.
fn expressions() -> Vec<String> {
    alerts().iter().chain(&questions()).map(expression).collect()
}

/// A process to which everything has happened that the rules speak of.
fn busy() -> Metrics {
    let metrics = Metrics::default();
    let took = std::time::Duration::from_millis(1);
    let denied = mailward::provider::ErrorKind::Denied;
    metrics.provider_call("rfc2136", ProviderOperation::Apply, Err(denied));
    for result in [ReconcileResult::Ready, ReconcileResult::Failed] {
        metrics.reconciled(result, took);
    }
    for ok in [true, false] {
        metrics.policy_check(ok);
    }
    metrics.timed_at_once(Step::Gather, || ());
    metrics.policy_answer(PolicyAnswer::Served);
    metrics.notice("DMARCHeld");
    metrics.api_write(ApiObject::Status);
    metrics.key_generated(mailward::keys::RsaSize::Bits2048);
    metrics
}
