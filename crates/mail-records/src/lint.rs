//! What a lint says. The rules themselves live beside the record they judge; nothing here knows a record kind.

use std::fmt;

/// How bad a [`Finding`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Publish it, but tell somebody.
    Warn,
    /// Never publish it.
    Reject,
}

/// One rule that a record breaks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Finding {
    /// The rule's id, such as `SPF-R1`: stable, meant for tests, conditions and metrics.
    pub rule: &'static str,
    /// Whether the record may be published at all.
    pub severity: Severity,
    /// What is wrong, where, and what to do: one sentence or two, without a trailing full stop.
    pub message: String,
}

impl Finding {
    /// A finding that forbids publication.
    pub fn reject(rule: &'static str, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity: Severity::Reject,
            message: message.into(),
        }
    }

    /// A finding that somebody should hear of.
    pub fn warn(rule: &'static str, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity: Severity::Warn,
            message: message.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule, self.message)
    }
}

/// Whether any of the findings forbids publication.
pub fn is_rejected(findings: &[Finding]) -> bool {
    findings
        .iter()
        .any(|finding| finding.severity == Severity::Reject)
}
