//! Making DNS say what the plan wants: the only place from which a provider is called.
//!
//! DNS is asked first and decides whether there is anything to do. Only then is the provider asked for what it stores,
//! the plan made again on that, and written with the provider's preconditions; a set that moved meanwhile is read again.

use std::collections::{BTreeMap, BTreeSet};

use mail_records::marker::{Marker, Slot};

use crate::{
    controller::{context::Context, gather::dns::DnsView, provider_view::ProviderView},
    dns::{Name, RecordType, Zone},
    plan::{self, DeleteCap, HiddenWildcard, Identity, Item, Outcome, Plan, Takeover, Wanted},
    provider::{Atomicity, Error, ErrorKind, Limits, Provider, Snapshot, ZoneLookup},
    resolve::Authority,
};

/// How often a set that moved between read and write is read again within one pass.
const ATTEMPTS: usize = 3;

/// DNS tells nothing of a provider's limits: whether something differs is all that is read from it.
const BY_DNS: Limits = Limits {
    min_ttl: 0,
    max_ttl: i32::MAX.unsigned_abs(),
    max_txt_octets: usize::MAX,
    atomicity: Atomicity::ChangeSet,
    publishes: true,
};

/// What a pass wants of DNS.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    /// Who we are.
    pub me: Identity,
    /// The domain.
    pub domain: Name,
    /// What should answer.
    pub wanted: Vec<Wanted>,
    /// Slots that stay although they are not wanted.
    pub keep: BTreeSet<Slot>,
    /// Whether what is neither wanted nor kept may go.
    pub prune: bool,
    /// What may be done with foreign values.
    pub takeover: Takeover,
    /// The owner whose marker we inherit, because the object was renamed.
    pub handover_from: Option<String>,
    /// TTL in seconds of the marker.
    pub marker_ttl: u32,
    /// The digest of deletions that the user allowed beyond the cap.
    pub allowed_deletions: Option<String>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub(crate) struct Published {
    /// The plan that was carried out, or that found nothing to do.
    pub plan: Plan,
    /// Whether anything was written.
    pub written: bool,
    /// What failed, if something did.
    pub error: Option<Error>,
}

/// Carries an order out.
pub(crate) async fn publish(ctx: &Context, view: &ProviderView, dns: &DnsView, order: &Order) -> Published {
    let contested: BTreeSet<Slot> = ctx.memory.contested(&order.me.uid, ctx.now()).into_iter().collect();
    let by_dns = plan_by_dns(dns, order, &contested);
    if by_dns.is_empty() && !wildcard_in_the_way(ctx, dns, &by_dns).await {
        return Published { plan: by_dns, written: false, error: None };
    }
    match write(ctx, view, &dns.authority, order, &contested).await {
        Ok((plan, written)) => Published { plan, written, error: None },
        Err(error) => Published { plan: by_dns, written: false, error: Some(error) },
    }
}

/// The plan on what DNS shows. Servers may differ: the first one that leaves something to do decides. Names at which
/// nobody could be asked are left out, because silence is no evidence (P7).
fn plan_by_dns(dns: &DnsView, order: &Order, contested: &BTreeSet<Slot>) -> Plan {
    let unknown = dns.unknown();
    let known = |wanted: &&Wanted| !unknown.contains(&(wanted.name.clone(), wanted.value.kind()));
    let (wanted, unasked): (Vec<Wanted>, Vec<Wanted>) = order.wanted.iter().cloned().partition(|wanted| known(&wanted));
    let mut keep = order.keep.clone();
    keep.extend(unasked.into_iter().map(|wanted| wanted.slot));
    let zones = dns.zones();
    let plans = dns.snapshots().into_iter().map(|snapshot| {
        compute(
            order,
            &Basis {
                wanted: &wanted,
                keep: &keep,
                observed: &snapshot,
                zones: &zones,
                hidden: &BTreeMap::new(),
                contested,
                limits: BY_DNS,
            },
        )
    });
    let mut first = None;
    for plan in plans {
        if !plan.is_empty() {
            return plan;
        }
        first.get_or_insert(plan);
    }
    first.unwrap_or_default()
}

/// Whether a value that looks foreign comes from a wildcard: nothing owns it, so only the provider can tell (DNS-W1).
async fn wildcard_in_the_way(ctx: &Context, dns: &DnsView, plan: &Plan) -> bool {
    let conflicts =
        plan.items.iter().filter(|item| matches!(item.outcome, Outcome::Conflict { reason: "ForeignValue" | "TwoValues" }));
    let places: BTreeSet<(&Name, RecordType)> = conflicts.map(|item| (&item.name, item.kind)).collect();
    for (name, kind) in places {
        for snapshot in dns.snapshots() {
            let Some(set) = snapshot.get(name, kind) else { continue };
            if ctx.asker.synthesised(name, kind, &set.values, &dns.authority).await.unwrap_or(false) {
                return true;
            }
        }
    }
    false
}

/// The parts of a plan's input that differ between DNS and provider.
struct Basis<'a> {
    wanted: &'a [Wanted],
    keep: &'a BTreeSet<Slot>,
    observed: &'a Snapshot,
    zones: &'a BTreeMap<Name, ZoneLookup>,
    hidden: &'a BTreeMap<Name, HiddenWildcard>,
    contested: &'a BTreeSet<Slot>,
    limits: Limits,
}

fn compute(order: &Order, basis: &Basis<'_>) -> Plan {
    plan::compute(&plan::Input {
        me: &order.me,
        domain: &order.domain,
        wanted: basis.wanted,
        keep: basis.keep,
        prune: order.prune,
        observed: basis.observed,
        zones: basis.zones,
        hidden: basis.hidden,
        takeover: &order.takeover,
        handover_from: order.handover_from.as_deref(),
        contested: basis.contested,
        marker_ttl: order.marker_ttl,
        limits: basis.limits,
    })
}

async fn write(
    ctx: &Context,
    view: &ProviderView,
    authority: &Authority,
    order: &Order,
    contested: &BTreeSet<Slot>,
) -> Result<(Plan, bool), Error> {
    let provider = ctx.pool.connect(view, &order.domain).await?;
    let mut last = Error::new(ErrorKind::Conflict, "the records changed again and again while they were written");
    for _ in 0..ATTEMPTS {
        let plan = plan_by_provider(ctx, provider.as_ref(), authority, order, contested).await?;
        if plan.is_empty() {
            return Ok((plan, false));
        }
        check_deletions(ctx, view, order, &plan)?;
        match carry_out(provider.as_ref(), &plan).await {
            Ok(()) => {
                note(ctx, view, order, &plan);
                return Ok((plan, true));
            }
            Err(error) if error.kind == ErrorKind::Conflict => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

/// The plan on what the provider stores.
async fn plan_by_provider(
    ctx: &Context,
    provider: &dyn Provider,
    authority: &Authority,
    order: &Order,
    contested: &BTreeSet<Slot>,
) -> Result<Plan, Error> {
    let mut names = plan::names_of_interest(&order.domain, &order.wanted, None);
    let (mut zones, mut observed) = read(provider, &names).await?;
    check_delegation(&order.domain, zones.get(&order.domain), authority)?;
    if let Some(marker) = plan::read_marker(&order.domain, &observed) {
        let more: BTreeSet<Name> = of_marker(order, &marker).difference(&names).cloned().collect();
        let (more_zones, more_sets) = read(provider, &more).await?;
        zones.extend(more_zones);
        more_sets.iter().for_each(|set| observed.insert(set.clone()));
        names.extend(more);
    }
    let on = |hidden: &BTreeMap<Name, HiddenWildcard>| {
        let (wanted, keep, limits) = (&order.wanted, &order.keep, provider.limits());
        compute(order, &Basis { wanted, keep, observed: &observed, zones: &zones, hidden, contested, limits })
    };
    let plan = on(&BTreeMap::new());
    let hidden = hidden_wildcards(ctx, authority, &plan).await?;
    Ok(if hidden.is_empty() { plan } else { on(&hidden) })
}

/// The wildcards that the plan's new names would hide (DNS-R3), the marker's among them. While that cannot be found out
/// nothing new is written (P1).
async fn hidden_wildcards(ctx: &Context, authority: &Authority, plan: &Plan) -> Result<BTreeMap<Name, HiddenWildcard>, Error> {
    let created = plan.changes.iter().flat_map(|zone| &zone.changes).filter(|change| change.expected.is_none());
    let names: BTreeSet<(Name, RecordType)> = created.map(|change| (change.name.clone(), change.kind)).collect();
    let mut hidden = BTreeMap::new();
    for (name, kind) in names {
        let found = ctx.asker.hidden_wildcard(&name, kind, authority).await.map_err(|silence| {
            Error::new(
                ErrorKind::Transient,
                format!("DNS-R3: whether {name} would hide a wildcard cannot be found out: {silence}"),
            )
        })?;
        hidden.extend(found.map(|wildcard| (name, wildcard)));
    }
    Ok(hidden)
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

fn of_marker(order: &Order, marker: &Marker) -> BTreeSet<Name> {
    plan::names_of_interest(&order.domain, &order.wanted, Some(marker))
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

/// P6: deletions are counted per credential and hour; above the cap they wait and say so.
fn check_deletions(ctx: &Context, view: &ProviderView, order: &Order, plan: &Plan) -> Result<(), Error> {
    let window = std::time::Duration::from_hours(1);
    let used = ctx.memory.deletions(&view.key.to_string(), window, ctx.now());
    DeleteCap(ctx.settings.delete_cap)
        .allowed(plan, used, order.allowed_deletions.as_deref())
        .map_err(|cap| Error::new(ErrorKind::RateLimited(window / 6), cap.message))
}

/// Zone by zone, in the plan's order: the marker's first, so that nothing of ours ever stands unlisted.
async fn carry_out(provider: &dyn Provider, plan: &Plan) -> Result<(), Error> {
    for zone in &plan.changes {
        provider.apply(&zone.zone, &zone.changes).await?;
    }
    Ok(())
}

fn note(ctx: &Context, view: &ProviderView, order: &Order, plan: &Plan) {
    let now = ctx.now();
    ctx.memory.deleted(&view.key.to_string(), plan.deletions(), now);
    for item in plan.items.iter().filter(|item| is_write(item)) {
        if let Some(value) = &item.value {
            ctx.memory.wrote(&order.me.uid, &item.slot, value, now);
        }
    }
}

fn is_write(item: &Item) -> bool {
    matches!(item.outcome, Outcome::Create | Outcome::Replace { .. })
}
