//! `spec.dmarc`: what is refused.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        r"dmarc: {policy: None, rua: [dmarc@example.com]}",
        "spec.dmarc.rua[0]",
        "DMARC-R1: write a URI with `mailto:` before the address",
    ),
    (
        r"dmarc: {policy: None, rua: ['mailto:dmarc@example.com!10m']}",
        "spec.dmarc.rua[0]",
        "DMARC-R1: write `,` and `!` as %2C and %21, no `;`, and no size limit such as !10m (RFC 9989 removed it)",
    ),
    (
        r"dmarc: {policy: None, ruf: ['mailto:dmarc@bücher.example']}",
        "spec.dmarc.ruf[0]",
        "DMARC-R1: write it in ASCII without spaces; international domains as A-labels, as in xn--bcher-kva.example",
    ),
    (
        r"dmarc: {policy: None, rua: ['mailto:dmarc']}",
        "spec.dmarc.rua[0]",
        "DMARC-R1: write one address with its domain, as in mailto:dmarc@example.com",
    ),
    (r"dmarc: {policy: None, fo: ['0', '1']}", "spec.dmarc.fo", "DMARC-R1: fo takes one of 0 and 1, not both"),
    (
        r"dmarc: {policy: Block}",
        "spec.dmarc.policy",
        "Unsupported value: \"Block\": supported values: \"None\", \"Quarantine\", \"Reject\"",
    ),
    (
        r"dmarc: {policy: None, obsolete: {pct: 101}}",
        "spec.dmarc.obsolete.pct",
        "spec.dmarc.obsolete.pct in body should be less than or equal to 100",
    ),
];
