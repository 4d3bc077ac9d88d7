//! A visit that wants nothing: the deletion of an object, and what a tombstone carries on after it.

use std::{collections::BTreeSet, time::Duration};

use jiff::Timestamp;

use super::{
    DMARC_GONE, Subject,
    act::act,
    decide::{Decisions, decide},
    facts::{Facts, gather},
};
use crate::{
    api::{DmarcPolicy, MailDomainSpec},
    controller::context::Context,
    domain::{
        deletion::{self, DeletionFacts, DeletionStep, End},
        objects::Tombstone,
        validate::{Validated, validate},
    },
    provider,
};

/// Longest time in seconds that a deletion waits for the DMARC record to leave the caches: an object goes within minutes.
const MOST_DMARC_WAIT: u64 = 300;

/// How far it came.
pub(crate) enum Leaving {
    /// Nothing is left.
    Done,
    /// Another object looks after the domain: everything is its own now.
    NotOurs,
    /// Only the policy is left, and a tombstone carries it on; the text says until when.
    Tombstone(String),
    /// Something was done; the next step may be possible already.
    Progress(String),
    /// Something else has to happen first.
    Wait {
        /// What.
        what: String,
        /// When it is worth to look again.
        until: Option<Timestamp>,
    },
}

/// What is in the way of a deletion.
pub(crate) struct Stuck {
    /// What, for the user.
    pub why: String,
    /// For how long no other try is of any use, where somebody said so: a limit of requests, or the cap.
    pub pause: Option<Duration>,
}

impl From<String> for Stuck {
    fn from(why: String) -> Self {
        Self { why, pause: None }
    }
}

impl From<&provider::Error> for Stuck {
    fn from(error: &provider::Error) -> Self {
        Self { why: error.message.clone(), pause: error.kind.pause() }
    }
}

/// One step.
pub(crate) async fn leave(ctx: &Context, subject: &Subject) -> Result<Leaving, Stuck> {
    let empty = Subject { spec: emptied(&subject.spec), ..subject.clone() };
    let validated = validate(&empty.spec, &super::subject::install(ctx)).map_err(|rejected| rejected.to_string())?;
    let facts = gather(ctx, &empty, &validated).await.map_err(|error| error.to_string())??;
    if !facts.marker_known {
        return Err(format!("no name server tells whose {} is", subject.home).into());
    }
    let held_by_other = facts.marker.as_ref().is_some_and(|marker| marker.uid() != subject.me.uid);
    if held_by_other {
        return Ok(Leaving::NotOurs);
    }
    let empty = Subject { unseen: facts.marker.is_none() && may_be_unseen(ctx, subject), ..empty };
    let mut decisions = decide(ctx, &empty, &validated, &facts);
    let step = step(ctx, subject, &facts, &decisions);
    decisions.desired.keep.extend(step.keep.iter().cloned());
    carry_out(ctx, &empty, &validated, &facts, &decisions, &step).await
}

/// Whether the provider may hold records of which DNS shows no marker: those that its servers have not learned yet, and those
/// of an object that external-dns has not published, if there is an external-dns at all.
fn may_be_unseen(ctx: &Context, subject: &Subject) -> bool {
    subject.view.backend.external_dns_endpoint.is_some() || ctx.memory.lag(&subject.me.uid).is_some()
}

/// The spec with every block taken out.
fn emptied(spec: &MailDomainSpec) -> MailDomainSpec {
    MailDomainSpec { spf: None, dkim: None, dmarc: None, mta_sts: None, tls_rpt: None, parked: false, ..spec.clone() }
}

fn step(ctx: &Context, subject: &Subject, facts: &Facts, decisions: &Decisions) -> DeletionStep {
    let uid = &subject.me.uid;
    let still_listed = facts.listed.iter().any(|slot| slot.as_str() == "dmarc");
    if still_listed {
        ctx.memory.over(uid, DMARC_GONE);
    }
    let gone_since = (!still_listed).then(|| ctx.memory.since(uid, DMARC_GONE, facts.now));
    deletion::step(&DeletionFacts {
        listed: &facts.listed,
        dmarc_gone_since: gone_since,
        dmarc_wait: dmarc_wait(&subject.spec),
        policy: decisions.policy.as_ref().and_then(|policy| policy.withdrawal.as_ref()),
        now: facts.now,
    })
}

/// A record that holds no mail back can go together with what it rests on.
fn dmarc_wait(spec: &MailDomainSpec) -> Duration {
    let holds_back = spec.parked || spec.dmarc.as_ref().is_some_and(|dmarc| dmarc.policy != DmarcPolicy::None);
    Duration::from_secs(if holds_back { u64::from(spec.ttl).min(MOST_DMARC_WAIT) } else { 0 })
}

async fn carry_out(
    ctx: &Context,
    subject: &Subject,
    validated: &Validated,
    facts: &Facts,
    decisions: &Decisions,
    step: &DeletionStep,
) -> Result<Leaving, Stuck> {
    let wait = decisions.waits().chain(&step.wait).map(|wait| wait.what.clone()).collect::<BTreeSet<_>>();
    let what = || {
        if wait.is_empty() {
            "records are being taken away".to_owned()
        } else {
            wait.iter().cloned().collect::<Vec<_>>().join("; ")
        }
    };
    let ended = Subject { tombstone: tombstone(subject, facts, step), ..subject.clone() };
    let acted = act(ctx, &ended, validated, facts, decisions).await.map_err(|error| error.to_string())?;
    if let Some(error) = &acted.published.error {
        return Err(error.into());
    }
    Ok(match step.end {
        End::Nothing if !acted.written => Leaving::Done,
        End::Tombstone if !acted.written => Leaving::Tombstone(what()),
        _ if acted.written => Leaving::Progress(what()),
        _ => Leaving::Wait { what: what(), until: decisions.waits().chain(&step.wait).filter_map(|wait| wait.until).min() },
    })
}

/// The tombstone is set in the step before the object goes, and kept from then on.
fn tombstone(subject: &Subject, facts: &Facts, step: &DeletionStep) -> Option<Tombstone> {
    subject.tombstone.clone().or_else(|| {
        let known = facts.policy.as_ref().and_then(|policy| policy.as_ref().ok()?.memory.tombstone.clone());
        (step.end == End::Tombstone).then(|| known.unwrap_or(Tombstone { since: facts.now, remove: true }))
    })
}
