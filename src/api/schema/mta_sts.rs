//! `mx` patterns of an MTA-STS policy (RFC 8461 3.2 and 4.1).

use schemars::{Schema, SchemaGenerator};

use super::{
    Check,
    names::{LABEL, MAX_NAME, host_form},
    set_of, text,
};

/// Host names, or `*.` and a name: the star stands for exactly one label.
pub(in crate::api) fn mx_patterns(_: &mut SchemaGenerator) -> Schema {
    let mut checks = host_form("STS-R1");
    checks.push(Check::new(
        "!self.contains('*') || self.matches(r'^\\*\\.[^*]+$')",
        "STS-R1: `*` stands for the whole leftmost label and nothing else, as in *.example.net",
    ));
    checks.push(Check::new(
        "!self.matches(r'(^|\\.)[0-9]+$') && !self.matches(r'[:\\[]')",
        "STS-R1: name the host, not its address",
    ));
    checks.push(Check::new(
        format!("self.matches(r'^(\\*\\.)?{LABEL}(\\.{LABEL})+$')"),
        "STS-R1: write the host name of an MX, as in mx1.example.com, or *.example.net for every host one label below example.net",
    ));
    set_of(32, &text(MAX_NAME, &checks))
}
