//! Selectors and key names (RFC 6376 3.1).

use schemars::{Schema, SchemaGenerator};

use super::{
    Check,
    names::{LABEL, host_form},
    text,
};

/// A selector of somebody else's key.
pub(in crate::api) fn selector(_: &mut SchemaGenerator) -> Schema {
    let mut checks = host_form("DKIM-R1");
    checks.push(Check::new(
        format!("self.matches(r'^{LABEL}(\\.{LABEL})*$')"),
        "DKIM-R1: a selector is what stands before ._domainkey: labels of 1 to 63 letters, digits and inner hyphens, no underscore",
    ));
    text(128, &checks)
}

/// The name of a key of ours. 40 characters leave room for what makes a selector of it within one label of 63.
pub(in crate::api) fn key_name(_: &mut SchemaGenerator) -> Schema {
    let name = Check::new(
        "self.matches(r'^[a-z0-9]([a-z0-9-]*[a-z0-9])?$')",
        "DKIM-R1: a key name begins its selectors: lower-case letters, digits and inner hyphens",
    );
    text(40, &[name])
}
