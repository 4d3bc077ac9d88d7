//! The vocabulary of the CRD schemas: bounded strings, and lists of them, whose rules say what to do.
//!
//! Checks are CEL rules and not `pattern`s: a pattern answers with a regular expression, a rule with a sentence and
//! the id of the rule broken. Everything is bounded, since the API server prices a rule by the largest value it could
//! meet and refuses a CRD that could cost too much.

pub(super) mod addresses;
pub(super) mod aws;
pub(super) mod clouds;
pub(super) mod dkim;
pub(super) mod dmarc;
pub(super) mod kubernetes;
pub(super) mod mta_sts;
pub(super) mod names;
pub(super) mod spf;
pub(super) mod uris;

use kube::core::Rule;
use schemars::{Schema, json_schema};

/// One check of a value: the CEL expression that holds for a good one, and the sentence for a bad one.
struct Check {
    holds: String,
    message: String,
}

impl Check {
    fn new(holds: impl Into<String>, message: impl Into<String>) -> Self {
        Self { holds: holds.into(), message: message.into() }
    }
}

/// A string of at most `max` characters. Of several checks that fail only the first speaks.
fn text(max: u32, checks: &[Check]) -> Schema {
    json_schema!({"type": "string", "maxLength": max, "x-kubernetes-validations": in_order(checks)})
}

/// Each check guarded by those before it, so that one bad value gives one sentence.
fn in_order(checks: &[Check]) -> Vec<Rule> {
    let guard = |before: &[Check]| before.iter().map(|check| format!("!({}) || ", check.holds)).collect::<Vec<_>>().concat();
    checks
        .iter()
        .enumerate()
        .map(|(index, check)| Rule::new(format!("{}{}", guard(&checks[..index]), check.holds)).message(check.message.as_str()))
        .collect()
}

/// A list without duplicates; with server-side apply each manager owns its own entries.
fn set_of(max: u32, item: &Schema) -> Schema {
    json_schema!({"type": "array", "maxItems": max, "items": item, "x-kubernetes-list-type": "set"})
}

/// A list whose order means something, owned as a whole.
fn list_of(max: u32, item: &Schema) -> Schema {
    json_schema!({"type": "array", "maxItems": max, "items": item, "x-kubernetes-list-type": "atomic"})
}
