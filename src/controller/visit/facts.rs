//! Everything a visit gathers before it decides. Reads only.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use futures::future::join_all;
use jiff::Timestamp;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::ResourceExt;
use mail_records::{
    dkim::KeyRecord,
    dmarc::Dmarc,
    marker::{Marker, Slot},
    mta_sts::TxtRecord,
    spf::Cost,
};

use super::{
    Subject,
    patience::{Patience, clock_of},
};
use crate::{
    api::MailDomain,
    controller::{
        context::Context,
        gather::{
            dns::{self, DnsView, Questions},
            keys::{self, Stable, StoredKeys},
            pointers::{self, Pointers},
            policy::{self, PolicyObjects, Published},
            spf,
            way::{self, WayView},
        },
        rivals::{self, Rival, Standing},
    },
    dns::{Name, RecordType},
    domain::{
        delegation::{Pointer, Pointing},
        dmarc::CurrentDmarc,
        facts::{MxFacts, Sight},
        objects::{MemoryError, PolicyObject, read_policy},
        policy::{Confirmation, IdSight},
        policy_host::Address,
        validate::{DkimName, StsServing, Validated},
    },
    plan::{Role, Wanted},
    resolve::{Lookup, MxAnswer, Verdict},
};

/// What was found.
pub(crate) struct Facts {
    /// What the authoritative servers say.
    pub dns: Arc<DnsView>,
    /// What leads from the domain's own zone to the records.
    pub pointers: Pointers,
    /// The domain's marker, whoever's it is.
    pub marker: Option<Marker>,
    /// What our marker lists; empty when it is another's.
    pub listed: BTreeSet<Slot>,
    /// Whether it could be found out which marker there is.
    pub marker_known: bool,
    /// Key Secrets.
    pub stored: StoredKeys,
    /// What stands under the name that signers mount, key by key.
    pub stable: Vec<Stable>,
    /// ConfigMap, Ingress and HTTPRoute.
    pub policy_objects: PolicyObjects,
    /// What leads senders to the policy; `None` without an accepted block.
    pub way: Option<WayView>,
    /// Text and memory, or why they cannot be read.
    pub policy: Option<Result<PolicyObject, MemoryError>>,
    /// Who serves that text.
    pub confirmed: Confirmation,
    /// What the SPF record costs.
    pub spf_cost: Option<Cost>,
    /// The DMARC record that receivers apply today.
    pub dmarc: CurrentDmarc,
    /// Delegated selectors whose target holds no valid key, and why.
    pub targets: BTreeMap<Name, MissingKey>,
    /// Report receivers that did not agree (DMARC-G2).
    pub unauthorized: Vec<String>,
    /// When it was gathered.
    pub now: Timestamp,
}

/// Gathers; the inner error says that no authoritative server could be asked.
pub(crate) async fn gather(
    ctx: &Context,
    subject: &Subject,
    validated: &Validated,
) -> Result<Result<Facts, String>, kube::Error> {
    let key_names: Vec<String> = validated.dkim.keys.iter().map(|key| key.name.clone()).collect();
    let stored = keys::stored(ctx, &subject.me, &key_names).await?;
    let mut stable = vec![];
    for key in &validated.dkim.keys {
        stable.push(keys::stable(ctx, &subject.me, &key.secret_name).await?);
    }
    let questions = questions(subject, validated, &stored);
    let dns = match dns::look(ctx, &subject.me.domain, &subject.home, &subject.view.verification, &questions).await {
        Ok(dns) => dns,
        Err(silent) => return Ok(Err(silent)),
    };
    Patience::with(ctx, subject, ctx.now()).heard_servers(&dns);
    let policy_objects = policy::objects(ctx, &subject.me.domain, validated.mta_sts.accepted().is_some()).await?;
    let policy = policy_objects.config_map.as_ref().map(read);
    let pointers =
        pointers::look(ctx, &subject.me.domain, &subject.home, &subject.view.verification, pointed_at(validated, &stored).iter())
            .await;
    let text = policy.as_ref().and_then(|policy| Some(policy.as_ref().ok()?.text.as_str()));
    let (confirmed, way, spf_cost, dmarc, targets, unauthorized) = tokio::join!(
        confirmation(ctx, validated, policy.as_ref(), &dns, &pointers),
        way::look(ctx, validated, &policy_objects, text),
        spf_cost(ctx, validated),
        current_dmarc(ctx, validated, &dns, &pointers),
        targets(ctx, validated),
        unauthorized(ctx, subject, validated),
    );
    let marker = dns.marker(&subject.home);
    let ours = marker.as_ref().filter(|marker| marker.owner() == subject.owner);
    Ok(Ok(Facts {
        listed: ours.map(|marker| marker.has.clone()).unwrap_or_default(),
        marker_known: marker_known(subject, &dns),
        marker,
        dns: Arc::new(dns),
        pointers,
        stored,
        stable,
        policy_objects,
        way,
        policy,
        confirmed,
        spf_cost,
        dmarc,
        targets,
        unauthorized,
        now: ctx.now(),
    }))
}

fn read(config_map: &ConfigMap) -> Result<PolicyObject, MemoryError> {
    read_policy(config_map)
}

/// Every name that the spec and the stored keys touch.
fn questions(subject: &Subject, validated: &Validated, stored: &StoredKeys) -> Questions {
    let names = &validated.names;
    let held = stored.keys.iter().filter_map(|key| names.domainkey.child(&key.record.selector).ok());
    let published = validated.dkim.published.iter().filter_map(|(name, _)| published_at(validated, name));
    let delegated = validated.dkim.delegated.iter().filter_map(|(selector, _)| names.selector(selector).ok());
    Questions::of(&subject.home, held.chain(published), delegated)
}

/// Every record of a delegation that something must lead to.
fn pointed_at(validated: &Validated, stored: &StoredKeys) -> BTreeSet<Name> {
    let names = &validated.names;
    if !names.are_delegated() {
        return BTreeSet::new();
    }
    let sts = validated.mta_sts.accepted();
    let ours = [
        validated.spf.accepted().map(|_| &names.home),
        validated.dmarc.accepted().map(|_| &names.dmarc),
        sts.map(|_| &names.mta_sts),
        sts.filter(|spec| spec.address != Address::External).map(|_| &names.policy_host),
        validated.tls_rpt.accepted().map(|_| &names.tls_rpt),
    ];
    let held = stored.keys.iter().filter_map(|key| names.domainkey.child(&key.record.selector).ok());
    let published = validated.dkim.published.iter().filter_map(|(name, _)| published_at(validated, name));
    let delegated = validated.dkim.delegated.iter().filter_map(|(selector, _)| names.selector(selector).ok());
    ours.into_iter().flatten().cloned().chain(held).chain(published).chain(delegated).collect()
}

/// Where a published key stands.
pub(crate) fn published_at(validated: &Validated, name: &DkimName) -> Option<Name> {
    match name {
        DkimName::Selector(selector) => validated.names.selector(selector).ok(),
        DkimName::Any => validated.names.domainkey.child("*").ok(),
    }
}

fn marker_known(subject: &Subject, dns: &DnsView) -> bool {
    let unknown = dns.unknown();
    !crate::plan::marker_name(&subject.home).is_ok_and(|name| unknown.contains(&(name, RecordType::Txt)))
}

async fn confirmation(
    ctx: &Context,
    validated: &Validated,
    policy: Option<&Result<PolicyObject, MemoryError>>,
    dns: &DnsView,
    pointers: &Pointers,
) -> Confirmation {
    let Some(Ok(policy)) = policy else { return Confirmation::Unknown("no policy text is stored yet".to_owned()) };
    let by_us = !matches!(validated.mta_sts.accepted().map(|spec| &spec.serving), Some(StsServing::External));
    let (host, names) = (&validated.names.sts_host, &validated.names);
    match pointers.get(&names.policy_host) {
        Some((pointer, Pointing::Missing(why))) => {
            return Confirmation::Unknown(format!("{host} does not lead to {}: {why}", pointer.target));
        }
        Some((_, Pointing::Unknown(why))) => return Confirmation::Silent(why.clone()),
        Some((_, Pointing::Stands)) | None => {}
    }
    // Whoever serves it himself has its address in the domain's own zone.
    let elsewhere = names.are_delegated() && !pointers.contains_key(&names.policy_host);
    let published = if elsewhere { Published::ByOthers } else { Published::At(&names.policy_host, dns) };
    policy::confirm(ctx, host, &policy.text, by_us, &published).await
}

async fn spf_cost(ctx: &Context, validated: &Validated) -> Option<Cost> {
    let names = &validated.names;
    Some(spf::walk(ctx, &validated.domain, (&names.home, validated.spf.accepted()?)).await)
}

/// The domain's own record, else the nearest one above, with what it says about subdomains (RFC 9989 4.10).
async fn current_dmarc(ctx: &Context, validated: &Validated, dns: &DnsView, pointers: &Pointers) -> CurrentDmarc {
    if validated.dmarc.accepted().is_none() {
        return CurrentDmarc::Nothing;
    }
    let name = &validated.names.dmarc;
    if let Some((pointer, Pointing::Missing(_) | Pointing::Unknown(_))) = pointers.get(name) {
        return applied(ctx, &pointer.name, &validated.domain).await;
    }
    if dns.unknown().contains(&(name.clone(), RecordType::Txt)) {
        return CurrentDmarc::Unknown(format!("no name server answers for {name}"));
    }
    let own = dns.snapshots.iter().find_map(|snapshot| snapshot.get(name, RecordType::Txt).cloned());
    let texts: Vec<String> = own.iter().flat_map(|set| &set.values).filter_map(crate::dns::Value::as_text).collect();
    if let Some(record) = one_record(&texts) {
        return CurrentDmarc::Record(record);
    }
    inherited(ctx, &validated.domain).await
}

/// What receivers find at a name that does not lead to our record.
async fn applied(ctx: &Context, name: &Name, domain: &Name) -> CurrentDmarc {
    match ctx.asker.txt(name).await {
        Lookup::Failed(why) => CurrentDmarc::Unknown(why),
        Lookup::Found(texts) if one_record(&texts).is_some() => {
            one_record(&texts).map_or(CurrentDmarc::Nothing, CurrentDmarc::Record)
        }
        _ => inherited(ctx, domain).await,
    }
}

/// Several records are as good as none (RFC 9989 4.10).
fn one_record(texts: &[String]) -> Option<Dmarc> {
    let mut records = texts.iter().filter_map(|text| text.parse::<Dmarc>().ok());
    let first = records.next()?;
    records.next().is_none().then_some(first)
}

/// Domains above with one label only are nobody's policy.
async fn inherited(ctx: &Context, domain: &Name) -> CurrentDmarc {
    let above = domain.ancestors().skip(1).filter(|name| name.parent().is_some()).take(7);
    for name in above {
        let Ok(name) = name.child("_dmarc") else { continue };
        match ctx.asker.txt(&name).await {
            Lookup::Found(texts) => {
                if let Some(record) = one_record(&texts) {
                    let policy = record.subdomain_policy.unwrap_or(record.policy);
                    return CurrentDmarc::Record(Dmarc { policy, ..record });
                }
            }
            Lookup::NxDomain | Lookup::NoData => {}
            Lookup::Failed(why) => return CurrentDmarc::Unknown(why),
        }
    }
    CurrentDmarc::Nothing
}

/// Why the target of a delegated selector counts for nothing.
#[derive(Clone, Debug)]
pub(crate) struct MissingKey {
    /// As a sentence.
    pub why: String,
    /// Whether nobody could say.
    pub silent: bool,
}

/// Follows each delegated selector to its key, as a verifier does.
async fn targets(ctx: &Context, validated: &Validated) -> BTreeMap<Name, MissingKey> {
    let asked = validated.dkim.delegated.iter().map(async |(_, target)| Some((target.clone(), key_missing(ctx, target).await?)));
    join_all(asked).await.into_iter().flatten().collect()
}

async fn key_missing(ctx: &Context, target: &Name) -> Option<MissingKey> {
    let missing = |why| Some(MissingKey { why, silent: false });
    match ctx.asker.txt(target).await {
        Lookup::Found(texts) => {
            let valid = |text: &String| text.parse::<KeyRecord>().is_ok_and(|key| !key.is_revoked());
            if texts.iter().any(valid) {
                return None;
            }
            missing(format!("{target} holds no valid DKIM key: turn DKIM on at the provider that owns it"))
        }
        Lookup::NxDomain | Lookup::NoData => {
            missing(format!("{target} does not exist (yet): turn DKIM on at the provider that owns it"))
        }
        Lookup::Failed(why) => Some(MissingKey { why: format!("{target} cannot be looked up: {why}"), silent: true }),
    }
}

async fn unauthorized(ctx: &Context, subject: &Subject, validated: &Validated) -> Vec<String> {
    let reports = &validated.report_authorizations;
    let answers = join_all(reports.iter().map(|report| ctx.asker.txt(&report.name))).await;
    let before = &subject.before.warnings;
    reports.iter().zip(&answers).filter_map(|(report, answer)| not_agreed(report.unauthorized(), answer, before)).collect()
}

/// What is to be said of somebody who did not agree. Nobody's answer changes nothing of what was said before (P7).
fn not_agreed(sentence: String, answer: &Lookup<String>, before: &[String]) -> Option<String> {
    let says_it = match answer {
        Lookup::Found(texts) => !texts.iter().any(|text| text.starts_with("v=DMARC1")),
        Lookup::NxDomain | Lookup::NoData => true,
        Lookup::Failed(_) => before.contains(&sentence),
    };
    says_it.then_some(sentence)
}

impl Facts {
    /// Whether somebody else looks after the domain.
    pub(crate) fn standing(&self, ctx: &Context, subject: &Subject) -> Standing {
        if !subject.publishes() {
            return Standing::Ours;
        }
        let me = Rival { owner: subject.owner.clone(), uid: subject.me.uid.clone(), created: subject.created, deleting: false };
        rivals::standing(&me, &others(ctx, subject), self.marker.as_ref())
    }

    /// The owner that this object carries on for.
    pub(crate) fn handover_from(&self, ctx: &Context, subject: &Subject) -> Option<String> {
        rivals::handover_from(&subject.owner, &others(ctx, subject), self.marker.as_ref())
    }

    /// Whether nothing is missing that a deletion would have to know.
    pub(crate) fn complete(&self) -> bool {
        self.marker_known && self.stored.broken.is_empty() && !matches!(self.policy, Some(Err(_)))
    }

    /// The MX as the domain speaks of it.
    pub(crate) fn mx(&self) -> MxFacts {
        match &self.dns.mx {
            MxAnswer::Hosts(hosts) => MxFacts::Hosts(hosts.clone()),
            MxAnswer::NullMx => MxFacts::NullMx,
            MxAnswer::None => MxFacts::None,
            MxAnswer::Failed(why) => MxFacts::Failed(why.clone()),
        }
    }

    /// The id that every server answers with.
    pub(crate) fn id(&self, validated: &Validated) -> IdSight {
        let name = &validated.names.mta_sts;
        let mut ids = self.dns.snapshots.iter().map(|snapshot| {
            let set = snapshot.get(name, RecordType::Txt)?;
            set.values.iter().find_map(|value| Some(value.as_text()?.parse::<TxtRecord>().ok()?.id().to_owned()))
        });
        if self.dns.unknown().contains(&(name.clone(), RecordType::Txt)) {
            return IdSight::Unknown;
        }
        let Some(first) = ids.next() else { return IdSight::Unknown };
        if ids.all(|id| id == first) { IdSight::Known(first) } else { IdSight::Unknown }
    }

    /// What all servers say about a record, with patience for servers that cannot be reached: they block at first, and
    /// are only named later (P3, P7).
    pub(crate) fn sight(&self, ctx: &Context, subject: &Subject, wanted: &Wanted) -> Sight {
        let seen = match self.dns.verdict(wanted) {
            None => Sight::Unknown("nobody was asked yet".to_owned()),
            Some(verdict) => sight(&Patience::with(ctx, subject, self.now), &verdict),
        };
        match self.pointers.get(&wanted.name) {
            Some((pointer, pointing)) if seen == Sight::EverywhereRight => behind(pointer, pointing),
            _ => seen,
        }
    }
}

/// A record that nothing leads to answers nobody.
fn behind(pointer: &Pointer, pointing: &Pointing) -> Sight {
    let says = |why: &str| format!("{} {} does not lead to it: {why}", pointer.name, pointer.kind());
    match pointing {
        Pointing::Stands => Sight::EverywhereRight,
        Pointing::Missing(why) => Sight::NotYet(says(why)),
        Pointing::Unknown(why) => Sight::Unknown(says(why)),
    }
}

fn sight(patience: &Patience<'_>, verdict: &Verdict) -> Sight {
    match verdict {
        Verdict::Verified => Sight::EverywhereRight,
        Verdict::Partly { silent, .. } => {
            if silent.iter().all(|silent| patience.is_over(&clock_of(&silent.server))) {
                return Sight::EverywhereRight;
            }
            Sight::Unknown(verdict.to_string())
        }
        Verdict::Missing { .. } | Verdict::Wrong { .. } => Sight::NotYet(verdict.to_string()),
        Verdict::Unknown { .. } => Sight::Unknown(verdict.to_string()),
    }
}

/// The other objects that name this domain through a provider that publishes and may serve it.
fn others(ctx: &Context, subject: &Subject) -> Vec<Rival> {
    let other_than_me = |other: &MailDomain| other.uid().as_deref() != Some(subject.me.uid.as_str());
    let competes = |other: &MailDomain| Subject::even_suspended(ctx, other).is_ok_and(|other| other.publishes());
    let of_domain = ctx.stores.domains_by_name.find(&ctx.stores.domains, &subject.me.domain.as_str().to_ascii_lowercase());
    let rivals = of_domain.into_iter().filter(|other| other_than_me(other) && competes(other));
    rivals.map(|other| rival(ctx, &other)).collect()
}

fn rival(ctx: &Context, other: &MailDomain) -> Rival {
    Rival {
        owner: ctx.owner(&other.namespace().unwrap_or_default(), &other.name_any()),
        uid: other.uid().unwrap_or_default(),
        created: other.metadata.creation_timestamp.as_ref().map(|time| time.0),
        deleting: other.metadata.deletion_timestamp.is_some(),
    }
}

/// A record to look for, before it is decided whether it is wanted.
pub(crate) fn candidate(role: Role, slot: Slot, name: Name, value: crate::dns::Value) -> Wanted {
    Wanted { slot, role, name, value, ttl: 0, hold: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p7_silence_of_those_who_get_reports_is_neither_consent_nor_refusal() {
        let sentence = || "DMARC-G2: not sent".to_owned();
        let silence = Lookup::Failed("no answer".to_owned());
        assert_eq!(not_agreed(sentence(), &silence, &[]), None);
        assert_eq!(not_agreed(sentence(), &silence, &[sentence()]), Some(sentence()));
        assert_eq!(not_agreed(sentence(), &Lookup::NoData, &[]), Some(sentence()));
        assert_eq!(not_agreed(sentence(), &Lookup::Found(vec!["v=DMARC1".to_owned()]), &[sentence()]), None);
    }
}
