//! A real node, end to end: kubelet, containerd, kube-proxy, CoreDNS, Traefik for Ingresses and for Gateways, cert-manager with an
//! ACME CA, BIND; Mailward as its image and chart; postfix-mta-sts-resolver and senders without end as judges.
//!
//! `make e2e` runs it as root in namespaces of its own (`run.sh`, `machine.sh`). It is one story on one cluster, so it has no test
//! harness; started by anybody else, as `cargo test` does, it says so and succeeds. Every wait is for a condition; a failure shows the
//! object's status and the controller's log.

#![allow(clippy::large_futures, reason = "one story, told once: its state may lie where it is")]

mod domain;
mod gateway;
mod machine;
mod release;
mod resolver;
mod senders;
mod services;
mod story;
mod world;
mod zone;

use std::{env, path::Path, process::ExitCode};

use anyhow::Result;

fn main() -> ExitCode {
    let Some(work) = env::var_os("MAILWARD_E2E_WORK") else {
        println!("the end-to-end test was left out: `make e2e` runs it");
        return ExitCode::SUCCESS;
    };
    match run(Path::new(&work)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run(work: &Path) -> Result<()> {
    let world = world::World::make(work).await?;
    let told = story::tell(&world).await;
    world.keep_events();
    told
}
