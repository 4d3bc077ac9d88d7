//! What every provider does when its server is made to fail; who makes it fail, and how, is the vendor's room.

use mailward::provider::{Change, ErrorKind, Provider};

use crate::{Bench, fixtures::*};

/// `hasty` waits for a quarter of a second, and its next request is never answered; `patient` asks after it.
pub async fn is_given_up_and_the_next_goes_through(hasty: &dyn Provider, patient: &dyn Provider) {
    let error = hasty.look().await.unwrap_err();
    assert!(error.kind == ErrorKind::Transient && error.message.contains("no answer within 0.25 s"), "{error}");
    assert!(patient.look().await.is_ok());
}

/// P6: what a visit that ended in the middle left is completed by the next, and nothing is there twice. `lose` has the answer to the
/// next request get lost, on a server that writes set by set.
pub async fn p6_what_broke_off_is_completed_by_the_next_reading(bench: &dyn Bench, lose: impl FnOnce()) {
    let provider = bench.provider();
    let sets = ["_mailward.cafe.lab", "_dmarc.cafe.lab"].map(|at| txt(at, &["a"]));
    let names = sets.each_ref().map(|set| set.name.clone());
    provider.read(&cafe(), &names).await.unwrap();
    lose();
    refuse(provider, &sets.each_ref().map(create), ErrorKind::Transient).await;
    let read = provider.read(&cafe(), &names).await.unwrap();
    let missing: Vec<Change> = sets.iter().filter(|set| read.get(&set.name, set.kind).is_none()).map(create).collect();
    assert_eq!(missing.len(), 1);
    apply(provider, &missing).await;
    assert_eq!(bench.dump().await, sets);
}
