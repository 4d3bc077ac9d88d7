//! Where everything is measured: a control plane, one BIND with a zone for each domain, two policy servers that end TLS,
//! and the controller, each with the rights of its install.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use kube::Client;
use kube::api::DynamicObject;

use super::metrics::{self, Metrics};
use super::{domains, usage};
use crate::bind::{Bind, Options, Zone};
use crate::control_plane::{AuditEvent, ControlPlane};
use crate::issuer;
use crate::ports::{self, LOOPBACK};
use crate::process::Process;
use crate::progress::Progress;
use crate::steps::operator::{self, Surroundings};
use crate::steps::{Sandbox, certificates, cluster, install};

/// How often the counters are looked at while something is waited for.
const LOOK: Duration = Duration::from_millis(200);
/// How often a person is told.
const TELL: Duration = Duration::from_secs(10);
/// No progress for this long is a failure.
const STUCK: Duration = Duration::from_mins(3);
const GRACE: Duration = Duration::from_secs(20);

/// All parts.
pub struct World {
    /// Says what is going on.
    pub progress: Progress,
    /// Its files.
    pub sandbox: Sandbox,
    /// The cluster.
    pub plane: ControlPlane,
    /// The one DNS server.
    pub bind: Bind,
    /// The administrator.
    pub client: Client,
    controller: Option<Controller>,
    controlling: PathBuf,
    policy_servers: [SocketAddr; 2],
    others: Vec<Process>,
}

#[derive(Debug)]
struct Controller {
    process: Process,
    health: SocketAddr,
}

/// A reading of everything that counts.
#[derive(Debug, Clone)]
pub struct Reading {
    /// When.
    pub at: Instant,
    /// CPU seconds of the controller.
    pub cpu: f64,
    /// The controller's counters.
    pub metrics: Metrics,
    /// UPDATE messages at BIND.
    pub updates: u64,
    /// Questions at BIND.
    pub queries: u64,
}

impl World {
    /// Starts all of it but the controller, with a zone and a policy certificate for each of `names`, and of `rest`, whose
    /// records somebody entered before.
    pub async fn start(sandbox: Sandbox, progress: Progress, names: &[String], rest: &[String]) -> Result<Self> {
        sandbox.prepare()?;
        let authority = certificates::make(&sandbox)?;
        let hosts = || names.iter().chain(rest).map(|name| format!("mta-sts.{name}"));
        let directory = certificates::directory(&sandbox);
        let issue = async { hosts().try_for_each(|host| issuer::issue(&host, &authority, &directory)) };
        progress.step("certificates for the policy hosts", issue).await?;
        let by_hand = rest.iter().map(|name| domains::entered_by_hand(name));
        let zones: Vec<Zone> = names.iter().map(|name| domains::zone(name)).chain(by_hand).collect();
        let what = format!("BIND with {} zones", zones.len());
        let state_dir = Some(sandbox.root().join("bind"));
        let bind = Bind::start(Options { state_dir, zones, ..Options::default() });
        let bind = progress.step(&what, bind).await?;
        let plane = progress.step("Kubernetes control plane", cluster::start(&sandbox)).await?;
        progress.step("CRDs, roles and the DNS provider", install::apply_for(&plane, bind.address(), bind.key())).await?;
        let policy_servers = [free()?, free()?];
        let mut others = vec![certificates::start_issuer(&sandbox, &plane.kubeconfig_path())?];
        let serving = plane.service_account_kubeconfig(operator::POLICY_NAMESPACE, operator::POLICY_SERVER).await?;
        for (number, address) in policy_servers.iter().enumerate() {
            others.push(operator::start_policy_server(&sandbox, &serving, number + 1, *address).await?);
        }
        let controlling = plane.service_account_kubeconfig(operator::NAMESPACE, operator::CONTROLLER).await?;
        let client = plane.client().await?;
        Ok(Self { progress, sandbox, plane, bind, client, controller: None, controlling, policy_servers, others })
    }

    /// Starts the controller, or starts it again with another drift interval in seconds.
    pub async fn control(&mut self, drift_seconds: usize) -> Result<()> {
        self.stop_controller().await?;
        let health = free()?;
        let around = Surroundings { dns: self.bind.address(), policy_servers: &self.policy_servers };
        let drift = format!("{drift_seconds}s");
        let process = operator::start_measured_controller(&self.sandbox, &self.controlling, around, &drift, health).await?;
        self.controller = Some(Controller { process, health });
        Ok(())
    }

    /// Ends the controller.
    pub async fn stop_controller(&mut self) -> Result<()> {
        match self.controller.take() {
            Some(controller) => controller.process.stop(GRACE).await,
            None => Ok(()),
        }
    }

    /// Ends the policy servers that end TLS, and the issuer.
    pub fn stop_others(&mut self) -> Result<()> {
        self.others.drain(..).try_for_each(Process::kill)
    }

    /// Ends the rest.
    pub async fn stop(mut self) -> Result<()> {
        self.stop_controller().await?;
        self.stop_others()?;
        self.plane.stop().await?;
        self.bind.stop().await
    }

    /// All MailDomains.
    pub fn domains(&self) -> kube::Api<DynamicObject> {
        domains::api(self.client.clone())
    }

    /// Reads all counters.
    pub async fn read(&self) -> Result<Reading> {
        let controller = self.controller()?;
        let counters = self.bind.counters().await?;
        Ok(Reading {
            at: Instant::now(),
            cpu: usage::cpu(controller.process.pid())?,
            metrics: metrics::read(controller.health).await?,
            updates: counters.updates,
            queries: counters.queries,
        })
    }

    /// Memory of the controller.
    pub fn memory(&self) -> Result<usage::Memory> {
        usage::memory(self.controller()?.process.pid())
    }

    /// What the controller has written to the API server, as that server's audit log has it.
    pub async fn writes(&self) -> Result<Vec<AuditEvent>> {
        let user = format!("system:serviceaccount:{}:{}", operator::NAMESPACE, operator::CONTROLLER);
        self.plane.audit_writes(&user).await
    }

    /// Waits until `so_far` reaches `goal`, and says now and then where it stands.
    pub async fn reach(&self, goal: f64, what: &str, so_far: impl Fn(&Metrics) -> f64) -> Result<()> {
        let health = self.controller()?.health;
        let (mut best, mut moved, mut told) = (f64::MIN, Instant::now(), Instant::now());
        loop {
            let now = so_far(&metrics::read(health).await?);
            if now >= goal {
                return Ok(());
            }
            if now > best {
                (best, moved) = (now, Instant::now());
            }
            if moved.elapsed() > STUCK {
                bail!("{now} of {goal} {what}, and no progress for {} s", STUCK.as_secs());
            }
            if told.elapsed() > TELL {
                self.progress.say(&format!("          {now} of {goal} {what}"));
                told = Instant::now();
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Waits until `count` domains are ready.
    pub async fn ready(&self, count: f64) -> Result<()> {
        self.reach(count, "domains ready", |metrics| metrics.sum("mailward_domains", "ready=\"true\"")).await
    }

    fn controller(&self) -> Result<&Controller> {
        self.controller.as_ref().context("the controller is stopped")
    }
}

/// A free place on loopback.
pub fn free() -> Result<SocketAddr> {
    Ok(SocketAddr::new(LOOPBACK, ports::free_tcp()?))
}
