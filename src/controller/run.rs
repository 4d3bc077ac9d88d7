//! Starting and stopping: watches, stores, work queues.

use std::{sync::Arc, time::Duration};

use futures::{StreamExt, stream::BoxStream};
use k8s_openapi::api::{
    core::v1::{ConfigMap, Namespace, Secret},
    discovery::v1::EndpointSlice,
    networking::v1::Ingress,
};
use k8s_openapi::jiff::Timestamp;
use kube::{
    Api, Client,
    api::PartialObjectMeta,
    runtime::{
        Controller, PredicateConfig, WatchStreamExt,
        watcher::{self, Event},
    },
};
use tokio::task::JoinSet;

use super::{
    announcer::Announcer,
    context::{Context, Stores, Wake},
    driver,
    gateways::{Gateways, served_by},
    index::Index,
    key_orders::KeyOrders,
    lease::{Leadership, Lease, Term},
    line::Line,
    memory::Memory,
    pool::Pool,
    provider_check,
    settings::Settings,
    together::Watched,
    tombstone,
    triggers::{receive, requested},
    watch::{Told, domain_of, domain_of_secret, drain, owner_of, worth_a_visit},
    witness::Dns,
};
use crate::{
    api::{ClusterDNSProvider, DNSProvider, MailDomain},
    domain::objects::{label, part},
    metrics::Metrics,
    resolve::{Asker, Config as AskerConfig, policy::PolicyFetcher},
    serve::Shutdown,
    telemetry::Readiness,
};

/// Time for events that are still to be written when everything else has ended.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// Runs the controller until the shutdown is requested and the passes under way have ended. It is ready once every watch
/// has told what there is.
pub(crate) async fn run(
    client: Client,
    settings: Settings,
    metrics: Arc<Metrics>,
    readiness: Readiness,
    shutdown: Shutdown,
) -> anyhow::Result<()> {
    let Some((term, leadership)) = begin(&client, &settings, &readiness, &shutdown).await else { return Ok(()) };
    let (stores, streams, mut told) = watches(&client, &settings, &readiness);
    let (gateways, served) = Gateways::watch(&mut told, &client, &settings);
    let (wake, woken) = Wake::channel();
    let (announcer, outbox) = Announcer::new(client.clone(), metrics.clone(), Timestamp::now);
    let ctx = Arc::new(context(client.clone(), settings, metrics, (stores, gateways), wake, announcer, leadership)?);
    let events = tokio::spawn(outbox.write());
    let mut tasks = JoinSet::new();
    tasks.spawn(drain(streams.namespaces));
    tasks.spawn(drain(streams.endpoints));
    tasks.spawn(provider_check::credentials(ctx.clone(), streams.credentials));
    let cluster = provider_check::run(
        ctx.clone(),
        ctx.stores.cluster_providers.clone(),
        streams.cluster_providers,
        woken.cluster_providers,
        shutdown.clone(),
    );
    let namespaced =
        provider_check::run(ctx.clone(), ctx.stores.providers.clone(), streams.providers, woken.providers, shutdown.clone());
    tasks.spawn(cluster);
    tasks.spawn(namespaced);
    let domains = ctx.stores.domains.clone();
    let queue = Controller::for_stream(streams.domains, ctx.stores.domains.clone())
        .watches_stream(streams.secrets, |secret| owner_of(&secret))
        .watches_stream(streams.policies, |config_map| owner_of(&config_map))
        .watches_stream(streams.ingresses, |ingress| owner_of(&ingress))
        .watches_stream(served.routes, |route| owner_of(&route))
        .watches_stream(served.gateways, move |gateway| served_by(&domains, &gateway))
        .reconcile_on(receive(woken.domains))
        .graceful_shutdown_on(requested(shutdown.clone()))
        .run(driver::reconcile, driver::on_error, ctx.clone());
    let mut work = tokio::spawn(queue.for_each(|_| async {}));
    // Beside the Lease, which must be kept while the first lists take their time.
    tasks.spawn(settle_in(told, readiness.clone(), ctx.clone(), shutdown));
    let lost = tokio::select! {
        ended = &mut work => ended.map(|()| None)?,
        why = term.lost(&ctx.leadership, &readiness) => Some(why),
    };
    readiness.stopping();
    work.abort();
    tasks.abort_all();
    ctx.announcer.close();
    // What cannot be told in this time would not be told in a minute either: the API server is gone.
    drop(tokio::time::timeout(LAST_WORDS, events).await);
    if let Some(why) = lost {
        anyhow::bail!("{why}: this process ends, so that nothing of it writes any more");
    }
    term.end().await;
    Ok(())
}

/// Waits for the first lists, and goes on with what needs all of them.
async fn settle_in(told: Told, readiness: Readiness, ctx: Arc<Context>, shutdown: Shutdown) {
    told.everything().await;
    readiness.ready();
    tracing::info!(owner_id = %ctx.settings.owner_id, "every watch is there: the controller works");
    tombstone::run(ctx, shutdown).await;
}

/// Waits until this controller is the one that works; `None` if it is stopped before that.
async fn begin(client: &Client, settings: &Settings, readiness: &Readiness, shutdown: &Shutdown) -> Option<(Term, Leadership)> {
    let Some(duration) = settings.lease else { return Some((Term::without_lease(), Leadership::alone())) };
    let lease = Lease::new(client.clone(), &settings.namespace, &settings.identity, duration, Timestamp::now);
    tokio::select! {
        begun = lease.acquire(readiness) => Some(begun),
        () = shutdown.requested() => None,
    }
}

type Touched<K> = BoxStream<'static, Result<K, watcher::Error>>;

/// The streams behind the stores.
struct Streams {
    domains: Touched<MailDomain>,
    cluster_providers: Touched<ClusterDNSProvider>,
    providers: Touched<DNSProvider>,
    namespaces: Touched<PartialObjectMeta<Namespace>>,
    secrets: Touched<PartialObjectMeta<Secret>>,
    credentials: Touched<PartialObjectMeta<Secret>>,
    policies: Touched<ConfigMap>,
    ingresses: Touched<Ingress>,
    endpoints: Touched<EndpointSlice>,
}

fn watches(client: &Client, settings: &Settings, readiness: &Readiness) -> (Stores, Streams, Told) {
    let mut told = Told::to(readiness);
    let all = watcher::Config::default();
    let managed = format!("{}={}", label::MANAGED_BY, label::MAILWARD);
    let ours = all.clone().labels(&managed);
    let policy = all.clone().labels(&format!("{managed},{}={}", label::PART, part::POLICY));
    let service = all.clone().labels(&format!("kubernetes.io/service-name={}", settings.policy_service.0));
    let (namespace, watched) = (&settings.policy_namespace, &settings.watch_namespaces);
    let (domains_by_name, secrets_by_domain) = (Index::new(domain_of), Index::new(domain_of_secret));

    let (domains, domain_stream) =
        told.reflected_and_seen(Watched::<MailDomain>::within(client, watched, &all), see(&domains_by_name));
    let (cluster_providers, cluster_provider_stream) = told.reflected(Watched::one(Api::all(client.clone()), all.clone()));
    let (providers, provider_stream) = told.reflected(Watched::within(client, watched, &all));
    let (namespaces, namespace_stream) = told.reflected(Watched::named(client, watched));
    let (secrets, secret_stream) = told.reflected_and_seen(Watched::within(client, watched, &ours), see(&secrets_by_domain));
    let (policies, policy_stream) = told.reflected(Watched::one(Api::namespaced(client.clone(), namespace), policy.clone()));
    let (ingresses, ingress_stream) = told.reflected(Watched::one(Api::namespaced(client.clone(), namespace), policy));
    let (endpoints, endpoint_stream) = told.reflected(Watched::one(Api::namespaced(client.clone(), namespace), service));
    let credentials = Watched::<PartialObjectMeta<Secret>>::within(client, &settings.credential_namespaces(), &all).apart();

    let stores = Stores {
        domains,
        domains_by_name,
        cluster_providers,
        providers,
        namespaces,
        secrets,
        secrets_by_domain,
        policies,
        ingresses,
        endpoints,
    };
    let streams = Streams {
        domains: domain_stream.predicate_filter(worth_a_visit, PredicateConfig::default()).boxed(),
        cluster_providers: cluster_provider_stream
            .predicate_filter(kube::runtime::predicates::generation, PredicateConfig::default())
            .boxed(),
        providers: provider_stream.predicate_filter(kube::runtime::predicates::generation, PredicateConfig::default()).boxed(),
        namespaces: namespace_stream.boxed(),
        secrets: secret_stream.boxed(),
        credentials: credentials.touched_objects().boxed(),
        policies: policy_stream.boxed(),
        ingresses: ingress_stream.boxed(),
        endpoints: endpoint_stream.boxed(),
    };
    (stores, streams, told)
}

/// Lets an index follow a watch.
fn see<K>(index: &Arc<Index<K>>) -> impl FnMut(&Event<K>) + Send + 'static
where
    K: kube::Resource<DynamicType = ()> + Clone + Send + Sync + 'static,
{
    let index = Arc::clone(index);
    move |event| index.see(event)
}

fn context(
    client: Client,
    settings: Settings,
    metrics: Arc<Metrics>,
    (stores, gateways): (Stores, Gateways),
    wake: Wake,
    announcer: Announcer,
    leadership: Leadership,
) -> anyhow::Result<Context> {
    let asker = AskerConfig {
        resolvers: settings.resolvers.clone(),
        authoritative_port: settings.authoritative_port,
        ..AskerConfig::default()
    };
    let asker = Asker::new(asker)?;
    let dns = Dns { asker: asker.clone(), port: settings.authoritative_port };
    Ok(Context {
        pool: Pool::new(client.clone(), metrics.clone(), dns),
        asker,
        fetcher: PolicyFetcher::new(settings.ca_bundle.as_deref())?.with_timeout(Duration::from_secs(15)),
        keys: KeyOrders::default(),
        memory: Memory::default(),
        announcer,
        line: Line::new(settings.workers),
        leadership,
        client,
        settings,
        stores,
        gateways,
        metrics,
        wake,
        clock: Timestamp::now,
    })
}
