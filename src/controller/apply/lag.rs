//! What the provider holds and DNS does not show yet.
//!
//! A provider's servers learn a change seconds to minutes after its API took it. A visit that finds DNS to lack nothing else asks no
//! provider: its answer would be the one that it gave before.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::records::{Order, Published};
use crate::{
    controller::{context::Context, provider_view::ProviderView},
    plan::{Outcome, Plan, ZoneChanges},
    provider::Change,
};

/// How long the provider's answer is good for. Who undoes a change there before DNS ever showed it is found out after this.
const GOOD_FOR: SignedDuration = SignedDuration::from_mins(1);

/// One domain's.
#[derive(Clone, Debug)]
pub(crate) struct Lag {
    since: Timestamp,
    /// The provider object and its version.
    through: (String, (String, i64)),
    /// What was asked for.
    order: Order,
    /// What the provider said to that.
    plan: Arc<Plan>,
    /// What DNS lacks. Whatever it has shown once is not excused again.
    missing: Vec<ZoneChanges>,
}

/// Notes that the provider holds what was ordered, and that DNS lacks `by_dns`; unless something stands in the way.
pub(super) fn note(ctx: &Context, view: &ProviderView, order: &Order, published: &Published, by_dns: Plan) {
    let conflict = published.plan.items.iter().any(|item| matches!(item.outcome, Outcome::Conflict { .. }));
    if conflict || published.error.is_some() || !published.refused.is_empty() {
        return;
    }
    let plan = Arc::new(published.plan.clone());
    let lag = Lag { since: ctx.now(), through: through(view), order: order.without_words(), plan, missing: by_dns.changes };
    ctx.memory.lags(&order.me.uid, Some(lag));
}

/// What the provider said, if it is known to hold everything that DNS lacks; otherwise all of that is forgotten.
pub(super) fn known(ctx: &Context, view: &ProviderView, order: &Order, by_dns: &Plan) -> Option<Arc<Plan>> {
    let lag = ctx.memory.lag(&order.me.uid).filter(|lag| lag.explains(view, order, by_dns, ctx.now()));
    let left = lag.filter(|_| !by_dns.is_empty()).map(|lag| Lag { missing: by_dns.changes.clone(), ..lag });
    let plan = left.as_ref().map(|lag| lag.plan.clone());
    ctx.memory.lags(&order.me.uid, left);
    plan
}

impl Lag {
    fn explains(&self, view: &ProviderView, order: &Order, by_dns: &Plan, now: Timestamp) -> bool {
        let fresh = now.duration_since(self.since) < GOOD_FOR;
        fresh && self.through == through(view) && self.order == order.without_words() && all_in(&by_dns.changes, &self.missing)
    }
}

fn through(view: &ProviderView) -> (String, (String, i64)) {
    (view.key.to_string(), view.version.clone())
}

/// Whether one list of changes has nothing that the other has not. What stands beside our values, and its TTL, counts for nothing.
fn all_in(lacking: &[ZoneChanges], known: &[ZoneChanges]) -> bool {
    let same = |one: &Change, other: &Change| {
        (&one.name, one.kind, &one.remove, &one.add) == (&other.name, other.kind, &other.remove, &other.add)
    };
    let is_known = |change: &Change| known.iter().flat_map(|zone| &zone.changes).any(|other| same(change, other));
    lacking.iter().flat_map(|zone| &zone.changes).all(is_known)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        api::{ProviderKind, Verification},
        controller::provider_view::ProviderKey,
        dns::{Name, RecordType, Value, Zone},
        domain::objects::MailDomainRef,
        plan::{Hold, Identity, Role, Takeover, Wanted, slots},
    };

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    fn view(generation: i64) -> ProviderView {
        let key = ProviderKey { kind: ProviderKind::DNSProvider, namespace: "mail".to_owned(), name: "one".to_owned() };
        ProviderView {
            key,
            version: ("uid".to_owned(), generation),
            backend: serde_saphyr::from_str("{manual: {}}").unwrap(),
            zones: vec![],
            verification: Verification::default(),
            secret_namespace: "mail".to_owned(),
            may_be_local: false,
        }
    }

    /// SPF, held with these words or not.
    fn order(held: Option<&str>) -> Order {
        let reason = held.map(|message| Hold { reason: "DMARCHeld", message: message.to_owned() });
        let (slot, value) = (slots::of_role(Role::Spf).unwrap(), Value::text("v=spf1 -all"));
        let spf = Wanted { slot, role: Role::Spf, name: name("cafe.lab"), value, ttl: 300, hold: reason };
        Order {
            me: Identity { owner: "o/mail/cafe".to_owned(), uid: "u".to_owned() },
            object: MailDomainRef {
                namespace: "mail".to_owned(),
                name: "cafe".to_owned(),
                uid: "u".to_owned(),
                domain: name("cafe.lab"),
            },
            domain: name("cafe.lab"),
            wanted: vec![spf],
            keep: BTreeSet::new(),
            prune: true,
            takeover: Takeover::default(),
            handover_from: None,
            marker_ttl: 300,
            allowed_deletions: None,
            unseen: false,
        }
    }

    /// DNS lacks a value at each of these names.
    fn lacking(names: &[&str]) -> Plan {
        let change = |at: &&str| {
            let (name, add) = (name(at), vec![Value::text("v=spf1 -all")]);
            Change { name, kind: RecordType::Txt, expected: None, remove: vec![], add, ttl: 300 }
        };
        let zone = Zone { name: name("cafe.lab"), id: "1".to_owned() };
        Plan { changes: vec![ZoneChanges { zone, changes: names.iter().map(change).collect() }], ..Plan::default() }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn lag() -> Lag {
        let missing = lacking(&["cafe.lab", "_dmarc.cafe.lab"]).changes;
        Lag { since: at(0), through: through(&view(1)), order: order(None), plan: Arc::default(), missing }
    }

    #[test]
    fn p7_what_the_provider_took_is_not_asked_for_again_while_dns_learns_it() {
        for lacks in [&["cafe.lab", "_dmarc.cafe.lab"][..], &["_dmarc.cafe.lab"]] {
            assert!(lag().explains(&view(1), &order(None), &lacking(lacks), at(59)), "{lacks:?}");
        }
        let held = Lag { order: order(Some("")), ..lag() };
        assert!(held.explains(&view(1), &order(Some("ns1 does not show SPF")), &lacking(&["cafe.lab"]), at(1)));
    }

    #[test]
    fn p6_anything_new_asks_the_provider() {
        let lacks = lacking(&["cafe.lab"]);
        assert!(!lag().explains(&view(1), &order(None), &lacks, at(60)), "after a minute");
        assert!(!lag().explains(&view(2), &order(None), &lacks, at(1)), "another provider object");
        assert!(!lag().explains(&view(1), &order(Some("")), &lacks, at(1)), "another wish");
        assert!(!lag().explains(&view(1), &order(None), &lacking(&["_mailward.cafe.lab"]), at(1)), "another record");
    }
}
