//! What happens at one wanted slot.
//!
//! `observed` is what stands at the slot's name and competes with the wanted value ([`Role::owns`]); `listed` says
//! whether our marker lists the slot; "same" is by meaning ([`Role::same`]). The first line that fits decides.
//!
//! | # | marker   | listed | observed                      | besides                | outcome                           |
//! |---|----------|--------|-------------------------------|------------------------|-----------------------------------|
//! | 1 | another's| -      | anything                      |                        | Conflict `OwnedByOther`           |
//! | 2 | unread.  | -      | anything                      |                        | Conflict `MarkerUnreadable`       |
//! | 3 | no room  | -      | anything                      |                        | Conflict, as 4, 5, 11, 17         |
//! | 4 | ours/none| -      | anything                      | zone cut in between    | Conflict `DelegatedElsewhere`     |
//! | 5 | ours/none| -      | anything                      | no zone                | Conflict `ZoneNotFound`           |
//! | 6 | ours/none| -      | anything                      | two values wanted      | Conflict `TwoValues`              |
//! | 7 | ours/none| no     | same, another tool's mark     |                        | Conflict `OwnedByOther`           |
//! | 8 | ours/none| -      | differs, another tool's mark  |                        | Conflict `OwnedByOther`           |
//! | 9 | ours/none| yes    | same                          |                        | Unchanged, bytes stay             |
//! | 10| ours/none| no     | same                          |                        | Unchanged, listed from now on     |
//! | 11| ours/none| -      | data that excludes ours       | CNAME beside anything  | Conflict `CNAMEClash`             |
//! | 12| ours/none| -      | two values, one role          | no adopt, or in `took` | Conflict `TwoValues`              |
//! | 13| ours/none| no     | differs                       | in `took`              | Conflict `TakenOnce`              |
//! | 14| ours/none| no     | differs                       | no adopt               | Conflict `ForeignValue`           |
//! | 15| ours/none| yes    | differs or nothing            | slot contested         | Conflict `Contested`              |
//! | 16| ours/none| -      | differs or nothing            | value too long         | Conflict `ProviderLimit`          |
//! | 17| ours/none| -      | no data at the name           | would hide a wildcard  | Conflict `HidesWildcard`          |
//! | 18| ours/none| -      | differs or nothing            | hold                   | Held, nothing changes             |
//! | 19| ours/none| no     | differs                       | adopt                  | Replace, listed and in `took`     |
//! | 20| ours/none| -      | two values, one role          | adopt                  | Replace both, listed and in `took`|
//! | 21| ours/none| yes    | differs                       |                        | Replace (drift or new spec)       |
//! | 22| ours/none| -      | nothing                       |                        | Create                            |
//!
//! "Ours" is a marker with our owner string (whatever its UID), with the one `takeOverFrom` names, or with that of an
//! object that handed over to us. On 9 and 10 the TTL alone is put right, as a Replace, where no foreign value shares
//! the set and the bytes are the wanted ones; SPF shares its set by nature. On 15 nothing of ours is lost: who put
//! the value back has won. The slot stays listed on every Conflict and Held, if it was.
//!
//! The policy host may have several values, so 12 and 20 are not for it; when it is not listed, values that are there
//! in part are foreign (14). On 11 data of the slot itself in its other shape (a TXT key where the spec now has a
//! CNAME) is no clash once the slot is listed: both sides of the swap go in one change set (DNS-R2).

#[cfg(doc)]
use super::Role;
use super::{
    Hold, Input, Outcome,
    claim::{self, Claim},
    compare::Case,
    heritage,
    ruling::Ruling,
    sentence::{At, hides},
    standing::Holding,
    write,
};
use crate::dns::{RecordSet, Value};

/// One line of the table: a ruling if the line fits.
type Rule = fn(&Case<'_>) -> Option<Ruling>;

/// The lines from 6 on, in order.
const RULES: [Rule; 10] = [two_wanted, marked, settled, clash, several, foreign, contested, too_long, hides_wildcard, held];

/// Decides one wanted slot.
pub(super) fn decide(input: &Input<'_>, holding: &Holding<'_>, claim: &Claim<'_>) -> Ruling {
    match claim::zone(input, claim.name) {
        Ok(zone) => {
            let case = Case::new(input, holding, claim, zone);
            RULES.iter().find_map(|rule| rule(&case)).unwrap_or_else(|| write::write(&case))
        }
        Err((reason, why)) => claim.subject().conflict(&claim.values, reason, |at| at.refused(&why)),
    }
}

/// Line 6. Two would be published for a moment or for ever (P2).
fn two_wanted(case: &Case<'_>) -> Option<Ruling> {
    let values = &case.claim.values;
    let alone = !case.role().is_multiple() || values.iter().any(|value| matches!(value, Value::Cname(_)));
    (alone && values.len() > 1).then(|| refuse(case, "TwoValues", |at| at.two_wanted(case.role(), values)))
}

/// Lines 7 and 8.
fn marked(case: &Case<'_>) -> Option<Ruling> {
    if case.listed && case.is_settled() {
        return None;
    }
    let tool = heritage::mark(case.input.observed, case.claim.name, case.role())?;
    Some(refuse(case, "OwnedByOther", |at| at.marked(&tool)))
}

/// Lines 9 and 10.
fn settled(case: &Case<'_>) -> Option<Ruling> {
    case.is_settled().then(|| write::settle(case))
}

/// Line 11.
fn clash(case: &Case<'_>) -> Option<Ruling> {
    let sets = case.claim.values.iter().find_map(|value| Some((value, clashing(case, value)?)));
    sets.map(|(value, set)| refuse(case, "CNAMEClash", |at| at.clash(value, set)))
}

fn clashing<'a>(case: &Case<'a>, value: &Value) -> Option<&'a RecordSet> {
    let foreign = case.sighting.clash(value.kind());
    foreign.or_else(|| case.sighting.other_shape(value.kind()).filter(|_| !case.listed))
}

/// Line 12. A choice between two values is never silent, not even when one of them is ours.
fn several(case: &Case<'_>) -> Option<Ruling> {
    let refused = case.has_several() && !case.may_take();
    // Adoption is offered only where it would still be done.
    let value = case.claim.values.first().copied().filter(|_| !case.took);
    refused.then(|| refuse(case, "TwoValues", |at| at.two_values(case.role(), &case.there, value)))
}

/// Lines 13 and 14.
fn foreign(case: &Case<'_>) -> Option<Ruling> {
    if case.listed || case.there.is_empty() || case.may_take() {
        return None;
    }
    let value = *case.claim.values.first()?;
    Some(if case.took {
        refuse(case, "TakenOnce", |at| at.taken_once(&case.there, value))
    } else {
        refuse(case, "ForeignValue", |at| at.foreign(&case.there, value))
    })
}

/// Line 15.
fn contested(case: &Case<'_>) -> Option<Ruling> {
    let stopped = case.input.contested.contains(case.claim.slot);
    stopped.then(|| refuse(case, "Contested", |at| at.contested(&case.there, case.claim.values.first().copied())))
}

/// Line 16.
fn too_long(case: &Case<'_>) -> Option<Ruling> {
    let most = case.input.limits.max_txt_octets;
    let octets = case.missing.iter().map(|value| octets(value)).max().filter(|octets| *octets > most)?;
    Some(refuse(case, "ProviderLimit", |at| at.too_long(octets, most)))
}

fn octets(value: &Value) -> usize {
    match value {
        Value::Txt(txt) => txt.strings().iter().map(Vec::len).sum(),
        _ => 0,
    }
}

/// Line 17.
fn hides_wildcard(case: &Case<'_>) -> Option<Ruling> {
    let hidden = case.input.hidden.get(case.claim.name).filter(|_| case.sighting.is_bare())?;
    Some(refuse(case, "HidesWildcard", |at| at.refused(&hides(hidden))))
}

/// Line 18: the last word before a write.
fn held(case: &Case<'_>) -> Option<Ruling> {
    let Hold { reason, message } = case.claim.hold?;
    Some(case.claim.subject().leave(&case.claim.values, &Outcome::Held { reason }, |at| at.held(message)))
}

fn refuse<'a>(case: &Case<'a>, reason: &'static str, sentence: impl Fn(At<'a>) -> String) -> Ruling {
    case.claim.subject().conflict(&case.claim.values, reason, sentence)
}
