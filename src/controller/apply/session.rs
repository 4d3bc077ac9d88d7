//! One order carried out at the provider: the only place from which records are read and written there.
//!
//! The provider is asked for what it stores, the plan is made on that and written with the provider's preconditions; a set
//! that moved meanwhile is read again. A server that refuses a change set as a whole is given its slots one by one, so
//! that a name it may not change keeps no other record back.

use std::collections::{BTreeMap, BTreeSet};

use mail_records::marker::Slot;

use super::records::{Basis, Order, Published, compute};
use crate::{
    controller::{
        connect::{Credential, credential},
        context::Context,
        provider_view::ProviderView,
    },
    dns::{Name, RecordType, Zone},
    plan::{self, DeleteCap, HiddenWildcard, Item, Plan},
    provider::{Error, ErrorKind, Provider, Snapshot, ZoneLookup},
    resolve::Authority,
};

/// How often a set that moved between read and write is read again within one pass.
const ATTEMPTS: usize = 3;

/// What stays the same while one order is carried out.
pub(super) struct Session<'a> {
    ctx: &'a Context,
    view: &'a ProviderView,
    authority: &'a Authority,
    contested: &'a BTreeSet<Slot>,
}

/// Why an order was not carried out.
struct Failed {
    error: Error,
    /// The plan, if it was the provider that refused it.
    refused: Option<Plan>,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self { error, refused: None }
    }
}

impl<'a> Session<'a> {
    pub(super) fn new(ctx: &'a Context, view: &'a ProviderView, authority: &'a Authority, contested: &'a BTreeSet<Slot>) -> Self {
        Self { ctx, view, authority, contested }
    }

    /// Carries an order out as a whole, and slot by slot where the whole is refused.
    pub(super) async fn write(&self, order: &Order) -> Result<Published, Error> {
        let provider = self.ctx.pool.connect(self.view, &order.object).await?;
        match self.attempt(provider.as_ref(), order).await {
            Ok((plan, written)) => Ok(Published { plan, written, ..Published::default() }),
            Err(Failed { error, refused: Some(plan) }) => self.one_by_one(provider.as_ref(), order, &plan, error).await,
            Err(Failed { error, refused: None }) => Err(error),
        }
    }

    /// Plans and writes, again if the records moved in between.
    async fn attempt(&self, provider: &dyn Provider, order: &Order) -> Result<(Plan, bool), Failed> {
        let mut last = Error::new(ErrorKind::Conflict, "the records changed again and again while they were written");
        for _ in 0..ATTEMPTS {
            let plan = self.plan(provider, order).await?;
            self.begin_deletions(order, &plan)?;
            if plan.is_empty() {
                return Ok((plan, false));
            }
            let done = self.carry_out(provider, &plan).await;
            self.end_deletions(order, &done);
            match done {
                Ok(()) => {
                    self.note(order, &plan);
                    return Ok((plan, true));
                }
                Err(error) if error.kind == ErrorKind::Conflict => last = error,
                Err(error) => {
                    let refused = may_be_granted_in_part(provider, &error).then_some(plan);
                    return Err(Failed { error, refused });
                }
            }
        }
        Err(last.into())
    }

    /// Each slot of a refused plan by itself, in the plan's order, with nothing of the others touched.
    async fn one_by_one(&self, provider: &dyn Provider, order: &Order, refused: &Plan, error: Error) -> Result<Published, Error> {
        let pending: BTreeSet<Slot> =
            refused.items.iter().filter(|item| item.outcome.writes()).map(|item| item.slot.clone()).collect();
        if pending.len() < 2 {
            return Err(error);
        }
        let mut published = Published::default();
        let mut wrote = vec![];
        for slot in &pending {
            let others = pending.iter().filter(|other| *other != slot).cloned().collect();
            match self.attempt(provider, &order.without(&others)).await {
                Ok((plan, written)) => {
                    published.written |= written;
                    wrote.extend(plan.items.into_iter().filter(|item| item.outcome.writes()));
                }
                Err(Failed { error, refused: Some(_) }) => drop(published.refused.insert(slot.clone(), error)),
                Err(Failed { error, refused: None }) => {
                    published.error = Some(error);
                    break;
                }
            }
        }
        if !published.written {
            return Err(published.error.unwrap_or(error));
        }
        published.plan = self.plan(provider, &order.without(&pending)).await?;
        published.plan.items.retain(|item| !wrote.iter().any(|done: &Item| done.slot == item.slot));
        published.plan.items.extend(wrote);
        published.plan.items.sort_by(|a, b| a.slot.cmp(&b.slot));
        Ok(published)
    }

    /// The plan on what the provider stores.
    async fn plan(&self, provider: &dyn Provider, order: &Order) -> Result<Plan, Error> {
        let mut names = plan::names_of_interest(&order.domain, &order.wanted, None);
        let (mut zones, mut observed) = read(provider, &names).await?;
        check_delegation(&order.domain, zones.get(&order.domain), self.authority)?;
        if let Some(marker) = plan::read_marker(&order.domain, &observed) {
            let listed = plan::names_of_interest(&order.domain, &order.wanted, Some(&marker));
            let more: BTreeSet<Name> = listed.difference(&names).cloned().collect();
            let (more_zones, more_sets) = read(provider, &more).await?;
            zones.extend(more_zones);
            more_sets.iter().for_each(|set| observed.insert(set.clone()));
            names.extend(more);
        }
        let on = |hidden: &BTreeMap<Name, HiddenWildcard>| {
            let (wanted, keep, contested, limits) = (&order.wanted, &order.keep, self.contested, provider.limits());
            compute(order, &Basis { wanted, keep, observed: &observed, zones: &zones, hidden, contested, limits })
        };
        let plan = on(&BTreeMap::new());
        let hidden = self.hidden_wildcards(&plan).await?;
        Ok(if hidden.is_empty() { plan } else { on(&hidden) })
    }

    /// The wildcards that the plan's new names would hide (DNS-R3), the marker's among them. While that cannot be found
    /// out nothing new is written (P1).
    async fn hidden_wildcards(&self, plan: &Plan) -> Result<BTreeMap<Name, HiddenWildcard>, Error> {
        let created = plan.changes.iter().flat_map(|zone| &zone.changes).filter(|change| change.expected.is_none());
        let names: BTreeSet<(Name, RecordType)> = created.map(|change| (change.name.clone(), change.kind)).collect();
        let mut hidden = BTreeMap::new();
        for (name, kind) in names {
            let found = self.ctx.asker.hidden_wildcard(&name, kind, self.authority).await.map_err(|silence| {
                Error::new(
                    ErrorKind::Transient,
                    format!("DNS-R3: whether {name} would hide a wildcard cannot be found out: {silence}"),
                )
            })?;
            hidden.extend(found.map(|wildcard| (name, wildcard)));
        }
        Ok(hidden)
    }

    /// Zone by zone, in the plan's order: the marker's first, so that nothing of ours ever stands unlisted. Each write begins and
    /// ends within the Lease, or is not begun.
    async fn carry_out(&self, provider: &dyn Provider, plan: &Plan) -> Result<(), Error> {
        for zone in &plan.changes {
            if !self.ctx.leadership.holds() {
                return Err(Error::new(ErrorKind::Transient, "the Lease was not renewed in time, so nothing is written"));
            }
            let write = provider.apply(&zone.zone, &zone.changes);
            match self.ctx.leadership.longest_write() {
                None => write.await?,
                Some(longest) => tokio::time::timeout(longest, write).await.map_err(|_| late(longest))??,
            }
        }
        Ok(())
    }

    /// P6: deletions are counted per credential and hour; above the cap they wait and say so.
    fn begin_deletions(&self, order: &Order, plan: &Plan) -> Result<(), Error> {
        let window = std::time::Duration::from_hours(1);
        let cap = DeleteCap(self.ctx.settings.delete_cap);
        let allowed = |used| cap.allowed(plan, used, order.allowed_deletions.as_deref());
        let memory = &self.ctx.memory;
        let begun = memory.begin_deletions(&self.ledger(), &order.me.uid, plan.deletions(), window, self.ctx.now(), allowed);
        begun.map_err(|cap| Error::new(ErrorKind::RateLimited(window / 6), cap.message))
    }

    /// A failure that is no refusal may have come after the deletions.
    fn end_deletions(&self, order: &Order, done: &Result<(), Error>) {
        let unknown = done.as_ref().is_err_and(|error| error.kind == ErrorKind::Transient);
        if !unknown {
            self.ctx.memory.end_deletions(&self.ledger(), &order.me.uid, done.is_ok());
        }
    }

    /// Where deletions are counted: two provider objects that use one Secret are one credential.
    fn ledger(&self) -> String {
        let name = |credential: Credential| format!("{} {credential}", credential.kind);
        credential(self.view).map_or_else(|_| self.view.key.to_string(), name)
    }

    fn note(&self, order: &Order, plan: &Plan) {
        let (memory, now) = (&self.ctx.memory, self.ctx.now());
        let written = plan.items.iter().filter(|item| item.outcome.puts());
        for (item, value) in written.filter_map(|item| Some((item, item.value.as_ref()?))) {
            memory.wrote(&order.me.uid, &item.slot, value, now);
        }
    }
}

/// A token that may not write at all gains nothing from being tried name by name; a value that is refused may be the only one.
fn may_be_granted_in_part(provider: &dyn Provider, error: &Error) -> bool {
    match error.kind {
        ErrorKind::Denied => provider.grants_by_name(),
        ErrorKind::Invalid => true,
        _ => false,
    }
}

/// A zone that no parent delegates to can be written and is seen by nobody.
fn check_delegation(domain: &Name, lookup: Option<&ZoneLookup>, authority: &Authority) -> Result<(), Error> {
    match lookup {
        Some(ZoneLookup::Found(zone)) if zone.name != authority.zone && zone.name.is_at_or_below(&authority.zone) => {
            let message = format!(
                "ZoneNotDelegated: the provider serves zone {}, but {domain} is answered from zone {}: have the registrar delegate \
                 {} to the provider's name servers",
                zone.name, authority.zone, zone.name
            );
            Err(Error::new(ErrorKind::Invalid, message))
        }
        _ => Ok(()),
    }
}

/// Finds the zone of each name and reads the names zone by zone.
async fn read(provider: &dyn Provider, names: &BTreeSet<Name>) -> Result<(BTreeMap<Name, ZoneLookup>, Snapshot), Error> {
    let mut zones = BTreeMap::new();
    let mut by_zone: BTreeMap<Zone, Vec<Name>> = BTreeMap::new();
    for name in names {
        let lookup = provider.zone_of(name).await?;
        if let ZoneLookup::Found(zone) = &lookup {
            by_zone.entry(zone.clone()).or_default().push(name.clone());
        }
        zones.insert(name.clone(), lookup);
    }
    let mut observed = Snapshot::default();
    for (zone, names) in &by_zone {
        provider.read(zone, names).await?.iter().for_each(|set| observed.insert(set.clone()));
    }
    Ok((zones, observed))
}

fn late(longest: std::time::Duration) -> Error {
    Error::new(ErrorKind::Transient, format!("the provider took more than {} s for a write", longest.as_secs()))
}
