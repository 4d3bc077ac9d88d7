//! Telling the user: the status is written on every path that looked at a MailDomain, and events follow from its changes.

use kube::{
    Api, Resource, ResourceExt,
    api::{Patch, PatchParams},
    runtime::events::{Event as KubeEvent, EventType},
};
use serde_json::json;

use super::{FIELD_MANAGER, context::Context};
use crate::{
    api::{MailDomain, MailDomainStatus},
    metrics::ApiObject,
    status::{Event, Picture, Severity, events, status},
};

/// Most octets of an event's note that the API server takes.
const MAX_NOTE: usize = 1000;

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
        publish(ctx, object, &event).await;
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

/// Publishes an event. One that cannot be written is counted and forgotten: it is never an error.
pub(crate) async fn publish(ctx: &Context, object: &MailDomain, event: &Event) {
    match event.severity {
        Severity::Normal => tracing::info!(domain = %object.spec.domain, reason = %event.reason, "{}", event.note),
        Severity::Warning => tracing::warn!(domain = %object.spec.domain, reason = %event.reason, "{}", event.note),
    }
    let type_ = match event.severity {
        Severity::Normal => EventType::Normal,
        Severity::Warning => EventType::Warning,
    };
    let note = event.note.char_indices().nth(MAX_NOTE).map_or(event.note.as_str(), |(end, _)| &event.note[..end]);
    let published = KubeEvent {
        type_,
        reason: event.reason.clone(),
        note: Some(note.to_owned()),
        action: "Reconcile".to_owned(),
        secondary: None,
    };
    ctx.metrics.api_write(ApiObject::Event);
    if let Err(error) = ctx.recorder.publish(&published, &object.object_ref(&())).await {
        ctx.metrics.event_dropped();
        tracing::debug!(%error, "an event could not be published");
    }
}
