//! Policies whose MailDomain is gone: `mode: none` is served until no sender can hold an enforce policy any more, then
//! record, address, Ingress and ConfigMap go (RFC 8461 8.3).
//!
//! Found in the policy namespace alone, so that nothing else has to outlive the object.

use std::{sync::Arc, time::Duration};

use k8s_openapi::api::core::v1::ConfigMap;
use kube::ResourceExt;

use super::{
    context::Context,
    triggers::requested,
    visit::{self, Leaving, Stuck, Subject},
};
use crate::{
    api::{DelegationSpec, MailDomain, MailDomainSpec, ProviderKind, ProviderRef},
    domain::objects::{DOMAIN_KEY, PolicyMemory, annotation, label, read_policy},
    serve::Shutdown,
};

/// Time between two rounds.
const ROUND: Duration = Duration::from_secs(30);

/// Looks after tombstones until the shutdown.
pub(crate) async fn run(ctx: Arc<Context>, shutdown: Shutdown) {
    let end = requested(shutdown);
    tokio::pin!(end);
    let mut rounds = tokio::time::interval(ROUND.min(ctx.settings.pace.drift));
    loop {
        tokio::select! {
            () = &mut end => return,
            _ = rounds.tick() => Box::pin(round(&ctx)).await,
        }
    }
}

async fn round(ctx: &Context) {
    for config_map in ctx.stores.policies.state() {
        let Ok(policy) = read_policy(&config_map) else { continue };
        if policy.memory.tombstone.as_ref().is_some_and(|tombstone| tombstone.remove) && !has_heir(ctx, &config_map) {
            Box::pin(carry_on(ctx, &config_map, &policy.memory)).await;
        }
    }
}

/// A MailDomain for the same domain has taken the policy up again.
fn has_heir(ctx: &Context, config_map: &ConfigMap) -> bool {
    let domain = domain_of(config_map);
    let heir = |object: &MailDomain| object.metadata.deletion_timestamp.is_none() && Some(object.spec.domain.as_str()) == domain;
    ctx.stores.domains.find(heir).is_some()
}

fn domain_of(config_map: &ConfigMap) -> Option<&str> {
    config_map.data.as_ref()?.get(DOMAIN_KEY).map(String::as_str)
}

async fn carry_on(ctx: &Context, config_map: &ConfigMap, memory: &PolicyMemory) {
    let name = config_map.name_any();
    let Some(object) = ghost(config_map, memory) else {
        tracing::warn!(config_map = %name, "a withdrawn policy does not say whose it was; it is served on");
        return;
    };
    let subject = match Subject::even_suspended(ctx, &object) {
        Ok(subject) => Subject { tombstone: memory.tombstone.clone(), ..subject },
        Err(blocked) => {
            tracing::warn!(config_map = %name, why = %blocked.message, "a withdrawn policy cannot be taken away yet");
            return;
        }
    };
    match visit::leave(ctx, &subject).await {
        Ok(Leaving::NotOurs) => tracing::debug!(config_map = %name, "another object looks after the domain of this policy"),
        Ok(Leaving::Done) => tracing::info!(config_map = %name, "a withdrawn policy is gone"),
        Ok(Leaving::Progress(what) | Leaving::Wait { what, .. } | Leaving::Tombstone(what)) => {
            tracing::debug!(config_map = %name, %what, "a policy is being withdrawn");
        }
        Err(Stuck { why, .. }) => tracing::warn!(config_map = %name, %why, "a withdrawn policy cannot be taken away yet"),
    }
}

/// The object that was, as far as taking away needs it.
fn ghost(config_map: &ConfigMap, memory: &PolicyMemory) -> Option<MailDomain> {
    let (namespace, name) = config_map.annotations().get(annotation::OBJECT)?.split_once('/')?;
    let provider = memory.provider.as_ref()?;
    let spec = serde_json::json!({
        "domain": domain_of(config_map)?,
        "providerRef": ProviderRef { kind: provider.kind, name: provider.name.clone() },
        "delegation": memory.delegation.as_ref().map(|zone| DelegationSpec { zone: zone.clone() }),
    });
    let spec: MailDomainSpec = serde_json::from_value(spec).ok()?;
    let mut object = MailDomain::new(name, spec);
    object.metadata.namespace = Some(match provider.kind {
        ProviderKind::ClusterDNSProvider => namespace.to_owned(),
        ProviderKind::DNSProvider => provider.namespace.clone()?,
    });
    object.metadata.uid = config_map.labels().get(label::UID).cloned();
    Some(object)
}
