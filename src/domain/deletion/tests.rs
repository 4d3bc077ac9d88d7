//! The order of a deletion.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]

use super::*;
use crate::domain::test_support::at;

fn slots(names: &[&str]) -> BTreeSet<Slot> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

fn policy(records: bool, objects: bool) -> Withdrawal {
    Withdrawal { safe_after: None, wait: None, records, objects }
}

fn run(listed: &[&str], gone_since: Option<i64>, policy: Option<&Withdrawal>, now: i64) -> DeletionStep {
    step(&DeletionFacts {
        listed: &slots(listed),
        dmarc_gone_since: gone_since.map(at),
        dmarc_wait: Duration::from_mins(5),
        policy,
        now: at(now),
    })
}

#[test]
fn dmarc_goes_first_and_spf_and_dkim_stay_with_it() {
    let step = run(&["dmarc", "sel:main-1", "spf", "tls-rpt"], None, None, 0);
    assert_eq!((step.keep, step.end), (slots(&["sel:main-1", "spf"]), End::NotYet));
}

#[test]
fn the_ttl_of_dmarc_is_waited_before_spf_and_dkim_go() {
    let first = run(&["sel:main-1", "spf"], None, None, 10);
    assert_eq!((first.dmarc_gone_since, first.keep.len()), (Some(at(10)), 2));
    assert_eq!(first.wait.unwrap().until, Some(at(310)));
    assert_eq!(run(&["sel:main-1", "spf"], Some(10), None, 309).keep.len(), 2);
    let over = run(&["sel:main-1", "spf"], Some(10), None, 310);
    assert_eq!((over.keep.len(), over.wait, over.end), (0, None, End::NotYet));
}

#[test]
fn a_dmarc_record_that_held_nothing_back_is_not_waited_for() {
    let listed = slots(&["dmarc", "spf"]);
    let step =
        step(&DeletionFacts { listed: &listed, dmarc_gone_since: None, dmarc_wait: Duration::ZERO, policy: None, now: at(0) });
    assert_eq!((step.keep.len(), step.wait), (0, None));
}

#[test]
fn sts_g4_the_policy_goes_on_under_a_tombstone_when_everything_else_is_gone() {
    let under_way = policy(false, false);
    let step = run(&["mta-sts", "policy-host"], Some(0), Some(&under_way), 1_000);
    assert_eq!((step.end, step.keep), (End::Tombstone, slots(&["mta-sts", "policy-host"])));
    let records = policy(true, false);
    assert_eq!(run(&["mta-sts", "policy-host"], Some(0), Some(&records), 1_000).end, End::NotYet);
    assert_eq!(run(&[], Some(0), Some(&records), 1_000).end, End::Tombstone, "its ConfigMap is still there");
    assert_eq!(run(&[], Some(0), Some(&policy(true, true)), 1_000).end, End::Nothing);
}

#[test]
fn an_object_that_published_nothing_is_released_at_once() {
    assert_eq!(run(&[], None, None, 0).end, End::Nothing);
}
