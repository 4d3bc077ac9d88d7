//! `spec.dkim`: what is refused.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        r"dkim: {keys: [{name: main, size: 1024, secretName: keys}]}",
        "spec.dkim.keys[0].size",
        "DKIM-R1: an RSA key has 2048, 3072 or 4096 bits",
    ),
    (
        r"dkim: {keys: [{name: Main, secretName: keys}]}",
        "spec.dkim.keys[0].name",
        "DKIM-R1: a key name begins its selectors: lower-case letters, digits and inner hyphens",
    ),
    (
        r"dkim: {keys: [{name: a, secretName: keys}, {name: b, secretName: keys}]}",
        "spec.dkim",
        "two keys share a secretName; give each a Secret of its own",
    ),
    (
        r"dkim: {delegated: [{selector: s_1, target: s1.example.net}]}",
        "spec.dkim.delegated[0].selector",
        "DKIM-R1: a selector is what stands before ._domainkey: labels of 1 to 63 letters, digits and inner hyphens, no underscore",
    ),
    (
        r"dkim: {delegated: [{selector: s1, target: s1.example.net.}]}",
        "spec.dkim.delegated[0].target",
        "DNS-G3: leave out the trailing dot",
    ),
    (
        r"dkim: {published: [{selector: s1, publicKey: MIIB}], delegated: [{selector: s1, target: s1.example.net}]}",
        "spec.dkim",
        "DKIM-R1: a selector stands in both published and delegated; it can have one key only",
    ),
    (
        r"dkim: {keys: [{name: main, secretName: keys}], published: [{selector: main-2026, publicKey: MIIB}]}",
        "spec.dkim",
        "DKIM-R1: a selector in published is the name of a key of ours, or begins with that name and a hyphen; such selectors are kept for the key",
    ),
    (
        r"dkim: {published: [{selector: s1, publicKey: MIIB}, {selector: s1, publicKey: MIIC}]}",
        "spec.dkim.published[1]",
        "Duplicate value: {\"selector\":\"s1\"}",
    ),
];
