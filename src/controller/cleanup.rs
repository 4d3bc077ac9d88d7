//! The way out: what a deletion takes away, in the order that breaks no mail, and when the object may go.
//!
//! A deletion is a visit that wants nothing. It never holds an object for ever: whatever cannot be reached for
//! `--deletion-patience` is left as it is, and said so.

use std::time::Duration;

use jiff::SignedDuration;
use k8s_openapi::api::core::v1::Secret;
use kube::{
    Api, Resource, ResourceExt,
    api::{Patch, PatchParams},
    runtime::controller::Action,
};
use serde_json::json;

use super::{
    apply::objects::remove,
    context::Context,
    error::Error,
    report::report,
    visit::{self, Leaving, Stuck, Subject},
};
use crate::{
    api::{DeletionPolicy, MailDomain},
    domain::objects::{annotation, label},
    metrics::ApiObject,
    status::{DELETING, Event, Obstacle, Picture, Severity},
};

/// Our finalizer. It stands only while `deletionPolicy` is `Delete`: `Retain` takes nothing away, so nothing is waited for.
const FINALIZER: &str = "mailward.dev/cleanup";
/// Pause between two steps of a deletion that wait for somebody else.
const PAUSE: Duration = Duration::from_secs(5);
/// Pause between two steps that each did something.
const BREATH: Duration = Duration::from_millis(200);

/// Puts the finalizer where `Delete` needs it, and takes it away where `Retain` does not.
pub(crate) async fn keep_finalizer(ctx: &Context, object: &MailDomain) -> Result<(), kube::Error> {
    let wanted = object.spec.deletion_policy == DeletionPolicy::Delete;
    let stands = stands(object);
    if wanted == stands {
        return Ok(());
    }
    set_finalizer(ctx, object, wanted).await
}

fn stands(object: &MailDomain) -> bool {
    object.finalizers().iter().any(|finalizer| finalizer == FINALIZER)
}

/// With the resource version, so that nobody else's finalizer is lost.
async fn set_finalizer(ctx: &Context, object: &MailDomain, wanted: bool) -> Result<(), kube::Error> {
    let mut finalizers: Vec<&str> = object.finalizers().iter().map(String::as_str).filter(|name| *name != FINALIZER).collect();
    if wanted {
        finalizers.push(FINALIZER);
    }
    ctx.metrics.api_write(ApiObject::Finalizer);
    let patch = json!({ "metadata": { "finalizers": finalizers, "resourceVersion": object.resource_version() } });
    api(ctx, object).patch_metadata(&object.name_any(), &PatchParams::default(), &Patch::Merge(&patch)).await.map(drop)
}

fn api(ctx: &Context, object: &MailDomain) -> Api<MailDomain> {
    Api::namespaced(ctx.client.clone(), &object.namespace().unwrap_or_default())
}

/// One step of a deletion.
pub(crate) async fn pass(ctx: &Context, object: &MailDomain) -> Result<Action, Error> {
    if !stands(object) {
        ctx.memory.forget(&object.uid().unwrap_or_default());
        ctx.keys.forget(&object.uid().unwrap_or_default());
        ctx.metrics.forget_domain(&object.uid().unwrap_or_default());
        return Ok(Action::await_change());
    }
    if object.spec.deletion_policy == DeletionPolicy::Retain {
        return release(ctx, object, "deletionPolicy is Retain: records, keys and policy stay as they are").await;
    }
    if ctx.namespace(&object.namespace().unwrap_or_default()).1 {
        let why = "the namespace is being deleted as a whole: records and policy stay as they are (as with Retain)";
        return leave_behind(ctx, object, why).await;
    }
    match step(ctx, object).await {
        Ok(Step::Over) => {
            remove_secrets(ctx, object).await?;
            release(ctx, object, "everything of this domain was taken away").await
        }
        Ok(Step::NotOurs) => {
            let why = "another object looks after the domain: its records, keys and policy stay as they are";
            release(ctx, object, why).await
        }
        Ok(Step::Tombstone(why)) => {
            remove_secrets(ctx, object).await?;
            release(ctx, object, &format!("the policy goes on being withdrawn without this object: {why}")).await
        }
        Ok(Step::Waiting { what, pause }) => wait(ctx, object, what, pause).await,
        Err(stuck) => stuck_for(ctx, object, stuck).await,
    }
}

/// How far a deletion came.
enum Step {
    Over,
    NotOurs,
    Tombstone(String),
    Waiting { what: String, pause: Duration },
}

/// Errors are what holds the deletion, for the user.
async fn step(ctx: &Context, object: &MailDomain) -> Result<Step, Stuck> {
    let subject = Subject::even_suspended(ctx, object).map_err(|blocked| blocked.message)?;
    if !subject.publishes() {
        return Ok(Step::Over);
    }
    Ok(match visit::leave(ctx, &subject).await? {
        Leaving::Done => Step::Over,
        Leaving::NotOurs => Step::NotOurs,
        Leaving::Tombstone(why) => Step::Tombstone(why),
        Leaving::Wait { what, until } => {
            let left = until.map_or(PAUSE, |until| until.duration_since(ctx.now()).max(SignedDuration::ZERO).unsigned_abs());
            Step::Waiting { what, pause: left.clamp(BREATH, PAUSE) }
        }
        Leaving::Progress(what) => Step::Waiting { what, pause: BREATH },
    })
}

async fn wait(ctx: &Context, object: &MailDomain, what: String, pause: Duration) -> Result<Action, Error> {
    ctx.memory.over(&object.uid().unwrap_or_default(), "stuck");
    say(ctx, object, Obstacle::passing(DELETING, what)).await?;
    Ok(Action::requeue(pause))
}

/// A missing credential or a dead server must not hold a namespace for ever.
async fn stuck_for(ctx: &Context, object: &MailDomain, Stuck { why, pause }: Stuck) -> Result<Action, Error> {
    let patience = SignedDuration::try_from(ctx.settings.deletion_patience).unwrap_or(SignedDuration::MAX);
    let since = ctx.memory.since(&object.uid().unwrap_or_default(), "stuck", ctx.now());
    let waited = ctx.now().duration_since(since);
    if waited >= patience {
        let why = format!("nothing could be taken away for {patience:#} ({why}): what is left stays (as with Retain)");
        return leave_behind(ctx, object, &why).await;
    }
    let message = format!("{why}; after {patience:#} the object goes and what is left stays");
    say(ctx, object, Obstacle::lasting(DELETING, message)).await?;
    // Not sooner than it is of use: many deletions would spend the requests of every domain of the credential.
    let left = patience.saturating_sub(waited).unsigned_abs();
    Ok(Action::requeue(pause.unwrap_or(PAUSE).min(left)))
}

/// The status of an object on its way out: one sentence says what it waits for.
async fn say(ctx: &Context, object: &MailDomain, obstacle: Obstacle) -> Result<(), kube::Error> {
    let mut picture = Picture::new(object.metadata.generation.unwrap_or_default(), ctx.now());
    picture.blocked = Some(obstacle);
    report(ctx, object, &picture).await.map(drop)
}

async fn release(ctx: &Context, object: &MailDomain, why: &str) -> Result<Action, Error> {
    let_go(ctx, object, Severity::Normal, "Released", why).await
}

/// What `Delete` was to take away stays. No object is left to say so, hence the counter (P8).
async fn leave_behind(ctx: &Context, object: &MailDomain, why: &str) -> Result<Action, Error> {
    let action = let_go(ctx, object, Severity::Warning, "LeftBehind", why).await?;
    ctx.metrics.left_behind();
    Ok(action)
}

async fn let_go(ctx: &Context, object: &MailDomain, severity: Severity, reason: &str, why: &str) -> Result<Action, Error> {
    ctx.announcer.say(object.object_ref(&()), Event { severity, reason: reason.to_owned(), note: why.to_owned() });
    match set_finalizer(ctx, object, false).await {
        Err(kube::Error::Api(status)) if status.is_not_found() => {}
        other => other?,
    }
    Ok(Action::await_change())
}

/// Key Secrets go last: our own, and those we took over from an object of the domain that is gone.
async fn remove_secrets(ctx: &Context, object: &MailDomain) -> Result<(), kube::Error> {
    let (namespace, uid) = (object.namespace().unwrap_or_default(), object.uid().unwrap_or_default());
    let lives = |uid: &str| ctx.stores.domains.find(|other| other.uid().as_deref() == Some(uid)).is_some();
    let ours = ctx.stores.secrets.state_filter(|secret| {
        secret.namespace().as_deref() == Some(namespace.as_str())
            && secret.annotations().get(annotation::DOMAIN) == Some(&object.spec.domain)
            && secret.labels().get(label::UID).is_some_and(|of| *of == uid || !lives(of))
    });
    for secret in ours {
        remove::<Secret>(&ctx.client, &namespace, &secret.name_any()).await?;
    }
    Ok(())
}
