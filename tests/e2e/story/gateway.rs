//! Policies behind Traefik as a Gateway controller: Mailward writes an HTTPRoute and reads what the controller says; listener, address
//! and certificate are those of the Gateway's owner (ADR 36).

use anyhow::{Context, Result, ensure};

use super::{ends::nothing_is_left, ready::verified_at};
use crate::{
    domain::{Domain, condition},
    gateway::{GATEWAY, NAMESPACE, PLACE, listens_for},
    release::POLICY_NAMESPACE,
    senders::Senders,
    services::{DNS_ISSUER, INGRESS},
    world::{Notes, World},
};

/// The domain that begins behind the Gateway.
const GATE: &str = "gate";
/// The one that comes from an Ingress.
const MOVER: &str = "mover";
/// How long senders may hold the policy, in seconds: no longer than somebody wants to watch when it is withdrawn.
const SHORT_LIFE: u32 = 45;

/// No listener of the Gateway takes the route: nothing is announced, and status says whose work that is.
pub(crate) async fn refused(world: &World) -> Result<Notes> {
    let gate = Domain::new(world, GATE).await?;
    gate.apply(&gate.through_gateway("Enforce", SHORT_LIFE, "Delete")).await?;
    let object = gate.says("PolicyServed", "False", &[PLACE, "NotAllowedByListeners"]).await?;
    let served = condition(&object, "PolicyServed").context("PolicyServed")?;
    ensure!(served.reason == "RouteNotAccepted", "{served:?}");
    let (addresses, id) = (addresses(&gate).await?, world.dns.policy_id(&gate.name).await?);
    ensure!(addresses.is_empty() && id.is_none(), "announced before it is served: {addresses:?} {id:?}");
    Ok(vec![served.message])
}

/// The owner adds a listener, and its certificate comes by DNS-01: the address and the policy follow without another word.
pub(crate) async fn accepted(world: &World) -> Result<Notes> {
    let gate = Domain::of(world, GATE);
    listens_for(&world.kubectl, &[&gate.name]).await?;
    gate.ready().await?;
    ensure!(addresses(&gate).await? == [GATEWAY.ip().to_string()], "it leads elsewhere: {:?}", addresses(&gate).await?);
    ensure!(gate.policy_objects().await? == ["ConfigMap", "HTTPRoute"], "{:?}", gate.policy_objects().await?);
    let mut notes = vec![format!("mta-sts.{} {}", gate.name, GATEWAY.ip())];
    notes.extend(accepted_by_traefik(&gate).await?);
    let columns = "custom-columns=HOST:.spec.dnsNames[0],ISSUER:.spec.issuerRef.name,OWNER:.metadata.ownerReferences[0].kind,\
                   READY:.status.conditions[?(@.type=='Ready')].status";
    let certificate = shown(world, "certificates.cert-manager.io", NAMESPACE, columns).await?;
    let host = format!("mta-sts.{}", gate.name);
    ensure!(certificate.split_whitespace().skip(4).eq([&host, DNS_ISSUER, "Gateway", "True"]), "{certificate}");
    notes.extend(certificate.lines().map(str::to_owned));
    Ok(notes)
}

/// A sending Postfix, through the Gateway.
pub(crate) async fn postfix_verifies(world: &World) -> Result<Notes> {
    verified_at(&Domain::of(world, GATE), GATEWAY).await
}

/// From Ingress to Gateway by one edit of the spec, which the owner learns of later, as it happens. Senders go where DNS leads, some
/// for as long as their resolver remembers, and nobody is left without a policy.
pub(crate) async fn moves(world: &World) -> Result<Notes> {
    let mover = Domain::new(world, MOVER).await?;
    mover.apply(&mover.everything("Enforce", 86_400, "Retain")).await?;
    mover.ready().await?;
    let id = world.dns.policy_id(&mover.name).await?;
    let senders = Senders::following(world, &mover.name).await?;
    let steps = async {
        mover.apply(&mover.through_gateway("Enforce", 86_400, "Retain")).await?;
        // The listener of the other domain takes routes from here, but not for this host.
        mover.says("Ready", "False", &[PLACE, "NoMatchingListenerHostname"]).await?;
        ensure!(addresses(&mover).await? == [INGRESS.ip().to_string()], "the address moves before the route is accepted");
        listens_for(&world.kubectl, &[&Domain::of(world, GATE).name, &mover.name]).await?;
        mover.ready().await?;
        ensure!(mover.policy_objects().await?.contains(&"Ingress"), "resolvers still lead to the Ingress, and it is gone");
        let gone = async || mover.policy_objects().await.is_ok_and(|left| left == ["ConfigMap", "HTTPRoute"]);
        world.until("the Ingress to go", gone).await?;
        mover.ready().await
    };
    let worked = steps.await;
    let tally = senders.end().await?;
    worked?;
    ensure!(tally.losses() == 0, "{}", tally.notes().join("\n"));
    ensure!(addresses(&mover).await? == [GATEWAY.ip().to_string()], "it leads elsewhere: {:?}", addresses(&mover).await?);
    ensure!(world.dns.policy_id(&mover.name).await? == id, "the policy is the same, and its id is not");
    let mut notes = vec![format!("mta-sts.{} {} became {}", mover.name, INGRESS.ip(), GATEWAY.ip())];
    notes.extend(tally.notes());
    Ok(notes)
}

/// The policy is withdrawn in order, and then the route goes as well; what the owner made stays.
pub(crate) async fn deleted(world: &World) -> Result<Notes> {
    let gate = Domain::of(world, GATE);
    gate.begin_to_delete().await?;
    nothing_is_left(&gate).await?;
    Ok(vec![])
}

async fn addresses(domain: &Domain<'_>) -> Result<Vec<String>> {
    domain.world.dns.addresses(&format!("mta-sts.{}", domain.name)).await
}

/// What Traefik writes into the status of the route.
async fn accepted_by_traefik(domain: &Domain<'_>) -> Result<Vec<String>> {
    let columns = "custom-columns=HOST:.spec.hostnames[0],CONTROLLER:.status.parents[0].controllerName,\
                   ACCEPTED:.status.parents[0].conditions[?(@.type=='Accepted')].status";
    let routes = shown(domain.world, "httproutes.gateway.networking.k8s.io", POLICY_NAMESPACE, columns).await?;
    let host = format!("mta-sts.{}", domain.name);
    let expected = [&host, "traefik.io/gateway-controller", "True"];
    ensure!(routes.lines().any(|line| line.split_whitespace().eq(expected)), "{routes}");
    Ok(routes.lines().map(str::to_owned).collect())
}

async fn shown(world: &World, kind: &str, namespace: &str, columns: &str) -> Result<String> {
    world.kubectl.run(&["get", kind, "--namespace", namespace, "--output", columns]).await
}
