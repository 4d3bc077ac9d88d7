//! The steps of a visit, timed for metrics and traced for whoever follows one domain.

use kube::ResourceExt;
use tracing::{Instrument, Span, debug_span, field::Empty};

use super::context::Context;
use crate::{
    api::MailDomain,
    metrics::{ReconcileResult, Step},
    telemetry::STEPS,
};

/// A whole visit; the steps are below it.
pub(crate) fn visit(object: &MailDomain) -> Span {
    let (namespace, name) = (object.namespace().unwrap_or_default(), object.name_any());
    debug_span!(
        target: STEPS,
        "reconcile",
        domain = %object.spec.domain,
        k8s.namespace.name = %namespace,
        mailward.maildomain.name = %name,
        result = Empty,
    )
}

/// How a visit ended.
pub(crate) fn ended(visit: &Span, result: ReconcileResult) {
    visit.record("result", result.label());
}

/// A step that waits for others.
pub(crate) async fn timed<T>(ctx: &Context, step: Step, work: impl Future<Output = T>) -> T {
    ctx.metrics.timed(step, work).instrument(span(step)).await
}

/// A step that thinks.
pub(crate) fn pure<T>(ctx: &Context, step: Step, work: impl FnOnce() -> T) -> T {
    ctx.metrics.timed_at_once(step, || span(step).in_scope(work))
}

fn span(step: Step) -> Span {
    debug_span!(target: STEPS, "step", otel.name = step.label())
}
