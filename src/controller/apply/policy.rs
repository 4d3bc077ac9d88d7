//! The ConfigMap of one domain and its Ingress or HTTPRoute, in the policy namespace.

use k8s_openapi::api::{core::v1::ConfigMap, networking::v1::Ingress};

use kube::ResourceExt;

use super::objects::{ensure, remove};
use crate::{
    api::{HTTPRoute, ParentReference},
    controller::{context::Context, gather::policy::PolicyObjects},
    domain::{
        objects::{
            IngressInstall, MailDomainRef, PolicyIngress, PolicyObject, PolicyRoute, policy_config_map, policy_ingress,
            policy_object_name, policy_route,
        },
        policy_host::Way,
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
    /// No HTTPRoute can be written.
    #[error("the policy cannot be served through a Gateway: {0}")]
    NoGateways(String),
}

impl PolicyError {
    /// Reason of the condition.
    pub(crate) fn reason(&self) -> &'static str {
        match self {
            Self::NoGateways(_) => "GatewayUnavailable",
            Self::Api(_) | Self::Memory(_) | Self::Refused(_) => "Policy",
        }
    }
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

/// Makes the HTTPRoute stand.
pub(crate) async fn route(
    ctx: &Context,
    me: &MailDomainRef,
    live: &PolicyObjects,
    parents: &[ParentReference],
    external_address: bool,
) -> Result<bool, PolicyError> {
    if let Some(why) = ctx.gateways.missing() {
        return Err(PolicyError::NoGateways(why));
    }
    let (service, port) = &ctx.settings.policy_service;
    let wishes = PolicyRoute { parents, service: (service, *port), external_address };
    let wanted = policy_route(me, &ctx.settings.policy_namespace, &wishes);
    Ok(counted(ctx, ApiObject::HttpRoute, ensure(&ctx.client, live.route.as_ref(), &wanted).await?))
}

fn counted(ctx: &Context, object: ApiObject, written: bool) -> bool {
    if written {
        ctx.metrics.api_write(object);
    }
    written
}

/// Takes everything away, the memory last.
pub(crate) async fn take_away(ctx: &Context, me: &MailDomainRef) -> Result<(), kube::Error> {
    let (namespace, name) = (&ctx.settings.policy_namespace, policy_object_name(&me.domain));
    remove::<Ingress>(&ctx.client, namespace, &name).await?;
    // A cluster may have no such kind, and then it has no such object.
    if ctx.gateways.route(namespace, &name).is_some() {
        remove::<HTTPRoute>(&ctx.client, namespace, &name).await?;
    }
    remove::<ConfigMap>(&ctx.client, namespace, &name).await
}

/// Takes away what another way of serving has left over; one sentence each.
pub(crate) async fn take_leftovers(ctx: &Context, objects: &PolicyObjects, wanted: Way) -> Result<Vec<String>, kube::Error> {
    let namespace = &ctx.settings.policy_namespace;
    let mut done = vec![];
    if let Some(ingress) = objects.ingress.as_ref().filter(|_| wanted != Way::Ingress) {
        remove::<Ingress>(&ctx.client, namespace, &ingress.name_any()).await?;
        done.push(format!("took away Ingress {namespace}/{}: nothing leads to it any more", ingress.name_any()));
    }
    if let Some(route) = objects.route.as_ref().filter(|_| wanted != Way::Gateway) {
        remove::<HTTPRoute>(&ctx.client, namespace, &route.name_any()).await?;
        done.push(format!("took away HTTPRoute {namespace}/{}: nothing leads to it any more", route.name_any()));
    }
    Ok(done)
}
