//! What every pass shares: clients, stores, settings, memory.

use std::{collections::BTreeMap, sync::Arc};

use k8s_openapi::{
    api::{
        core::v1::{ConfigMap, Namespace, Secret},
        discovery::v1::EndpointSlice,
        networking::v1::Ingress,
    },
    jiff::Timestamp,
};
use kube::{
    Client,
    api::PartialObjectMeta,
    runtime::{events::Recorder, reflector::Store},
};

use super::{memory::Memory, pool::Pool, settings::Settings};
use crate::{
    api::{ClusterDNSProvider, DNSProvider, MailDomain},
    keys::Generator,
    metrics::Metrics,
    resolve::{Asker, PolicyFetcher},
};

/// The objects we watch, as the watches last told them.
pub struct Stores {
    /// Every MailDomain.
    pub domains: Store<MailDomain>,
    /// Every ClusterDNSProvider.
    pub cluster_providers: Store<ClusterDNSProvider>,
    /// Every DNSProvider.
    pub providers: Store<DNSProvider>,
    /// Labels and deletion of namespaces.
    pub namespaces: Store<PartialObjectMeta<Namespace>>,
    /// Metadata of our key Secrets: no private key sits in a cache.
    pub secrets: Store<PartialObjectMeta<Secret>>,
    /// Our policy ConfigMaps.
    pub policies: Store<ConfigMap>,
    /// Our policy Ingresses.
    pub ingresses: Store<Ingress>,
    /// The policy servers' endpoints.
    pub endpoints: Store<EndpointSlice>,
}

/// What every pass shares.
pub struct Context {
    /// The API server.
    pub client: Client,
    /// Settings of the install.
    pub settings: Settings,
    /// Watched objects.
    pub stores: Stores,
    /// Provider clients.
    pub pool: Pool,
    /// Asks authoritative servers and resolvers.
    pub asker: Asker,
    /// Fetches policies as a sender would.
    pub fetcher: PolicyFetcher,
    /// Makes keys off the async threads.
    pub keys: Generator,
    /// Notes that may be forgotten.
    pub memory: Memory,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// Publishes events.
    pub recorder: Recorder,
}

impl Context {
    /// The owner string of a MailDomain.
    pub fn owner(&self, namespace: &str, name: &str) -> String {
        format!("{}/{namespace}/{name}", self.settings.owner_id)
    }

    /// The time. The only place of the controller that reads the clock.
    pub fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    /// Labels of a namespace, and whether it is terminating.
    pub fn namespace(&self, name: &str) -> (BTreeMap<String, String>, bool) {
        let found = self.stores.namespaces.find(|namespace| namespace.metadata.name.as_deref() == Some(name));
        found.map_or_else(Default::default, |namespace| {
            (namespace.metadata.labels.clone().unwrap_or_default(), namespace.metadata.deletion_timestamp.is_some())
        })
    }
}
