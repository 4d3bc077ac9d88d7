//! The conditions of a picture. `Ready` and its three parts are always there; the abnormal ones only while true.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;

use super::{Obstacle, Picture};
use crate::api::{ConditionType, RecordState, RecordStatus, condition, stamped};

/// One condition before it has a time.
struct Draft {
    kind: ConditionType,
    status: bool,
    reason: String,
    message: String,
}

pub(super) fn conditions(picture: &Picture, previous: &[Condition]) -> Vec<Condition> {
    let mut drafts = vec![accepted(picture)];
    drafts.extend(dkim(picture));
    drafts.push(records(picture));
    drafts.extend(policy(picture));
    drafts.extend(abnormal(picture));
    let ready = ready(picture, &drafts);
    drafts.extend(progress(picture, &ready));
    drafts.insert(0, ready);
    drafts.iter().map(|draft| stamped(dated(draft, picture), previous)).collect()
}

fn dated(draft: &Draft, picture: &Picture) -> Condition {
    condition(draft.kind, draft.status, &draft.reason, &draft.message, picture.generation, picture.now)
}

fn draft(kind: ConditionType, status: bool, reason: &str, message: impl Into<String>) -> Draft {
    Draft { kind, status, reason: reason.to_owned(), message: message.into() }
}

fn accepted(picture: &Picture) -> Draft {
    if picture.rejected.is_empty() {
        return draft(ConditionType::Accepted, true, "Valid", "The spec passes every rule");
    }
    draft(ConditionType::Accepted, false, "Invalid", picture.rejected.join("; "))
}

fn dkim(picture: &Picture) -> Option<Draft> {
    let dkim = picture.dkim.as_ref()?;
    Some(draft(ConditionType::DKIMReady, dkim.ready, dkim.reason, dkim.message.clone()))
}

fn policy(picture: &Picture) -> Option<Draft> {
    let policy = picture.policy.as_ref()?;
    Some(draft(ConditionType::PolicyServed, policy.served, policy.reason, policy.message.clone()))
}

fn records(picture: &Picture) -> Draft {
    let total = picture.all_records().count();
    let open: Vec<String> = picture
        .all_records()
        .filter(|record| record.state != RecordState::Verified)
        .map(|record| format!("{} {}: {}", record.name, record.kind, record.message))
        .collect();
    let cut_short = picture.blocked.is_some() || !picture.failures.is_empty();
    if cut_short && total == 0 {
        return draft(ConditionType::RecordsVerified, false, "NotLookedAt", "No record was looked at");
    }
    if open.is_empty() {
        return draft(ConditionType::RecordsVerified, true, "AllAnswer", all_answer(picture));
    }
    let reason = if picture.any(RecordState::Unknown) { "Unknown" } else { "NotAllAnswer" };
    draft(ConditionType::RecordsVerified, false, reason, format!("{} of {total} open: {}", open.len(), open.join("; ")))
}

/// What is said once nothing is open. A server that gave no usable answer keeps no record from being verified, but "every
/// server" would be untrue, so it is named.
fn all_answer(picture: &Picture) -> String {
    let total = picture.all_records().count();
    match picture.all_records().find(|record| !record.message.is_empty()) {
        Some(record) => format!("All {total} records answer, though not at every name server: {}", record.message),
        None => format!("All {total} records answer at every authoritative server"),
    }
}

fn abnormal(picture: &Picture) -> Vec<Draft> {
    let mut drafts = vec![];
    if let Some((reason, _)) = picture.conflicts.first() {
        let sentences: Vec<&str> = picture.conflicts.iter().map(|(_, sentence)| sentence.as_str()).collect();
        drafts.push(draft(ConditionType::Conflict, true, reason, sentences.join("; ")));
    }
    if let Some(message) = &picture.dmarc_held {
        drafts.push(draft(ConditionType::DMARCHeld, true, "Unproven", message.clone()));
    }
    if picture.any(RecordState::Propagating) {
        drafts.push(draft(ConditionType::Propagating, true, "NotEverywhere", propagating(picture.all_records())));
    }
    if let Some(message) = picture.policy.as_ref().and_then(|policy| policy.withdrawing.clone()) {
        drafts.push(draft(ConditionType::Withdrawing, true, "PolicyCached", message));
    }
    drafts
}

fn propagating<'a>(records: impl Iterator<Item = &'a RecordStatus>) -> String {
    let lines: Vec<String> = records
        .filter(|record| record.state == RecordState::Propagating)
        .map(|record| format!("{} {}: {}", record.name, record.kind, record.message))
        .collect();
    lines.join("; ")
}

/// The first of what stops the whole domain.
fn obstacle(picture: &Picture) -> Option<&Obstacle> {
    picture.blocked.iter().chain(&picture.failures).next()
}

/// The first thing that keeps the domain from being ready, in the order in which a user has to mend them.
fn ready(picture: &Picture, parts: &[Draft]) -> Draft {
    let no = |reason: &str, message: String| draft(ConditionType::Ready, false, reason, message);
    if let Some(obstacle) = obstacle(picture) {
        return no(obstacle.reason, obstacle.message.clone());
    }
    let first_of = |kinds: &[ConditionType]| {
        let open = |kind: &ConditionType| parts.iter().find(|part| part.kind == *kind && part.status == is_abnormal(*kind));
        kinds.iter().find_map(open).map(|part| no(part.reason_for_ready(), part.message.clone()))
    };
    if let Some(draft) = first_of(&[ConditionType::Accepted, ConditionType::Conflict]) {
        return draft;
    }
    let missing = propagating(picture.pointers.iter());
    if !missing.is_empty() {
        return no("DelegationIncomplete", missing);
    }
    if let Some(draft) = first_of(&[ConditionType::DMARCHeld, ConditionType::DKIMReady]) {
        return draft;
    }
    if let Some(message) = picture.held.first() {
        return no("Held", message.clone());
    }
    first_of(&[ConditionType::PolicyServed, ConditionType::RecordsVerified, ConditionType::Withdrawing])
        .unwrap_or_else(|| draft(ConditionType::Ready, true, "Verified", all_answer(picture)))
}

impl Draft {
    /// `Ready` repeats the part's name, so that `kubectl get` shows where to look.
    fn reason_for_ready(&self) -> &'static str {
        match self.kind {
            ConditionType::Accepted => "NotAccepted",
            ConditionType::Conflict => "Conflict",
            ConditionType::DMARCHeld => "DMARCHeld",
            ConditionType::DKIMReady => "DKIMNotReady",
            ConditionType::PolicyServed => "PolicyNotServed",
            ConditionType::Withdrawing => "Withdrawing",
            _ => "RecordsNotVerified",
        }
    }
}

/// Whether `True` is the bad value of a condition.
fn is_abnormal(kind: ConditionType) -> bool {
    matches!(
        kind,
        ConditionType::Reconciling
            | ConditionType::Stalled
            | ConditionType::Conflict
            | ConditionType::DMARCHeld
            | ConditionType::Propagating
            | ConditionType::Withdrawing
    )
}

/// kstatus: while not ready, either work goes on by itself (`Reconciling`) or somebody has to act (`Stalled`).
fn progress(picture: &Picture, ready: &Draft) -> Option<Draft> {
    if ready.status {
        return None;
    }
    let lasts = obstacle(picture).is_some_and(|obstacle| obstacle.lasts);
    let needs_somebody = lasts || !picture.rejected.is_empty() || !picture.conflicts.is_empty();
    let kind = if needs_somebody { ConditionType::Stalled } else { ConditionType::Reconciling };
    Some(draft(kind, true, &ready.reason, ready.message.clone()))
}
