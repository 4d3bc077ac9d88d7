//! What became of one block of the spec.

use mail_records::lint::{self, Finding};

use super::Complaint;

/// A block of the spec, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block<T> {
    /// The spec does not have it: what it once published goes.
    Absent,
    /// It breaks a rule: nothing of it is published, and what it once published stays.
    Rejected,
    /// It can be published.
    Accepted(T),
}

impl<T> Block<T> {
    /// The accepted value.
    pub fn accepted(&self) -> Option<&T> {
        match self {
            Self::Accepted(value) => Some(value),
            Self::Absent | Self::Rejected => None,
        }
    }

    /// Whether a rule was broken.
    pub fn is_rejected(&self) -> bool {
        matches!(self, Self::Rejected)
    }

    /// Accepts a value unless one of the findings about it forbids publication; says all of them.
    pub(super) fn linted(value: T, field: &str, findings: Vec<Finding>, complaints: &mut Vec<Complaint>) -> Self {
        let rejected = lint::is_rejected(&findings);
        complaints.extend(findings.into_iter().map(|finding| Complaint::new(field, finding)));
        if rejected { Self::Rejected } else { Self::Accepted(value) }
    }
}
