//! What the process counts, for Prometheus.
//!
//! One struct, no global. Every label comes from a closed set (an enum or a `&'static str` of ours), never from a
//! message, a domain or an error text, so that ten thousand domains make no more series than one.

mod cpu;
mod domains;
mod labels;
mod plain;

use std::{
    fmt,
    sync::atomic::AtomicU64,
    time::{Duration, Instant},
};

use prometheus_client::{
    encoding::text,
    metrics::{
        counter::Counter,
        family::Family,
        histogram::{Histogram, exponential_buckets},
    },
    registry::{Metric, Registry},
};

pub use labels::{ApiObject, PolicyAnswer, ProviderOperation, ReconcileResult, Step};

use crate::{api::RecordState, keys::RsaSize, provider::ErrorKind};
use domains::Domains;

type Label = (&'static str, &'static str);
type Counters<const N: usize> = Family<[Label; N], Counter>;

/// Every metric of the process.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    reconciles: Counters<1>,
    reconcile_seconds: Histogram,
    step_seconds: Family<[Label; 1], Histogram>,
    step_cpu: Family<[Label; 1], Counter<f64, AtomicU64>>,
    provider_calls: Counters<3>,
    notices: Counters<1>,
    conflicts: Counter,
    domains: Domains,
    api_writes: Counters<1>,
    policy_checks: Counters<1>,
    policy_answers: Counters<1>,
    keys: Counters<1>,
    events_dropped: Counter,
    left_behind: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("mailward");
        let r = &mut registry;
        Self {
            reconciles: add(r, "reconciles", "Finished reconciles by result"),
            reconcile_seconds: add_metric(r, "reconcile_seconds", "Duration of a reconcile", seconds()),
            step_seconds: add_metric(
                r,
                "step_seconds",
                "Duration of a step of a reconcile",
                Family::new_with_constructor(seconds),
            ),
            step_cpu: add(r, "step_cpu_seconds", "CPU time of a step of a reconcile"),
            provider_calls: add(r, "provider_calls", "Calls to DNS providers by kind, operation and result"),
            notices: add(r, "notices", "Things skipped, refused, held or waited for, by condition reason"),
            conflicts: add(r, "conflicts", "Foreign values met where ours should go"),
            domains: Domains::register(r),
            api_writes: add(r, "api_writes", "Writes to the Kubernetes API by kind of object"),
            policy_checks: add(r, "policy_checks", "Fetches of a policy as a sender would, by result"),
            policy_answers: add(r, "policy_answers", "Answers of the policy server by outcome"),
            keys: add(r, "keys_generated", "DKIM keys made, by size in bits"),
            events_dropped: add(r, "events_dropped", "Events that could not be written"),
            left_behind: add(r, "left_behind", "MailDomains that went although deletionPolicy Delete could not be carried out"),
            registry,
        }
    }
}

fn add<M: Metric + Default + Clone>(registry: &mut Registry, name: &str, help: &str) -> M {
    add_metric(registry, name, help, M::default())
}

fn add_metric<M: Metric + Clone>(registry: &mut Registry, name: &str, help: &str, metric: M) -> M {
    registry.register(name, help, metric.clone());
    metric
}

/// From a millisecond to half a minute.
fn seconds() -> Histogram {
    Histogram::new(exponential_buckets(0.001, 2.0, 16))
}

impl Metrics {
    /// A reconcile ended.
    pub fn reconciled(&self, result: ReconcileResult, took: Duration) {
        self.reconciles.get_or_create(&[("result", result.label())]).inc();
        self.reconcile_seconds.observe(took.as_secs_f64());
    }

    /// A step of a reconcile, timed.
    pub fn timed<T>(&self, step: Step, work: impl Future<Output = T>) -> impl Future<Output = T> {
        // In a box, and before the future begins: each layer would otherwise hold its own room for the state of a visit.
        let work = Box::pin(work);
        async move {
            let started = Instant::now();
            let (done, spent) = cpu::of(work).await;
            self.step(step, started.elapsed(), spent);
            done
        }
    }

    /// A step that waits for nothing.
    pub fn timed_at_once<T>(&self, step: Step, work: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let (done, spent) = cpu::of_call(work);
        self.step(step, started.elapsed(), spent);
        done
    }

    fn step(&self, step: Step, took: Duration, cpu: Duration) {
        let label = [("step", step.label())];
        self.step_seconds.get_or_create(&label).observe(took.as_secs_f64());
        self.step_cpu.get_or_create(&label).inc_by(cpu.as_secs_f64());
    }

    /// A provider was called. `provider` is its kind (`rfc2136`, `cloudflare`), not its name.
    pub fn provider_call(&self, provider: &'static str, operation: ProviderOperation, result: Result<(), ErrorKind>) {
        let result = result.err().map_or("ok", ErrorKind::label);
        let labels = [("provider", provider), ("operation", operation.label()), ("result", result)];
        self.provider_calls.get_or_create(&labels).inc();
    }

    /// Something was skipped, refused, held or waited for (P8). `reason` is the condition's reason.
    pub fn notice(&self, reason: &'static str) {
        self.notices.get_or_create(&[("reason", reason)]).inc();
    }

    /// A foreign value was met where ours should go.
    pub fn conflict(&self) {
        self.conflicts.inc();
    }

    /// Where a domain stands now; replaces what was said of the same UID before.
    pub fn domain(&self, uid: &str, ready: bool, records: impl IntoIterator<Item = RecordState>) {
        self.domains.set(uid, ready, records);
    }

    /// A domain is gone.
    pub fn forget_domain(&self, uid: &str) {
        self.domains.forget(uid);
    }

    /// The API server was written to (P7: nothing to do writes nothing).
    pub fn api_write(&self, object: ApiObject) {
        self.api_writes.get_or_create(&[("object", object.label())]).inc();
    }

    /// A policy was fetched as a sender would, and was or was not the expected one.
    pub fn policy_check(&self, expected: bool) {
        self.policy_checks.get_or_create(&[("result", if expected { "ok" } else { "failed" })]).inc();
    }

    /// The policy server answered.
    pub fn policy_answer(&self, answer: PolicyAnswer) {
        self.policy_answers.get_or_create(&[("outcome", answer.label())]).inc();
    }

    /// A key was made.
    pub fn key_generated(&self, size: RsaSize) {
        self.keys.get_or_create(&[("bits", labels::bits(size))]).inc();
    }

    /// An event could not be written, which is never an error.
    pub fn event_dropped(&self) {
        self.events_dropped.inc();
    }

    /// A MailDomain is gone, and what `deletionPolicy: Delete` was to take away stays.
    pub fn left_behind(&self) {
        self.left_behind.inc();
    }

    /// Everything in the OpenMetrics text format.
    pub fn encode(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        text::encode(&mut text, &self.registry)?;
        Ok(text)
    }

    /// Everything in the text format before OpenMetrics, 0.0.4.
    pub fn encode_plain(&self) -> Result<String, fmt::Error> {
        Ok(plain::from_open_metrics(&self.encode()?))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    #[test]
    fn what_happened_is_in_the_text() {
        let metrics = Metrics::default();
        metrics.reconciled(ReconcileResult::Ready, Duration::from_millis(3));
        metrics.provider_call("rfc2136", ProviderOperation::Apply, Err(ErrorKind::RateLimited(Duration::from_secs(7))));
        metrics.provider_call("rfc2136", ProviderOperation::Read, Ok(()));
        metrics.notice("DMARCHeld");
        metrics.key_generated(RsaSize::Bits2048);
        metrics.policy_answer(PolicyAnswer::Served);
        metrics.api_write(ApiObject::Status);
        metrics.event_dropped();
        let text = metrics.encode().unwrap();
        for line in [
            r#"mailward_reconciles_total{result="ready"} 1"#,
            r"mailward_reconcile_seconds_count 1",
            r#"mailward_provider_calls_total{provider="rfc2136",operation="apply",result="rate_limited"} 1"#,
            r#"mailward_provider_calls_total{provider="rfc2136",operation="read",result="ok"} 1"#,
            r#"mailward_notices_total{reason="DMARCHeld"} 1"#,
            r#"mailward_keys_generated_total{bits="2048"} 1"#,
            r#"mailward_policy_answers_total{outcome="served"} 1"#,
            r#"mailward_api_writes_total{object="status"} 1"#,
            "mailward_events_dropped_total 1",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is missing in\n{text}");
        }
    }

    #[test]
    fn an_untouched_counter_of_no_labels_shows_zero() {
        let text = Metrics::default().encode().unwrap();
        assert!(text.contains("mailward_conflicts_total 0") && text.contains("mailward_left_behind_total 0"), "{text}");
    }
}
