//! The watches: what is kept in memory, and which change makes which domain worth a visit.

use std::{
    future::ready,
    hash::{DefaultHasher, Hash, Hasher},
};

use futures::{Stream, StreamExt, stream::BoxStream};
use k8s_openapi::api::core::v1::Secret;
use kube::{
    Api, Resource, ResourceExt,
    api::PartialObjectMeta,
    runtime::{
        WatchStreamExt,
        reflector::{self, ObjectRef, Store},
        watcher::{self, Event},
    },
};
use serde::de::DeserializeOwned;
use tokio::sync::watch as channel;

use super::{
    absence::{self, Absence},
    refused_watch,
    together::{self, Watched},
};
use crate::{api::MailDomain, domain::objects, telemetry::Readiness};

/// Tells when every watch has told what there is: before that, "not in the store" means nothing.
///
/// `Store::wait_until_ready` would do, if a work queue did not wait on the same store: it wakes one waiter only, the last
/// one to ask, and the other sleeps for ever.
pub(crate) struct Told {
    watches: Vec<channel::Receiver<bool>>,
    readiness: Readiness,
}

impl Told {
    /// Nothing is watched yet; what is in the way of a first list goes to `readiness`.
    pub(crate) fn to(readiness: &Readiness) -> Self {
        Self { watches: vec![], readiness: readiness.clone() }
    }

    /// Waits for all of them. A watch whose stream is gone counts as told, since the process is ending then.
    pub(crate) async fn everything(mut self) {
        for told in &mut self.watches {
            drop(told.wait_for(|told| *told).await);
        }
    }

    /// A stream of touched objects that feeds a store on its way.
    pub(crate) fn reflected<K>(&mut self, watched: Watched<K>) -> (Store<K>, BoxStream<'static, watcher::Result<K>>)
    where
        K: Resource<DynamicType = ()> + Clone + DeserializeOwned + std::fmt::Debug + Send + Sync + 'static,
    {
        self.reflected_and_seen(watched, |_| {})
    }

    /// The same; `see` is shown every event after the store has it, and before anybody acts on it.
    pub(crate) fn reflected_and_seen<K>(
        &mut self,
        watched: Watched<K>,
        mut see: impl FnMut(&Event<K>) + Send + 'static,
    ) -> (Store<K>, BoxStream<'static, watcher::Result<K>>)
    where
        K: Resource<DynamicType = ()> + Clone + DeserializeOwned + std::fmt::Debug + Send + Sync + 'static,
    {
        self.reflect(
            |store| watched.together(store),
            move |event| {
                let Ok(event) = event else { return false };
                see(event);
                matches!(event, Event::InitDone)
            },
        )
    }

    /// The same for a kind that a cluster may lack or that we may not see: that answer counts as told, `absence` repeats it, and
    /// the watch is tried again until there is something to see.
    pub(crate) fn reflected_if_there<K>(
        &mut self,
        api: Api<K>,
        config: watcher::Config,
        absence: Absence,
    ) -> (Store<K>, BoxStream<'static, watcher::Result<K>>)
    where
        K: Resource<DynamicType = ()> + Clone + DeserializeOwned + std::fmt::Debug + Send + Sync + 'static,
    {
        self.reflect(|_| refused_watch::watch(api, config), move |event| absence.see(event))
    }

    fn reflect<K>(
        &mut self,
        events: impl FnOnce(Store<K>) -> together::Told<K>,
        mut tells: impl FnMut(&watcher::Result<Event<K>>) -> bool + Send + 'static,
    ) -> (Store<K>, BoxStream<'static, watcher::Result<K>>)
    where
        K: Resource<DynamicType = ()> + Clone + DeserializeOwned + std::fmt::Debug + Send + Sync + 'static,
    {
        let (store, writer) = reflector::store();
        let (told, receiver) = channel::channel(false);
        self.watches.push(receiver);
        let (readiness, kind) = (self.readiness.clone(), kind_of::<K>());
        let stream = events(store.clone())
            .modify(slim)
            .reflect(writer)
            .inspect(move |event| {
                if tells(event) {
                    told.send_replace(true);
                    readiness.unhindered(&kind);
                } else if let (Err(error), false) = (event, *told.borrow()) {
                    readiness.hindered(&kind, in_the_way(error));
                }
            })
            .touched_objects()
            // Errors are told above and retried by each watch itself. A work queue would hold all its streams up for one that fails.
            .filter_map(|touched| ready(touched.ok().map(Ok)));
        (store, stream.boxed())
    }
}

/// `maildomains.mailward.dev`, `secrets`.
fn kind_of<K: Resource<DynamicType = ()>>() -> String {
    format!("{}.{}", K::plural(&()), K::group(&())).trim_end_matches('.').to_owned()
}

/// Why there is no first list of a kind.
fn in_the_way(error: &watcher::Error) -> String {
    match absence::answer(error).map(|status| status.code) {
        Some(404) => "this cluster has no such kind: install the definitions of Mailward".to_owned(),
        _ => error.to_string(),
    }
}

/// What `kubectl apply` leaves behind, which is as long as the object.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Takes out what nobody here reads and every object would keep in memory. Nothing is ever written back from a store.
fn slim<K: Resource>(object: &mut K) {
    let meta = object.meta_mut();
    meta.managed_fields = None;
    if let Some(annotations) = &mut meta.annotations {
        annotations.remove(LAST_APPLIED);
    }
}

/// What makes a MailDomain worth a visit: its spec, its metadata, or a status that somebody wiped. Our own status
/// writes are none of these.
#[allow(clippy::unnecessary_wraps, reason = "a predicate may say that it has no opinion, and this one always has one")]
pub(crate) fn worth_a_visit(domain: &MailDomain) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    let meta = &domain.metadata;
    meta.uid.hash(&mut hasher);
    meta.generation.hash(&mut hasher);
    meta.finalizers.hash(&mut hasher);
    meta.annotations.hash(&mut hasher);
    meta.deletion_timestamp.is_some().hash(&mut hasher);
    domain.status.as_ref().is_none_or(|status| status.conditions.is_empty()).hash(&mut hasher);
    Some(hasher.finish())
}

/// The domain of a MailDomain, as names compare.
#[allow(clippy::unnecessary_wraps, reason = "the signature is the index's")]
pub(crate) fn domain_of(object: &MailDomain) -> Option<String> {
    Some(object.spec.domain.to_ascii_lowercase())
}

/// The domain that a key Secret says it is for.
pub(crate) fn domain_of_secret(secret: &PartialObjectMeta<Secret>) -> Option<String> {
    secret.annotations().get(objects::annotation::DOMAIN).cloned()
}

/// The MailDomain that an object of ours belongs to.
pub(crate) fn owner_of<K: Resource>(object: &K) -> Option<ObjectRef<MailDomain>> {
    let path = object.annotations().get(objects::annotation::OBJECT)?;
    let (namespace, name) = path.split_once('/')?;
    Some(ObjectRef::new(name).within(namespace))
}

/// Runs a stream for its store alone.
pub(crate) async fn drain<K>(stream: impl Stream<Item = Result<K, watcher::Error>> + Send) {
    stream.for_each(|_| async {}).await;
}
