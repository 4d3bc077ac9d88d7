//! A finding and the field of the spec it is about.

use std::fmt;

use mail_records::lint::Finding;

/// One rule that a field breaks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Complaint {
    /// Path from the root of the object, for example `spec.spf.ip4[1]`.
    pub field: String,
    /// The rule, how bad it is, and what to do.
    pub finding: Finding,
}

impl Complaint {
    /// A complaint about a field.
    pub fn new(field: impl Into<String>, finding: impl Into<Finding>) -> Self {
        Self { field: field.into(), finding: finding.into() }
    }

    /// A complaint that forbids publication.
    pub fn reject(field: impl Into<String>, rule: &'static str, why: impl fmt::Display) -> Self {
        Self::new(field, Finding::reject(rule, why.to_string()))
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.finding)
    }
}

/// Several complaints as one message.
pub(super) fn join(complaints: &[Complaint]) -> String {
    complaints.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Reads each item of a list; every bad one becomes a complaint about `<field>[index]`.
pub(super) fn each<T, E: fmt::Display>(
    field: &str,
    rule: &'static str,
    items: &[String],
    complaints: &mut Vec<Complaint>,
    read: impl Fn(&str) -> Result<T, E>,
) -> Vec<T> {
    let mut values = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        match read(item) {
            Ok(value) => values.push(value),
            Err(why) => complaints.push(Complaint::reject(format!("{field}[{index}]"), rule, why)),
        }
    }
    values
}
