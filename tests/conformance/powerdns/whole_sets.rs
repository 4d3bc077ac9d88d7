//! Debian's version takes whole sets and compares nothing: what the moment between reading and writing costs.

use super::start;
use crate::scenarios::second_writer;

/// P1 does not hold here against somebody who writes in that very moment, and nothing in this API could make it. How much is lost
/// is shown (`docs/providers.md` has a figure) and not asserted; ours is right all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beside_a_second_writer_ours_is_right_and_what_is_lost_is_counted() {
    let outcome = second_writer::race(&start().await).await;
    eprintln!("{outcome}");
    assert_eq!(outcome.ours, outcome.wanted);
}
