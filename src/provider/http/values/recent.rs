//! What was written a moment ago, for vendors whose listings may not show it yet.
//!
//! These vendors neither keep sets nor compare before they write. A plan that is made of a listing from before our own write
//! would put a second value beside the first: two SPF records are none (RFC 7208 4.5). An update or a deletion names a record by
//! its id and cannot do that, so only a creation is held back, until a listing shows what stands there.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::{Edit, Listing};
use crate::{
    dns::{Name, RecordType, Value, Zone},
    provider::{Change, Error, ErrorKind, Result},
};

/// After this a listing that does not show a value means that somebody took it away.
const SHOWN: Duration = Duration::from_mins(1);
/// The same where the answer to the write got lost, and it may never have been done.
const SHOWN_IF_DONE: Duration = Duration::from_secs(10);

/// The values that one credential wrote lately, by the zone's id.
#[derive(Debug, Default)]
pub struct Recent {
    zones: Mutex<HashMap<String, Vec<Written>>>,
}

#[derive(Debug)]
struct Written {
    name: Name,
    value: Value,
    until: Instant,
}

impl Written {
    fn is(&self, name: &Name, kind: RecordType) -> bool {
        self.name == *name && self.value.kind() == kind
    }
}

impl Recent {
    /// Refuses, as [`ErrorKind::Conflict`], to create a value in a set that is known to have one that the listing does not show.
    pub fn check<R>(&self, zone: &Zone, listing: &Listing<R>, edits: &[Edit<'_, R>]) -> Result<()> {
        let zones = self.zones();
        let Some(written) = zones.get(&zone.id) else { return Ok(()) };
        for edit in edits {
            let Edit::Create { change, .. } = edit else { continue };
            let shown = listing.set(&change.name, change.kind).values;
            let lately = written.iter().filter(|one| one.is(&change.name, change.kind) && one.until > Instant::now());
            if let Some(hidden) = lately.map(|one| &one.value).find(|value| !shown.contains(value)) {
                return Err(Error::new(ErrorKind::Conflict, unseen(change, hidden)));
            }
        }
        Ok(())
    }

    /// Remembers what became of an edit; what was refused for sure was not done.
    pub fn note<R, T>(&self, zone: &Zone, edit: &Edit<'_, R>, outcome: &Result<T>) {
        let until = match outcome {
            Ok(_) => Instant::now() + SHOWN,
            Err(Error { kind: ErrorKind::Transient, .. }) => Instant::now() + SHOWN_IF_DONE,
            Err(_) => return,
        };
        let (change, gone, new) = match edit {
            Edit::Create { change, value } => (change, None, Some(*value)),
            Edit::Replace { change, entry, value } => (change, entry.value.as_ref(), Some(*value)),
            Edit::Delete { change, entry } => (change, entry.value.as_ref(), None),
            Edit::Retime { .. } => return,
        };
        let mut zones = self.zones();
        zones.retain(|_, written| {
            written.retain(|one| one.until > Instant::now());
            !written.is_empty()
        });
        let written = zones.entry(zone.id.clone()).or_default();
        written.retain(|one| one.name != change.name || (Some(&one.value) != gone && Some(&one.value) != new));
        written.extend(new.map(|value| Written { name: change.name.clone(), value: value.clone(), until }));
    }

    fn zones(&self) -> MutexGuard<'_, HashMap<String, Vec<Written>>> {
        self.zones.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unseen(change: &Change, value: &Value) -> String {
    let Change { kind, name, .. } = change;
    let hidden = format!("the listing does not show {kind} `{name}` `{value}`, which was written less than a minute ago");
    format!("{hidden}: nothing is put beside it")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::{
        super::{Entry, edits},
        *,
    };
    use crate::dns::RecordSet;

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    fn zone() -> Zone {
        Zone { name: name("cafe.lab"), id: "1".to_owned() }
    }

    fn shows(texts: &[&str]) -> Listing<()> {
        let entry = |text: &&str| {
            let value = Some(Value::text(text));
            Entry { name: name("cafe.lab"), kind: "TXT".to_owned(), value, ttl: 300, record: () }
        };
        Listing::new(name("cafe.lab"), name("cafe.lab"), texts.iter().map(entry))
    }

    fn change(from: &[&str], remove: &[&str], add: &[&str]) -> Change {
        let values = |texts: &[&str]| texts.iter().map(|text| Value::text(text)).collect::<Vec<_>>();
        let expected = (!from.is_empty()).then(|| RecordSet::new(name("cafe.lab"), RecordType::Txt, 300, values(from)));
        let (kind, remove, add) = (RecordType::Txt, values(remove), values(add));
        Change { name: name("cafe.lab"), kind, expected, remove, add, ttl: 300 }
    }

    /// Plans on a listing, is checked, and notes what came of it.
    fn write(recent: &Recent, listing: &Listing<()>, change: Change, outcome: &Result<()>) -> Result<()> {
        let changes = [change];
        let edits = edits(listing, &changes).unwrap();
        recent.check(&zone(), listing, &edits)?;
        for edit in &edits {
            recent.note(&zone(), edit, outcome);
        }
        Ok(())
    }

    fn failed(kind: ErrorKind) -> Result<()> {
        Err(Error::new(kind, "it failed"))
    }

    #[tokio::test(start_paused = true)]
    async fn p2_no_value_is_created_beside_one_that_a_late_listing_hides_and_after_a_minute_it_is_taken_for_gone() {
        let recent = Recent::default();
        write(&recent, &shows(&[]), change(&[], &[], &["a"]), &Ok(())).unwrap();
        let error = write(&recent, &shows(&[]), change(&[], &[], &["b"]), &Ok(())).unwrap_err();
        assert!(error.kind == ErrorKind::Conflict && error.message.contains("`a`"), "{error}");
        assert!(write(&recent, &shows(&["a"]), change(&["a"], &[], &["c"]), &Ok(())).is_ok(), "it is shown");
        tokio::time::advance(SHOWN).await;
        assert!(write(&recent, &shows(&[]), change(&[], &[], &["b"]), &Ok(())).is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn what_replaced_a_value_counts_in_its_place_and_what_was_deleted_no_more() {
        let recent = Recent::default();
        write(&recent, &shows(&["old"]), change(&["old"], &["old"], &["new"]), &Ok(())).unwrap();
        let error = write(&recent, &shows(&[]), change(&[], &[], &["b"]), &Ok(())).unwrap_err();
        assert!(error.message.contains("`new`"), "{error}");
        write(&recent, &shows(&["new"]), change(&["new"], &["new"], &[]), &Ok(())).unwrap();
        assert!(write(&recent, &shows(&[]), change(&[], &[], &["b"]), &Ok(())).is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_that_was_refused_hides_nothing_and_one_whose_answer_got_lost_may_for_ten_seconds() {
        let recent = Recent::default();
        write(&recent, &shows(&[]), change(&[], &[], &["a"]), &failed(ErrorKind::Denied)).unwrap();
        write(&recent, &shows(&[]), change(&[], &[], &["a"]), &failed(ErrorKind::Transient)).unwrap();
        assert!(write(&recent, &shows(&[]), change(&[], &[], &["a"]), &Ok(())).is_err(), "it may stand there");
        tokio::time::advance(SHOWN_IF_DONE).await;
        assert!(write(&recent, &shows(&[]), change(&[], &[], &["a"]), &Ok(())).is_ok());
    }
}
