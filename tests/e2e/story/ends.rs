//! How a MailDomain ends: released, taken away in order, or with its namespace.

use anyhow::{Result, ensure};
use k8s_openapi::api::core::v1::Namespace;
use kube::Api;

use crate::{
    domain::Domain,
    world::{Notes, World},
};

/// How long senders may hold the policy that is withdrawn, in seconds: no longer than somebody wants to watch.
const SHORT_LIFE: u32 = 45;

/// `deletionPolicy: Retain`: only the object goes.
pub(crate) async fn retain(world: &World) -> Result<Notes> {
    let kept = Domain::new(world, "kept").await?;
    kept.apply(&kept.everything("Testing", 86_400, "Retain")).await?;
    kept.ready().await?;
    let (zone, text) = (kept.zone().await?, world.policy(&kept.name).await?);
    kept.delete().await?;
    ensure!(kept.zone().await? == zone, "{:#?} was {zone:#?}", kept.zone().await?);
    ensure!(world.policy(&kept.name).await? == text && kept.keys().await?.len() == 1, "policy and key stay");
    Ok(vec![format!("{} records stay, and the policy is served on", zone.len())])
}

/// `deletionPolicy: Delete`: senders that hold the enforced policy are told `mode: none` until none can hold it any more.
pub(crate) async fn delete(world: &World) -> Result<Notes> {
    let leaving = Domain::new(world, "leaving").await?;
    leaving.apply(&leaving.everything("Enforce", SHORT_LIFE, "Delete")).await?;
    leaving.ready().await?;
    let id = world.dns.policy_id(&leaving.name).await?;
    leaving.begin_to_delete().await?;
    let mut early = None;
    let withdrawn = async || {
        let Ok(now) = world.dns.policy_id(&leaving.name).await else { return false };
        if now.is_some() && now != id {
            early = world.policy(&leaving.name).await.ok().filter(|text| !text.contains("mode: none\r\n"));
        }
        now != id
    };
    world.until("the id of mode: none", withdrawn).await?;
    ensure!(early.is_none(), "the id of mode: none is announced, and senders still get {early:?}");
    nothing_is_left(&leaving).await?;
    Ok(vec![])
}

/// The policy outlives its MailDomain, because senders may hold it; in the end nothing is left.
pub(super) async fn nothing_is_left(domain: &Domain<'_>) -> Result<()> {
    let nothing = async || {
        domain.zone().await.is_ok_and(|zone| zone.is_empty())
            && domain.keys().await.is_ok_and(|keys| keys.is_empty())
            && domain.policy_objects().await.is_ok_and(|left| left.is_empty())
    };
    let what = format!("records, keys, ConfigMap and Ingress or HTTPRoute of {} to go", domain.name);
    domain.world.until(what, nothing).await
}

/// A namespace that goes takes its objects with it; what they published stays, as with Retain.
pub(crate) async fn namespace(world: &World) -> Result<Notes> {
    let whole = Domain::new(world, "whole").await?;
    whole.apply(&whole.everything("Testing", 86_400, "Delete")).await?;
    whole.ready().await?;
    // Without the names of keys: their Secrets go with the namespace.
    let records = ["_mailward.", "_dmarc.", "_mta-sts.", "_smtp._tls.", ""].map(|label| format!("{label}{}", whole.name));
    world.kubectl.run(&["delete", "namespace", "whole", "--wait=false"]).await?;
    let namespaces: Api<Namespace> = Api::all(world.client.clone());
    let gone = async || namespaces.get_opt("whole").await.is_ok_and(|namespace| namespace.is_none());
    world.until("the namespace to go", gone).await?;
    for name in records {
        ensure!(world.dns.txt(&name).await?.len() == 1, "{name} is lost");
    }
    Ok(vec![])
}
