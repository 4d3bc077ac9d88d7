//! Putting the rooms together.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context;
use kube::Client;

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
    let public = bind(options.listen, options.limits).await?;
    let public = with_tls(public, &options, &shutdown)?;
    tracing::info!(address = %public.address()?, tls = options.tls.is_some(), namespace = options.namespace, "serving policies");

    let watch = follow(events(client, &options.namespace), Arc::clone(&table), readiness.clone());
    // Health answers to the very end, so that a draining server is seen as not ready and not as dead.
    let (end, ended) = Shutdown::new();
    let health = tokio::spawn(health.serve(health_router(readiness.clone(), Arc::clone(&metrics)), ended));
    let serving = public.serve(router(table, metrics), delayed(shutdown, readiness, options.shutdown_delay));
    tokio::select! {
        () = serving => {}
        () = watch => anyhow::bail!("the watch on policy ConfigMaps ended by itself"),
    }
    end.request();
    health.await.context("the health server failed")
}

async fn bind(address: SocketAddr, limits: Limits) -> anyhow::Result<Listener> {
    Listener::bind(address, limits).await.with_context(|| format!("cannot listen on {address}"))
}

fn with_tls(listener: Listener, options: &Options, shutdown: &Shutdown) -> anyhow::Result<Listener> {
    let Some(paths) = options.tls.clone() else { return Ok(listener) };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let certificates = Certificates::load(paths, provider)?;
    tokio::spawn(Arc::clone(&certificates).keep_fresh(options.tls_reload, shutdown.clone()));
    Ok(listener.with_tls(certificates.server_config()?))
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
