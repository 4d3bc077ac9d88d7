//! When to look again.

use std::time::Duration;

use k8s_openapi::jiff::Timestamp;

/// How soon the next visit is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Next {
    /// Something was written and the next step may be possible already.
    Now,
    /// Not before this long: a known wait (a TTL, a rate limit).
    After(Duration),
    /// Backing off: the n-th try in a row that got nowhere.
    Backoff(u32),
    /// Nothing to do until the next drift check.
    Settled,
    /// What is under way ends with a visit of its own, and there is nothing to do before it.
    Called,
    /// Nobody could be asked, and that is no news yet: what was said stays said, and the question is asked again soon.
    Silence,
    /// Some questions were left open, and that is no news yet: what was said of them is said on beside what is new of others, and
    /// they are asked again soon.
    Borne,
}

/// How fast things are retried.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Time between two drift checks of one domain.
    pub drift: Duration,
    /// First pause of a backoff.
    pub first: Duration,
    /// Longest pause of a backoff.
    pub longest: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { drift: Duration::from_hours(1), first: Duration::from_millis(200), longest: Duration::from_mins(5) }
    }
}

/// Shares that a pause is spread by.
const PARTS: u32 = 1024;

/// How long until the next visit.
///
/// Drift checks keep a phase of their own, taken from a hash of the UID: ten thousand domains spread over the whole
/// interval, after a restart too (P7).
pub fn next_visit(next: Next, pace: &Pace, phase: u64, now: Timestamp) -> Duration {
    let drift = until_phase(pace.drift, phase, now);
    match next {
        Next::Now => Duration::ZERO,
        Next::After(wait) => wait.min(drift),
        Next::Backoff(tries) => backoff(pace, tries, phase).min(drift),
        Next::Called => pace.longest.min(drift),
        Next::Silence | Next::Borne => backoff(pace, 0, phase).min(drift),
        Next::Settled => drift,
    }
}

/// Doubles, and is up to a quarter shorter or longer, each domain and each try by a share of its own: what failed together does not
/// come back together.
fn backoff(pace: &Pace, tries: u32, phase: u64) -> Duration {
    let pause = pace.first.saturating_mul(2_u32.saturating_pow(tries.min(16))).min(pace.longest);
    let share = phase.rotate_left(tries.wrapping_mul(7)) % u64::from(PARTS);
    pause * 3 / 4 + pause / 2 / PARTS * u32::try_from(share).unwrap_or(0)
}

fn until_phase(interval: Duration, phase: u64, now: Timestamp) -> Duration {
    let interval = u64::try_from(interval.as_millis()).unwrap_or(u64::MAX).max(1);
    let now = u64::try_from(now.as_millisecond()).unwrap_or(0);
    let past = (now + interval - phase % interval) % interval;
    Duration::from_millis(interval - past)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    #[test]
    fn p7_a_drift_check_comes_at_the_phase_of_the_uid_whenever_the_controller_started() {
        let pace = Pace { drift: Duration::from_secs(10), ..Pace::default() };
        assert_eq!(next_visit(Next::Settled, &pace, 3_000, at(1_000_000)), Duration::from_secs(3));
        assert_eq!(next_visit(Next::Settled, &pace, 3_000, at(1_002_000)), Duration::from_secs(1));
        assert_eq!(next_visit(Next::Settled, &pace, 3_000, at(1_003_000)), Duration::from_secs(10));
    }

    fn waits(phase: u64) -> [Duration; 4] {
        [0, 1, 2, 30].map(|tries| backoff(&Pace::default(), tries, phase))
    }

    #[test]
    fn a_backoff_doubles_and_ends_at_its_longest_pause() {
        for phase in [0, 1, 511, 1023, u64::MAX, 0x9e37_79b9_7f4a_7c15] {
            for (wait, millis) in waits(phase).into_iter().zip([200, 400, 800, 300_000]) {
                let (shortest, longest) = (Duration::from_millis(millis * 3 / 4), Duration::from_millis(millis * 5 / 4));
                assert!((shortest..=longest).contains(&wait), "{wait:?} is not about {millis} ms");
            }
        }
    }

    #[test]
    fn domains_that_failed_together_come_back_one_after_the_other() {
        let first: std::collections::BTreeSet<Duration> =
            (0..100_u64).map(|n| waits(n.wrapping_mul(0x9e37_79b9_7f4a_7c15))[3]).collect();
        assert!(first.len() > 90, "{} different pauses of 100 domains", first.len());
        let [_, second, third, _] = waits(0x9e37_79b9_7f4a_7c15);
        assert_ne!(second * 2, third, "not the same share at each try");
    }
}
