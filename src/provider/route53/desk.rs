//! What was listed, kept for the next step of a pass.
//!
//! A pass asks for the zone of each name, reads, and writes, within a second. A part of a zone that was listed for one step
//! serves the next one as well, once; it never answers a second question of the same kind.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::order::Part;
use crate::dns::Name;

/// How long delegations are good: one that is made by hand is seen after this.
const CUTS: Duration = Duration::from_mins(1);
/// How long a part waits for the next step of the same pass.
const STEP: Duration = Duration::from_secs(5);

/// What a part is looked at for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum For {
    /// Where names are handed to other servers (DNS-R4).
    Cuts,
    /// The reading after that.
    Reading,
    /// The write after the reading.
    Writing,
}

#[derive(Default)]
struct Papers {
    cuts: Vec<Arc<Part>>,
    reading: Vec<Arc<Part>>,
    writing: Vec<Arc<Part>>,
}

impl Papers {
    /// Throws away what is too old; whether anything is left.
    fn tidy(&mut self) -> bool {
        self.cuts.retain(|part| part.is_within(CUTS));
        self.reading.retain(|part| part.is_within(STEP));
        self.writing.retain(|part| part.is_within(STEP));
        !(self.cuts.is_empty() && self.reading.is_empty() && self.writing.is_empty())
    }
}

/// The parts of all zones, by zone.
#[derive(Default)]
pub(super) struct Desk(Mutex<HashMap<String, Papers>>);

impl Desk {
    /// The parts that tell something of these names and may serve this step. They are taken away, but for delegations.
    pub(super) fn find(&self, zone: &str, purpose: For, names: &[Name]) -> Vec<Arc<Part>> {
        self.with(zone, |papers| match purpose {
            For::Cuts => papers.cuts.iter().filter(|part| part.concerns(names)).cloned().collect(),
            For::Reading => take(&mut papers.reading, names),
            For::Writing => take(&mut papers.writing, names),
        })
    }

    /// Leaves parts for the step after this one, and those that are new for questions of this kind where many may be asked.
    pub(super) fn leave(&self, zone: &str, purpose: For, new: &[Arc<Part>], all: &[Arc<Part>]) {
        self.with(zone, |papers| match purpose {
            For::Cuts => {
                papers.cuts.extend_from_slice(new);
                papers.reading.extend_from_slice(new);
            }
            For::Reading => papers.writing.extend_from_slice(all),
            For::Writing => {}
        });
    }

    /// The zone's sets moved.
    pub(super) fn clear(&self, zone: &str) {
        self.with(zone, |papers| {
            papers.reading.clear();
            papers.writing.clear();
        });
    }

    /// The zone is not where it was.
    pub(super) fn forget(&self, zone: &str) {
        self.lock(|desk| desk.remove(zone));
    }

    fn with<T>(&self, zone: &str, work: impl FnOnce(&mut Papers) -> T) -> T {
        self.lock(|desk| {
            desk.retain(|_, papers| papers.tidy());
            work(desk.entry(zone.to_owned()).or_default())
        })
    }

    fn lock<T>(&self, work: impl FnOnce(&mut HashMap<String, Papers>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn take(parts: &mut Vec<Arc<Part>>, names: &[Name]) -> Vec<Arc<Part>> {
    parts.extract_if(.., |part| part.concerns(names)).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    const ZONE: &str = "Z1";

    fn names(texts: &[&str]) -> Vec<Name> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn part(from: &str, next: Option<&str>) -> Arc<Part> {
        Arc::new(Part::new(from, next, vec![]))
    }

    fn found(desk: &Desk, purpose: For, at: &str) -> usize {
        desk.find(ZONE, purpose, &names(&[at])).len()
    }

    #[tokio::test(start_paused = true)]
    async fn a_part_serves_each_step_once_and_delegations_for_a_minute() {
        let desk = Desk::default();
        let listed = [part("cafe.lab", None)];
        desk.leave(ZONE, For::Cuts, &listed, &listed);
        let read = desk.find(ZONE, For::Reading, &names(&["cafe.lab"]));
        assert_eq!((read.len(), found(&desk, For::Reading, "cafe.lab")), (1, 0));
        desk.leave(ZONE, For::Reading, &[], &read);
        assert_eq!((found(&desk, For::Writing, "t.cafe.lab"), found(&desk, For::Writing, "t.cafe.lab")), (1, 0));
        assert_eq!((found(&desk, For::Cuts, "cafe.lab"), found(&desk, For::Cuts, "_dmarc.cafe.lab")), (1, 1));
        tokio::time::advance(CUTS).await;
        assert_eq!(found(&desk, For::Cuts, "cafe.lab"), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn what_waits_too_long_or_moved_is_not_used() {
        let desk = Desk::default();
        let listed = [part("cafe.lab", None)];
        desk.leave(ZONE, For::Reading, &[], &listed);
        tokio::time::advance(STEP).await;
        assert_eq!(found(&desk, For::Writing, "cafe.lab"), 0);
        desk.leave(ZONE, For::Reading, &[], &[part("cafe.lab", None)]);
        desk.clear(ZONE);
        assert_eq!(found(&desk, For::Writing, "cafe.lab"), 0);
        desk.leave(ZONE, For::Cuts, &listed, &listed);
        desk.forget(ZONE);
        assert_eq!(found(&desk, For::Cuts, "cafe.lab"), 0);
    }

    #[test]
    fn what_another_domain_of_the_zone_waits_for_stays() {
        let desk = Desk::default();
        let listed = [part("a.cafe.lab", Some("b.cafe.lab")), part("b.cafe.lab", None)];
        desk.leave(ZONE, For::Cuts, &listed, &listed);
        assert_eq!((found(&desk, For::Reading, "a.cafe.lab"), found(&desk, For::Reading, "b.cafe.lab")), (1, 1));
    }
}
