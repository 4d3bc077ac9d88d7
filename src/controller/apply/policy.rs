//! The ConfigMap and the Ingress of one domain, in the policy namespace.

use k8s_openapi::api::{core::v1::ConfigMap, networking::v1::Ingress};

use super::objects::{ensure, remove};
use crate::{
    controller::{context::Context, gather::policy::PolicyObjects},
    domain::objects::{
        IngressInstall, MailDomainRef, PolicyIngress, PolicyObject, policy_config_map, policy_ingress, policy_object_name,
    },
    metrics::ApiObject,
};

/// What an object could not be made of.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PolicyError {
    /// The API server refused.
    #[error(transparent)]
    Api(#[from] kube::Error),
    /// The memory could not be written down.
    #[error("the policy's memory cannot be stored: {0}")]
    Memory(#[from] serde_json::Error),
    /// The Ingress would carry what a tenant may not set.
    #[error("{0}")]
    Refused(String),
}

/// Makes the ConfigMap hold text and memory.
pub(crate) async fn store(
    ctx: &Context,
    me: &MailDomainRef,
    live: &PolicyObjects,
    policy: &PolicyObject,
) -> Result<bool, PolicyError> {
    let mut wanted = policy_config_map(me, &ctx.settings.policy_namespace, policy)?;
    // What was read must still be there: a memory that moved meanwhile is read again at the next visit (P6).
    wanted.metadata.resource_version = live.config_map.as_ref().and_then(|live| live.metadata.resource_version.clone());
    Ok(counted(ctx, ApiObject::ConfigMap, ensure(&ctx.client, live.config_map.as_ref(), &wanted).await?))
}

/// Makes the Ingress stand.
pub(crate) async fn expose(
    ctx: &Context,
    me: &MailDomainRef,
    live: &PolicyObjects,
    wishes: &PolicyIngress<'_>,
) -> Result<bool, PolicyError> {
    let settings = &ctx.settings;
    let (service_name, service_port) = settings.policy_service.clone();
    let install = IngressInstall {
        class: settings.ingress_class.clone(),
        cluster_issuer: settings.cluster_issuer.clone(),
        service_name,
        service_port,
        allowed_annotations: settings.ingress_annotations.iter().cloned().collect(),
    };
    let wanted = policy_ingress(me, &settings.policy_namespace, &install, wishes)
        .map_err(|refused| PolicyError::Refused(refused.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")))?;
    Ok(counted(ctx, ApiObject::Ingress, ensure(&ctx.client, live.ingress.as_ref(), &wanted).await?))
}

fn counted(ctx: &Context, object: ApiObject, written: bool) -> bool {
    if written {
        ctx.metrics.api_write(object);
    }
    written
}

/// Takes both away.
pub(crate) async fn take_away(ctx: &Context, me: &MailDomainRef) -> Result<(), kube::Error> {
    let name = policy_object_name(&me.domain);
    remove::<Ingress>(&ctx.client, &ctx.settings.policy_namespace, &name).await?;
    remove::<ConfigMap>(&ctx.client, &ctx.settings.policy_namespace, &name).await
}
