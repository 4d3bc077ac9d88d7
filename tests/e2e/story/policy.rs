//! P4 through a real Ingress: enforce only where every MX is covered, the text before its id, and an Ingress that heals.

use anyhow::{Context, Result, ensure};
use k8s_openapi::api::networking::v1::Ingress;
use kube::{
    Api, ResourceExt,
    api::{DeleteParams, ListParams},
};

use crate::{
    domain::Domain,
    release::POLICY_NAMESPACE,
    world::{Notes, World},
};

/// The domain that most of the story is about.
pub(crate) const POST: &str = "post";
/// The label of an MX host that the policy does not name.
const LEFT_OUT: &str = "old";

/// An enforce policy without one of the live MX is refused, and everybody gets the text they got before.
pub(crate) async fn enforce_waits_for_cover(world: &World) -> Result<Notes> {
    let post = Domain::of(world, POST);
    let (texts, id) = (post.policies().await?, world.dns.policy_id(&post.name).await?);
    world.dns.has_mx(&post.name, LEFT_OUT).await?;
    post.apply(&post.everything("Enforce", 604_800, "Retain")).await?;
    let object = post.says("PolicyServed", "False", &["STS-G3", LEFT_OUT]).await?;
    ensure!(
        post.policies().await? == texts && world.dns.policy_id(&post.name).await? == id,
        "the policy in testing is not served on"
    );
    Ok(vec![crate::domain::condition(&object, "PolicyServed").context("PolicyServed")?.message])
}

/// Once the MX is gone the policy is enforced. Whoever sees its id gets its text, from every policy server and through the Ingress.
pub(crate) async fn text_before_id(world: &World) -> Result<Notes> {
    let post = Domain::of(world, POST);
    let before = world.dns.policy_id(&post.name).await?;
    world.dns.loses_mx(&post.name, LEFT_OUT).await?;
    let mut early = None;
    let announced = async || {
        // The id first: what is served after that is at least as new.
        let now = world.dns.policy_id(&post.name).await;
        let Ok(now) = now else { return false };
        if now != before {
            let texts = post.policies().await.unwrap_or_default();
            early = texts.iter().find(|text| !text.contains("mode: enforce\r\n")).cloned();
        }
        now != before
    };
    world.until("another id", announced).await?;
    ensure!(early.is_none(), "the id of enforce is announced, and somebody still gets {early:?}");
    post.ready().await?;
    let (before, now) = (before.unwrap_or_default(), world.dns.policy_id(&post.name).await?.unwrap_or_default());
    Ok(vec![format!("id {before} became {now}")])
}

/// Somebody deletes the Ingress: it is made again, gets its address again, and senders get the policy again.
pub(crate) async fn ingress_comes_back(world: &World) -> Result<Notes> {
    let post = Domain::of(world, POST);
    let ingresses: Api<Ingress> = Api::namespaced(world.client.clone(), POLICY_NAMESPACE);
    let find = async || ingresses.list(&ListParams::default()).await.ok()?.into_iter().find(|one| post.is_about(one));
    let first = find().await.context("there is no Ingress")?;
    ingresses.delete(&first.name_any(), &DeleteParams::default()).await?;
    world.until("another Ingress", async || find().await.is_some_and(|now| now.uid() != first.uid())).await?;
    world.until("the policy to be served again", async || world.policy(&post.name).await.is_ok()).await?;
    post.ready().await?;
    Ok(vec![])
}
