//! Domain names, as each field of the spec takes them.
//!
//! Only what a regular expression sees is checked here; lengths that arise from joining names are checked on the spec.

use schemars::{Schema, SchemaGenerator};

use super::{Check, set_of, text};

/// Longest name in text form (RFC 1035 2.3.4).
pub(super) const MAX_NAME: u32 = 253;
/// A label of a host name.
pub(super) const LABEL: &str = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
/// A label of any DNS name: providers' targets hold underscores, and are pasted in any case.
const ANY_LABEL: &str = "[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?";

/// `spec.domain`: a host name as A-labels.
pub(in crate::api) fn domain(_: &mut SchemaGenerator) -> Schema {
    let mut checks = host_form("DNS-G3");
    checks.push(Check::new(
        format!("self.matches(r'^{LABEL}(\\.{LABEL})*$')"),
        "DNS-R1: between the dots stand labels of 1 to 63 letters, digits and inner hyphens, as in mail.example.com",
    ));
    checks.push(Check::new(
        "!self.matches(r'(^|\\.)[0-9]+$')",
        "DNS-R1: an IP address is no domain; name the domain after the @ of its addresses",
    ));
    checks.push(Check::new(
        "self.size() <= 242",
        "DNS-R1: 242 characters at most, so that _smtp._tls.<domain> stays within the 253 of a DNS name",
    ));
    text(MAX_NAME, &checks)
}

/// What is asked of every name in DNS-G3's form: ASCII, lower case, no trailing dot.
pub(super) fn host_form(rule: &str) -> Vec<Check> {
    vec![
        ascii(rule),
        Check::new("self == self.lowerAscii()", format!("{rule}: write it in lower case; DNS does not tell case apart")),
        no_trailing_dot(rule),
    ]
}

fn ascii(rule: &str) -> Check {
    Check::new(
        "self.matches(r'^[!-~]*$')",
        format!("{rule}: write it in ASCII without spaces; international names as A-labels, as in xn--bcher-kva.example"),
    )
}

fn no_trailing_dot(rule: &str) -> Check {
    Check::new("!self.endsWith('.')", format!("{rule}: leave out the trailing dot"))
}

/// Checks of a name that may hold underscores, such as an SPF target or a CNAME target.
pub(super) fn target_form(rule: &str) -> Vec<Check> {
    vec![
        ascii(rule),
        no_trailing_dot(rule),
        Check::new(
            format!("self.matches(r'^{ANY_LABEL}(\\.{ANY_LABEL})+$') && !self.matches(r'\\.[0-9]+$')"),
            format!(
                "{rule}: write a domain name of at least two labels, each of 1 to 63 letters, digits, hyphens and underscores"
            ),
        ),
    ]
}

/// The target of a CNAME.
pub(in crate::api) fn cname_target(_: &mut SchemaGenerator) -> Schema {
    text(MAX_NAME, &target_form("DNS-G3"))
}

/// The name of a TSIG key: a domain name by syntax, one label as a rule (RFC 8945 4.2).
pub(in crate::api) fn tsig_key_name(_: &mut SchemaGenerator) -> Schema {
    let name = Check::new(
        format!("self.matches(r'^{ANY_LABEL}(\\.{ANY_LABEL})*\\.?$')"),
        "the name of a TSIG key is a domain name, as in the `key \"...\"` statement of the server",
    );
    text(MAX_NAME + 1, &[name])
}

/// A server within an API that may stand for several.
pub(in crate::api) fn server_id(_: &mut SchemaGenerator) -> Schema {
    let id = Check::new(
        "self.matches(r'^[A-Za-z0-9][A-Za-z0-9._-]*$')",
        "write the id of a server as the API lists it, as in localhost",
    );
    text(MAX_NAME, &[id])
}

/// Zones of a provider: exact names, or `*.` and a name for everything below it.
pub(in crate::api) fn zone_patterns(_: &mut SchemaGenerator) -> Schema {
    let mut checks = host_form("DNS-G3");
    checks.push(Check::new(
        format!("self.matches(r'^(\\*\\.)?{LABEL}(\\.{LABEL})*$')"),
        "write a domain such as example.com, or *.example.net for everything below example.net",
    ));
    set_of(1000, &text(MAX_NAME, &checks))
}
