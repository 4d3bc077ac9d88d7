//! Step: Mailward itself, as children running its binary: the controller, and policy servers that end TLS themselves.
//!
//! The only place that knows Mailward's command line. Each identity is a ServiceAccount's, so RBAC is tried as well.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, bail};

use super::{Sandbox, certificates};
use crate::ports::{self, LOOPBACK};
use crate::process::{Launch, Process};
use crate::{plain_http, programs};

/// The operator's own namespace, where credentials of cluster-wide providers are.
pub const NAMESPACE: &str = "mailward-system";
/// The policy servers' namespace, without credentials.
pub const POLICY_NAMESPACE: &str = "mailward-policy";

/// The controller's ServiceAccount, in [`NAMESPACE`]; the roles are in `deploy/rbac.yaml`.
pub const CONTROLLER: &str = "mailward-controller";
/// The policy servers' ServiceAccount, in [`POLICY_NAMESPACE`].
pub const POLICY_SERVER: &str = "mailward-policy-server";

/// Nobody who tries things out waits an hour for drift to be seen.
const DRIFT_INTERVAL: &str = "20s";
const READY_WITHIN: Duration = Duration::from_mins(1);

/// What the operator is pointed at.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// The DNS server: resolver and authority in one.
    pub dns: SocketAddr,
    /// The policy servers; the first stands for the public address of all.
    pub policy_servers: &'a [SocketAddr],
}

/// Starts the controller and waits until it says that it is ready.
pub async fn start_controller(sandbox: &Sandbox, kubeconfig: &Path, around: Surroundings<'_>) -> Result<Process> {
    start(sandbox, controller(sandbox, around, DRIFT_INTERVAL)?, kubeconfig, free()?).await
}

/// The same with another drift interval (`90s`), health and metrics at `health`, and logs as an install has them.
pub async fn start_measured_controller(
    sandbox: &Sandbox,
    kubeconfig: &Path,
    around: Surroundings<'_>,
    drift_interval: &str,
    health: SocketAddr,
) -> Result<Process> {
    // What is counted is the work, not the Lease; and whoever measures restarts it and does not want to wait.
    let launch = controller(sandbox, around, drift_interval)?.args(["--log-format", "json", "--without-lease"]);
    start(sandbox, launch, kubeconfig, health).await
}

fn controller(sandbox: &Sandbox, around: Surroundings<'_>, drift_interval: &str) -> Result<Launch> {
    let dns = around.dns.to_string();
    let mut launch = Launch::new("controller", binary()?, &sandbox.logs())
        .args(["controller", "--namespace", NAMESPACE, "--policy-namespace", POLICY_NAMESPACE])
        .args(["--resolver", &dns, "--authoritative-port", &around.dns.port().to_string()])
        // Everything here is on loopback, its certificates are signed by nobody else, and nobody waits an hour.
        .args([
            "--allow-private-addresses",
            "--allow-local-dns-servers",
            "--drift-interval",
            drift_interval,
            "--policy-servers-tls",
            "--ca-bundle",
        ])
        .arg(sandbox.ca_file());
    for server in around.policy_servers {
        launch = launch.args(["--policy-endpoint", &server.to_string()]);
    }
    if let Some(public) = around.policy_servers.first() {
        launch = launch.args(["--policy-connect-address", &public.to_string()]);
    }
    Ok(launch)
}

/// Starts policy server number `number` at `listen` and waits until it says that it is ready.
pub async fn start_policy_server(sandbox: &Sandbox, kubeconfig: &Path, number: usize, listen: SocketAddr) -> Result<Process> {
    let launch = Launch::new(&format!("policy-server-{number}"), binary()?, &sandbox.logs())
        .args(["policy-server", "--namespace", POLICY_NAMESPACE, "--listen", &listen.to_string()])
        // The issuer writes certificates while the servers run; nobody drains a load balancer here.
        .args(["--tls-reload-interval", "1s", "--shutdown-delay", "0s", "--tls-directory"])
        .arg(certificates::directory(sandbox));
    start(sandbox, launch, kubeconfig, free()?).await
}

/// Starts a policy server that leaves TLS to the Ingress controller, as an install does, with metrics at `health`.
pub async fn start_plain_policy_server(
    sandbox: &Sandbox,
    kubeconfig: &Path,
    listen: SocketAddr,
    health: SocketAddr,
) -> Result<Process> {
    let launch = Launch::new("policy-server-plain", binary()?, &sandbox.logs())
        .args(["policy-server", "--namespace", POLICY_NAMESPACE, "--listen", &listen.to_string()])
        .args(["--shutdown-delay", "0s", "--log-format", "json"]);
    start(sandbox, launch, kubeconfig, health).await
}

fn free() -> Result<SocketAddr> {
    Ok(SocketAddr::new(LOOPBACK, ports::free_tcp()?))
}

async fn start(sandbox: &Sandbox, launch: Launch, kubeconfig: &Path, health: SocketAddr) -> Result<Process> {
    let mut process = launch
        .args(["--health-listen", &health.to_string()])
        .env("KUBECONFIG", kubeconfig)
        .detached(sandbox.detached())
        .spawn()?;
    sandbox.record(&process)?;
    let ready = async || plain_http::get(health, "/readyz").await.is_ok_and(|(status, _)| status == 200);
    let what = format!("{} to be ready", process.name());
    process.wait_ready(&what, READY_WITHIN, ready).await?;
    Ok(process)
}

/// The binary beside our own, where cargo puts both.
fn binary() -> Result<PathBuf> {
    let binary = programs::ourselves()?.with_file_name("mailward");
    if !binary.is_file() {
        bail!("{} is missing; build it with `cargo build --bin mailward`", binary.display());
    }
    Ok(binary)
}
