//! Making DNS say what the plan wants.
//!
//! DNS is asked first and decides whether there is anything to do. Only then does a [`Session`] with the provider begin, unless all
//! that DNS lacks is what the provider is known to hold ([`lag`]).

use std::collections::{BTreeMap, BTreeSet};

use mail_records::marker::Slot;

use super::{lag, session::Session};
use crate::{
    controller::{context::Context, gather::dns::DnsView, provider_view::ProviderView, steps},
    dns::{Name, RecordType},
    domain::objects::MailDomainRef,
    metrics::Step,
    plan::{self, HiddenWildcard, Hold, Identity, Outcome, Plan, Takeover, Wanted},
    provider::{Atomicity, Error, Limits, Snapshot, ZoneLookup},
};

/// DNS tells nothing of a provider's limits: whether something differs is all that is read from it.
const BY_DNS: Limits = Limits {
    min_ttl: 0,
    max_ttl: i32::MAX.unsigned_abs(),
    max_txt_octets: usize::MAX,
    atomicity: Atomicity::ChangeSet,
    publishes: true,
};

/// What a pass wants of DNS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    /// Who we are.
    pub me: Identity,
    /// The object that asks for it.
    pub object: MailDomainRef,
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
    /// Whether the provider is asked although DNS shows nothing to do: it may hold what never answered.
    pub unseen: bool,
}

impl Order {
    /// The same with some slots left as they are.
    pub(super) fn without(&self, slots: &BTreeSet<Slot>) -> Self {
        let mut order = self.clone();
        for wanted in order.wanted.iter_mut().filter(|wanted| slots.contains(&wanted.slot)) {
            let message = format!("{} waits for the other records", wanted.name);
            wanted.hold.get_or_insert(Hold { reason: "LeftAside", message });
        }
        order.keep.extend(slots.iter().cloned());
        order
    }

    /// The same whatever its holds say: that names what DNS showed last.
    pub(super) fn without_words(&self) -> Self {
        let mut order = self.clone();
        order.wanted.iter_mut().filter_map(|wanted| wanted.hold.as_mut()).for_each(|hold| hold.message.clear());
        order
    }
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Published {
    /// The plan that was carried out, or that found nothing to do.
    pub plan: Plan,
    /// Whether anything was written.
    pub written: bool,
    /// Slots that the provider refused by themselves, while others were written.
    pub refused: BTreeMap<Slot, Error>,
    /// What failed as a whole, if something did.
    pub error: Option<Error>,
}

/// Carries an order out.
pub(crate) async fn publish(ctx: &Context, view: &ProviderView, dns: &DnsView, order: &Order) -> Published {
    let contested: BTreeSet<Slot> = ctx.memory.contested(&order.me.uid, ctx.now()).into_iter().collect();
    let by_dns = steps::pure(ctx, Step::Plan, || plan_by_dns(dns, order, &contested));
    if let Some(plan) = lag::known(ctx, view, order, &by_dns) {
        return Published { plan: Plan::clone(&plan), ..Published::default() };
    }
    let settled = by_dns.is_empty() && !order.unseen && !silent_behind_a_cut(dns, order);
    if settled && !wildcard_in_the_way(ctx, dns, &by_dns).await {
        return Published { plan: by_dns, ..Published::default() };
    }
    let session = Session::new(ctx, view, &dns.authority, &contested);
    match session.write(order).await {
        Ok(published) => {
            lag::note(ctx, view, order, &published, by_dns);
            published
        }
        Err(error) => Published { plan: by_dns, error: Some(error), ..Published::default() },
    }
}

/// What DNS shows after a write is lacking no more.
pub(crate) fn shown(ctx: &Context, view: &ProviderView, dns: &DnsView, order: &Order) {
    let contested = ctx.memory.contested(&order.me.uid, ctx.now()).into_iter().collect();
    lag::known(ctx, view, order, &plan_by_dns(dns, order, &contested));
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
    let plans = dns.snapshots.iter().map(|snapshot| {
        compute(
            order,
            &Basis {
                wanted: &wanted,
                keep: &keep,
                observed: snapshot,
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

/// Whether a part of the domain is handed to servers that do not answer: only the provider knows whether that part is its
/// own, or delegated elsewhere (DNS-R4).
fn silent_behind_a_cut(dns: &DnsView, order: &Order) -> bool {
    let (unknown, behind) = (dns.unknown(), &dns.behind_cuts);
    let mut places = order.wanted.iter().map(|wanted| (wanted.name.clone(), wanted.value.kind()));
    places.any(|place| behind.contains(&place) && unknown.contains(&place))
}

/// Whether a value that looks foreign comes from a wildcard: nothing owns it, so only the provider can tell (DNS-W1).
async fn wildcard_in_the_way(ctx: &Context, dns: &DnsView, plan: &Plan) -> bool {
    let conflicts =
        plan.items.iter().filter(|item| matches!(item.outcome, Outcome::Conflict { reason: "ForeignValue" | "TwoValues" }));
    let places: BTreeSet<(&Name, RecordType)> = conflicts.map(|item| (&item.name, item.kind)).collect();
    for (name, kind) in places {
        for snapshot in &dns.snapshots {
            let Some(set) = snapshot.get(name, kind) else { continue };
            if ctx.asker.synthesised(name, kind, &set.values, &dns.authority).await.unwrap_or(false) {
                return true;
            }
        }
    }
    false
}

/// The parts of a plan's input that differ between DNS and provider.
pub(super) struct Basis<'a> {
    pub wanted: &'a [Wanted],
    pub keep: &'a BTreeSet<Slot>,
    pub observed: &'a Snapshot,
    pub zones: &'a BTreeMap<Name, ZoneLookup>,
    pub hidden: &'a BTreeMap<Name, HiddenWildcard>,
    pub contested: &'a BTreeSet<Slot>,
    pub limits: Limits,
}

pub(super) fn compute(order: &Order, basis: &Basis<'_>) -> Plan {
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
