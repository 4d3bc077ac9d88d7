//! One step of the machine.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use mail_records::mta_sts::{Mode, Policy};

use super::{Confirmation, IdDecision, IdSight, PolicyDecision, PolicyFacts, PolicyWish, coverage, id, memory, withdraw};
use crate::{
    api::{MtaStsMode, MtaStsStatus},
    domain::objects::PolicyMemory,
    plan::Hold,
};

/// Decides what to do about a domain's policy.
pub fn step(facts: &PolicyFacts<'_>) -> PolicyDecision {
    match (facts.wish, facts.served) {
        (PolicyWish::Serve(wanted), _) => serve_wanted(facts, wanted),
        (PolicyWish::Keep, Some(served)) => serving(facts, served.to_owned(), facts.memory.withdrawing, None),
        (PolicyWish::Withdraw, Some(_)) if withdraw::was_enforced(facts) => withdraw_slowly(facts),
        (PolicyWish::Withdraw, Some(served)) => leave(facts, served),
        (PolicyWish::Keep | PolicyWish::Withdraw, None) => nothing(facts),
    }
}

fn serve_wanted(facts: &PolicyFacts<'_>, wanted: &Policy) -> PolicyDecision {
    let current = facts.served.and_then(|text| Policy::parse(text).ok());
    let refused = coverage::refusal(facts, current.as_ref(), wanted);
    let serve = match &refused {
        None => Some(wanted.to_text()),
        Some(_) => facts.served.map(str::to_owned),
    };
    let Some(serve) = serve else { return PolicyDecision { refused, ..nothing(facts) } };
    let policy = Policy::parse(&serve).ok();
    PolicyDecision {
        warnings: policy.iter().filter_map(|policy| coverage::warning(facts, policy)).collect(),
        ..serving(facts, serve, false, refused)
    }
}

fn withdraw_slowly(facts: &PolicyFacts<'_>) -> PolicyDecision {
    let decision = serving(facts, withdraw::none_text(), true, None);
    let withdrawal = withdraw::progress(facts, &decision.memory, decision.id.as_ref());
    let id = decision.id.filter(|_| !withdrawal.records);
    PolicyDecision { id, withdrawal: Some(withdrawal), ..decision }
}

/// The text stays until the records are gone, since its ConfigMap remembers them.
fn leave(facts: &PolicyFacts<'_>, served: &str) -> PolicyDecision {
    let decision = serving(facts, served.to_owned(), true, None);
    PolicyDecision { id: None, withdrawal: Some(withdraw::at_once(facts)), ..decision }
}

fn nothing(facts: &PolicyFacts<'_>) -> PolicyDecision {
    PolicyDecision {
        serve: None,
        memory: facts.memory.clone(),
        id: None,
        refused: None,
        withdrawal: None,
        warnings: Vec::new(),
        status: MtaStsStatus::default(),
    }
}

fn serving(facts: &PolicyFacts<'_>, serve: String, withdrawing: bool, refused: Option<Hold>) -> PolicyDecision {
    let memory = memory::next(facts, &serve, withdrawing);
    let id = id::decide(facts, &serve);
    let status = status(facts, &serve, &memory, id.as_ref());
    PolicyDecision { serve: Some(serve), memory, id, refused, withdrawal: None, warnings: Vec::new(), status }
}

/// No field moves with the clock alone: `enforcedUntil` is shown once an enforce policy has been left, and then stands.
fn status(facts: &PolicyFacts<'_>, serve: &str, memory: &PolicyMemory, id: Option<&IdDecision>) -> MtaStsStatus {
    let mode = Policy::parse(serve).ok().map(|policy| policy.mode);
    let announced = match &facts.id_in_dns {
        IdSight::Known(id) => id.clone(),
        IdSight::Unknown => id.filter(|id| id.hold.is_none()).map(|id| id.record.id().to_owned()),
    };
    MtaStsStatus {
        served_mode: mode.filter(|_| is_served(facts, serve, announced.as_ref(), id)).map(api_mode),
        id: announced,
        enforced_until: memory.enforced_until.filter(|_| mode != Some(Mode::Enforce)).map(Time),
    }
}

/// A text whose id is announced was confirmed before (P4), so one fetch that fails later does not change what is said.
fn is_served(facts: &PolicyFacts<'_>, serve: &str, announced: Option<&String>, id: Option<&IdDecision>) -> bool {
    let confirmed = facts.served == Some(serve) && facts.confirmed == Confirmation::Confirmed;
    confirmed || id.is_some_and(|id| announced.is_some_and(|announced| announced == id.record.id()))
}

fn api_mode(mode: Mode) -> MtaStsMode {
    match mode {
        Mode::None => MtaStsMode::None,
        Mode::Testing => MtaStsMode::Testing,
        Mode::Enforce => MtaStsMode::Enforce,
    }
}
