//! Putting the rooms together.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context;
use axum::Router;
use kube::Client;
use rustls::ServerConfig;
use tokio::sync::watch;

use super::{PolicyTable, events, follow, router};
use crate::{
    metrics::Metrics,
    serve::{CertificatePaths, Certificates, Limits, Listener, Shutdown},
    telemetry::{Readiness, health_router},
};

/// How one policy server runs.
#[derive(Clone, Debug)]
pub struct Options {
    /// Namespace of the policy ConfigMaps.
    pub namespace: String,
    /// Where policies are served.
    pub listen: SocketAddr,
    /// Where health and metrics are.
    pub health_listen: SocketAddr,
    /// Certificates, when the server ends TLS itself.
    pub tls: Option<CertificatePaths>,
    /// How often the certificate files are looked at.
    pub tls_reload: Duration,
    /// How long connections are still accepted after the signal, until load balancers have noticed.
    pub shutdown_delay: Duration,
    /// What one client can take.
    pub limits: Limits,
}

/// Serves until the signal.
pub async fn run(options: Options, client: Client, metrics: Arc<Metrics>, shutdown: Shutdown) -> anyhow::Result<()> {
    let (table, readiness) = (Arc::new(PolicyTable::default()), Readiness::default());
    let health = bind(options.health_listen, options.limits).await?;
    let tls = certificates(&options, &shutdown)?;
    let (listed, known) = watch::channel(false);
    let following = follow(events(client, &options.namespace), Arc::clone(&table), listed);
    // Health answers to the very end, so that a draining server is seen as not ready and not as dead.
    let (end, ended) = Shutdown::new();
    let health = tokio::spawn(health.serve(health_router(readiness.clone(), Arc::clone(&metrics)), ended));
    let closing = delayed(shutdown, readiness.clone(), options.shutdown_delay);
    tokio::select! {
        served = serve(&options, tls, known, router(table, metrics), readiness, closing) => served?,
        () = following => anyhow::bail!("the watch on policy ConfigMaps ended by itself"),
    }
    end.request();
    health.await.context("the health server failed")
}

/// Listens once every policy is known. Before that no connection is better than "no policy for this host", which would be untrue:
/// whatever stands in front takes another server, or the sender tries again.
async fn serve(
    options: &Options,
    tls: Option<Arc<ServerConfig>>,
    mut known: watch::Receiver<bool>,
    router: Router,
    readiness: Readiness,
    closing: Shutdown,
) -> anyhow::Result<()> {
    tokio::select! {
        known = known.wait_for(|known| *known) => drop(known?),
        () = closing.requested() => return Ok(()),
    }
    let listener = bind(options.listen, options.limits).await?;
    tracing::info!(address = %listener.address()?, tls = tls.is_some(), namespace = options.namespace, "serving policies");
    readiness.ready();
    let listener = match tls {
        Some(config) => listener.with_tls(config),
        None => listener,
    };
    listener.serve(router, closing).await;
    Ok(())
}

async fn bind(address: SocketAddr, limits: Limits) -> anyhow::Result<Listener> {
    Listener::bind(address, limits).await.with_context(|| format!("cannot listen on {address}"))
}

fn certificates(options: &Options, shutdown: &Shutdown) -> anyhow::Result<Option<Arc<ServerConfig>>> {
    let Some(paths) = options.tls.clone() else { return Ok(None) };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let certificates = Certificates::load(paths, provider)?;
    tokio::spawn(Arc::clone(&certificates).keep_fresh(options.tls_reload, shutdown.clone()));
    Ok(Some(certificates.server_config()?))
}

/// The signal as the public listener hears it: not ready at once, closed after the delay.
fn delayed(shutdown: Shutdown, readiness: Readiness, delay: Duration) -> Shutdown {
    let (handle, later) = Shutdown::new();
    tokio::spawn(async move {
        shutdown.requested().await;
        readiness.stopping();
        tokio::time::sleep(delay).await;
        handle.request();
    });
    later
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signalled(delay: Duration) -> (Readiness, Shutdown) {
        let (handle, shutdown) = Shutdown::new();
        let readiness = Readiness::default();
        readiness.ready();
        let closing = delayed(shutdown, readiness.clone(), delay);
        assert!(readiness.is_ready());
        handle.request();
        (readiness, closing)
    }

    #[tokio::test]
    async fn a_stopping_server_is_not_ready_before_it_closes() {
        let (readiness, closing) = signalled(Duration::from_hours(1));
        readiness.stopped().await;
        assert!(!readiness.is_ready() && !closing.is_requested());
    }

    #[tokio::test]
    async fn a_stopping_server_closes_after_the_delay() {
        let (readiness, closing) = signalled(Duration::ZERO);
        closing.requested().await;
        assert!(!readiness.is_ready());
    }
}
