//! What stays a while although it left the spec, because somebody may still rely on it.
//!
//! Editing a spec is explicit, so a block that leaves it takes its records along, whatever `deletionPolicy` says of the
//! whole object. Two things wait: SPF and DKIM until no resolver holds the DMARC record that asked for them, and the
//! records of our own keys as long as their Secrets stand, because mail that they signed is on its way for days.

use std::time::Duration;

use jiff::SignedDuration;
use mail_records::{dmarc::Dmarc, marker::Slot};

use super::{DMARC_GONE, Subject, decide::Decisions, facts::Facts};
use crate::{
    controller::context::Context,
    dns::{RecordType, Value},
    domain::{facts::Wait, validate::Validated},
    plan::slots,
};

/// Adds what lingers to what is kept; answers what it waits for, and what a user should know.
pub(super) fn linger(
    ctx: &Context,
    subject: &Subject,
    validated: &Validated,
    facts: &Facts,
    decisions: &mut Decisions,
) -> (Option<Wait>, Vec<String>) {
    let keys = keys_that_left(validated, facts);
    decisions.desired.keep.extend(keys.iter().map(|(slot, _)| slot.clone()));
    let warnings = keys.into_iter().map(|(_, warning)| warning).collect();
    let leaving: Vec<Slot> = facts.listed.iter().filter(|slot| supports_dmarc(slot) && goes(decisions, slot)).cloned().collect();
    let wait = wait_for_dmarc(ctx, subject, validated, facts, decisions).filter(|_| !leaving.is_empty());
    if wait.is_some() {
        decisions.desired.keep.extend(leaving);
    }
    (wait, warnings)
}

fn supports_dmarc(slot: &Slot) -> bool {
    slot.as_str() == "spf" || slot.as_str().starts_with("sel:")
}

/// Neither wanted nor kept.
fn goes(decisions: &Decisions, slot: &Slot) -> bool {
    !decisions.desired.keep.contains(slot) && !decisions.desired.wanted.iter().any(|wanted| wanted.slot == *slot)
}

/// A record that only asks for reports holds no mail back, so nothing has to wait for it.
fn turns_mail_away(validated: &Validated, facts: &Facts) -> bool {
    let name = &validated.names.dmarc;
    let texts = facts.dns.snapshots.iter().filter_map(|snapshot| snapshot.get(name, RecordType::Txt)).flat_map(|set| &set.values);
    texts.filter_map(Value::as_text).any(|text| text.parse::<Dmarc>().is_ok_and(|record| record.is_stricter_than(None)))
}

fn wait_for_dmarc(ctx: &Context, subject: &Subject, validated: &Validated, facts: &Facts, decisions: &Decisions) -> Option<Wait> {
    if facts.listed.iter().any(|slot| slot.as_str() == "dmarc" && goes(decisions, slot)) {
        if !turns_mail_away(validated, facts) {
            return None;
        }
        ctx.memory.restart(&subject.me.uid, DMARC_GONE, facts.now);
        return Some(Wait {
            until: Some(facts.now),
            what: "SPF and DKIM records that left the spec go after the DMARC record".to_owned(),
        });
    }
    let since = ctx.memory.since_when(&subject.me.uid, DMARC_GONE)?;
    let ttl = SignedDuration::try_from(Duration::from_secs(subject.spec.ttl.into())).unwrap_or(SignedDuration::MAX);
    let until = crate::domain::facts::after(since, ttl);
    let what = format!(
        "SPF and DKIM records that left the spec stay until {until:.0}, when no resolver holds the DMARC record any more"
    );
    (facts.now < until).then_some(Wait { until: Some(until), what })
}

/// Keys of ours that no entry of the spec names any more.
fn keys_that_left(validated: &Validated, facts: &Facts) -> Vec<(Slot, String)> {
    let named = |key: &str| validated.dkim.keys.iter().any(|spec| spec.name == key);
    let left = facts.stored.keys.iter().filter(|key| !named(&key.record.key));
    left.filter_map(|key| {
        let slot = slots::of_selector(&key.record.selector).ok()?;
        let warning = format!(
            "DKIM key {} left the spec: its record {} stays for mail on its way; delete Secret {} once nothing signs with it, and the record goes",
            key.record.key, key.record.selector, key.secret_name
        );
        facts.listed.contains(&slot).then_some((slot, warning))
    })
    .collect()
}
