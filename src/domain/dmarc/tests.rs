//! P5, line by line.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed unwrap is the failure of the test")]

use super::*;
use crate::domain::{
    test_support::spec,
    validate::{Install, validate},
};

fn dmarc(fields: &str) -> Dmarc {
    let judged = validate(&spec(&format!("dmarc: {{{fields}}}")), &Install::default()).unwrap();
    judged.dmarc.accepted().unwrap().clone()
}

fn right() -> Support {
    Support::Seen(Sight::EverywhereRight)
}

fn not_yet() -> Support {
    Support::Seen(Sight::NotYet("ns1.lab answers nothing".into()))
}

fn selector(name: &str, support: Support) -> (Selector, Support) {
    (Selector::new(name).unwrap(), support)
}

/// The message of the hold, or nothing when the record is applied.
fn held(wanted: &Dmarc, current: CurrentDmarc, spf: Option<Support>, selectors: Vec<(Selector, Support)>) -> Option<String> {
    match decide(&DmarcFacts { wanted, current, spf, selectors }) {
        DmarcDecision::Apply => None,
        DmarcDecision::Held(hold) => {
            assert_eq!(hold.reason, "DMARCHeld");
            Some(hold.message)
        }
    }
}

use CurrentDmarc::{Nothing, Record, Unknown};

#[test]
fn p_none_is_never_held_whatever_is_missing() {
    let wanted = dmarc("policy: None");
    assert_eq!(held(&wanted, Nothing, Some(not_yet()), vec![selector("main", not_yet())]), None);
    assert_eq!(held(&wanted, Unknown("timed out".into()), None, vec![]), None);
}

#[test]
fn a_record_as_strict_as_todays_or_milder_is_not_held() {
    let (strict, mild) = (dmarc("policy: Reject"), dmarc("policy: Quarantine"));
    assert_eq!(held(&strict, Record(strict.clone()), Some(not_yet()), vec![]), None);
    assert_eq!(held(&mild, Record(strict.clone()), Some(not_yet()), vec![]), None);
    assert!(held(&strict, Record(mild), Some(not_yet()), vec![]).is_some());
}

#[test]
fn p5_a_stricter_record_waits_for_spf_and_says_so() {
    let wanted = dmarc("policy: Quarantine");
    let why = held(&wanted, Nothing, Some(not_yet()), vec![selector("main", right())]).unwrap();
    assert!(why.contains("SPF is not verified (ns1.lab answers nothing)"), "{why}");
    assert_eq!(held(&wanted, Nothing, Some(right()), vec![selector("main", right())]), None);
}

#[test]
fn p5_one_answering_selector_is_enough_and_none_is_not() {
    let wanted = dmarc("policy: Quarantine");
    let one = vec![selector("main", right()), selector("google", not_yet())];
    assert_eq!(held(&wanted, Nothing, Some(right()), one), None);
    let why = held(&wanted, Nothing, Some(right()), vec![selector("google", not_yet())]).unwrap();
    assert!(why.contains("google: ns1.lab answers nothing"), "{why}");
    assert_eq!(held(&wanted, Nothing, Some(right()), vec![]), None, "a spec without selectors rests on SPF alone");
}

#[test]
fn p5_a_conflict_on_any_of_them_holds() {
    let wanted = dmarc("policy: Quarantine");
    let foreign = Support::Conflict("v=spf1 mx -all".into());
    let why = held(&wanted, Nothing, Some(foreign.clone()), vec![selector("main", right())]).unwrap();
    assert!(why.contains("SPF is in conflict (v=spf1 mx -all)"), "{why}");
    let selectors = vec![selector("main", right()), selector("google", foreign)];
    assert!(held(&wanted, Nothing, Some(right()), selectors).unwrap().contains("selector google is in conflict"));
}

#[test]
fn p5_a_strict_record_that_rests_on_nothing_is_held() {
    assert!(held(&dmarc("policy: Reject"), Nothing, None, vec![]).unwrap().contains("neither spf nor dkim"));
}

#[test]
fn a_lookup_that_failed_is_taken_for_no_record_and_named() {
    let why = held(&dmarc("policy: Reject"), Unknown("ns1.lab timed out".into()), Some(right()), vec![]).unwrap();
    assert!(why.contains("ns1.lab timed out"), "{why}");
}

#[test]
fn p5_a_domain_with_mx_is_not_parked() {
    let hold = parking_refused(&MxFacts::Hosts(vec!["mx1.mail.lab".parse().unwrap()])).unwrap();
    assert!(hold.reason == "ParkingRefused" && hold.message.contains("mx1.mail.lab"));
    assert!(parking_refused(&MxFacts::Failed("timed out".into())).is_some(), "a failed lookup permits nothing");
    assert_eq!((parking_refused(&MxFacts::None), parking_refused(&MxFacts::NullMx)), (None, None));
}
