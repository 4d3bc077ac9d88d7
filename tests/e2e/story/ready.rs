//! From `kubectl apply` to Ready, and what a sending Postfix makes of it.

use std::net::SocketAddr;

use anyhow::{Result, ensure};
use mailward_sandbox::judge::Judge;

use super::policy::POST;
use crate::{
    domain::Domain,
    release::POLICY_NAMESPACE,
    services::INGRESS,
    world::{Notes, World},
    zone::SERVER,
};

/// Every record, a key and a policy; the certificate comes from cert-manager by HTTP-01, which finds the host by the address that
/// Mailward publishes from the Ingress' status.
pub(crate) async fn from_apply_to_ready(world: &World) -> Result<Notes> {
    let post = Domain::new(world, POST).await?;
    post.apply(&post.everything("Testing", 604_800, "Retain")).await?;
    post.ready().await?;
    let columns = "custom-columns=ISSUER:.spec.issuerRef.name,READY:.status.conditions[?(@.type=='Ready')].status";
    let certificates =
        ["get", "certificates.cert-manager.io", "--no-headers", "--namespace", POLICY_NAMESPACE, "--output", columns];
    let certificates = world.kubectl.run(&certificates).await?;
    ensure!(certificates.split_whitespace().eq(["pebble", "True"]), "one certificate of the ACME CA: {certificates}");
    let mut notes =
        vec![format!("mta-sts.{} {}", post.name, world.dns.addresses(&format!("mta-sts.{}", post.name)).await?.join(" "))];
    notes.extend(world.kubectl.run(&["get", "maildomain", "mail", "--namespace", POST]).await?.lines().map(str::to_owned));
    Ok(notes)
}

/// A sending Postfix, through the Ingress.
pub(crate) async fn postfix_verifies(world: &World) -> Result<Notes> {
    verified_at(&Domain::of(world, POST), INGRESS).await
}

/// It looks the record up, fetches the policy at this address and verifies the certificate by the ACME CA.
pub(super) async fn verified_at(domain: &Domain<'_>, address: SocketAddr) -> Result<Notes> {
    let judge = Judge { https: Some((address, domain.world.trusted_file())), ..Judge::at(SERVER) };
    let verdicts = judge.ask(&domain.name).await?;
    let postfix = &verdicts["postfix"];
    ensure!(postfix["result"] == "VALID", "{postfix:#}");
    ensure!(verdicts["checkdmarc"]["mta_sts"]["valid"] == true, "{:#}", verdicts["checkdmarc"]["mta_sts"]);
    Ok(vec![format!("{} {}", postfix["result"], postfix["policy"])])
}
