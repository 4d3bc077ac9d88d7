//! Carrying the decisions out, in the order that survives being killed anywhere, and looking at DNS once more.

use std::{collections::BTreeSet, sync::Arc};

use super::{Subject, decide::Decisions, facts::Facts};
use crate::{
    api::Adoption,
    controller::{
        apply::{
            keys::{self, KeysDone},
            policy,
            records::{self, Order, Published},
        },
        context::Context,
        gather::dns::{self, DnsView},
        steps,
    },
    dns::{Name, RecordType},
    domain::{
        moving::Leftover,
        objects::{PolicyIngress, PolicyMemory, PolicyObject, ProviderMemory},
        policy::PolicyDecision,
        policy_host::Address,
        validate::{StsServing, StsSpec, Validated},
    },
    metrics::Step,
    plan::{Identity, Plan, Takeover},
    status::Obstacle,
};

/// Longest TTL in seconds of our marker: whoever takes a domain over should not have to wait for a day.
const MARKER_TTL: u32 = 300;

/// What was carried out, and what DNS says after it.
pub(crate) struct Acted {
    /// Records.
    pub published: Published,
    /// DNS after the writes.
    pub dns: Arc<DnsView>,
    /// Whether anything at all was written.
    pub written: bool,
    /// Whether a key is being made, which ends with a visit.
    pub making: bool,
    /// One sentence a change.
    pub done: Vec<String>,
    /// What failed.
    pub failures: Vec<Obstacle>,
}

/// Acts, and asks DNS again where records were written.
pub(crate) async fn act(
    ctx: &Context,
    subject: &Subject,
    validated: &Validated,
    facts: &Facts,
    decisions: &Decisions,
) -> Result<Acted, kube::Error> {
    let order = order(ctx, subject, facts, decisions);
    let (done, published) = steps::timed(ctx, Step::Apply, write(ctx, subject, validated, facts, decisions, &order)).await?;
    let dns = if published.written {
        let names = names(decisions);
        let look = dns::look_again(ctx, &subject.view.verification, &facts.dns, &names);
        let dns = steps::timed(ctx, Step::Observe, look).await;
        records::shown(ctx, &subject.view, &dns, &order);
        Arc::new(dns)
    } else {
        facts.dns.clone()
    };
    let KeysDone { written, mut done, making, failures } = done;
    let written = written || published.written;
    done.extend(published.written.then(|| sentences(&published.plan)).into_iter().flatten());
    Ok(Acted { published, dns, written, making, done, failures })
}

/// Keys before their records, the policy before its id, records in the plan's order.
async fn write(
    ctx: &Context,
    subject: &Subject,
    validated: &Validated,
    facts: &Facts,
    decisions: &Decisions,
    order: &Order,
) -> Result<(KeysDone, Published), kube::Error> {
    ctx.leadership.check()?;
    let mut done = act_on_keys(ctx, subject, validated, facts, decisions).await?;
    ctx.leadership.check()?;
    if let Some(decision) = &decisions.policy {
        match act_on_policy(ctx, subject, validated, facts, decision).await {
            Ok(changed) => done.written |= changed,
            Err(policy::PolicyError::Api(error)) => return Err(error),
            Err(error) => done.failures.push(Obstacle::passing(error.reason(), error.to_string())),
        }
    }
    if let (Leftover::Goes, Some(view)) = (&decisions.leftover, &facts.way) {
        done.done.extend(policy::take_leftovers(ctx, &facts.policy_objects, view.way).await?);
        done.written = true;
    }
    let published =
        if subject.publishes() { records::publish(ctx, &subject.view, &facts.dns, order).await } else { Published::default() };
    Ok((done, published))
}

async fn act_on_keys(
    ctx: &Context,
    subject: &Subject,
    validated: &Validated,
    facts: &Facts,
    decisions: &Decisions,
) -> Result<KeysDone, kube::Error> {
    let mut all = KeysDone::default();
    for ((spec, stable), decision) in validated.dkim.keys.iter().zip(&facts.stable).zip(&decisions.keys) {
        let KeysDone { written, done, making, failures } =
            keys::carry_out(ctx, &subject.me, spec, &facts.stored, stable, decision).await?;
        all.written |= written;
        all.making |= making;
        all.done.extend(done);
        all.failures.extend(failures);
    }
    Ok(all)
}

async fn act_on_policy(
    ctx: &Context,
    subject: &Subject,
    validated: &Validated,
    facts: &Facts,
    decision: &PolicyDecision,
) -> Result<bool, policy::PolicyError> {
    if decision.withdrawal.as_ref().is_some_and(|withdrawal| withdrawal.objects) {
        let there = facts.policy_objects.config_map.is_some();
        policy::take_away(ctx, &subject.me).await?;
        return Ok(there);
    }
    let Some(text) = &decision.serve else { return Ok(false) };
    let policy = PolicyObject { text: text.clone(), memory: memory(subject, decision) };
    let mut written = policy::store(ctx, &subject.me, &facts.policy_objects, &policy).await?;
    if let Some(spec) = validated.mta_sts.accepted() {
        written |= expose(ctx, subject, facts, spec).await?;
    }
    Ok(written)
}

/// What leads senders to the policy servers.
async fn expose(ctx: &Context, subject: &Subject, facts: &Facts, spec: &StsSpec) -> Result<bool, policy::PolicyError> {
    let external_address = spec.address == Address::External;
    match &spec.serving {
        StsServing::External => Ok(false),
        StsServing::Ingress(annotations) => {
            let annotations = annotations.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
            let wishes = PolicyIngress { annotations, external_address };
            policy::expose(ctx, &subject.me, &facts.policy_objects, &wishes).await
        }
        StsServing::Gateway(parents) => policy::route(ctx, &subject.me, &facts.policy_objects, parents, external_address).await,
    }
}

/// The machine's memory, and with it whose policy this is and who can take its records away when nobody is left.
fn memory(subject: &Subject, decision: &PolicyDecision) -> PolicyMemory {
    let key = &subject.view.key;
    let namespace = (!key.namespace.is_empty()).then(|| key.namespace.clone());
    PolicyMemory {
        owner: subject.owner.clone(),
        provider: Some(ProviderMemory { kind: key.kind, namespace, name: key.name.clone() }),
        delegation: subject.spec.delegation.as_ref().map(|delegation| delegation.zone.clone()),
        tombstone: subject.tombstone.clone(),
        ..decision.memory.clone()
    }
}

fn order(ctx: &Context, subject: &Subject, facts: &Facts, decisions: &Decisions) -> Order {
    Order {
        me: Identity { owner: subject.owner.clone(), uid: subject.me.uid.clone() },
        object: subject.me.clone(),
        domain: subject.home.clone(),
        wanted: decisions.desired.wanted.clone(),
        keep: decisions.desired.keep.clone(),
        prune: facts.complete(),
        takeover: Takeover { adopt: subject.spec.adoption == Adoption::Adopt, from: subject.spec.take_over_from.clone() },
        handover_from: facts.handover_from(ctx, subject),
        marker_ttl: subject.spec.ttl.min(MARKER_TTL),
        allowed_deletions: subject.allowed_deletions.clone(),
        unseen: subject.unseen,
    }
}

fn names(decisions: &Decisions) -> Vec<(Name, RecordType)> {
    let names: BTreeSet<_> = decisions.desired.wanted.iter().map(|wanted| (wanted.name.clone(), wanted.value.kind())).collect();
    names.into_iter().collect()
}

/// The sentences of what was written.
pub(crate) fn sentences(plan: &Plan) -> Vec<String> {
    let wrote = plan.items.iter().filter(|item| item.outcome.writes());
    wrote.map(|item| item.sentence.clone()).collect()
}
