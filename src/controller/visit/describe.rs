//! What a visit saw and did, as a picture for the user. No IO.

use std::collections::BTreeMap;

use super::{Subject, act::Acted, decide::Decisions, facts::Facts, pointing::pointers};
use crate::{
    api::{DkimStatus, PublishedThrough, RecordState, RecordStatus, SpfStatus},
    controller::{
        context::Context,
        gather::{dns::DnsView, way::WayView},
    },
    domain::{dmarc::DmarcDecision, policy::Confirmation, policy_host::PolicyHost, validate::Validated},
    plan::{Item, Outcome, Wanted},
    resolve::{Validation, Verdict},
    status::{DkimPicture, Picture, PolicyPicture},
};

/// What the rules say of the spec.
pub(crate) fn complaints(picture: &mut Picture, validated: &Validated) {
    picture.rejected.extend(validated.refusals().map(ToString::to_string));
    picture.warnings.extend(validated.warnings().map(ToString::to_string));
}

/// Everything else.
pub(crate) fn describe(
    ctx: &Context,
    subject: &Subject,
    facts: &Facts,
    decisions: &Decisions,
    acted: &Acted,
    picture: &mut Picture,
) {
    picture.owner = acted.published.plan.marker.as_ref().or(facts.marker.as_ref()).map(|marker| marker.owner().to_owned());
    picture.provider = Some(PublishedThrough {
        kind: subject.view.key.kind,
        name: subject.view.key.name.clone(),
        zone: facts.dns.authority.zone.to_string(),
    });
    picture.records = records(ctx, subject, decisions, acted);
    picture.pointers = pointers(ctx, subject, facts, decisions);
    picture.conflicts = conflicts(acted);
    picture.dmarc_held = held(decisions, acted);
    picture.held = other_holds(decisions);
    picture.failures.extend(failures(facts, acted));
    picture.dkim = dkim(facts, decisions);
    picture.policy = policy(facts, decisions);
    picture.spf = facts.spf_cost.as_ref().map(|cost| SpfStatus { lookups: cost.terms, resolved: cost.is_exact() });
    picture.warnings.extend(warnings(facts, decisions, acted));
    picture.done.clone_from(&acted.done);
}

/// One entry a name and type.
fn records(ctx: &Context, subject: &Subject, decisions: &Decisions, acted: &Acted) -> Vec<RecordStatus> {
    let mut by_place: BTreeMap<(String, String), RecordStatus> = BTreeMap::new();
    for wanted in &decisions.desired.wanted {
        let one = record(ctx, subject, wanted, acted);
        by_place.entry((one.name.clone(), one.kind.clone())).and_modify(|all| merge(all, &one)).or_insert(one);
    }
    by_place.into_values().collect()
}

/// Two addresses of one host are one record set: it is as well as its worst value.
fn merge(all: &mut RecordStatus, one: &RecordStatus) {
    all.values.extend(one.values.clone());
    if one.state > all.state {
        all.state = one.state;
        all.message.clone_from(&one.message);
    }
}

fn record(ctx: &Context, subject: &Subject, wanted: &Wanted, acted: &Acted) -> RecordStatus {
    let mut status = RecordStatus {
        name: wanted.name.to_string(),
        kind: wanted.value.kind().to_string(),
        values: vec![wanted.value.to_string()],
        state: RecordState::Verified,
        message: String::new(),
    };
    (status.state, status.message) = state(ctx, subject, wanted, acted, &status);
    status
}

/// What keeps it from being written comes first, then what the servers say.
fn state(ctx: &Context, subject: &Subject, wanted: &Wanted, acted: &Acted, status: &RecordStatus) -> (RecordState, String) {
    let item =
        acted.published.plan.items.iter().find(|item| item.slot == wanted.slot && item.value.as_ref() == Some(&wanted.value));
    if let Some(Item { outcome: Outcome::Conflict { .. }, sentence, .. }) = item {
        return (RecordState::Conflict, sentence.clone());
    }
    let verdict = acted.dns.verdict(wanted);
    if verdict.as_ref().is_some_and(Verdict::is_right) {
        return (RecordState::Verified, silent(verdict.as_ref()));
    }
    if let Some(error) = acted.published.refused.get(&wanted.slot) {
        return (RecordState::Failed, error.message.clone());
    }
    if let Some(hold) = &wanted.hold {
        return (RecordState::Held, hold.message.clone());
    }
    if let (Some(error), Some(item)) = (&acted.published.error, item)
        && item.outcome.puts()
    {
        return (RecordState::Failed, error.message.clone());
    }
    unanswered(ctx, subject, verdict.as_ref(), status)
}

/// Servers that could not be asked, by name; they keep nothing from being verified.
fn silent(verdict: Option<&Verdict>) -> String {
    match verdict {
        Some(verdict @ Verdict::Partly { .. }) => verdict.to_string(),
        _ => String::new(),
    }
}

fn unanswered(ctx: &Context, subject: &Subject, verdict: Option<&Verdict>, status: &RecordStatus) -> (RecordState, String) {
    let said = verdict.map_or_else(|| "nobody was asked yet".to_owned(), ToString::to_string);
    if !matches!(verdict, None | Some(Verdict::Unknown { .. })) {
        ctx.memory.over(&subject.me.uid, &format!("unknown {} {}", status.name, status.kind));
        let message = subject.publisher().map_or_else(|| said.clone(), |publisher| format!("{publisher}; {said}"));
        return (RecordState::Propagating, message);
    }
    silence(ctx, subject, status, said)
}

/// One timeout is no news: a record that was verified stays so until silence has lasted (P7).
pub(super) fn silence(ctx: &Context, subject: &Subject, status: &RecordStatus, said: String) -> (RecordState, String) {
    let clock = format!("unknown {} {}", status.name, status.kind);
    let was =
        subject.reported.iter().find(|was| was.name == status.name && was.kind == status.kind && was.values == status.values);
    let now = ctx.now();
    let since = ctx.memory.since(&subject.me.uid, &clock, now);
    let patience = jiff::SignedDuration::try_from(ctx.settings.unreachable_after).unwrap_or(jiff::SignedDuration::MAX);
    match was {
        Some(was) if was.state == RecordState::Verified && now.duration_since(since) < patience => {
            (RecordState::Verified, was.message.clone())
        }
        _ => (RecordState::Unknown, said),
    }
}

fn conflicts(acted: &Acted) -> Vec<(String, String)> {
    let items = acted.published.plan.items.iter();
    items
        .filter_map(|item| match item.outcome {
            Outcome::Conflict { reason } => Some((reason.to_owned(), item.sentence.clone())),
            _ => None,
        })
        .collect()
}

/// DMARC is held while its record does not answer; a hold on what answers already says nothing. Nor does one in a visit
/// that just wrote what DMARC rests on: the next visit, which follows at once, will see it.
fn held(decisions: &Decisions, acted: &Acted) -> Option<String> {
    if acted.written {
        return None;
    }
    let hold = decisions.dmarc.as_ref()?.hold()?;
    let answers = |wanted: &Wanted| answered(&acted.dns, wanted);
    let waiting = decisions.desired.wanted.iter().any(|wanted| wanted.hold.as_ref() == Some(&hold) && !answers(wanted));
    waiting.then_some(hold.message)
}

fn answered(dns: &DnsView, wanted: &Wanted) -> bool {
    dns.verdict(wanted).is_some_and(|verdict| verdict.is_right())
}

fn other_holds(decisions: &Decisions) -> Vec<String> {
    let dmarc = decisions.dmarc.as_ref().and_then(DmarcDecision::hold);
    let mut holds: Vec<String> = decisions.parking.iter().map(|hold| hold.message.clone()).collect();
    holds.extend(decisions.policy.iter().filter_map(|policy| Some(policy.refused.as_ref()?.message.clone())));
    if let Some(PolicyHost::Waiting(why)) = &decisions.policy_host {
        holds.push(format!("the address of the policy host: {why}"));
    }
    let spf = decisions.desired.wanted.iter().filter_map(|wanted| wanted.hold.as_ref());
    holds.extend(
        spf.filter(|hold| Some(*hold) != dmarc.as_ref() && hold.reason == "SPFRejected").map(|hold| hold.message.clone()),
    );
    holds.dedup();
    holds
}

fn failures(facts: &Facts, acted: &Acted) -> Vec<(String, String)> {
    let mut all = acted.failures.clone();
    let refused = acted.published.refused.iter().map(|(slot, error)| (error.kind, format!("{slot}: {}", error.message)));
    let failed = acted.published.error.iter().map(|error| (error.kind, error.message.clone()));
    all.extend(failed.chain(refused).map(|(kind, message)| (kind.reason().to_owned(), message)));
    all.extend(facts.stored.broken.iter().map(|why| ("KeySecretBroken".to_owned(), why.clone())));
    if facts.dns.dnssec == Validation::Bogus {
        let zone = &facts.dns.authority.zone;
        all.push((
            "DNSSECBogus".to_owned(),
            format!(
                "zone {zone} fails DNSSEC validation: validating receivers see none of its records; correct its DS or signatures"
            ),
        ));
    }
    if let Some(Err(error)) = &facts.policy {
        all.push(("PolicyMemory".to_owned(), error.to_string()));
    }
    all
}

fn dkim(facts: &Facts, decisions: &Decisions) -> Option<DkimPicture> {
    if facts.stable.is_empty() {
        return None;
    }
    let status = DkimStatus { keys: decisions.keys.iter().map(|key| key.status.clone()).collect() };
    let lost = decisions.keys.iter().find_map(|key| key.lost.as_ref());
    let waiting = decisions.keys.iter().find_map(|key| key.wait.as_ref());
    let active: Vec<&str> = status.keys.iter().filter_map(|key| key.active_selector.as_deref()).collect();
    let ready = active.len() == status.keys.len() && lost.is_none_or(|lost| lost.replaced);
    let (reason, message) = match (lost, waiting) {
        (Some(lost), _) => ("KeySecretLost", lost.message.clone()),
        (None, Some(wait)) if !ready => ("KeyNotActive", wait.what.clone()),
        (None, _) if !ready => ("KeyNotActive", "the key is being made".to_owned()),
        _ => ("KeysActive", format!("Signers use {}", active.join(", "))),
    };
    Some(DkimPicture { status, ready, reason, message })
}

fn policy(facts: &Facts, decisions: &Decisions) -> Option<PolicyPicture> {
    let decision = decisions.policy.as_ref()?;
    let current = decision.serve.as_deref()
        == facts.policy.as_ref().and_then(|policy| policy.as_ref().ok()).map(|policy| policy.text.as_str());
    let unattached = facts.way.as_ref().and_then(WayView::unattached);
    let announced = decision.id.as_ref().is_none_or(|id| id.hold.is_none());
    let (served, reason, message) = match (&decision.refused, &facts.confirmed) {
        (Some(refused), _) => (false, refused.reason, refused.message.clone()),
        (None, Confirmation::Confirmed) if current && announced => {
            (true, "Confirmed", "Every policy server and the public address serve the policy".to_owned())
        }
        (None, Confirmation::Not { .. } | Confirmation::Unknown(_)) if unattached.is_some() => {
            (false, "RouteNotAccepted", unattached.unwrap_or_default().to_owned())
        }
        (None, Confirmation::Not { who, why }) => (false, "NotEverywhere", format!("{who}: {why}")),
        (None, Confirmation::Unknown(why)) => (false, "NotConfirmed", why.clone()),
        (None, Confirmation::Confirmed) => {
            (false, "Changing", "a new policy text was stored and is not confirmed yet".to_owned())
        }
    };
    let withdrawing = decision.withdrawal.as_ref().map(|withdrawal| {
        withdrawal
            .wait
            .as_ref()
            .map_or_else(|| "the policy's records and objects are being taken away".to_owned(), |wait| wait.what.clone())
    });
    Some(PolicyPicture { status: decision.status.clone(), served, reason, message, withdrawing })
}

fn warnings(facts: &Facts, decisions: &Decisions, acted: &Acted) -> Vec<String> {
    let mut all = facts.unauthorized.clone();
    let unresolved = facts.dns.authority.unresolved.iter();
    all.extend(
        unresolved
            .map(|host| format!("name server {host} of {} has no address: correct the delegation", facts.dns.authority.zone)),
    );
    all.extend(decisions.policy.iter().flat_map(|policy| policy.warnings.clone()));
    all.extend(facts.spf_cost.iter().flat_map(|cost| &cost.problems).map(|problem| format!("spec.spf: {problem}")));
    all.extend(decisions.keys.iter().filter_map(|key| Some(key.lost.as_ref()?.message.clone())));
    all.extend(acted.published.plan.items.iter().filter_map(|item| match item.outcome {
        Outcome::Kept { reason: "UnknownSlot" } => Some(item.sentence.clone()),
        _ => None,
    }));
    all.extend(facts.targets.values().cloned());
    all.sort();
    all.dedup();
    all
}
