//! Requests that can never succeed.

use mailward::provider::ErrorKind;

use crate::{Bench, fixtures::*};

pub async fn a_change_outside_the_zone_is_invalid(bench: &impl Bench) {
    let changes = [create(&txt("cafe.lab", &["a"])), create(&txt("elsewhere.lab", &["a"]))];
    let message = refuse(bench.provider(), &changes, ErrorKind::Invalid).await;
    assert!(message.contains("elsewhere.lab") && message.contains("cafe.lab"), "{message}");
    assert_eq!(bench.dump().await, []);
}

pub async fn a_value_that_was_not_read_is_not_removed(bench: &impl Bench) {
    let set = txt("cafe.lab", &["foreign"]);
    bench.put(set.clone()).await;
    refuse(bench.provider(), &[change(&set, &["ours"], &[])], ErrorKind::Invalid).await;
    assert_eq!(bench.dump().await, [set]);
}
