//! What a visit saw and did, as a picture for the user. No IO.

use std::collections::BTreeMap;

use super::{
    Subject,
    act::Acted,
    decide::Decisions,
    facts::{Facts, MissingKey},
    patience::Patience,
    pointing::pointers,
    serving::policy,
};
use crate::{
    api::{DkimStatus, PublishedThrough, RecordState, RecordStatus, SpfStatus},
    controller::context::Context,
    domain::{dmarc::DmarcDecision, policy_host::PolicyHost, validate::Validated},
    plan::{Item, Outcome, Wanted},
    provider::ErrorKind,
    resolve::{MxAnswer, Validation, Verdict},
    status::{DkimPicture, Obstacle, Picture},
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
    let patience = Patience::with(ctx, subject, picture.now);
    picture.records = records(&patience, subject, decisions, acted);
    picture.pointers = pointers(&patience, subject, facts, decisions);
    picture.conflicts = conflicts(acted);
    picture.dmarc_held = held(decisions, acted, &picture.records);
    picture.held = other_holds(&patience, subject, facts, decisions);
    picture.failures.extend(failures(facts, acted));
    picture.dkim = dkim(facts, decisions);
    picture.policy = policy(&patience, subject, facts, decisions, &picture.records);
    picture.spf = spf(&patience, subject, facts, picture.generation);
    picture.warnings.extend(warnings(&patience, facts, decisions, acted));
    picture.warnings.extend(said_of_mx(subject, facts, picture.generation));
    picture.done.clone_from(&acted.done);
    picture.borne = patience.has_borne();
}

/// One entry a name and type.
fn records(patience: &Patience<'_>, subject: &Subject, decisions: &Decisions, acted: &Acted) -> Vec<RecordStatus> {
    let mut by_place: BTreeMap<(String, String), RecordStatus> = BTreeMap::new();
    for wanted in &decisions.desired.wanted {
        let one = record(patience, subject, wanted, acted);
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

fn record(patience: &Patience<'_>, subject: &Subject, wanted: &Wanted, acted: &Acted) -> RecordStatus {
    let mut status = RecordStatus {
        name: wanted.name.to_string(),
        kind: wanted.value.kind().to_string(),
        values: vec![wanted.value.to_string()],
        state: RecordState::Verified,
        message: String::new(),
    };
    (status.state, status.message) = state(patience, subject, wanted, acted, &status);
    status
}

/// What keeps it from being written comes first, then what the servers say.
fn state(
    patience: &Patience<'_>,
    subject: &Subject,
    wanted: &Wanted,
    acted: &Acted,
    status: &RecordStatus,
) -> (RecordState, String) {
    let item =
        acted.published.plan.items.iter().find(|item| item.slot == wanted.slot && item.value.as_ref() == Some(&wanted.value));
    if let Some(Item { outcome: Outcome::Conflict { .. }, sentence, .. }) = item {
        return (RecordState::Conflict, sentence.clone());
    }
    let verdict = acted.dns.verdict(wanted);
    if !matches!(verdict, None | Some(Verdict::Unknown { .. })) {
        patience.heard(&clock_of_record(status));
    }
    if verdict.as_ref().is_some_and(Verdict::is_right) {
        return (RecordState::Verified, silent(verdict.as_ref()));
    }
    if let Some(error) = acted.published.refused.get(&wanted.slot) {
        return (RecordState::Failed, error.message.clone());
    }
    if let (Some(Verdict::Unknown { .. }), Some(said_on)) = (&verdict, borne(patience, subject, status)) {
        return said_on;
    }
    if let Some(hold) = &wanted.hold {
        return (RecordState::Held, hold.message.clone());
    }
    if let (Some(error), Some(item)) = (&acted.published.error, item)
        && item.outcome.puts()
    {
        return (RecordState::Failed, error.message.clone());
    }
    unanswered(subject, verdict.as_ref())
}

/// Servers that could not be asked, by name; they keep nothing from being verified.
fn silent(verdict: Option<&Verdict>) -> String {
    match verdict {
        Some(verdict @ Verdict::Partly { .. }) => verdict.to_string(),
        _ => String::new(),
    }
}

fn unanswered(subject: &Subject, verdict: Option<&Verdict>) -> (RecordState, String) {
    let said = verdict.map_or_else(|| "nobody was asked yet".to_owned(), ToString::to_string);
    if matches!(verdict, None | Some(Verdict::Unknown { .. })) {
        return (RecordState::Unknown, said);
    }
    let message = subject.publisher().map_or_else(|| said.clone(), |publisher| format!("{publisher}; {said}"));
    (RecordState::Propagating, message)
}

fn clock_of_record(status: &RecordStatus) -> String {
    format!("unknown {} {}", status.name, status.kind)
}

/// What is said on of a record that nobody answers for: a verified one stays so until silence has lasted (P7).
pub(super) fn borne(patience: &Patience<'_>, subject: &Subject, status: &RecordStatus) -> Option<(RecordState, String)> {
    let mut before = subject.before.records.iter().chain(&subject.before.delegation);
    let was = before.find(|was| was.name == status.name && was.kind == status.kind && was.values == status.values)?;
    let stays = was.state == RecordState::Verified && patience.bears(&clock_of_record(status));
    stays.then(|| (RecordState::Verified, was.message.clone()))
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

/// DMARC is held while its record is; a hold on what answers already says nothing. Nor does one in a visit that just wrote
/// what DMARC rests on: the next visit, which follows at once, will see it.
fn held(decisions: &Decisions, acted: &Acted, records: &[RecordStatus]) -> Option<String> {
    if acted.written {
        return None;
    }
    let hold = decisions.dmarc.as_ref()?.hold()?;
    let mut waiting = decisions.desired.wanted.iter().filter(|wanted| wanted.hold.as_ref() == Some(&hold));
    waiting.any(|wanted| !is_verified(records, wanted)).then_some(hold.message)
}

/// Whether what is said of a record is that it answers.
pub(super) fn is_verified(records: &[RecordStatus], wanted: &Wanted) -> bool {
    let (name, kind) = (wanted.name.to_string(), wanted.value.kind().to_string());
    records.iter().any(|record| record.name == name && record.kind == kind && record.state == RecordState::Verified)
}

fn other_holds(patience: &Patience<'_>, subject: &Subject, facts: &Facts, decisions: &Decisions) -> Vec<String> {
    let dmarc = decisions.dmarc.as_ref().and_then(DmarcDecision::hold);
    let borne = parking_is_borne(patience, subject, facts, decisions);
    let mut holds: Vec<String> = decisions.parking.iter().filter(|_| !borne).map(|hold| hold.message.clone()).collect();
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

/// Name of the clock that runs while the MX of a domain cannot be looked up.
const MX: &str = "silent mx";

/// A domain that was parked stays so until the silence has lasted (P7).
fn parking_is_borne(patience: &Patience<'_>, subject: &Subject, facts: &Facts, decisions: &Decisions) -> bool {
    if !matches!(facts.dns.mx, MxAnswer::Failed(_)) {
        patience.heard(MX);
        return false;
    }
    decisions.parking.is_some() && subject.before.is_ready() && patience.bears(MX)
}

/// What was found wrong with the MX is not mended by nobody answering (P7).
fn said_of_mx(subject: &Subject, facts: &Facts, generation: i64) -> Vec<String> {
    let still = matches!(facts.dns.mx, MxAnswer::Failed(_)) && subject.before.observed_generation == generation;
    let before = subject.before.warnings.iter().filter(|warning| still && warning.starts_with("STS-G3: "));
    before.cloned().collect()
}

fn failures(facts: &Facts, acted: &Acted) -> Vec<Obstacle> {
    let mut all = acted.failures.clone();
    let refused = acted.published.refused.iter().map(|(slot, error)| (error.kind, format!("{slot}: {}", error.message)));
    let failed = acted.published.error.iter().map(|error| (error.kind, error.message.clone()));
    all.extend(failed.chain(refused).map(|(kind, message)| of_provider(kind, message)));
    all.extend(facts.stored.broken.iter().map(|why| Obstacle::passing("KeySecretBroken", why.clone())));
    if facts.dns.dnssec == Validation::Bogus {
        let zone = &facts.dns.authority.zone;
        all.push(Obstacle::passing(
            "DNSSECBogus",
            format!(
                "zone {zone} fails DNSSEC validation: validating receivers see none of its records; correct its DS or signatures"
            ),
        ));
    }
    if let Some(Err(error)) = &facts.policy {
        all.push(Obstacle::passing("PolicyMemory", error.to_string()));
    }
    all
}

fn of_provider(kind: ErrorKind, message: String) -> Obstacle {
    Obstacle { reason: kind.reason(), message, lasts: kind.needs_somebody() }
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

/// Name of the clock that runs while some name that the SPF record leads to gives no answer.
const SPF: &str = "silent spf";

/// What the record costs. An include that nobody answers for makes the cost a lower bound, which is no news at first.
fn spf(patience: &Patience<'_>, subject: &Subject, facts: &Facts, generation: i64) -> Option<SpfStatus> {
    let cost = facts.spf_cost.as_ref()?;
    let now = SpfStatus { lookups: cost.terms, resolved: cost.is_exact() };
    if now.resolved {
        patience.heard(SPF);
        return Some(now);
    }
    let was = subject.before.spf.as_ref().filter(|was| was.resolved && subject.before.observed_generation == generation);
    Some(was.filter(|_| patience.bears(SPF)).cloned().unwrap_or(now))
}

fn warnings(patience: &Patience<'_>, facts: &Facts, decisions: &Decisions, acted: &Acted) -> Vec<String> {
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
    all.extend(
        facts.targets.iter().filter(|(name, missing)| is_news(patience, name, missing)).map(|(_, missing)| missing.why.clone()),
    );
    all.sort();
    all.dedup();
    all
}

/// Whether a target that nobody answers for has been silent for long; what answers ends its clock.
fn is_news(patience: &Patience<'_>, target: &crate::dns::Name, missing: &MissingKey) -> bool {
    let clock = format!("silent {target}");
    if !missing.silent {
        patience.heard(&clock);
        return true;
    }
    !patience.bears(&clock)
}
