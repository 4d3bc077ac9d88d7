//! P7: the table of requests in `docs/providers.md` has every provider, and nothing in it that no test has counted.

use std::fs;

use super::{
    documented::{PROVIDERS, REQUESTS, Step, names, says},
    files,
};

/// What a visit of a settled domain costs is no business of a provider, so it is counted with the operator: it is never asked.
#[test]
fn p7_every_provider_has_a_row_and_a_settled_domain_costs_nothing_anywhere() {
    let mut known = names(PROVIDERS);
    known.retain(|name| name != "manual");
    assert_eq!(known, names(REQUESTS));
    for provider in known {
        says(&provider, Step::Settled, "0");
    }
}

#[test]
fn p7_every_number_of_the_table_is_said_by_a_test_that_counts_it() {
    let tests = ["tests/conformance", "tests/operator"].map(|folder| files(folder, "rs")).concat();
    let tests: String = tests.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    let said = |provider: &str, step: &str| tests.contains(&format!("says(\"{provider}\", Step::{step}, "));
    for provider in names(REQUESTS) {
        let uncounted: Vec<&str> = ["Check", "First", "Change"].into_iter().filter(|step| !said(&provider, step)).collect();
        assert!(uncounted.is_empty(), "{provider}: no test counts {uncounted:?}");
    }
}
