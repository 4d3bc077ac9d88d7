//! What happens, in this order: each step begins with what the last one left.

mod ends;
mod gateway;
mod policy;
mod ready;
mod rolling;
mod upgrade;

use anyhow::Result;

use crate::world::World;

/// The whole of it.
pub(crate) async fn tell(world: &World) -> Result<()> {
    world.chapter("From kubectl apply to Ready");
    world.step("a MailDomain becomes ready, its policy host certified", ready::from_apply_to_ready(world)).await?;
    world.step("postfix-mta-sts-resolver verifies the policy", ready::postfix_verifies(world)).await?;

    world.chapter("The policy changes");
    world.step("enforce waits while it would leave an MX out (P4)", policy::enforce_waits_for_cover(world)).await?;
    world.step("then the text changes first and the id second (P4)", policy::text_before_id(world)).await?;
    world.step("a deleted Ingress comes back", policy::ingress_comes_back(world)).await?;

    world.chapter("Senders fetch without end");
    world.step("while the policy servers restart one by one", rolling::restarted(world)).await?;
    world.step("while one is deleted", rolling::deleted(world)).await?;
    world.step("while one is killed (SIGKILL)", rolling::killed(world)).await?;
    world.step("while helm upgrades, and rolls back", upgrade::there_and_back(world)).await?;

    world.chapter("Through a Gateway");
    world.step("without a listener for its host, status says so", gateway::refused(world)).await?;
    world.step("its owner adds one: the domain is ready", gateway::accepted(world)).await?;
    world.step("postfix-mta-sts-resolver verifies the policy there", gateway::postfix_verifies(world)).await?;
    world.step("a domain moves there from its Ingress (P2)", gateway::moves(world)).await?;
    world.step("Delete takes the HTTPRoute with the policy", gateway::deleted(world)).await?;

    world.chapter("Ends");
    world.step("Retain leaves records, key and policy", ends::retain(world)).await?;
    world.step("Delete withdraws the policy, then everything", ends::delete(world)).await?;
    world.step("a deleted namespace leaves its records", ends::namespace(world)).await?;
    world.step("helm uninstall --wait, and install again", upgrade::away_and_back(world)).await
}
