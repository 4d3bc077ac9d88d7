//! What the crate promises, one module for each kind of record. Test names are sentences; rule ids are those of the
//! findings.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod dkim;
mod dkim_pasted;
mod dmarc;
mod dmarc_strictness;
mod keys;
mod marker;
mod mta_sts;
mod names;
mod properties;
mod spf;
mod spf_build;
mod spf_cost;
mod spf_lint;
mod tls_rpt;
mod txt;
mod uris;

use mail_records::lint::{Finding, Severity};

/// Fails unless there is exactly one finding of this rule whose message holds `words`, and it forbids publication.
#[track_caller]
fn assert_rejected(findings: &[Finding], rule: &str, words: &str) {
    assert_found(findings, rule, Severity::Reject, words);
}

/// The same for a warning.
#[track_caller]
fn assert_warned(findings: &[Finding], rule: &str, words: &str) {
    assert_found(findings, rule, Severity::Warn, words);
}

#[track_caller]
fn assert_found(findings: &[Finding], rule: &str, severity: Severity, words: &str) {
    let fits = |finding: &&Finding| {
        finding.rule == rule && finding.severity == severity && finding.message.contains(words)
    };
    assert_eq!(
        findings.iter().filter(fits).count(),
        1,
        "{rule} with {words:?} wanted, found {findings:#?}"
    );
}

/// Fails if anything was found.
#[track_caller]
fn assert_clean(findings: &[Finding]) {
    assert!(findings.is_empty(), "nothing wanted, found {findings:#?}");
}
