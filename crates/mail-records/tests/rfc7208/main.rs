//! The public RFC 7208 test suite (203 cases), twice: against what can be said of a record without a message, and
//! against a whole evaluation over the crate's types. The suite's explanations are not checked.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod check_host;
mod expand;
mod suite;
mod zone;

use std::collections::BTreeMap;

use mail_records::lint;
use mail_records::spf::{Kind, Lookup, Query, Spf, cost, select};

use check_host::check_host;
use suite::{Case, Scenario};
use zone::Zone;

/// What can be said of a case without a message.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Verdict {
    /// The domain has no SPF record.
    NoRecord,
    /// The record, or one it includes, is a permerror for every message.
    PermError(String),
    /// Some of the answers do not come.
    Silent,
    /// The record can be evaluated.
    Evaluable,
}

fn judge(case: &Case, scenario: &Scenario) -> Verdict {
    let zone = Zone::of(scenario);
    let texts = match zone.lookup(Query {
        kind: Kind::Txt,
        domain: case.domain(),
    }) {
        Lookup::Txt(texts) => texts,
        Lookup::Unknown => return Verdict::Silent,
        _ => return Verdict::NoRecord,
    };
    let spf = match select(texts.iter().map(String::as_str)).map(|text| text.map(Spf::parse)) {
        Ok(None) => return Verdict::NoRecord,
        Ok(Some(Ok(spf))) => spf,
        Ok(Some(Err(error))) | Err(error) => return Verdict::PermError(error.to_string()),
    };
    let mut silent = false;
    let cost = cost(&spf, case.domain(), &mut |query| {
        let answer = zone.lookup(query);
        silent |= answer == Lookup::Unknown;
        answer
    });
    if lint::is_rejected(&cost.problems) {
        return Verdict::PermError(cost.problems[0].to_string());
    }
    if silent {
        Verdict::Silent
    } else {
        Verdict::Evaluable
    }
}

impl Verdict {
    fn kind(&self) -> &'static str {
        match self {
            Self::NoRecord => "no record",
            Self::PermError(_) => "permerror",
            Self::Silent => "silent",
            Self::Evaluable => "evaluable",
        }
    }
}

/// The worst case of this record is 11 terms; the suite's message matches after 10, so it passes. A publisher wants to
/// know about the other messages.
const MATCHES_BEFORE_THE_LIMIT: &str = "include-at-limit";

#[test]
fn each_of_the_203_cases_is_judged_as_the_suite_says() {
    let scenarios = suite::load();
    let mut counts = BTreeMap::new();
    for scenario in &scenarios {
        for (name, case) in &scenario.tests {
            let verdict = judge(case, scenario);
            let place = format!("{}: {name}: {verdict:?}", scenario.description);
            assert_eq!(
                agrees(&verdict, case),
                name != MATCHES_BEFORE_THE_LIMIT,
                "{place}, {:?}",
                case.result
            );
            *counts.entry(verdict.kind()).or_insert(0) += 1;
        }
    }
    let expected = [
        ("evaluable", 114),
        ("no record", 8),
        ("permerror", 76),
        ("silent", 5),
    ];
    assert_eq!(counts.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn each_of_the_203_cases_evaluates_to_a_result_that_the_suite_allows() {
    let scenarios = suite::load();
    let mut count = 0;
    for scenario in &scenarios {
        let zone = Zone::of(scenario);
        for (name, case) in &scenario.tests {
            let (result, allowed) = (check_host(case, &zone), case.result.texts());
            assert!(
                allowed.contains(&result),
                "{}: {name}: {result}, not {allowed:?}",
                scenario.description
            );
            count += 1;
        }
    }
    assert_eq!(count, 203);
}

fn agrees(verdict: &Verdict, case: &Case) -> bool {
    let allowed: &[&str] = match verdict {
        Verdict::NoRecord => &["none"],
        Verdict::PermError(_) => &["permerror"],
        Verdict::Silent => &["temperror"],
        Verdict::Evaluable => &["pass", "fail", "softfail", "neutral"],
    };
    case.result
        .texts()
        .iter()
        .any(|result| allowed.contains(result))
}

#[test]
fn a_record_that_the_suite_evaluates_is_still_a_record_after_rendering() {
    for scenario in &suite::load() {
        for text in scenario
            .zonedata
            .values()
            .flatten()
            .flat_map(suite::Entry::record_texts)
        {
            let Ok(spf) = Spf::parse(&text) else { continue };
            let rendered = spf.to_string();
            let again = Spf::parse(&rendered).expect("what we render parses");
            assert!(
                again.same_meaning(&spf) && again.to_string() == rendered,
                "{text} became {rendered}"
            );
        }
    }
}
