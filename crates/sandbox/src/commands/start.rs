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
use crate::steps::operator::{self, Surroundings};
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
    /// The policy servers and the controller.
    pub operator: Vec<Process>,
}

/// Starts all of them and writes the `env` file.
pub(super) async fn start(sandbox: &Sandbox, progress: Progress) -> Result<Started> {
    sandbox.prepare()?;
    let authority = progress.step("certificate authority", async { certificates::make(sandbox) }).await?;
    let dns = progress.step("DNS server for lab, example.com, .org and .net", dns::start(sandbox)).await?;
    let plane = progress.step("Kubernetes control plane", cluster::start(sandbox)).await?;
    progress.step("CRDs, roles and the DNS provider \"sandbox\"", install::apply(&plane, &dns)).await?;
    let issuer = progress
        .step("certificates and addresses for policy hosts", async {
            certificates::start_issuer(sandbox, &plane.kubeconfig_path())
        })
        .await?;
    let policy_servers = [policy_server()?, policy_server()?];
    let operator = progress
        .step("Mailward: a controller and two policy servers", mailward(sandbox, &plane, dns.address, &policy_servers))
        .await?;
    env::write(
        sandbox,
        &Env { kubeconfig: &plane.kubeconfig_path(), dns: dns.address, https: policy_servers[0], programs: plane.programs() },
    )?;
    Ok(Started { plane, dns, authority, issuer, policy_servers, operator })
}

impl Started {
    /// Ends them in order.
    pub async fn stop(self) -> Result<()> {
        self.operator.into_iter().try_for_each(Process::kill)?;
        self.issuer.kill()?;
        self.plane.stop().await?;
        self.dns.process.kill()
    }
}

/// Each with the identity its install would give it, so that the roles are tried as well.
async fn mailward(
    sandbox: &Sandbox,
    plane: &ControlPlane,
    dns: SocketAddr,
    policy_servers: &[SocketAddr],
) -> Result<Vec<Process>> {
    let serving = plane.service_account_kubeconfig(operator::POLICY_NAMESPACE, operator::POLICY_SERVER).await?;
    let mut processes = vec![];
    for (number, address) in policy_servers.iter().enumerate() {
        processes.push(operator::start_policy_server(sandbox, &serving, number + 1, *address).await?);
    }
    let controlling = plane.service_account_kubeconfig(operator::NAMESPACE, operator::CONTROLLER).await?;
    processes.push(operator::start_controller(sandbox, &controlling, Surroundings { dns, policy_servers }).await?);
    Ok(processes)
}

fn policy_server() -> Result<SocketAddr> {
    Ok(SocketAddr::new(LOOPBACK, ports::free_tcp()?))
}
