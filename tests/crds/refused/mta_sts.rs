//! `spec.mtaSts`: what is refused.

use super::Row;

pub(super) const ROWS: &[Row] = &[
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
    (r"mtaSts: {mode: None, serving: {}}", "spec.mtaSts.serving", "set exactly one of ingress, gateway and external"),
    (
        r"mtaSts: {mode: None, address: External, serving: {ingress: {}, external: {}}}",
        "spec.mtaSts.serving",
        "set exactly one of ingress, gateway and external",
    ),
    (
        r"mtaSts: {mode: None, serving: {ingress: {}, gateway: {}}}",
        "spec.mtaSts.serving",
        "set exactly one of ingress, gateway and external",
    ),
    (
        r"mtaSts: {mode: None, serving: {gateway: {parentRefs: [{name: public}]}}}",
        "spec.mtaSts.serving.gateway.parentRefs[0].namespace",
        "Required value",
    ),
    (
        r"mtaSts: {mode: None, serving: {gateway: {parentRefs: [{namespace: infra.x, name: public}]}}}",
        "spec.mtaSts.serving.gateway.parentRefs[0].namespace",
        "write the name of a namespace: lower-case letters, digits and inner hyphens",
    ),
    (
        r"mtaSts: {mode: None, serving: {gateway: {parentRefs: [{namespace: infra, name: public, port: 0}]}}}",
        "spec.mtaSts.serving.gateway.parentRefs[0].port",
        "spec.mtaSts.serving.gateway.parentRefs[0].port in body should be greater than or equal to 1",
    ),
    (
        r"mtaSts: {mode: None, serving: {external: {}}}",
        "spec.mtaSts.address",
        "with serving.external there is no Ingress or Gateway to take the address from; set address to External or Static",
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
];
