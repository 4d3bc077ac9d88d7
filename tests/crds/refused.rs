//! Bad MailDomains: one table, each row a manifest, the field at fault and the sentence that names the rule.

use crate::cluster::{mail_domain, verdict};

/// Fields beside `domain` and `providerRef`, the field at fault, the sentence.
const ROWS: &[(&str, &str, &str)] = &[
    // The domain
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
    // The object as a whole
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
    // SPF
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
    // DKIM
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
    // DMARC
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
    // MTA-STS
    (r"mtaSts: {mode: Testing}", "spec.mtaSts.mx", "STS-R1: mode Testing or Enforce needs at least one pattern in mx"),
    (r"mtaSts: {mode: Enforce, mx: []}", "spec.mtaSts.mx", "STS-R1: mode Testing or Enforce needs at least one pattern in mx"),
    (
        r"mtaSts: {mode: Testing, mx: ['*']}",
        "spec.mtaSts.mx[0]",
        "STS-R1: `*` stands for the whole leftmost label and nothing else, as in *.example.net",
    ),
    (
        r"mtaSts: {mode: Testing, mx: ['mail*.example.com']}",
        "spec.mtaSts.mx[0]",
        "STS-R1: `*` stands for the whole leftmost label and nothing else, as in *.example.net",
    ),
    (
        r"mtaSts: {mode: Testing, mx: ['*.*.example.com']}",
        "spec.mtaSts.mx[0]",
        "STS-R1: `*` stands for the whole leftmost label and nothing else, as in *.example.net",
    ),
    (r"mtaSts: {mode: Testing, mx: [mx.example.com.]}", "spec.mtaSts.mx[0]", "STS-R1: leave out the trailing dot"),
    (r"mtaSts: {mode: Testing, mx: [192.0.2.1]}", "spec.mtaSts.mx[0]", "STS-R1: name the host, not its address"),
    (r"mtaSts: {mode: None, maxAge: 31557601}", "spec.mtaSts.maxAge", "STS-R1: max_age is at most 31557600 seconds (a year)"),
    (
        r"mtaSts: {mode: None, maxAge: -1}",
        "spec.mtaSts.maxAge",
        "spec.mtaSts.maxAge in body should be greater than or equal to 0",
    ),
    (r"mtaSts: {mode: None, serving: {}}", "spec.mtaSts.serving", "set exactly one of ingress and external"),
    (
        r"mtaSts: {mode: None, address: External, serving: {ingress: {}, external: {}}}",
        "spec.mtaSts.serving",
        "set exactly one of ingress and external",
    ),
    (
        r"mtaSts: {mode: None, serving: {external: {}}}",
        "spec.mtaSts.address",
        "with serving.external there is no Ingress to take the address from; set address to External or Static",
    ),
    (
        r"mtaSts: {mode: None, address: Static}",
        "spec.mtaSts.staticAddress",
        "staticAddress is written with address: Static, and only then",
    ),
    (
        r"mtaSts: {mode: None, staticAddress: {ipv4: [192.0.2.1]}}",
        "spec.mtaSts.staticAddress",
        "staticAddress is written with address: Static, and only then",
    ),
    (
        r"mtaSts: {mode: None, address: Static, staticAddress: {ipv4: [192.0.2.1], cname: web.example.net}}",
        "spec.mtaSts.staticAddress",
        "DNS-R2: set either cname, or addresses in ipv4 and ipv6: no other data can stand beside a CNAME",
    ),
    (
        r"mtaSts: {mode: None, address: Static, staticAddress: {ipv6: [192.0.2.1]}}",
        "spec.mtaSts.staticAddress.ipv6[0]",
        "write an IPv6 address, as in 2001:db8::10",
    ),
    // TLS-RPT
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

#[tokio::test]
async fn each_bad_mail_domain_is_refused_with_one_sentence_at_the_field() {
    let mut wrong = vec![];
    for (fields, field, sentence) in ROWS {
        let found = verdict(&mail_domain(fields)).await;
        if found != [((*field).to_owned(), (*sentence).to_owned())] {
            wrong.push(format!("{fields}\n  expected {field}: {sentence}\n  found    {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

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
