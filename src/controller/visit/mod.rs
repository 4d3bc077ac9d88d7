//! One visit to a MailDomain: gather, validate, decide, apply, observe, describe.
//!
//! The steps share data only through the types named in their signatures: what was not gathered cannot be decided on,
//! and what was not applied cannot be described.

mod act;
mod decide;
mod describe;
mod facts;
mod leave;
mod linger;
mod moving;
mod patience;
mod pointing;
mod serving;
mod subject;

use jiff::SignedDuration;

use self::{act::Acted, decide::Decisions, facts::Facts, patience::Patience};
use super::{context::Context, rivals::Standing, steps};
use crate::{
    api::{MailDomain, RecordState, RecordStatus},
    domain::{
        facts::Wait,
        validate::{Validated, validate},
    },
    metrics::Step,
    plan::Outcome,
    status::{Next, Obstacle, Picture},
};

pub(crate) use self::{
    leave::{Leaving, Stuck, leave},
    subject::Subject,
};

/// Name of the clock that starts when the DMARC record went.
const DMARC_GONE: &str = "dmarc gone";
/// Name of the clock that runs while no authoritative server of a domain answers.
const SILENT: &str = "silent";

/// Visits an object that is not being deleted.
pub(crate) async fn live(ctx: &Context, object: &MailDomain, picture: &mut Picture) -> Result<Next, kube::Error> {
    let subject = match Subject::of(ctx, object) {
        Ok(subject) => subject,
        Err(blocked) => return Ok(stop(picture, blocked)),
    };
    if ctx.pool.was_untried(&subject.view.key) {
        ctx.wake.provider(&subject.view.key);
    }
    picture.warnings.extend(ctx.pool.refused(&subject.view.key).map(|why| without_credential(&subject, &why)));
    let validated = match steps::pure(ctx, Step::Validate, || validate(&object.spec, &subject::install(ctx))) {
        Ok(validated) => validated,
        Err(rejected) => return Ok(reject(picture, &rejected.to_string())),
    };
    describe::complaints(picture, &validated);
    let facts = match steps::timed(ctx, Step::Gather, facts::gather(ctx, &subject, &validated)).await? {
        Ok(facts) => facts,
        Err(silent) => return Ok(nobody_answers(ctx, &subject, picture, silent)),
    };
    ctx.memory.over(&subject.me.uid, SILENT);
    if let Standing::Behind(rival) = facts.standing(ctx, &subject) {
        return Ok(stop(picture, behind(&rival)));
    }
    visit(ctx, &subject, &validated, &facts, picture).await
}

/// Decides, applies, observes and describes.
async fn visit(
    ctx: &Context,
    subject: &Subject,
    validated: &Validated,
    facts: &Facts,
    picture: &mut Picture,
) -> Result<Next, kube::Error> {
    let (decisions, (lingering, warnings)) = steps::pure(ctx, Step::Desire, || {
        let mut decisions = decide::decide(ctx, subject, validated, facts);
        let lingering = linger::linger(ctx, subject, validated, facts, &mut decisions);
        (decisions, lingering)
    });
    picture.warnings.extend(warnings);
    picture.warnings.extend(lingering.as_ref().map(|wait| wait.what.clone()));
    picture.warnings.extend(moving::warning(&decisions.leftover));
    let acted = act::act(ctx, subject, validated, facts, &decisions).await?;
    count(ctx, &acted);
    let failure = acted.published.error.as_ref().map(|error| error.kind);
    if failure.is_some_and(|kind| ctx.pool.is_news(&subject.view.key, kind, ctx.now())) {
        // Said on the provider object as well, without waiting for its own check.
        ctx.wake.provider(&subject.view.key);
    }
    describe::describe(ctx, subject, facts, &decisions, &acted, picture);
    Ok(next(&decisions, lingering.as_ref(), &acted, picture))
}

/// Whatever a visit leaves undone is counted by its reason, at every visit that leaves it so (P8).
fn count(ctx: &Context, acted: &Acted) {
    for item in &acted.published.plan.items {
        if let Outcome::Conflict { reason } | Outcome::Held { reason } | Outcome::Kept { reason } = item.outcome {
            ctx.metrics.notice(reason);
        }
    }
}

/// How soon another visit is worth while.
fn next(decisions: &Decisions, lingering: Option<&Wait>, acted: &Acted, picture: &Picture) -> Next {
    if acted.written {
        return Next::Now;
    }
    if let Some(wait) = acted.published.error.as_ref().and_then(|error| error.kind.pause()) {
        return Next::After(wait);
    }
    if acted.making && nothing_else_to_wait_for(picture) {
        return Next::Called;
    }
    let soonest = decisions.waits().chain(lingering).filter_map(|wait| wait.until).min();
    match soonest {
        _ if picture.borne => Next::Borne,
        Some(until) => Next::After(until.duration_since(picture.now).max(SignedDuration::ZERO).unsigned_abs()),
        None => Next::Settled,
    }
}

/// Whether a key is all that is missing; what is held is held for its sake.
fn nothing_else_to_wait_for(picture: &Picture) -> bool {
    let settled = |record: &RecordStatus| matches!(record.state, RecordState::Verified | RecordState::Held);
    let served = picture.policy.as_ref().is_none_or(|policy| policy.served && policy.withdrawing.is_none());
    picture.failures.is_empty() && served && picture.records.iter().chain(&picture.pointers).all(settled)
}

/// What stands in DNS goes on answering, and nothing can be changed: worth knowing before something has to be.
fn without_credential(subject: &Subject, why: &str) -> String {
    format!("{} cannot publish: {why}; records stay as they are, and no change of them is written until then", subject.view.key)
}

fn stop(picture: &mut Picture, blocked: Obstacle) -> Next {
    picture.blocked = Some(blocked);
    Next::Backoff(0)
}

fn reject(picture: &mut Picture, why: &str) -> Next {
    picture.rejected.push(why.to_owned());
    Next::Settled
}

/// One timeout is no news (P7): a domain that was ready stays so until the silence has lasted.
fn nobody_answers(ctx: &Context, subject: &Subject, picture: &mut Picture, why: String) -> Next {
    if subject.before.is_ready() && Patience::with(ctx, subject, picture.now).bears(SILENT) {
        return Next::Silence;
    }
    picture.failures.push(Obstacle::passing("DNSUnreachable", why));
    Next::Backoff(0)
}

fn behind(rival: &super::rivals::Rival) -> Obstacle {
    let message = format!(
        "{} already looks after this domain; this object waits until that one is gone or names another domain",
        rival.owner
    );
    Obstacle::lasting("AnotherMailDomain", message)
}
