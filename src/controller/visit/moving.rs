//! The address of the policy host, and what becomes of another way of serving the policy than the wanted one.

use super::{Subject, facts::Facts};
use crate::{
    controller::{context::Context, gather::way},
    domain::{
        moving::{Leftover, MoveFacts},
        policy_host::{Address, PolicyHost, policy_host},
        validate::Validated,
    },
};

/// Name of the clock that runs while DNS leads to the wanted way and nowhere else.
const ARRIVED: &str = "policy host arrived";

/// Decides both; neither without an accepted block.
pub(super) fn decide(ctx: &Context, subject: &Subject, validated: &Validated, facts: &Facts) -> (Option<PolicyHost>, Leftover) {
    let (Some(spec), Some(view)) = (validated.mta_sts.accepted(), &facts.way) else { return (None, Leftover::Nothing) };
    let ours = spec.address == Address::FromServing;
    let target = view.values();
    let (published, seen_ttl) = way::published(&facts.dns, &validated.names.policy_host);
    let mut moving = MoveFacts {
        leftovers: &view.leftovers,
        target: &target,
        published: &published,
        arrival: &view.arrival,
        arrived_since: None,
        ttl: validated.ttl.max(seen_ttl),
        now: facts.now,
    };
    moving.arrived_since = arrived_since(ctx, subject, &moving);
    let host = match &view.target {
        Err(why) if ours => PolicyHost::Waiting(why.clone()),
        target => {
            let balancers = target.as_deref().unwrap_or_default();
            policy_host(&spec.address, view.way, balancers, ctx.settings.allow_private_addresses)
        }
    };
    (Some(if ours { moving.hold(host) } else { host }), moving.leftover(ours))
}

fn arrived_since(ctx: &Context, subject: &Subject, moving: &MoveFacts<'_>) -> Option<jiff::Timestamp> {
    let uid = &subject.me.uid;
    if moving.leftovers.is_empty() || !moving.has_arrived() {
        ctx.memory.over(uid, ARRIVED);
        return None;
    }
    Some(ctx.memory.since(uid, ARRIVED, moving.now))
}

/// What a user should know of it.
pub(super) fn warning(leftover: &Leftover) -> Option<String> {
    match leftover {
        Leftover::Stays(wait) => Some(wait.what.clone()),
        Leftover::Left(why) => Some(why.clone()),
        Leftover::Nothing | Leftover::Goes => None,
    }
}
