//! The provider objects themselves: whether the credential is there and works, said on the object.
//!
//! One check a change and one every ten minutes, whatever the number of domains. Domains are woken when it starts or
//! stops to work, and when its object or its Secret changed; nothing else about a provider concerns them.

use std::{fmt::Debug, hash::Hash, sync::Arc, time::Duration};

use futures::{Stream, StreamExt};
use k8s_openapi::{api::core::v1::Secret, apimachinery::pkg::apis::meta::v1::Condition, jiff::Timestamp};
use kube::{
    Api, Resource, ResourceExt,
    api::{PartialObjectMeta, Patch, PatchParams},
    runtime::{
        Controller,
        controller::{Action, Config as QueueConfig},
        reflector::{ObjectRef, Store},
        watcher,
    },
};
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::sync::mpsc::UnboundedReceiver;

use super::{
    FIELD_MANAGER,
    connect::{check_objects, secret_of},
    context::Context,
    provider_view::{ProviderKey, ProviderView},
    triggers::{receive, requested},
};
use crate::{
    api::{ClusterDNSProvider, ConditionType, DNSProvider, ProviderKind, ProviderStatus, condition, stamped},
    dns::Name,
    provider::{self, Provider, Sight, ZoneLookup},
    serve::Shutdown,
    status::of_provider,
    telemetry::sentence,
};

/// Time between two checks of a provider that nobody touched.
const INTERVAL: Duration = Duration::from_mins(10);
/// Time between two checks of a provider that does not work.
const RETRY: Duration = Duration::from_secs(30);

/// Zones named in the status.
const ZONES_SHOWN: usize = 20;

/// What both kinds of provider objects have.
pub(crate) trait ProviderObject:
    Resource<DynamicType = ()> + Clone + DeserializeOwned + Debug + Send + Sync + 'static
{
    /// As a domain would see it.
    fn view(&self, ctx: &Context) -> ProviderView;
    /// What was said of it last.
    fn last(&self) -> Option<&ProviderStatus>;
    /// Where it is written.
    fn api(&self, ctx: &Context) -> Api<Self>;
}

impl ProviderObject for ClusterDNSProvider {
    fn view(&self, ctx: &Context) -> ProviderView {
        ProviderView {
            key: ProviderKey { kind: ProviderKind::ClusterDNSProvider, namespace: String::new(), name: self.name_any() },
            version: (self.uid().unwrap_or_default(), self.metadata.generation.unwrap_or_default()),
            backend: self.spec.backend.clone(),
            zones: self.spec.zones.clone(),
            verification: self.spec.verification.clone(),
            secret_namespace: ctx.settings.namespace.clone(),
            may_be_local: true,
        }
    }

    fn last(&self) -> Option<&ProviderStatus> {
        self.status.as_ref()
    }

    fn api(&self, ctx: &Context) -> Api<Self> {
        Api::all(ctx.client.clone())
    }
}

impl ProviderObject for DNSProvider {
    fn view(&self, ctx: &Context) -> ProviderView {
        let namespace = self.namespace().unwrap_or_default();
        ProviderView {
            key: ProviderKey { kind: ProviderKind::DNSProvider, namespace: namespace.clone(), name: self.name_any() },
            version: (self.uid().unwrap_or_default(), self.metadata.generation.unwrap_or_default()),
            backend: self.spec.backend.clone(),
            zones: self.spec.zones.clone(),
            verification: self.spec.verification.clone(),
            secret_namespace: namespace,
            may_be_local: ctx.settings.allow_local_dns_servers,
        }
    }

    fn last(&self) -> Option<&ProviderStatus> {
        self.status.as_ref()
    }

    fn api(&self, ctx: &Context) -> Api<Self> {
        Api::namespaced(ctx.client.clone(), &self.namespace().unwrap_or_default())
    }
}

/// Checks the objects of one kind until the shutdown.
pub(crate) async fn run<K: ProviderObject>(
    ctx: Arc<Context>,
    store: Store<K>,
    touched: impl Stream<Item = Result<K, watcher::Error>> + Send + 'static,
    woken: UnboundedReceiver<ObjectRef<K>>,
    shutdown: Shutdown,
) where
    K::DynamicType: Eq + Hash + Clone + Unpin,
{
    Controller::for_stream(touched, store)
        .with_config(QueueConfig::default().concurrency(4))
        .reconcile_on(receive(woken))
        .graceful_shutdown_on(requested(shutdown))
        .run(check::<K>, on_error, ctx)
        .for_each(|_| async {})
        .await;
}

/// A changed credential is looked at at once: every provider object that names the Secret is checked again.
pub(crate) async fn credentials(
    ctx: Arc<Context>,
    touched: impl Stream<Item = Result<PartialObjectMeta<Secret>, watcher::Error>> + Send,
) {
    touched
        .for_each(|secret| {
            if let Ok(secret) = secret {
                for key in users_of_secret(&ctx, &secret) {
                    ctx.wake.provider(&key);
                }
            }
            std::future::ready(())
        })
        .await;
}

fn users_of_secret(ctx: &Context, secret: &PartialObjectMeta<Secret>) -> Vec<ProviderKey> {
    let (namespace, name) = (secret.namespace().unwrap_or_default(), secret.name_any());
    let cluster = ctx.stores.cluster_providers.state().into_iter().map(|provider| provider.view(ctx));
    let namespaced = ctx.stores.providers.state().into_iter().map(|provider| provider.view(ctx));
    let named = |view: &ProviderView| secret_of(&view.backend).is_some_and(|reference| reference.name == name);
    let uses = |view: &ProviderView| view.secret_namespace == namespace && named(view);
    cluster.chain(namespaced).filter(uses).map(|view| view.key).collect()
}

/// What a check found could not be written (P8).
#[allow(clippy::needless_pass_by_value, reason = "the signature is the work queue's")]
fn on_error<K: ProviderObject>(object: Arc<K>, error: &kube::Error, _: Arc<Context>) -> Action {
    tracing::warn!(provider = %object.name_any(), error = sentence(error), "the status of a provider could not be written");
    Action::requeue(RETRY)
}

async fn check<K: ProviderObject>(object: Arc<K>, ctx: Arc<Context>) -> Result<Action, kube::Error> {
    let view = object.view(&ctx);
    let verdict = look(&ctx, &view).await;
    if verdict.as_ref().is_ok_and(|seen| seen.untried) {
        ctx.pool.waits_for_a_user(&view.key);
    }
    ctx.pool.checked(&view.key, verdict.as_ref().err(), ctx.now());
    let status = status(object.as_ref(), &verdict, ctx.now());
    let (works, worked) = (verdict.is_ok(), object.last().is_some_and(is_ready));
    let unseen = object.last().is_none_or(|last| last.observed_generation != status.observed_generation);
    if object.last() != Some(&status) {
        write(&ctx, object.as_ref(), &status).await?;
    }
    let before = object.last().map_or(&[][..], |last| &last.conditions);
    if let Some(event) = of_provider(before, &status.conditions) {
        ctx.announcer.say(object.object_ref(&()), event);
    }
    // Asked in any case: it remembers what was told.
    let news = ctx.pool.news(&view.key);
    if news || unseen || works != worked {
        wake_users(&ctx, &view.key);
    }
    Ok(Action::requeue(next(&verdict)))
}

fn next(verdict: &provider::Result<Seen>) -> Duration {
    match verdict {
        Ok(_) => INTERVAL,
        Err(error) => error.kind.pause().map_or(RETRY, |wait| wait.clamp(RETRY, INTERVAL)),
    }
}

/// What a check found.
struct Seen {
    reason: &'static str,
    message: String,
    /// Where the provider can list its zones.
    sight: Option<Sight>,
    /// Whether there was nothing to ask for yet, so that nobody was asked.
    untried: bool,
}

impl From<String> for Seen {
    fn from(message: String) -> Self {
        Self { reason: "Connected", message, sight: None, untried: false }
    }
}

/// Connects and asks what the credential sees, or where nobody can list that for one zone: either proves the credential, and
/// costs one call.
async fn look(ctx: &Context, view: &ProviderView) -> provider::Result<Seen> {
    if view.backend.manual.is_some() {
        let message = "Nothing is published here: the status of each MailDomain lists the records to enter";
        return Ok(message.to_owned().into());
    }
    if let Some(checked) = check_objects(view, &ctx.client, &ctx.settings.watch_namespaces).await {
        return checked.map(Seen::from);
    }
    let provider = ctx.pool.client(view).await?;
    match provider.look().await? {
        Some(sight) => seen(view, sight),
        None => probe(ctx, view, provider.as_ref()).await,
    }
}

/// What a list of zones says of the provider object.
fn seen(view: &ProviderView, sight: Sight) -> provider::Result<Seen> {
    let invalid = |message: String| Err(provider::Error::new(provider::ErrorKind::Invalid, message));
    if sight.count == 0 {
        return invalid("the credential works and sees no zone: give it access to the zones it is to serve".to_owned());
    }
    // A list that goes on elsewhere does not say what is missing.
    let all: Option<Vec<Name>> =
        (sight.zones.len() == sight.count).then(|| sight.zones.iter().filter_map(|zone| zone.parse().ok()).collect());
    if let Some(unseen) = all.and_then(|all| view.zones.iter().find(|pattern| !is_seen(pattern, &all))) {
        return invalid(format!("spec.zones: the credential sees no zone for {unseen}: correct the list, or give it access"));
    }
    let account = if sight.accounts.is_empty() { String::new() } else { format!(" of account {}", sight.accounts.join(", ")) };
    let message = format!("The credential sees {} zone{}{account}", sight.count, if sight.count == 1 { "" } else { "s" });
    Ok(match sight.missing.as_slice() {
        [] => Seen { sight: Some(sight), ..message.into() },
        missing => {
            let message = format!("{message}; it seems to lack the permission {}", missing.join(", "));
            Seen { reason: "PermissionsMissing", sight: Some(sight), ..message.into() }
        }
    })
}

/// A domain has a zone at or above it; `*.` of a domain may also stand for zones below.
fn is_seen(pattern: &str, zones: &[Name]) -> bool {
    let (base, below) = pattern.strip_prefix("*.").map_or((pattern, false), |base| (base, true));
    base.parse::<Name>()
        .is_ok_and(|base| zones.iter().any(|zone| base.is_at_or_below(zone) || (below && zone.is_at_or_below(&base))))
}

/// Asks for one zone.
async fn probe(ctx: &Context, view: &ProviderView, provider: &dyn Provider) -> provider::Result<Seen> {
    let probe = view.zones.iter().find_map(|zone| zone.trim_start_matches("*.").parse::<Name>().ok());
    let any = match &probe {
        Some(probe) => Some(probe.clone()),
        None => some_domain(ctx, &view.key).await,
    };
    let Some(name) = any else {
        let message = "Nothing names a zone yet, so the credential was not tried".to_owned();
        return Ok(Seen { untried: true, ..message.into() });
    };
    match provider.zone_of(&name).await? {
        ZoneLookup::Found(zone) => Ok(format!("The server answers for zone {} with this credential", zone.name).into()),
        ZoneLookup::Delegated { .. } | ZoneLookup::NotFound if probe.is_none() => Ok("The server answers".to_owned().into()),
        _ => Err(provider::Error::new(
            provider::ErrorKind::Invalid,
            format!("spec.zones: the server does not serve {name}: correct the list, or give the server the zone"),
        )),
    }
}

/// A domain that uses the provider, where the provider itself names no zone. After a restart the domains are waited for, and
/// of many it is always the same: otherwise the status would say something else each time (P7).
async fn some_domain(ctx: &Context, key: &ProviderKey) -> Option<Name> {
    // The store's writer is gone only in a shutdown.
    ctx.stores.domains.wait_until_ready().await.ok()?;
    users(ctx, key).into_iter().filter_map(|domain| domain.spec.domain.parse().ok()).min()
}

fn users(ctx: &Context, key: &ProviderKey) -> Vec<Arc<crate::api::MailDomain>> {
    ctx.stores
        .domains
        .state_filter(|domain| ProviderKey::new(&domain.spec.provider_ref, &domain.namespace().unwrap_or_default()) == *key)
}

fn wake_users(ctx: &Context, key: &ProviderKey) {
    for domain in users(ctx, key) {
        ctx.wake.domain(&domain);
    }
}

fn is_ready(status: &ProviderStatus) -> bool {
    status.conditions.iter().any(|condition| condition.type_ == "Ready" && condition.status == "True")
}

fn status<K: ProviderObject>(object: &K, verdict: &provider::Result<Seen>, now: Timestamp) -> ProviderStatus {
    let generation = object.meta().generation.unwrap_or_default();
    let old: &[Condition] = object.last().map_or(&[], |status| &status.conditions);
    let sight = verdict.as_ref().ok().and_then(|seen| seen.sight.as_ref());
    ProviderStatus {
        observed_generation: generation,
        conditions: conditions(verdict, generation, now).into_iter().map(|new| stamped(new, old)).collect(),
        zone_count: sight.and_then(|sight| i64::try_from(sight.count).ok()),
        zones: sight.map_or_else(Vec::new, |sight| sight.zones.iter().take(ZONES_SHOWN).cloned().collect()),
    }
}

/// As kstatus reads them: what is not ready is either tried again or waits for somebody.
fn conditions(verdict: &provider::Result<Seen>, generation: i64, now: Timestamp) -> Vec<Condition> {
    let said = |kind, status, reason, message: &str| condition(kind, status, reason, message, generation, now);
    let error = match verdict {
        Ok(seen) => return vec![said(ConditionType::Ready, true, seen.reason, &seen.message)],
        Err(error) => error,
    };
    let (reason, message) = (error.kind.reason(), error.message.as_str());
    let then = if error.kind.needs_somebody() { ConditionType::Stalled } else { ConditionType::Reconciling };
    vec![said(ConditionType::Ready, false, reason, message), said(then, true, reason, message)]
}

async fn write<K: ProviderObject>(ctx: &Context, object: &K, status: &ProviderStatus) -> Result<(), kube::Error> {
    let name = object.name_any();
    let body = json!({
        "apiVersion": K::api_version(&()),
        "kind": K::kind(&()),
        "metadata": { "name": name, "uid": object.uid() },
        "status": status,
    });
    object.api(ctx).patch_status(&name, &PatchParams::apply(FIELD_MANAGER).force(), &Patch::Apply(&body)).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(kind: provider::ErrorKind) -> Vec<String> {
        let verdict = Err(provider::Error::new(kind, "why"));
        conditions(&verdict, 1, Timestamp::UNIX_EPOCH).into_iter().map(|condition| condition.type_).collect()
    }

    #[test]
    fn a_provider_that_does_not_work_is_tried_again_or_waits_for_somebody_and_kstatus_can_tell() {
        for kind in [provider::ErrorKind::Denied, provider::ErrorKind::Invalid] {
            assert_eq!(told(kind), ["Ready", "Stalled"]);
        }
        for kind in [provider::ErrorKind::Transient, provider::ErrorKind::RateLimited(RETRY)] {
            assert_eq!(told(kind), ["Ready", "Reconciling"]);
        }
    }

    #[test]
    fn p8_what_a_vendor_says_at_length_is_told_within_the_bounds_of_a_condition() {
        let verdict = Err(provider::Error::new(provider::ErrorKind::Denied, "why ".repeat(20_000)));
        let longest = conditions(&verdict, 1, Timestamp::UNIX_EPOCH).iter().map(|condition| condition.message.len()).max();
        assert!(longest.is_some_and(|longest| longest <= 32_768), "{longest:?}");
    }
}
