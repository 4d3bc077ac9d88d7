//! How many requests one credential may still send.
//!
//! A bucket of requests that refills evenly, and the time before which the provider wants no request at all
//! (Retry-After). Whoever finds nothing left is told when to come back, one after the other: were all told the same
//! time, all would come at the same time, and most of them in vain.

use std::{
    num::NonZeroU32,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, MonotonicClock},
    middleware::NoOpMiddleware,
    state::{InMemoryState, NotKeyed},
};

/// Requests that one publication costs at most as a rule: the distance between two that wait.
const PUBLICATION: u32 = 3;
/// The longest time anybody is told to wait beyond the provider's own.
const FARTHEST: Duration = Duration::from_hours(1);

/// What a provider allows one credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests at once; 0 counts as 1.
    pub burst: u32,
    /// Time until another one may be sent.
    pub refill: Duration,
    /// How long to stay away after the provider said "too many requests" and did not say how long.
    pub pause: Duration,
    /// The provider's rule in words, as in `1,200 requests in 5 minutes`.
    pub rule: &'static str,
}

type Bucket = RateLimiter<NotKeyed, InMemoryState, MonotonicClock, NoOpMiddleware<Instant>>;

/// The requests left to one credential.
pub struct Budget {
    rate: Rate,
    bucket: Bucket,
    queue: Mutex<Queue>,
}

/// Who is to come when.
#[derive(Default)]
struct Queue {
    /// Nobody before this.
    closed_until: Option<Instant>,
    /// The next one that is sent away may come at this time.
    next: Option<Instant>,
}

impl Budget {
    /// A full one.
    pub fn new(rate: Rate) -> Self {
        let burst = NonZeroU32::new(rate.burst).unwrap_or(NonZeroU32::MIN);
        let every = Quota::with_period(rate.refill).unwrap_or(Quota::per_second(burst));
        let bucket = RateLimiter::direct_with_clock(every.allow_burst(burst), MonotonicClock);
        Self { rate, bucket, queue: Mutex::default() }
    }

    /// Takes one request, or says how long to wait before another visit is worth while.
    pub fn take(&self) -> Result<(), Duration> {
        let now = Instant::now();
        let mut queue = self.queue();
        if let Some(until) = queue.closed_until.filter(|until| *until > now) {
            return Err(queue.place(until, now, self.distance()));
        }
        match self.bucket.check() {
            Ok(()) => Ok(()),
            Err(refused) => {
                let soonest = now + refused.wait_time_from(MonotonicClock.now());
                Err(queue.place(soonest, now, self.distance()))
            }
        }
    }

    /// The provider wants no request of this credential for a while: the time it named, or its usual pause. Answers how long
    /// whoever heard it waits.
    pub fn close(&self, named: Option<Duration>) -> Duration {
        let now = Instant::now();
        let until = now + named.unwrap_or(self.rate.pause);
        let mut queue = self.queue();
        let later = queue.closed_until.map_or(until, |known| known.max(until));
        queue.closed_until = Some(later);
        queue.place(later, now, self.distance())
    }

    /// The provider's rule in words.
    pub fn rule(&self) -> &'static str {
        self.rate.rule
    }

    fn distance(&self) -> Duration {
        self.rate.refill * PUBLICATION
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    /// The next free place from `soonest` on.
    fn place(&mut self, soonest: Instant, now: Instant, distance: Duration) -> Duration {
        let place = self.next.filter(|next| *next > soonest).unwrap_or(soonest);
        self.next = Some((place + distance).min(soonest + FARTHEST));
        place.saturating_duration_since(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(burst: u32) -> Budget {
        Budget::new(Rate { burst, refill: Duration::from_mins(10), pause: Duration::from_mins(5), rule: "2 in 20 minutes" })
    }

    #[test]
    fn a_drained_bucket_says_when_the_next_request_is_worth_while() {
        let budget = budget(2);
        assert_eq!((budget.take(), budget.take()), (Ok(()), Ok(())));
        let wait = budget.take();
        assert!(wait.is_err_and(|wait| wait > Duration::from_mins(9) && wait <= Duration::from_mins(10)), "{wait:?}");
    }

    #[test]
    fn those_who_wait_come_one_after_the_other_and_nobody_for_ever() {
        let budget = budget(1);
        assert_eq!(budget.take(), Ok(()));
        let minutes: Vec<u64> = (0..2).filter_map(|_| budget.take().err()).map(|wait| wait.as_secs().div_ceil(60)).collect();
        assert_eq!(minutes, [10, 40]);
        let last = (0..1000).filter_map(|_| budget.take().err()).max();
        assert!(last.is_some_and(|last| last <= FARTHEST + Duration::from_mins(10)), "{last:?}");
    }

    #[test]
    fn what_the_provider_names_holds_for_everybody_and_is_never_shortened() {
        let budget = budget(100);
        budget.close(Some(Duration::from_mins(30)));
        budget.close(Some(Duration::from_secs(1)));
        assert!(budget.take().is_err_and(|wait| wait > Duration::from_mins(29)));
        assert!(self::budget(1).close(None) > Duration::from_mins(4), "the usual pause");
    }
}
