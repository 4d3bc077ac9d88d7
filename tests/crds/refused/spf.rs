//! `spec.spf`: what is refused.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        r"spf: {include: [_spf.example.net]}",
        "spec.spf.all",
        "SPF-G3: set `all` (Fail, SoftFail or Neutral), or end `terms` in redirect=: without either, every other host passes as neutral",
    ),
    (
        r"spf: {all: Fail, terms: [redirect=_spf.example.net]}",
        "spec.spf.all",
        "SPF-R1: `all` and redirect= exclude each other: beside `all`, receivers ignore redirect=",
    ),
    (
        r"spf: {all: Fail, terms: [-all]}",
        "spec.spf.terms[0]",
        "SPF-R1: write the closing `all` in the field `all`, where there is only one",
    ),
    (r"spf: {all: Fail, terms: [All]}", "spec.spf.terms[0]", "SPF-R2: +all lets the whole Internet send for this domain"),
    (
        r"spf: {all: Fail, terms: ['a b']}",
        "spec.spf.terms[0]",
        "SPF-R1: a term is ASCII without spaces; write each term as an entry of its own",
    ),
    (r"spf: {all: Fail, terms: [v=spf1]}", "spec.spf.terms[0]", "SPF-R1: leave out v=spf1; terms are what follows it"),
    (
        r"spf: {terms: [redirect=a.example, Redirect=b.example]}",
        "spec.spf.terms",
        "SPF-R1: redirect= stands more than once; a receiver refuses the whole record",
    ),
    (
        r"spf: {all: Fail, terms: [exp=a.example, exp=b.example]}",
        "spec.spf.terms",
        "SPF-R1: exp= stands more than once; a receiver refuses the whole record",
    ),
    (
        r"spf: {all: Fail, ip4: ['2001:db8::1']}",
        "spec.spf.ip4[0]",
        "SPF-R1: ip4 takes IPv4 only; write an IPv6 address under ip6",
    ),
    (
        r"spf: {all: Fail, ip4: [192.0.2.1, 192.0.2]}",
        "spec.spf.ip4[1]",
        "SPF-R1: write all four octets, as in 192.0.2.1 or 192.0.2.0/28",
    ),
    (
        r"spf: {all: Fail, ip4: [192.0.2.0/33]}",
        "spec.spf.ip4[0]",
        "SPF-R1: write all four octets, as in 192.0.2.1 or 192.0.2.0/28",
    ),
    (
        r"spf: {all: Fail, ip4: [0.0.0.0/0]}",
        "spec.spf.ip4[0]",
        "SPF-R2: a prefix length of 0 lets the whole Internet send for this domain",
    ),
    (r"spf: {all: Fail, ip6: [192.0.2.1]}", "spec.spf.ip6[0]", "SPF-R1: ip6 takes IPv6 only; write an IPv4 address under ip4"),
    (
        r"spf: {all: Fail, ip6: ['::/0']}",
        "spec.spf.ip6[0]",
        "SPF-R2: a prefix length of 0 lets the whole Internet send for this domain",
    ),
    (
        r"spf: {all: Fail, include: ['https://example.net/spf']}",
        "spec.spf.include[0]",
        "SPF-R1: write the bare domain, no URL and no slash, as in _spf.example.com",
    ),
    (
        r"spf: {all: Fail, include: [_spf.example.net/]}",
        "spec.spf.include[0]",
        "SPF-R1: write the bare domain, no URL and no slash, as in _spf.example.com",
    ),
    (r"spf: {all: Fail, include: [_spf.example.net.]}", "spec.spf.include[0]", "SPF-R1: leave out the trailing dot"),
    (
        r"spf: {all: Fail, include: [Example.com]}",
        "spec.spf.include",
        "SPF-R1: spec.spf.include names the domain itself, which is an endless loop",
    ),
    (
        r"spf: {all: Fail, a: [h1]}",
        "spec.spf.a[0]",
        "SPF-R1: write a domain name of at least two labels, each of 1 to 63 letters, digits, hyphens and underscores",
    ),
    (
        r"spf: {all: Fail, a: ['@'], mx: ['@'], include: [a.example, b.example, c.example, d.example, e.example], terms: ['exists:%{i}.x.example', ptr, '?a/24', 'mx:y.example']}",
        "spec.spf",
        "SPF-G2: more than 10 DNS lookups (a, mx, include, and include, a, mx, ptr, exists or redirect in terms); a receiver stops at the eleventh",
    ),
];
