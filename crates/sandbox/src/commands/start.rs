//! What `up` and `demo` begin with.

use std::net::SocketAddr;

use anyhow::Result;

use crate::control_plane::ControlPlane;
use crate::pki::Authority;
use crate::ports::{self, LOOPBACK};
use crate::process::Process;
use crate::progress::Progress;
use crate::steps::dns::DnsServer;
use crate::steps::env::Env;
use crate::steps::{Sandbox, certificates, cluster, dns, env, install};

/// The parts, running.
#[derive(Debug)]
pub struct Started {
    /// The Kubernetes control plane.
    pub plane: ControlPlane,
    /// The primary DNS server.
    pub dns: DnsServer,
    /// What signs the policy servers' certificates, which are in [`certificates::directory`].
    pub authority: Authority,
    /// Issues certificates for new policy hosts.
    pub issuer: Process,
    /// Where the policy servers end TLS; the first is `MAILWARD_HTTPS`.
    pub policy_servers: [SocketAddr; 2],
}

/// Starts all of them and writes the `env` file.
pub(super) async fn start(sandbox: &Sandbox, progress: Progress) -> Result<Started> {
    sandbox.prepare()?;
    let authority = progress.step("certificate authority", async { certificates::make(sandbox) }).await?;
    let dns = progress.step("DNS server for lab, example.com, .org and .net", dns::start(sandbox)).await?;
    let plane = progress.step("Kubernetes control plane", cluster::start(sandbox)).await?;
    progress.step("CRDs, roles and the DNS provider \"sandbox\"", install::apply(&plane, &dns)).await?;
    let issuer = progress
        .step("issuer of policy certificates", async { certificates::start_issuer(sandbox, &plane.kubeconfig_path()) })
        .await?;
    let policy_servers = [policy_server()?, policy_server()?];
    env::write(
        sandbox,
        &Env { kubeconfig: &plane.kubeconfig_path(), dns: dns.address, https: policy_servers[0], programs: plane.programs() },
    )?;
    Ok(Started { plane, dns, authority, issuer, policy_servers })
}

impl Started {
    /// Ends them in order.
    pub async fn stop(self) -> Result<()> {
        self.issuer.kill()?;
        self.plane.stop().await?;
        self.dns.process.kill()
    }
}

fn policy_server() -> Result<SocketAddr> {
    Ok(SocketAddr::new(LOOPBACK, ports::free_tcp()?))
}
