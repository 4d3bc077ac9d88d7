//! Everything there is, and what the story does with all of it.

use std::{
    fmt::Display,
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, anyhow, ensure};
use k8s_openapi::api::core::v1::Pod;
use kube::{Api, Client, ResourceExt, api::ListParams};
use mailward_sandbox::{https::Https, kubectl::Kubectl, progress::Progress, wait};

use crate::{
    gateway,
    machine::{Machine, output},
    release::{self, POLICY_NAMESPACE},
    services::{self, INGRESS},
    zone::Dns,
};

/// Far longer than anything takes: certificates are issued, and the computer may be busy.
const WITHIN: Duration = Duration::from_mins(5);

/// What a step of the story has to say about how it went.
pub(crate) type Notes = Vec<String>;

/// The cluster with everything in it.
pub(crate) struct World {
    pub(crate) machine: Machine,
    pub(crate) dns: Dns,
    /// With the administrator's rights.
    pub(crate) client: Client,
    pub(crate) kubectl: Kubectl,
    /// What senders trust (PEM): the ACME CA.
    pub(crate) trusted: String,
    progress: Progress,
}

impl World {
    /// Starts everything and installs Mailward.
    pub(crate) async fn make(work: &Path) -> Result<Self> {
        let progress = Progress::new();
        progress.say("A node of its own");
        let mut machine = Machine::prepare(work).await?;
        let dns = progress.step("BIND, primary of lab.", Dns::start(machine.scratch())).await?;
        progress.step("etcd, kube-apiserver, controllers, scheduler", machine.start_control_plane()).await?;
        progress.step("containerd", machine.start_containerd()).await?;
        progress.step("images, Mailward's among them", async { machine.import_images() }).await?;
        progress.step("kubelet and kube-proxy: the node is ready", machine.start_node()).await?;

        progress.say("\nWhat a cluster has before Mailward comes");
        let kubectl = machine.kubectl();
        progress.step("CoreDNS", services::coredns(&kubectl)).await?;
        progress.step("Traefik, whose Service has a public address", services::traefik(&machine)).await?;
        progress.step("Pebble, an ACME CA", services::pebble(&machine)).await?;
        progress.step("Gateway API, its definitions", gateway::definitions(&kubectl)).await?;
        progress.step("cert-manager and two ClusterIssuers", services::cert_manager(&machine, &dns)).await?;
        progress.step("another Traefik, and a Gateway of its class", gateway::traefik(&machine)).await?;

        let client = machine.client().await?;
        let trusted = services::acme_root(&client, machine.authority()).await?;
        fs::write(machine.scratch().join("acme.crt"), &trusted).context("write the ACME CA's certificate")?;
        let world = Self { machine, dns, client, kubectl, trusted, progress };
        world.step("helm install --wait", release::install(&world)).await?;
        Ok(world)
    }

    /// A heading of the story.
    pub(crate) fn chapter(&self, title: &str) {
        self.progress.say(&format!("\n{title}"));
    }

    /// One step of the story, with what it has to say.
    pub(crate) async fn step(&self, what: &str, work: impl Future<Output = Result<Notes>>) -> Result<()> {
        let work = async { work.await.map_err(|error| anyhow!("{error:#}\n{}", self.plight())) };
        let notes = self.progress.step(what, work).await?;
        for note in notes {
            self.progress.say(&format!("          {note}"));
        }
        Ok(())
    }

    /// Waits until something holds.
    pub(crate) async fn until(&self, what: impl Display, holds: impl AsyncFnMut() -> bool) -> Result<()> {
        wait::until(&what.to_string(), WITHIN, holds).await
    }

    /// The policy of a domain as a sender gets it: the address from DNS, TLS verified.
    pub(crate) async fn policy(&self, domain: &str) -> Result<String> {
        let host = format!("mta-sts.{domain}");
        let address = self.dns.addresses(&host).await?.pop().with_context(|| format!("{host} has no address"))?;
        let address = SocketAddr::new(address.parse()?, INGRESS.port());
        let page = Https::trusting(&self.trusted)?.get(address, &host, "/.well-known/mta-sts.txt").await?;
        ensure!(page.status == 200, "status {}: {}", page.status, page.body);
        Ok(page.body)
    }

    /// The pods of the policy servers that are not on their way out.
    pub(crate) async fn policy_servers(&self) -> Result<Vec<Pod>> {
        let those = ListParams::default().labels("app.kubernetes.io/component=policy-server");
        let mut pods = Api::<Pod>::namespaced(self.client.clone(), POLICY_NAMESPACE).list(&those).await?.items;
        pods.retain(|pod| pod.metadata.deletion_timestamp.is_none());
        pods.sort_by_key(ResourceExt::name_any);
        Ok(pods)
    }

    /// What senders trust, as a file.
    pub(crate) fn trusted_file(&self) -> PathBuf {
        self.machine.scratch().join("acme.crt")
    }

    /// What somebody needs who must find out why something did not happen.
    fn plight(&self) -> String {
        let log = ["--namespace=mailward-system", "logs", "--selector=app.kubernetes.io/component=controller", "--tail=15"];
        let domains = self.shown(&["get", "maildomains", "--all-namespaces", "--output=yaml"]);
        let rest = self.shown(&[
            "get",
            "pods,ingresses,httproutes,gateways,certificates,challenges",
            "--all-namespaces",
            "--output=wide",
        ]);
        format!("{domains}{rest}{}", self.shown(&log))
    }

    /// What kubectl prints, or why it does not.
    fn shown(&self, arguments: &[&str]) -> String {
        output(self.machine.kubectl_command().args(arguments)).unwrap_or_else(|error| format!("{error:#}\n"))
    }

    /// Keeps the cluster's events beside the logs.
    pub(crate) fn keep_events(&self) {
        let events = self.shown(&["get", "events", "--all-namespaces", "--sort-by=.metadata.creationTimestamp"]);
        // It only helps whoever reads the logs.
        drop(fs::write(self.machine.logs().join("events"), events));
    }
}
