//! helm on a cluster with workloads: nothing of a user's is lost on the way.

use anyhow::{Context, Result, ensure};
use k8s_openapi::api::{apps::v1::Deployment, core::v1::Secret};
use kube::{Api, ResourceExt, api::ListParams};

use super::{policy::POST, rolling::fetched_meanwhile};
use crate::{
    domain::Domain,
    release::{NAMESPACE, POLICY_NAMESPACE, helm, install},
    world::{Notes, World},
};

/// What must be the same afterwards: the objects themselves and not others of the same names, and every record.
async fn possessions(world: &World) -> Result<Vec<String>> {
    let post = Domain::of(world, POST);
    let mut all = post.zone().await?;
    all.push(post.object().await?.uid().context("a MailDomain without UID")?);
    let mut secrets = Api::<Secret>::namespaced(world.client.clone(), POST).list(&ListParams::default()).await?.items;
    secrets.sort_by_key(ResourceExt::name_any);
    all.extend(secrets.iter().map(|secret| format!("{} {:?}", secret.name_any(), secret.uid())));
    Ok(all)
}

async fn are_still(world: &World, before: &[String]) -> Result<()> {
    let now = possessions(world).await?;
    ensure!(now == before, "lost or changed:\n{before:#?}\n{now:#?}");
    Ok(())
}

/// An upgrade that replaces every pod, and its rollback, each awaited by helm: nothing is lost, and no fetch is.
pub(crate) async fn there_and_back(world: &World) -> Result<Notes> {
    let before = possessions(world).await?;
    let work = async {
        let change = ["policyServer.podAnnotations.e2e=two", "controller.podAnnotations.e2e=two"];
        let change: Vec<&str> = change.iter().flat_map(|value| ["--set", value]).collect();
        let verb = ["upgrade", "mailward", "--reuse-values", "--wait", "--timeout=5m"];
        tokio::task::block_in_place(|| helm(world, &verb, Some(&change)))?;
        are_still(world, &before).await.context("after the upgrade")?;
        tokio::task::block_in_place(|| helm(world, &["rollback", "mailward", "--wait", "--timeout=5m"], None))?;
        are_still(world, &before).await.context("after the rollback")
    };
    let tally = fetched_meanwhile(world, work).await?;
    ensure!(tally.losses() == 0, "{}", tally.notes().join("\n"));
    let post = Domain::of(world, POST);
    // The controller that works now has to prove it.
    post.apply(&post.everything("Enforce", 700_000, "Retain")).await?;
    post.ready().await?;
    Ok(tally.notes())
}

/// Without the release mail goes on as it was; the next install goes on with what is there.
pub(crate) async fn away_and_back(world: &World) -> Result<Notes> {
    let post = Domain::of(world, POST);
    let (before, selector) = (possessions(world).await?, post.selector().await?);
    tokio::task::block_in_place(|| helm(world, &["uninstall", "mailward", "--wait", "--timeout=5m"], None))?;
    for namespace in [NAMESPACE, POLICY_NAMESPACE] {
        let left = Api::<Deployment>::namespaced(world.client.clone(), namespace).list(&ListParams::default()).await?;
        ensure!(left.items.is_empty(), "helm uninstall leaves Deployments in {namespace}");
    }
    are_still(world, &before).await.context("after the release was taken away")?;
    install(world).await?;
    post.apply(&post.everything("Enforce", 800_000, "Retain")).await?;
    post.ready().await?;
    world.until("senders to get the new policy", async || served(&post, "max_age: 800000").await).await?;
    ensure!(post.selector().await? == selector, "another key signs");
    Ok(vec![])
}

async fn served(post: &Domain<'_>, words: &str) -> bool {
    post.policies().await.is_ok_and(|texts| texts.iter().all(|text| text.contains(words)))
}
