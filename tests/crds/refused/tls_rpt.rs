//! `spec.tlsRpt`: what is refused.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (r"tlsRpt: {rua: []}", "spec.tlsRpt.rua", "TLSRPT-R1: name at least one place for reports"),
    (
        r"tlsRpt: {rua: ['http://reports.example.com/tls']}",
        "spec.tlsRpt.rua[0]",
        "TLSRPT-R1: write a URI that begins with `mailto:` or `https://`",
    ),
    (
        r"tlsRpt: {rua: [tls@example.com]}",
        "spec.tlsRpt.rua[0]",
        "TLSRPT-R1: write a URI that begins with `mailto:` or `https://`",
    ),
    (
        r"tlsRpt: {rua: ['mailto:a@example.com,b@example.com']}",
        "spec.tlsRpt.rua[0]",
        "TLSRPT-R1: write `,`, `!` and `;` as %2C, %21 and %3B",
    ),
];
