//! `spec.domain`: what is refused.

use super::Row;
use crate::cluster::{mail_domain, verdict};

pub(super) const ROWS: &[Row] = &[
    (
        r"domain: bücher.example",
        "spec.domain",
        "DNS-G3: write it in ASCII without spaces; international names as A-labels, as in xn--bcher-kva.example",
    ),
    (r"domain: Example.com", "spec.domain", "DNS-G3: write it in lower case; DNS does not tell case apart"),
    (r"domain: example.com.", "spec.domain", "DNS-G3: leave out the trailing dot"),
    (
        r"domain: _dmarc.example.com",
        "spec.domain",
        "DNS-R1: between the dots stand labels of 1 to 63 letters, digits and inner hyphens, as in mail.example.com",
    ),
    (
        r"domain: a..example",
        "spec.domain",
        "DNS-R1: between the dots stand labels of 1 to 63 letters, digits and inner hyphens, as in mail.example.com",
    ),
    (
        r"domain: x1234567890123456789012345678901234567890123456789012345678901234.example",
        "spec.domain",
        "DNS-R1: between the dots stand labels of 1 to 63 letters, digits and inner hyphens, as in mail.example.com",
    ),
    (r"domain: 192.0.2.1", "spec.domain", "DNS-R1: an IP address is no domain; name the domain after the @ of its addresses"),
];

/// 128 + 12 + 120 characters.
#[tokio::test]
async fn a_selector_that_makes_the_name_too_long_is_refused_dns_r1() {
    let selector = format!("{0}.{0}", "s".repeat(63));
    let domain = format!("{0}.{0}", "d".repeat(60));
    let fields = format!("{{domain: {domain}, dkim: {{published: [{{selector: {selector}, publicKey: MIIB}}]}}}}");
    let sentence = "DNS-R1: <selector>._domainkey.<domain> is longer than the 253 characters of a DNS name";
    assert_eq!(verdict(&mail_domain(&fields)).await, [("spec".to_owned(), sentence.to_owned())]);
}

/// Four labels of 60 and three dots.
#[tokio::test]
async fn a_domain_without_room_for_the_names_below_it_is_refused_dns_r1() {
    let domain = ["d".repeat(60), "d".repeat(60), "d".repeat(60), "d".repeat(60)].join(".");
    let sentence = "DNS-R1: 242 characters at most, so that _smtp._tls.<domain> stays within the 253 of a DNS name";
    assert_eq!(verdict(&mail_domain(&format!("domain: {domain}"))).await, [("spec.domain".to_owned(), sentence.to_owned())]);
}
