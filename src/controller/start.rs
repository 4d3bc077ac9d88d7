//! From the command line to a running controller.

use std::{collections::BTreeSet, net::SocketAddr, sync::Arc};

use anyhow::Context as _;
use jiff::SignedDuration;
use k8s_openapi::api::core::v1::Namespace;
use kube::{Api, Client, ResourceExt};

use super::{
    addresses,
    run::run,
    settings::{PolicyEndpoint, Settings},
};
use crate::{
    args::{ControllerArgs, GatewayOffer, HostPort},
    domain::validate::OfferedGateway,
    metrics::Metrics,
    serve::{Limits, Listener, Shutdown},
    status::Pace,
    telemetry::{Readiness, health_router},
};

/// Runs the controller and its health endpoint until the shutdown is requested.
pub async fn start(args: ControllerArgs, client: Client, metrics: Arc<Metrics>, shutdown: Shutdown) -> anyhow::Result<()> {
    let readiness = Readiness::default();
    let health = Listener::bind(args.health_listen, Limits::default())
        .await
        .with_context(|| format!("--health-listen: cannot listen on {}", args.health_listen))?;
    tokio::spawn(health.serve(health_router(readiness.clone(), metrics.clone()), shutdown.clone()));
    let settings = settings(args, &client).await?;
    run(client, settings, metrics, readiness, shutdown).await
}

async fn settings(args: ControllerArgs, client: &Client) -> anyhow::Result<Settings> {
    let owner_id = match &args.owner_id {
        Some(id) => id.as_str().to_owned(),
        None => cluster_id(client).await?,
    };
    let ca_bundle = match &args.ca_bundle {
        Some(path) => Some(tokio::fs::read(path).await.with_context(|| format!("--ca-bundle: cannot read {}", path.display()))?),
        None => None,
    };
    choose_way_out(&args, ca_bundle.as_deref())?;
    Ok(Settings {
        owner_id,
        policy_endpoints: endpoints(&args.policy_endpoint, args.policy_servers_tls).await?,
        policy_service: (args.policy_service.host, args.policy_service.port),
        policy_servers_tls: args.policy_servers_tls,
        namespace: args.namespace,
        watch_namespaces: BTreeSet::from_iter(args.watch_namespaces).into_iter().collect(),
        policy_namespace: args.policy_namespace,
        policy_connect: args.policy_connect_address,
        resolvers: args.resolver,
        authoritative_port: args.authoritative_port,
        ca_bundle,
        allow_private_addresses: args.allow_private_addresses,
        allow_local_dns_servers: args.allow_local_dns_servers,
        ingress_class: args.ingress_class,
        cluster_issuer: args.cluster_issuer,
        ingress_annotations: args.ingress_annotation,
        gateways: args.gateway.into_iter().map(offered).collect(),
        pace: Pace { drift: args.drift_interval, ..Pace::default() },
        delete_cap: usize::try_from(args.delete_cap)?,
        lost_key_wait: args.lost_key_wait,
        deletion_patience: args.deletion_patience,
        unreachable_after: SignedDuration::try_from(args.unreachable_after).unwrap_or(SignedDuration::MAX),
        reconcile_timeout: args.reconcile_timeout,
        lease: (!args.without_lease).then_some(args.lease_duration),
        identity: args.identity,
        workers: args.workers,
    })
}

/// Before any client of a provider is made.
#[cfg(feature = "http-providers")]
fn choose_way_out(args: &ControllerArgs, ca_bundle: Option<&[u8]>) -> anyhow::Result<()> {
    use crate::provider::http::{Outside, OutsideError};

    let flag = |error: OutsideError| match error {
        OutsideError::Bundle(_) => anyhow::anyhow!("--ca-bundle: {error}"),
        OutsideError::Proxy => anyhow::anyhow!("--https-proxy: {error}"),
    };
    Outside::new(ca_bundle, args.https_proxy.as_deref(), args.no_proxy.as_deref()).map_err(flag)?.choose();
    Ok(())
}

/// Nothing in this build speaks HTTPS to a provider.
#[cfg(not(feature = "http-providers"))]
#[allow(clippy::unnecessary_wraps, reason = "the other builds can fail here")]
fn choose_way_out(_: &ControllerArgs, _: Option<&[u8]>) -> anyhow::Result<()> {
    Ok(())
}

fn offered(GatewayOffer { namespace, name, section }: GatewayOffer) -> OfferedGateway {
    OfferedGateway { namespace, name, section }
}

/// The UID of kube-system: it lives as long as the cluster does.
async fn cluster_id(client: &Client) -> anyhow::Result<String> {
    let namespace = Api::<Namespace>::all(client.clone()).get("kube-system").await;
    let namespace = namespace.context("namespace kube-system cannot be read: allow it, or set --owner-id")?;
    namespace.uid().context("namespace kube-system has no UID: set --owner-id")
}

async fn endpoints(given: &[HostPort], tls: bool) -> anyhow::Result<Vec<PolicyEndpoint>> {
    let mut endpoints = vec![];
    for HostPort { host, port } in given {
        let text = if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
        let address: SocketAddr =
            addresses::resolve(&text, *port).await.map_err(|error| anyhow::anyhow!("--policy-endpoint {text}: {error}"))?;
        endpoints.push(PolicyEndpoint { address, tls });
    }
    Ok(endpoints)
}
