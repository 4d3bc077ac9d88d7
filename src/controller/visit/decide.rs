//! Everything that is decided in a visit, before anything is written. No IO: facts in, decisions out.

use std::collections::{BTreeMap, BTreeSet};

use mail_records::dkim::{KeyRecord, Selector};

use super::{
    Subject,
    facts::{Facts, candidate},
    moving,
};
use crate::{
    api::Adoption,
    controller::{
        context::Context,
        gather::keys::{Stable, StoredKey},
    },
    dns::Value,
    domain::{
        desire::{DesireInput, Desired, desire},
        dmarc::{self, DmarcDecision, DmarcFacts, Support},
        facts::{Sight, Wait},
        keys::{self, HeldSelector, KeyDecision, KeyFacts, KeySpec},
        moving::Leftover,
        objects::{PolicyMemory, read_active},
        policy::{self, PolicyDecision, PolicyFacts, PolicyWish},
        policy_host::PolicyHost,
        validate::Validated,
    },
    plan::{Hold, Role, Wanted, slots},
};

/// What was decided.
#[derive(Clone, Debug)]
pub(crate) struct Decisions {
    /// Key by key of the spec.
    pub keys: Vec<KeyDecision>,
    /// The policy; `None` where there is neither a block nor a ConfigMap, or where its memory cannot be read.
    pub policy: Option<PolicyDecision>,
    /// What should answer at the policy host.
    pub policy_host: Option<PolicyHost>,
    /// What becomes of another way of serving the policy than the wanted one.
    pub leftover: Leftover,
    /// DMARC.
    pub dmarc: Option<DmarcDecision>,
    /// Why the domain may not be parked.
    pub parking: Option<Hold>,
    /// What should answer, and what stays.
    pub desired: Desired,
}

impl Decisions {
    /// Everything that is waited for.
    pub(crate) fn waits(&self) -> impl Iterator<Item = &Wait> {
        let policy = self.policy.iter().filter_map(|policy| policy.withdrawal.as_ref()?.wait.as_ref());
        let leftover = match &self.leftover {
            Leftover::Stays(wait) => Some(wait),
            Leftover::Nothing | Leftover::Left(_) | Leftover::Goes => None,
        };
        self.keys.iter().filter_map(|key| key.wait.as_ref()).chain(policy).chain(leftover)
    }
}

/// Decides everything.
pub(crate) fn decide(ctx: &Context, subject: &Subject, validated: &Validated, facts: &Facts) -> Decisions {
    let keys: Vec<KeyDecision> = validated
        .dkim
        .keys
        .iter()
        .zip(&facts.stable)
        .map(|(spec, stable)| key(ctx, subject, validated, facts, spec, stable))
        .collect();
    let policy = decide_policy(validated, facts);
    let (policy_host, leftover) = moving::decide(ctx, subject, validated, facts);
    let dmarc = decide_dmarc(ctx, subject, validated, facts);
    let parking = validated.parked.then(|| dmarc::parking_refused(&facts.mx())).flatten();
    let desired = desire(&DesireInput {
        validated,
        listed: &facts.listed,
        keys: &keys,
        policy: policy.as_ref(),
        policy_host: policy_host.as_ref(),
        dmarc: dmarc.as_ref(),
        spf_cost: facts.spf_cost.as_ref(),
        parking: parking.as_ref(),
    });
    Decisions { keys, policy, policy_host, leftover, dmarc, parking, desired }
}

fn key(ctx: &Context, subject: &Subject, validated: &Validated, facts: &Facts, spec: &KeySpec, stable: &Stable) -> KeyDecision {
    let held: Vec<HeldSelector> = facts.stored.keys.iter().filter(|key| key.record.key == spec.name).filter_map(held).collect();
    let seen: BTreeMap<Selector, Sight> = held
        .iter()
        .filter_map(|held| {
            Some((held.selector.clone(), key_sight(ctx, subject, validated, facts, &held.selector, &held.public)?))
        })
        .collect();
    let listed = listed(facts, &spec.name);
    let lost = format!("lost {}", spec.name);
    let missing = listed.iter().any(|selector| !held.iter().any(|held| held.selector == *selector));
    let lost_since = missing.then(|| ctx.memory.since(&subject.me.uid, &lost, facts.now));
    if !missing {
        ctx.memory.over(&subject.me.uid, &lost);
    }
    let active = active_in(stable);
    let negative_ttl = facts.dns.negative_ttl.unwrap_or(validated.ttl);
    keys::step(&KeyFacts {
        spec,
        held: &held,
        listed: &listed,
        complete: facts.marker_known && facts.stored.broken.is_empty(),
        stable: active.as_ref(),
        seen: &seen,
        lost_since,
        lost_key_wait: ctx.settings.lost_key_wait,
        negative_ttl: std::time::Duration::from_secs(negative_ttl.into()),
        now: facts.now,
    })
}

fn held(key: &StoredKey) -> Option<HeldSelector> {
    Some(HeldSelector {
        selector: Selector::new(&key.record.selector).ok()?,
        ordinal: key.record.ordinal,
        public: KeyRecord::rsa(key.pair.spki_der()),
        fingerprint: key.record.fingerprint.clone(),
        created: key.record.created_at,
        verified_since: key.record.verified_since,
        phase: key.record.phase,
    })
}

fn listed(facts: &Facts, key_name: &str) -> BTreeSet<Selector> {
    let selectors = facts.listed.iter().filter_map(|slot| Selector::new(slot.as_str().strip_prefix("sel:")?).ok());
    selectors.filter(|selector| keys::belongs_to(selector, key_name)).collect()
}

fn active_in(stable: &Stable) -> Option<Selector> {
    match stable {
        Stable::Ours(secret) => Selector::new(read_active(&secret.metadata)?.0).ok(),
        Stable::Absent | Stable::Foreign(_) => None,
    }
}

/// What DNS says about a key record, whether or not it was written yet.
fn key_sight(
    ctx: &Context,
    subject: &Subject,
    validated: &Validated,
    facts: &Facts,
    selector: &Selector,
    public: &KeyRecord,
) -> Option<Sight> {
    let slot = slots::of_selector(selector.as_str()).ok()?;
    let name = validated.names.selector(selector).ok()?;
    let wanted = candidate(Role::DkimKey, slot, name, Value::text(&public.to_string()));
    Some(facts.sight(ctx, subject, &wanted))
}

/// Nothing is decided while the memory cannot be read: it may hold an enforce policy (P6).
fn decide_policy(validated: &Validated, facts: &Facts) -> Option<PolicyDecision> {
    let (served, memory) = match &facts.policy {
        Some(Err(_)) => return None,
        Some(Ok(policy)) => (Some(policy.text.as_str()), policy.memory.clone()),
        None => (None, PolicyMemory::default()),
    };
    let wish = PolicyWish::of(&validated.mta_sts);
    let listed = slots::of_role(Role::MtaSts).is_some_and(|slot| facts.listed.contains(&slot));
    if !matches!(wish, PolicyWish::Serve(_)) && served.is_none() && !listed {
        return None;
    }
    let facts = PolicyFacts {
        wish,
        served,
        memory: &memory,
        id_in_dns: facts.id(validated),
        mx: &facts.mx(),
        confirmed: facts.confirmed.clone(),
        now: facts.now,
    };
    Some(policy::step(&facts))
}

fn decide_dmarc(ctx: &Context, subject: &Subject, validated: &Validated, facts: &Facts) -> Option<DmarcDecision> {
    let wanted = validated.dmarc.accepted()?;
    let spf = validated.spf.accepted().and_then(|spf| {
        let slot = slots::of_role(Role::Spf)?;
        let record = candidate(Role::Spf, slot, validated.names.home.clone(), Value::text(&spf.to_string()));
        Some(support(ctx, subject, facts, &record))
    });
    let selectors = if validated.parked { vec![] } else { selectors(ctx, subject, validated, facts) };
    Some(dmarc::decide(&DmarcFacts { wanted, current: facts.dmarc.clone(), spf, selectors }))
}

/// Every selector the spec names: held, pasted, delegated.
fn selectors(ctx: &Context, subject: &Subject, validated: &Validated, facts: &Facts) -> Vec<(Selector, Support)> {
    let held = facts.stored.keys.iter().filter_map(|key| {
        let record = KeyRecord::rsa(key.pair.spki_der());
        Some((Selector::new(&key.record.selector).ok()?, Role::DkimKey, Value::text(&record.to_string())))
    });
    let published = validated.dkim.published.iter().filter_map(|(name, record)| match name {
        crate::domain::validate::DkimName::Selector(selector) => {
            Some((selector.clone(), Role::DkimKey, Value::text(&record.to_string())))
        }
        crate::domain::validate::DkimName::Any => None,
    });
    let delegated = validated
        .dkim
        .delegated
        .iter()
        .map(|(selector, target)| (selector.clone(), Role::DkimCname, Value::Cname(target.clone())));
    held.chain(published)
        .chain(delegated)
        .filter_map(|(selector, role, value)| {
            let slot = slots::of_selector(selector.as_str()).ok()?;
            let name = validated.names.selector(&selector).ok()?;
            let record = candidate(role, slot, name, value);
            let support = behind_cname(facts, &record, support(ctx, subject, facts, &record));
            Some((selector, support))
        })
        .collect()
}

/// A CNAME that answers is worth as much as the key behind it.
fn behind_cname(facts: &Facts, record: &Wanted, support: Support) -> Support {
    match (&record.value, &support) {
        (Value::Cname(target), Support::Seen(Sight::EverywhereRight)) => match facts.targets.get(target) {
            Some(missing) => Support::Seen(Sight::NotYet(missing.why.clone())),
            None => support,
        },
        _ => support,
    }
}

/// A wrong value that is not ours is a conflict unless it may be taken over.
fn support(ctx: &Context, subject: &Subject, facts: &Facts, record: &Wanted) -> Support {
    let foreign = !facts.listed.contains(&record.slot) && subject.spec.adoption == Adoption::Refuse && subject.publishes();
    match facts.dns.verdict(record) {
        Some(crate::resolve::Verdict::Wrong { server, found }) if foreign => {
            Support::Conflict(format!("{server} answers {found}"))
        }
        _ => Support::Seen(facts.sight(ctx, subject, record)),
    }
}
