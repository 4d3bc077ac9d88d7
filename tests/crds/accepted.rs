//! Good objects, the odd ones among them: nothing valid is refused.

use std::{fs, path::Path};

use crate::cluster::{api_of, mail_domain, object, verdict, yaml};
use crate::kubectl::kubectl_apply_dry_run;
use kube::{
    ResourceExt,
    api::{DeleteParams, PostParams},
};

const ROWS: &[&str] = &[
    r"{}",
    r"domain: xn--bcher-kva.example",
    r"{domain: bank, dmarc: {policy: Reject, psd: PublicSuffix}}",
    r"parked: true",
    r"takeOverFrom: 3f0b0f6e-52f9-4d0e-8d6e-1c9e1a2b3c4d/mail/example.com",
    r"spf: {all: Fail, ip4: [192.0.2.0/28, 192.0.2.77, 198.51.100.1/32], ip6: ['2001:db8:25::/48', '2001:db8::1'], a: ['@'], mx: ['@', mx.example.net], include: [_spf.example.net]}",
    r"spf: {terms: ['exists:%{i}._spf.%{d}', '?a/24', '-include:bad.example.net', exp=why.example.com, redirect=_spf.example.net]}",
    r"spf: {all: SoftFail, include: [a.example, b.example, c.example, d.example, e.example, f.example, g.example, h.example, i.example, j.example]}",
    r"dkim: {keys: [{name: main, secretName: keys, size: 4096}], published: [{selector: mainly, publicKey: MIIB}], delegated: [{selector: s1.region, target: S1._domainkey.example.net}]}",
    r"dmarc: {policy: Quarantine, subdomainPolicy: None, nonexistentPolicy: Reject, testing: true, adkim: Strict, rua: ['mailto:dmarc@example.com', 'mailto:a%2Cb@reports.example.net?subject=x'], fo: ['1', d, s], obsolete: {pct: 100, rf: [afrf], ri: 86400}}",
    r"mtaSts: {mode: Enforce, mx: [mx1.example.com, '*.in.example.net'], maxAge: 31557600}",
    r"mtaSts: {mode: None, maxAge: 0}",
    r"mtaSts: {mode: Testing, mx: [mx1.example.com], serving: {external: {}}, address: External}",
    r"mtaSts: {mode: Testing, mx: [mx1.example.com], serving: {gateway: {}}}",
    r"mtaSts: {mode: Testing, mx: [mx1.example.com], serving: {gateway: {parentRefs: [{namespace: infra, name: public.v1, sectionName: https, port: 443}]}}}",
    r"mtaSts: {mode: Testing, mx: [mx1.example.com], address: Static, staticAddress: {ipv4: [192.0.2.1], ipv6: ['2001:db8::1']}}",
    r"tlsRpt: {rua: ['mailto:tls@example.com', 'https://reports.example.com:8443/tlsrpt?x=1']}",
];

const PROVIDERS: &[&str] = &[
    r"{manual: {}}",
    r"{cloudflare: {apiTokenSecretRef: {name: cloudflare, key: api-token}}}",
    r"{digitalocean: {apiTokenSecretRef: {name: digitalocean, key: api-token}}}",
    r"{azureDns: {subscriptionId: 11111111-2222-3333-4444-555555555555, resourceGroup: Mail_(dns).1, tenantId: AAAAAAAA-2222-3333-4444-555555555555, clientId: 11111111-2222-3333-4444-555555555555, clientSecretSecretRef: {name: azure, key: client-secret}, cloud: USGovernment}}",
    r"{googleCloudDns: {serviceAccountKeySecretRef: {name: google, key: key.json}}}",
    r"{googleCloudDns: {project: 'example.com:mail-dns', serviceAccountKeySecretRef: {name: google, key: key.json}}}",
    r"{powerdns: {server: 'https://dns.example.com/pdns', apiKeySecretRef: {name: powerdns, key: api-key}}}",
    r"{powerdns: {server: 'http://[2001:db8::1]:8081', serverId: main-1, apiKeySecretRef: {name: powerdns, key: api-key}}}",
    r"{route53: {region: us-gov-west-1, accessKeyId: AKIAIOSFODNN7EXAMPLE, secretAccessKeySecretRef: {name: aws, key: secret}, hostedZoneIds: [Z1R8UBAEXAMPLE]}}",
    r"{externalDnsEndpoint: {}}",
    r"{externalDnsEndpoint: {txtFormat: Plain}}",
    r"{manual: {}, zones: [example.com, '*.example.net'], verification: {mode: Resolvers}}",
    r"{rfc2136: {server: '[2001:db8::53]:5353', tsig: {keyName: mailward., algorithm: hmac-sha512, secretRef: {name: tsig, key: secret}}}}",
    r"{rfc2136: {server: '2001:db8::53', tsig: {keyName: a.b, secretRef: {name: tsig, key: secret}}}, verification: {nameservers: [192.0.2.53, '192.0.2.53:5353', '[::1]:53', '::1']}}",
];

#[tokio::test]
async fn each_good_object_is_accepted() {
    let mut wrong = vec![];
    for fields in ROWS {
        let found = verdict(&mail_domain(fields)).await;
        if !found.is_empty() {
            wrong.push(format!("{fields}\n  {found:?}"));
        }
    }
    for spec in PROVIDERS {
        let found = verdict(&object("DNSProvider", "good", &yaml(spec))).await;
        if !found.is_empty() {
            wrong.push(format!("{spec}\n  {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// With the strict reading of fields that `kubectl apply` uses.
#[tokio::test]
async fn each_example_applies_as_it_is() {
    for folder in ["examples", "examples/providers", "examples/delegation"] {
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                // The operator's namespace is no part of the examples.
                let text = fs::read_to_string(&path).unwrap().replace("namespace: mailward-system", "namespace: default");
                kubectl_apply_dry_run(&text).await;
            }
        }
    }
}

#[tokio::test]
async fn an_object_that_nobody_has_looked_at_says_so() {
    let api = api_of("MailDomain").await;
    let mut unseen = mail_domain("domain: unseen.example");
    unseen.metadata.name = Some("unseen".to_owned());
    api.create(&PostParams::default(), &unseen).await.unwrap();
    let stored = api.get("unseen").await.unwrap();
    assert_eq!(stored.data["status"], yaml("{observedGeneration: -1}"));
    api.delete(&stored.name_any(), &DeleteParams::default()).await.unwrap();
}

#[tokio::test]
async fn the_schema_stores_no_default_that_a_later_choice_would_stumble_over() {
    let dry_run = PostParams { dry_run: true, ..PostParams::default() };
    let given = mail_domain("{mtaSts: {mode: None}, dkim: {keys: [{name: main, secretName: keys}]}}");
    let stored = api_of("MailDomain").await.create(&dry_run, &given).await.unwrap();
    assert_eq!(stored.data["spec"]["mtaSts"], yaml("{mode: None, maxAge: 604800, address: FromServing}"));
    assert_eq!(stored.data["spec"]["dkim"]["keys"][0], yaml("{name: main, algorithm: RSA, secretName: keys}"));
}
