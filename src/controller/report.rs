//! Telling the user: the status is written on every path that looked at a MailDomain, and events follow from its changes.

use kube::{
    Api, Resource, ResourceExt,
    api::{Patch, PatchParams},
};
use serde_json::json;

use super::{FIELD_MANAGER, context::Context};
use crate::{
    api::{MailDomain, MailDomainStatus},
    metrics::ApiObject,
    status::{Picture, events, status},
};

/// Writes status and events of a pass; writes nothing when the pass saw nothing new (P7). A record healed within one pass
/// leaves the status as it was and is told all the same (P8).
pub(crate) async fn report(ctx: &Context, object: &MailDomain, picture: &Picture) -> Result<MailDomainStatus, kube::Error> {
    let next = status(picture, object.status.as_ref());
    ctx.metrics.domain(&object.uid().unwrap_or_default(), next.is_ready(), next.records.iter().map(|record| record.state));
    if object.status.as_ref() != Some(&next) {
        write(ctx, object, &next).await?;
        ctx.metrics.api_write(ApiObject::Status);
        picture.conflicts.iter().for_each(|_| ctx.metrics.conflict());
    }
    for event in events(picture, object.status.as_ref(), &next) {
        ctx.announcer.say(object.object_ref(&()), event);
    }
    Ok(next)
}

async fn write(ctx: &Context, object: &MailDomain, status: &MailDomainStatus) -> Result<(), kube::Error> {
    let api: Api<MailDomain> = Api::namespaced(ctx.client.clone(), &object.namespace().unwrap_or_default());
    let body = json!({
        "apiVersion": MailDomain::api_version(&()),
        "kind": MailDomain::kind(&()),
        // With the UID an object that was recreated meanwhile is not told about its predecessor.
        "metadata": { "name": object.name_any(), "uid": object.uid() },
        "status": status,
    });
    api.patch_status(&object.name_any(), &PatchParams::apply(FIELD_MANAGER).force(), &Patch::Apply(&body)).await?;
    Ok(())
}
