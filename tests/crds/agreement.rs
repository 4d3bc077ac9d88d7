//! What the definitions refuse, the operator refuses too: an object may have been stored before a rule existed, or by an
//! API server whose definitions are older than the operator.

use mailward::{
    api::MailDomain,
    domain::validate::{Install, validate},
};

use crate::{cluster::mail_domain, refused::rows};

/// Rows that only the definitions can or need to judge, each with the reason.
const DEFINITIONS_ONLY: &[(&str, &str)] = &[
    ("domain: Example.com", "read as the same name, which the marker and every record bear in lower case"),
    ("domain: example.com.", "read as the same name"),
    ("ttl: 29", "raised to what the provider takes"),
    ("ttl: 604801", "lowered to what the provider takes"),
    ("takeOverFrom: someone", "no marker has such an owner, so nothing is taken"),
    ("providerRef: {name: Sand Box}", "there is no such provider, and the condition says so"),
    ("spf: {all: Fail, include: [_spf.example.net.]}", "published without the dot"),
    ("dkim: {delegated: [{selector: s1, target: s1.example.net.}]}", "read as the same name"),
    ("dmarc: {policy: None, obsolete: {pct: 101}}", "obsolete tags are never published"),
    ("mtaSts: {mode: None, staticAddress: {ipv4: [192.0.2.1]}}", "not read without address: Static"),
];

#[test]
fn each_bad_mail_domain_is_refused_by_the_operator_too() {
    let passed: Vec<&str> = rows().into_iter().map(|(fields, ..)| fields).filter(|fields| passes(fields)).collect();
    let excused: Vec<&str> = DEFINITIONS_ONLY.iter().map(|(fields, _)| *fields).collect();
    assert_eq!(passed, excused, "rows that the operator lets pass, and those that it may let pass");
}

/// Whether the types take it and no rule of the operator refuses it.
fn passes(fields: &str) -> bool {
    let Ok(object) = mail_domain(fields).try_parse::<MailDomain>() else { return false };
    validate(&object.spec, &Install::default()).is_ok_and(|validated| validated.refusals().next().is_none())
}
