//! Telling the user: the status is written on every path that looked at a MailDomain, and events follow from its changes.

use std::time::Duration;

use kube::{
    Api, Resource, ResourceExt,
    api::{Patch, PatchParams},
    runtime::reflector::ObjectRef,
};
use serde_json::json;

use super::{FIELD_MANAGER, context::Context};
use crate::{
    api::{MailDomain, MailDomainStatus},
    metrics::ApiObject,
    status::{Picture, events, status},
};

/// Pause between two looks for what was written.
const LOOK: Duration = Duration::from_millis(5);
/// How long a pass waits for what it wrote; the API server's watches take some milliseconds, and longer where it is busy.
const SHOWN_WITHIN: Duration = Duration::from_secs(5);

/// Writes status and events of a pass; writes nothing when the pass saw nothing new (P7). A record healed within one pass
/// leaves the status as it was and is told all the same (P8).
pub(crate) async fn report(ctx: &Context, object: &MailDomain, picture: &Picture) -> Result<MailDomainStatus, kube::Error> {
    let next = status(picture, object.status.as_ref());
    ctx.metrics.domain(&object.uid().unwrap_or_default(), next.is_ready(), next.records.iter().map(|record| record.state));
    let mut written = None;
    if object.status.as_ref() != Some(&next) {
        written = Some(write(ctx, object, &next).await?);
        ctx.metrics.api_write(ApiObject::Status);
        picture.conflicts.iter().for_each(|_| ctx.metrics.conflict());
    }
    for event in events(picture, object.status.as_ref(), &next) {
        ctx.announcer.say(object.object_ref(&()), event);
    }
    if let Some(written) = written {
        shown(ctx, &written).await;
    }
    Ok(next)
}

/// The next pass may follow at once. If it still saw the old status it would write the new one again and tell its news twice.
///
/// The trap: what the API server keeps is not what was sent. Its times have whole seconds.
async fn shown(ctx: &Context, written: &MailDomain) {
    let is_behind = |now: &MailDomain| now.metadata.uid == written.metadata.uid && now.status != written.status;
    let look = async {
        while ctx.stores.domains.get(&ObjectRef::from_obj(written)).is_some_and(|now| is_behind(&now)) {
            tokio::time::sleep(LOOK).await;
        }
    };
    // Beyond that the watch is broken, and what is written twice is the same.
    drop(tokio::time::timeout(SHOWN_WITHIN, look).await);
}

/// Answers what the API server keeps.
async fn write(ctx: &Context, object: &MailDomain, status: &MailDomainStatus) -> Result<MailDomain, kube::Error> {
    let api: Api<MailDomain> = Api::namespaced(ctx.client.clone(), &object.namespace().unwrap_or_default());
    let body = json!({
        "apiVersion": MailDomain::api_version(&()),
        "kind": MailDomain::kind(&()),
        // With the UID an object that was recreated meanwhile is not told about its predecessor.
        "metadata": { "name": object.name_any(), "uid": object.uid() },
        "status": status,
    });
    api.patch_status(&object.name_any(), &PatchParams::apply(FIELD_MANAGER).force(), &Patch::Apply(&body)).await
}
