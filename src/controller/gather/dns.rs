//! What the authoritative servers say at the names of one domain.
//!
//! Read only, and the only thing a settled domain costs (P7): no provider is called to see drift.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
};

use mail_records::marker::Marker;

use crate::{
    api::{Verification, VerificationMode},
    controller::{addresses, context::Context},
    dns::{Name, RecordSet, RecordType, Ttl, Value, Zone},
    plan::{Wanted, marker_name},
    provider::{Snapshot, ZoneLookup},
    resolve::{Answer, Authority, MxAnswer, Observation, Question, Server, Validation, Verdict, judge},
};

/// Types asked at the policy host.
pub(crate) const POLICY_HOST_TYPES: [RecordType; 3] = [RecordType::A, RecordType::Aaaa, RecordType::Cname];

/// What every server said.
#[derive(Clone, Debug)]
pub(crate) struct DnsView {
    /// Who was asked for the domain's own zone.
    pub authority: Authority,
    /// Every question and its answers.
    pub observations: Vec<Observation>,
    /// Negative TTL in seconds of the zone; `None` when no server told it.
    pub negative_ttl: Option<Ttl>,
    /// Who receives the domain's mail.
    pub mx: MxAnswer,
    /// Whether validating resolvers see the zone.
    pub dnssec: Validation,
    /// What was asked of the servers of a part that is a zone of its own (DNS-R4).
    pub behind_cuts: BTreeSet<(Name, RecordType)>,
    /// What stands there as each server sees it: two servers that differ must not hide it from the plan.
    pub snapshots: Vec<Snapshot>,
}

/// Names and types to ask about.
#[derive(Clone, Debug, Default)]
pub(crate) struct Questions(BTreeSet<(Name, RecordType)>);

impl Questions {
    /// The names every domain has, the selectors with a key of their own, and those with a CNAME.
    pub(crate) fn of(domain: &Name, keys: impl IntoIterator<Item = Name>, cnames: impl IntoIterator<Item = Name>) -> Self {
        let mut set = BTreeSet::from([(domain.clone(), RecordType::Txt)]);
        set.extend(marker_name(domain).map(|name| (name, RecordType::Txt)));
        for prefix in ["_dmarc", "_mta-sts", "_smtp._tls"] {
            set.extend(domain.child(prefix).map(|name| (name, RecordType::Txt)));
        }
        if let Ok(host) = domain.child("mta-sts") {
            set.extend(POLICY_HOST_TYPES.map(|kind| (host.clone(), kind)));
        }
        set.extend(keys.into_iter().map(|name| (name, RecordType::Txt)));
        set.extend(cnames.into_iter().map(|name| (name, RecordType::Cname)));
        Self(set)
    }

    fn list(&self) -> Vec<Question> {
        self.0.iter().map(|(name, kind)| Question::new(name.clone(), *kind)).collect()
    }
}

/// Asks everything about a domain whose records stand at `home`.
pub(crate) async fn look(
    ctx: &Context,
    domain: &Name,
    home: &Name,
    verification: &Verification,
    questions: &Questions,
) -> Result<DnsView, String> {
    let authority = authority(ctx, home, verification).await?;
    let list = questions.list();
    let apex = Question::new(home.clone(), RecordType::Txt);
    let (observations, negative_ttl, mx, dnssec) = tokio::join!(
        ctx.asker.ask(&authority, &list),
        ctx.asker.soa(&authority),
        mx(ctx, domain, home, &authority),
        ctx.asker.dnssec(&apex),
    );
    let (observations, behind_cuts) = behind_cuts(ctx, verification, observations).await;
    if observations.iter().all(|seen| seen.usable().is_none()) {
        let why = observations.first().map(|seen| seen.silent().iter().map(ToString::to_string).collect::<Vec<_>>().join("; "));
        return Err(format!("no name server of {} gives a usable answer: {}", authority.zone, why.unwrap_or_default()));
    }
    let snapshots = snapshots(&observations);
    Ok(DnsView { authority, observations, negative_ttl: negative_ttl.ok(), mx, dnssec, behind_cuts, snapshots })
}

/// In a delegation the domain's own zone is elsewhere, and resolvers know it.
async fn mx(ctx: &Context, domain: &Name, home: &Name, authority: &Authority) -> MxAnswer {
    if domain == home {
        ctx.asker.mx(domain, authority).await
    } else {
        ctx.asker.mx(domain, &ctx.asker.resolvers_for(domain)).await
    }
}

/// Asks again what was just written.
pub(crate) async fn look_again(
    ctx: &Context,
    verification: &Verification,
    view: &DnsView,
    names: &[(Name, RecordType)],
) -> DnsView {
    let mut list: BTreeSet<(Name, RecordType)> =
        view.observations.iter().map(|seen| (seen.question.name.clone(), seen.question.kind)).collect();
    list.extend(names.iter().cloned());
    let list: Vec<Question> = list.into_iter().map(|(name, kind)| Question::new(name, kind)).collect();
    let (observations, behind_cuts) = behind_cuts(ctx, verification, ctx.asker.ask(&view.authority, &list).await).await;
    DnsView { snapshots: snapshots(&observations), observations, behind_cuts, ..view.clone() }
}

/// A part of the domain may be a zone of its own (`_domainkey` often is): its servers are the ones to ask (DNS-R4).
async fn behind_cuts(
    ctx: &Context,
    verification: &Verification,
    mut observations: Vec<Observation>,
) -> (Vec<Observation>, BTreeSet<(Name, RecordType)>) {
    let mut behind = BTreeSet::new();
    for seen in &mut observations {
        let Some(cut) = seen.answers.iter().find_map(|(_, answer)| delegated(answer)) else { continue };
        if let Ok(authority) = servers(ctx, &cut, verification).await {
            *seen = ctx.asker.observe(&authority, &seen.question).await;
        }
        behind.insert((seen.question.name.clone(), seen.question.kind));
    }
    (observations, behind)
}

fn delegated(answer: &Answer) -> Option<Name> {
    match answer {
        Answer::Delegated { cut } => Some(cut.clone()),
        _ => None,
    }
}

/// The zone that holds the domain, and who speaks for it.
async fn authority(ctx: &Context, domain: &Name, verification: &Verification) -> Result<Authority, String> {
    if verification.mode == VerificationMode::Resolvers {
        return Ok(ctx.asker.resolvers_for(domain));
    }
    let named = nameservers(ctx, verification)?;
    ctx.asker.holder_of(domain, &named).await.map_err(|error| error.to_string())
}

/// The servers of a part of the domain that is a zone of its own.
async fn servers(ctx: &Context, zone: &Name, verification: &Verification) -> Result<Authority, String> {
    if verification.mode == VerificationMode::Resolvers {
        return Ok(ctx.asker.resolvers_for(zone));
    }
    let named = nameservers(ctx, verification)?;
    ctx.asker.servers_of(zone, &named).await.map_err(|error| error.to_string())
}

fn nameservers(ctx: &Context, verification: &Verification) -> Result<Vec<SocketAddr>, String> {
    verification.nameservers.iter().map(|text| addresses::literal(text, ctx.settings.authoritative_port)).collect()
}

fn snapshots(observations: &[Observation]) -> Vec<Snapshot> {
    let answers = observations.iter().flat_map(|seen| seen.answers.iter());
    let servers: BTreeSet<_> = answers.filter(|(_, answer)| answer.silence().is_none()).map(|(server, _)| server).collect();
    servers.into_iter().map(|server| seen_by(server, observations)).collect()
}

fn seen_by(server: &Server, observations: &[Observation]) -> Snapshot {
    let mut snapshot = Snapshot::default();
    for seen in observations {
        // A part behind a zone cut has servers of its own: whoever answers there speaks for everybody.
        let own = seen.answers.iter().find(|(who, answer)| who == server && answer.silence().is_none());
        match own.map(|(_, answer)| answer).or_else(|| seen.usable()) {
            Some(Answer::Values(set)) => snapshot.insert(set.clone()),
            Some(Answer::Cname(target, ttl)) => {
                let values = vec![Value::Cname(target.clone())];
                snapshot.insert(RecordSet::new(seen.question.name.clone(), RecordType::Cname, *ttl, values));
            }
            _ => {}
        }
    }
    snapshot
}

impl DnsView {
    /// The domain's marker, as the first server that has one tells it.
    pub(crate) fn marker(&self, domain: &Name) -> Option<Marker> {
        self.snapshots.iter().find_map(|snapshot| crate::plan::read_marker(domain, snapshot))
    }

    /// Names at which nobody gave a usable answer: no evidence, so nothing is planned there.
    pub(crate) fn unknown(&self) -> BTreeSet<(Name, RecordType)> {
        let silent = self.observations.iter().filter(|seen| seen.usable().is_none());
        silent.map(|seen| (seen.question.name.clone(), seen.question.kind)).collect()
    }

    /// As far as DNS tells, every name can be written; the provider is asked before anything is.
    pub(crate) fn zones(&self) -> BTreeMap<Name, ZoneLookup> {
        let zone = &self.authority.zone;
        let found = || ZoneLookup::Found(Zone { name: zone.clone(), id: zone.to_string() });
        self.observations.iter().map(|seen| (seen.question.name.clone(), found())).collect()
    }

    /// What all servers together say about a wanted record.
    pub(crate) fn verdict(&self, wanted: &Wanted) -> Option<Verdict> {
        let kind = wanted.value.kind();
        let seen = self.observations.iter().find(|seen| seen.question.name == wanted.name && seen.question.kind == kind)?;
        Some(judge(seen, |set| wanted.answered_by(set)))
    }
}
