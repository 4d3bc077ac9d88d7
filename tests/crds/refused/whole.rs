//! The object as a whole: what is refused.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        r"{parked: true, spf: {all: Fail}}",
        "spec.parked",
        "parked excludes spf, dkim, dmarc, mtaSts and tlsRpt: a parked domain sends and receives nothing",
    ),
    (r"ttl: 29", "spec.ttl", "spec.ttl in body should be greater than or equal to 30"),
    (r"ttl: 604801", "spec.ttl", "spec.ttl in body should be less than or equal to 604800"),
    (r"takeOverFrom: someone", "spec.takeOverFrom", "write an owner as a marker names it: <owner-id>/<namespace>/<name>"),
    (
        r"providerRef: {name: Sand Box}",
        "spec.providerRef.name",
        "write the name of a Kubernetes object: lower-case letters, digits, inner hyphens and dots",
    ),
];
