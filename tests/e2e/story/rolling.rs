//! Policy servers go and come while senders fetch.

use anyhow::{Context, Result, ensure};
use k8s_openapi::api::core::v1::{ContainerStatus, Pod};
use kube::{Api, ResourceExt, api::DeleteParams};

use super::policy::POST;
use crate::{
    domain::Domain,
    release::POLICY_NAMESPACE,
    senders::{Senders, Tally},
    services::rolled_out,
    world::{Notes, World},
};

/// Runs `work` while senders fetch.
pub(crate) async fn fetched_meanwhile(world: &World, work: impl Future<Output = Result<()>>) -> Result<Tally> {
    let senders = Senders::begin(world, &Domain::of(world, POST).name).await?;
    let worked = work.await;
    let tally = senders.end().await?;
    worked?;
    Ok(tally)
}

fn nothing_lost(tally: &Tally) -> Result<Notes> {
    ensure!(tally.losses() == 0, "{}", tally.notes().join("\n"));
    Ok(tally.notes())
}

/// `kubectl rollout restart`: no fetch is lost.
pub(crate) async fn restarted(world: &World) -> Result<Notes> {
    let before = names(world).await?;
    let restart = async {
        let deployment = "deployment/mailward-policy-server";
        world.kubectl.run(&["rollout", "restart", "--namespace", POLICY_NAMESPACE, deployment]).await?;
        rolled_out(&world.kubectl, POLICY_NAMESPACE, "mailward-policy-server").await?;
        until_gone(world, &before).await
    };
    nothing_lost(&fetched_meanwhile(world, restart).await?)
}

/// `kubectl delete pod`, as a drain does: no fetch is lost.
pub(crate) async fn deleted(world: &World) -> Result<Notes> {
    let first = names(world).await?.swap_remove(0);
    let deletion = async {
        pods(world).delete(&first, &DeleteParams::default()).await?;
        rolled_out(&world.kubectl, POLICY_NAMESPACE, "mailward-policy-server").await?;
        until_gone(world, &[first]).await
    };
    nothing_lost(&fetched_meanwhile(world, deletion).await?)
}

/// A process that dies takes the fetches with it that it was answering, and those that are led to it until somebody has seen that it is
/// gone: no chart can help that, and senders try again (RFC 8461 5.1). It comes back, and nothing is lost from then on.
pub(crate) async fn killed(world: &World) -> Result<Notes> {
    let first = world.policy_servers().await?.swap_remove(0);
    let was = container(&first).context("a policy server has no container")?;
    let kill = async {
        world.machine.kill_container(was.container_id.as_deref().context("a policy server does not run")?)?;
        let again = async || {
            let now = pods(world).get(&first.name_any()).await.ok();
            now.and_then(|pod| container(&pod)).is_some_and(|now| now.ready && now.restart_count > was.restart_count)
        };
        world.until("the killed policy server to be ready again", again).await
    };
    let tally = fetched_meanwhile(world, kill).await?;
    let afterwards = fetched_meanwhile(world, async { Domain::of(world, POST).ready().await.map(drop) }).await?;
    nothing_lost(&afterwards).context("after it was ready again")?;
    let over =
        tally.trouble.map_or_else(Vec::new, |(first, last)| vec![format!("all within {:.1} s", (last - first).as_secs_f64())]);
    Ok([tally.notes(), over].concat())
}

fn container(pod: &Pod) -> Option<ContainerStatus> {
    pod.status.as_ref()?.container_statuses.as_ref()?.first().cloned()
}

fn pods(world: &World) -> Api<Pod> {
    Api::namespaced(world.client.clone(), POLICY_NAMESPACE)
}

async fn names(world: &World) -> Result<Vec<String>> {
    Ok(world.policy_servers().await?.iter().map(ResourceExt::name_any).collect())
}

/// A rollout is over when the new pods are ready; the old ones still have connections to end.
async fn until_gone(world: &World, names: &[String]) -> Result<()> {
    let gone = async || {
        for name in names {
            if !pods(world).get_opt(name).await.is_ok_and(|pod| pod.is_none()) {
                return false;
            }
        }
        true
    };
    world.until("the old policy servers to be gone", gone).await
}
