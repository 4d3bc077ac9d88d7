//! The watches: what is kept in memory, and which change makes which domain worth a visit.

use std::hash::{DefaultHasher, Hash, Hasher};

use futures::{Stream, StreamExt};
use kube::{
    Api, Resource, ResourceExt,
    runtime::{
        WatchStreamExt,
        reflector::{self, ObjectRef, Store},
        watcher,
    },
};
use serde::de::DeserializeOwned;

use crate::{api::MailDomain, domain::objects};

/// A stream of touched objects that feeds a store on its way.
pub fn reflected<K>(api: Api<K>, config: watcher::Config) -> (Store<K>, impl Stream<Item = Result<K, watcher::Error>> + Send + 'static)
where
    K: Resource<DynamicType = ()> + Clone + DeserializeOwned + std::fmt::Debug + Send + Sync + 'static,
{
    let (store, writer) = reflector::store();
    let stream = watcher(api, config)
        .default_backoff()
        .modify(|object| {
            object.managed_fields_mut().clear();
        })
        .reflect(writer)
        .touched_objects();
    (store, stream)
}

/// What makes a MailDomain worth a visit: its spec, its metadata, or a status that somebody wiped. Our own status
/// writes are none of these.
pub fn worth_a_visit(domain: &MailDomain) -> Option<u64> {
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

/// The MailDomain that an object of ours belongs to.
pub fn owner_of<K: Resource>(object: &K) -> Option<ObjectRef<MailDomain>> {
    let path = object.annotations().get(objects::annotation::OBJECT)?;
    let (namespace, name) = path.split_once('/')?;
    Some(ObjectRef::new(name).within(namespace))
}

/// Runs a stream for its store alone.
pub async fn drain<K>(stream: impl Stream<Item = Result<K, watcher::Error>> + Send) {
    stream
        .for_each(|item| async move {
            if let Err(error) = item {
                tracing::warn!(%error, "a watch was interrupted and is taken up again");
            }
        })
        .await;
}
