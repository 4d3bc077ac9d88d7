//! Stands in for an Ingress controller: every policy Ingress gets an address in `status.loadBalancer`. The policy
//! servers themselves answer there.

use std::pin::pin;

use anyhow::{Context, Result};
use futures::TryStreamExt;
use k8s_openapi::api::networking::v1::Ingress;
use kube::api::{Patch, PatchParams};
use kube::runtime::{WatchStreamExt, watcher};
use kube::{Api, Client, ResourceExt};
use serde_json::json;

use crate::ports::LOOPBACK;

/// Gives an address to every Ingress of a namespace, now and later, until the process is told to end.
pub async fn run(client: Client, namespace: &str) -> Result<()> {
    let ingresses: Api<Ingress> = Api::namespaced(client, namespace);
    let seen = watcher(ingresses.clone(), watcher::Config::default()).default_backoff().applied_objects();
    let mut seen = pin!(seen);
    loop {
        let outcome = match seen.try_next().await {
            Ok(None) => return Ok(()),
            Ok(Some(ingress)) => give_address(&ingresses, &ingress).await,
            // The watch starts again by itself.
            Err(error) => Err(error).context("watch Ingresses"),
        };
        if let Err(error) = outcome {
            tracing::warn!("{error:#}");
        }
    }
}

async fn give_address(ingresses: &Api<Ingress>, ingress: &Ingress) -> Result<()> {
    let has_one = ingress.status.as_ref().and_then(|status| status.load_balancer.as_ref()?.ingress.as_ref()).is_some();
    if has_one {
        return Ok(());
    }
    let name = ingress.name_any();
    let status = json!({ "status": { "loadBalancer": { "ingress": [{ "ip": LOOPBACK.to_string() }] } } });
    ingresses
        .patch_status(&name, &PatchParams::default(), &Patch::Merge(&status))
        .await
        .with_context(|| format!("set the address of Ingress {name}"))?;
    Ok(())
}
