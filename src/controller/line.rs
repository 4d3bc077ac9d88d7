//! The line in which visits wait for their turn: first come, first served, with a few places that newcomers leave free.
//!
//! A hundred new domains, each with a key to make and answers to wait for, fill every place for a while. Somebody who corrects
//! a record of a domain that works does not stand behind them.

use tokio::sync::{Semaphore, SemaphorePermit};

/// One in so many places is not for newcomers.
const KEPT_FREE: u16 = 4;

/// The places, and those of them that newcomers may take.
pub(crate) struct Line {
    places: Semaphore,
    for_newcomers: Semaphore,
}

/// A place, left when it is dropped.
pub(crate) struct Place<'a> {
    _among_newcomers: Option<SemaphorePermit<'a>>,
    _place: Option<SemaphorePermit<'a>>,
}

impl Line {
    /// A line before so many places.
    pub(crate) fn new(places: u16) -> Self {
        let for_newcomers = places.saturating_sub(places / KEPT_FREE).max(1);
        Self { places: Semaphore::new(places.into()), for_newcomers: Semaphore::new(for_newcomers.into()) }
    }

    /// Waits for a place. The semaphores are never closed; a place that could not be had would only lift the bound.
    pub(crate) async fn wait(&self, newcomer: bool) -> Place<'_> {
        let among_newcomers = if newcomer { self.for_newcomers.acquire().await.ok() } else { None };
        Place { _among_newcomers: among_newcomers, _place: self.places.acquire().await.ok() }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn newcomers_leave_places_free_for_those_who_were_there_before() {
        let line = Line::new(4);
        let newcomers = [line.wait(true).await, line.wait(true).await, line.wait(true).await];
        assert!(line.wait(true).now_or_never().is_none(), "the last place is not for a newcomer");
        let known = line.wait(false).await;
        assert!(line.wait(false).now_or_never().is_none(), "all places are taken");
        drop(known);
        assert!(line.wait(false).now_or_never().is_some());
        drop(newcomers);
        assert!(line.wait(true).now_or_never().is_some());
    }

    #[tokio::test]
    async fn a_line_before_one_place_serves_newcomers_too() {
        assert!(Line::new(1).wait(true).now_or_never().is_some());
    }
}
