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
    runtime::reflector::{ObjectRef, Store},
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{
    announcer::Announcer, gateways::Gateways, index::Index, key_orders::KeyOrders, lease::Leadership, line::Line, memory::Memory,
    pool::Pool, provider_view::ProviderKey, settings::Settings,
};
use crate::{
    api::{ClusterDNSProvider, DNSProvider, MailDomain, ProviderKind},
    domain::objects::MailDomainRef,
    metrics::Metrics,
    resolve::{Asker, policy::PolicyFetcher},
};

/// The objects we watch, as the watches last told them.
pub(crate) struct Stores {
    /// Every MailDomain.
    pub domains: Store<MailDomain>,
    /// The same by domain, in lower case.
    pub domains_by_name: Arc<Index<MailDomain>>,
    /// Every ClusterDNSProvider.
    pub cluster_providers: Store<ClusterDNSProvider>,
    /// Every DNSProvider.
    pub providers: Store<DNSProvider>,
    /// Labels and deletion of namespaces.
    pub namespaces: Store<PartialObjectMeta<Namespace>>,
    /// Metadata of our key Secrets: no private key sits in a cache.
    pub secrets: Store<PartialObjectMeta<Secret>>,
    /// The same by domain.
    pub secrets_by_domain: Arc<Index<PartialObjectMeta<Secret>>>,
    /// Our policy ConfigMaps.
    pub policies: Store<ConfigMap>,
    /// Our policy Ingresses.
    pub ingresses: Store<Ingress>,
    /// The policy servers' endpoints.
    pub endpoints: Store<EndpointSlice>,
}

/// Asks for a visit where no watch does.
pub(crate) struct Wake {
    domains: UnboundedSender<ObjectRef<MailDomain>>,
    cluster_providers: UnboundedSender<ObjectRef<ClusterDNSProvider>>,
    providers: UnboundedSender<ObjectRef<DNSProvider>>,
}

/// The other ends.
pub(crate) struct Woken {
    /// MailDomains to visit.
    pub domains: UnboundedReceiver<ObjectRef<MailDomain>>,
    /// ClusterDNSProviders to check.
    pub cluster_providers: UnboundedReceiver<ObjectRef<ClusterDNSProvider>>,
    /// DNSProviders to check.
    pub providers: UnboundedReceiver<ObjectRef<DNSProvider>>,
}

impl Wake {
    /// Both ends.
    pub(crate) fn channel() -> (Self, Woken) {
        let (domains, woken_domains) = unbounded_channel();
        let (cluster_providers, woken_cluster_providers) = unbounded_channel();
        let (providers, woken_providers) = unbounded_channel();
        let woken = Woken { domains: woken_domains, cluster_providers: woken_cluster_providers, providers: woken_providers };
        (Self { domains, cluster_providers, providers }, woken)
    }

    /// Visits a MailDomain. A closed channel means that the process is ending, and then nobody is visited any more.
    pub(crate) fn domain(&self, domain: &MailDomain) {
        drop(self.domains.send(ObjectRef::from_obj(domain)));
    }

    /// Visits a MailDomain when what is under way for it is done.
    pub(crate) fn later(&self, me: &MailDomainRef) -> impl FnOnce() + Send + 'static {
        let (domains, object) = (self.domains.clone(), ObjectRef::new(&me.name).within(&me.namespace));
        move || drop(domains.send(object))
    }

    /// Checks a provider object.
    pub(crate) fn provider(&self, key: &ProviderKey) {
        match key.kind {
            ProviderKind::ClusterDNSProvider => drop(self.cluster_providers.send(ObjectRef::new(&key.name))),
            ProviderKind::DNSProvider => drop(self.providers.send(ObjectRef::new(&key.name).within(&key.namespace))),
        }
    }
}

/// What every pass shares.
pub(crate) struct Context {
    /// The API server.
    pub client: Client,
    /// Settings of the install.
    pub settings: Settings,
    /// Watched objects.
    pub stores: Stores,
    /// The Gateways that the install offers, and our HTTPRoutes.
    pub gateways: Gateways,
    /// Provider clients.
    pub pool: Pool,
    /// Asks authoritative servers and resolvers.
    pub asker: Asker,
    /// Fetches policies as a sender would.
    pub fetcher: PolicyFetcher,
    /// Bounds the passes at once.
    pub line: Line,
    /// Keys that are being made.
    pub keys: KeyOrders,
    /// Notes that may be forgotten.
    pub memory: Memory,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// Has events written.
    pub announcer: Announcer,
    /// Asks for visits.
    pub wake: Wake,
    /// Whether we are the controller that works.
    pub leadership: Leadership,
    /// Tells the time.
    pub clock: fn() -> Timestamp,
}

impl Context {
    /// The owner string of a MailDomain.
    pub(crate) fn owner(&self, namespace: &str, name: &str) -> String {
        format!("{}/{namespace}/{name}", self.settings.owner_id)
    }

    /// The time, from the one clock of the controller.
    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Labels of a namespace, and whether it is terminating.
    pub(crate) fn namespace(&self, name: &str) -> (BTreeMap<String, String>, bool) {
        let found = self.stores.namespaces.find(|namespace| namespace.metadata.name.as_deref() == Some(name));
        found.map_or_else(Default::default, |namespace| {
            (namespace.metadata.labels.clone().unwrap_or_default(), namespace.metadata.deletion_timestamp.is_some())
        })
    }
}
