//! One reconcile. Reads as a table of contents; each step is marked as IO or pure.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
    time::{Duration, Instant},
};

use kube::{
    ResourceExt,
    runtime::{controller::Action, reflector::ObjectRef},
};

use tracing::Instrument;

use super::{cleanup, context::Context, error::Error, former_providers, report::report, steps, visit};
use crate::{
    api::{MailDomain, MailDomainStatus},
    metrics::{ReconcileResult, Step},
    status::{Next, Obstacle, Picture, next_visit},
};

/// Passes in a row that may follow each other at once because each one wrote something. Whoever needs more is fighting
/// somebody, and fights are fought slowly.
const SPINS: u32 = 20;

/// Pause while the Lease was not renewed in time.
const LEASE_PAUSE: Duration = Duration::from_secs(1);

/// Called by the work queue; never twice at once for one object.
///
/// The queue itself is not bounded: a bounded one takes the next object from a hash set, in which an unlucky one stays for
/// as long as others come.
pub(crate) async fn reconcile(object: Arc<MailDomain>, ctx: Arc<Context>) -> Result<Action, Error> {
    if object.status.as_ref().is_some_and(MailDomainStatus::is_ready) {
        ctx.memory.arrived(&uid(&object));
    }
    let _place = ctx.line.wait(ctx.memory.is_newcomer(&uid(&object))).await;
    // As it is now, not as it was when it came into the line.
    let Some(object) = ctx.stores.domains.get(&ObjectRef::from_obj(&*object)) else { return Ok(Action::await_change()) };
    let (started, visit) = (Instant::now(), steps::visit(&object));
    // In a box: ten thousand who wait in the line would otherwise hold the room that only those at work need.
    let pass = Box::pin(pass(&ctx, &object).instrument(visit.clone()));
    let result = tokio::time::timeout(ctx.settings.reconcile_timeout, pass).await.unwrap_or(Err(Error::Late));
    let label = result.as_ref().map_or(ReconcileResult::Failed, |(_, label)| *label);
    ctx.metrics.reconciled(label, started.elapsed());
    steps::ended(&visit, label);
    result.map(|(action, _)| action)
}

/// After a pass that could not be reported: the same backoff as after one that got nowhere.
#[allow(clippy::needless_pass_by_value, reason = "the signature is the work queue's")]
pub(crate) fn on_error(object: Arc<MailDomain>, error: &Error, ctx: Arc<Context>) -> Action {
    tracing::warn!(domain = %object.spec.domain, object = %object.name_any(), %error, "a pass failed and is tried again");
    let tries = ctx.memory.tries(&uid(&object));
    Action::requeue(next_visit(Next::Backoff(tries), &ctx.settings.pace, phase(&object), ctx.now()))
}

async fn pass(ctx: &Context, object: &MailDomain) -> Result<(Action, ReconcileResult), Error> {
    if !ctx.leadership.holds() {
        // Either the Lease is renewed in a moment, or this process ends.
        return Ok((Action::requeue(LEASE_PAUSE), ReconcileResult::Waiting));
    }
    if object.metadata.deletion_timestamp.is_some() {
        return Ok((cleanup::pass(ctx, object).await?, ReconcileResult::Waiting));
    }
    if spared(ctx, object) {
        return Ok((schedule(ctx, object, Next::Settled), ReconcileResult::Ready));
    }
    if changed_since_last_look(object) {
        ctx.memory.settle_quarrels(&uid(object));
    }
    cleanup::keep_finalizer(ctx, object).await?; // IO
    let left = former_providers::note(ctx, object).await?; // IO
    let mut picture = Picture::new(object.metadata.generation.unwrap_or_default(), ctx.now());
    picture.warnings.extend(left.iter().map(|left| former_providers::warning(left)));
    let outcome = visit::live(ctx, object, &mut picture).await; // gather, validate, desire, plan, apply, observe
    if matches!(outcome, Ok(Next::Silence)) {
        return Ok((schedule(ctx, object, Next::Backoff(ctx.memory.tries(&uid(object)))), ReconcileResult::Waiting));
    }
    if let Err(kube::Error::Api(answer)) = &outcome
        && answer.is_conflict()
    {
        // Somebody wrote between our read and our write: nothing was lost, and the next visit reads what stands there.
        return Ok((schedule(ctx, object, Next::Backoff(ctx.memory.tries(&uid(object)))), ReconcileResult::Waiting));
    }
    if let Err(error) = &outcome {
        picture.failures.push(Obstacle::passing("ApiServer", error.to_string()));
    }
    if !ctx.leadership.holds() {
        // Whoever works now has seen more than we have.
        return Ok((Action::requeue(LEASE_PAUSE), ReconcileResult::Waiting));
    }
    let status = steps::timed(ctx, Step::Report, report(ctx, object, &picture)).await?; // IO, on every path
    let next = outcome.map_or(Next::Backoff(0), |next| next);
    Ok((schedule(ctx, object, paced(ctx, object, next, &status)), result_of(&status)))
}

/// The user has been at the spec: what was contested before is tried again.
fn changed_since_last_look(object: &MailDomain) -> bool {
    object.status.as_ref().map(|status| status.observed_generation) != object.metadata.generation
}

/// After a restart every object is told to us at once. Those that were settled wait for their own moment (P7).
fn spared(ctx: &Context, object: &MailDomain) -> bool {
    let settled = object
        .status
        .as_ref()
        .is_some_and(|status| status.is_ready() && Some(status.observed_generation) == object.metadata.generation);
    ctx.memory.first_sight(&uid(object)) && settled
}

fn result_of(status: &MailDomainStatus) -> ReconcileResult {
    let stalled = status.conditions.iter().any(|condition| condition.type_ == "Stalled");
    match (status.is_ready(), stalled) {
        (true, _) => ReconcileResult::Ready,
        (false, true) => ReconcileResult::Stalled,
        (false, false) => ReconcileResult::Waiting,
    }
}

/// Turns what a visit asks for into what it gets: progress is followed at once, but not for ever; standing still backs off.
fn paced(ctx: &Context, object: &MailDomain, next: Next, status: &MailDomainStatus) -> Next {
    let uid = uid(object);
    if status.is_ready() && !matches!(next, Next::Now | Next::Silence | Next::Borne) {
        ctx.memory.rest(&uid);
        // Something may linger in a domain that is ready; then it is due before the next drift check.
        return if matches!(next, Next::After(_)) { next } else { Next::Settled };
    }
    match next {
        Next::Called => {
            ctx.memory.rest(&uid);
            Next::Called
        }
        Next::Now if ctx.memory.spins(&uid) < SPINS => Next::Now,
        Next::After(wait) => {
            let tries = ctx.memory.tries(&uid);
            Next::After(wait.min(next_visit(Next::Backoff(tries), &ctx.settings.pace, phase(object), ctx.now())))
        }
        Next::Now | Next::Backoff(_) | Next::Settled | Next::Silence | Next::Borne => Next::Backoff(ctx.memory.tries(&uid)),
    }
}

fn schedule(ctx: &Context, object: &MailDomain, next: Next) -> Action {
    Action::requeue(next_visit(next, &ctx.settings.pace, phase(object), ctx.now()))
}

/// The object's own moment within the drift interval.
fn phase(object: &MailDomain) -> u64 {
    let mut hasher = DefaultHasher::new();
    object.metadata.uid.hash(&mut hasher);
    hasher.finish()
}

fn uid(object: &MailDomain) -> String {
    object.uid().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    /// Octets of the future that a function gives.
    fn octets<A, B, F>(_: impl Fn(A, B) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn a_visit_that_waits_in_the_line_takes_no_room() {
        assert!(octets(super::reconcile) < 1024, "{} octets, times ten thousand domains", octets(super::reconcile));
    }
}
