//! CPU time of a call, or of a future: what its polls cost on the threads that polled them. What it spawns elsewhere is not in it.

use std::{future::poll_fn, pin::Pin, time::Duration};

use rustix::time::{ClockId, clock_gettime};

/// Awaits `work` and says how much CPU time that took.
pub(super) async fn of<T>(mut work: impl Future<Output = T> + Unpin) -> (T, Duration) {
    let mut spent = Duration::ZERO;
    let done = poll_fn(|context| {
        // One poll stays on one thread, so both readings are of the same clock.
        let (polled, took) = of_call(|| Pin::new(&mut work).poll(context));
        spent += took;
        polled
    })
    .await;
    (done, spent)
}

/// Calls `work` and says how much CPU time that took.
pub(super) fn of_call<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let before = on_this_thread();
    let done = work();
    (done, on_this_thread().saturating_sub(before))
}

/// CPU time of the calling thread since it began.
fn on_this_thread() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(now.tv_sec).unwrap_or(0), u32::try_from(now.tv_nsec).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn waiting_costs_less_than_working_for_as_many_turns() {
        let turns = async |work: u64| {
            let mut sum = 0_u64;
            for _ in 0..100 {
                sum = std::hint::black_box((0..work).fold(sum, |sum, n| sum.wrapping_mul(31).wrapping_add(n)));
                tokio::task::yield_now().await;
            }
            sum
        };
        let (_, idle) = of(Box::pin(turns(0))).await;
        let (_, busy) = of(Box::pin(turns(100_000))).await;
        assert!(busy > idle, "{busy:?} of work, {idle:?} of waiting");
    }
}
