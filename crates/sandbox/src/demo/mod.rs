//! What `make demo` shows once everything runs, one section per file or method. It only looks on and acts as a user, a sender or
//! a neighbour in the zone would; what it sees wrong is an error.

mod answers;
mod change;
mod domains;
mod examples;
mod screen;
mod show;
mod trouble;

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, Result};
use kube::Client;

use crate::commands::Started;
use crate::https::Https;
use crate::kubectl::Kubectl;
use crate::steps::dns::DnsServer;
use domains::Domains;
use screen::Screen;

/// The domain whose records, key and policy are shown: the one with mail servers of its own.
const SHOWN: &str = "example.net";

/// What the sections work with.
struct Demo<'a> {
    screen: Screen,
    client: Client,
    kubectl: Kubectl,
    domains: Domains,
    dns: &'a DnsServer,
    https: Https,
    policy_servers: [SocketAddr; 2],
}

/// Shows it all, in order. `ca` is the certificate that policy hosts' certificates chain to.
pub async fn show(started: &Started, ca: &Path) -> Result<()> {
    let ca = fs::read_to_string(ca).with_context(|| format!("read {}", ca.display()))?;
    let client = started.plane.client().await?;
    let demo = Demo {
        screen: Screen::new(),
        domains: Domains::new(client.clone()),
        client,
        kubectl: Kubectl::of(&started.plane),
        dns: &started.dns,
        https: Https::trusting(&ca)?,
        policy_servers: started.policy_servers,
    };
    demo.examples().await?;
    demo.objects().await?;
    demo.records().await?;
    demo.secret().await?;
    demo.policy().await?;
    demo.change().await?;
    demo.conflict().await?;
    demo.drift().await
}
