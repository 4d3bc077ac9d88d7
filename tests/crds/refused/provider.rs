//! Providers of both kinds: what is refused.

use super::Row;
use crate::cluster::{object, verdict, yaml};

const TSIG: &str = "tsig: {keyName: mailward, secretRef: {name: tsig, key: secret}}";
const KEY: &str = "secretAccessKeySecretRef: {name: aws, key: secret}";

/// More or fewer than one provider.
const ONE: &str = "set exactly one provider: azureDns, cloudflare, digitalocean, externalDnsEndpoint, externalDnsWebhook, googleCloudDns, powerdns, rfc2136, route53 or manual";
/// An application in a directory of Azure, but for what proves it.
const AZURE: &str = "subscriptionId: 11111111-2222-3333-4444-555555555555, resourceGroup: dns, \
    tenantId: 11111111-2222-3333-4444-555555555555, clientId: 11111111-2222-3333-4444-555555555555";

/// The spec, where `TSIG` and `KEY` stand for good keys; the field at fault; the sentence.
const ROWS: &[Row] = &[
    (r"{}", "spec", ONE),
    (r"{manual: {}, rfc2136: {server: ns1.example.com, TSIG}}", "spec", ONE),
    (
        r"{powerdns: {server: 'dns.example.com:8081', apiKeySecretRef: {name: p, key: k}}}",
        "spec.powerdns.server",
        "write a URL with https or http, as in https://dns.example.com or http://pdns.dns.svc:8081",
    ),
    (
        r"{powerdns: {server: 'https://dns.example.com', serverId: a/b, apiKeySecretRef: {name: p, key: k}}}",
        "spec.powerdns.serverId",
        "write the id of a server as the API lists it, as in localhost",
    ),
    (
        r"{rfc2136: {server: 'tcp://ns1.example.com', TSIG}}",
        "spec.rfc2136.server",
        "write a host or an address, with a port where it is not 53: ns1.example.com, 192.0.2.53:5353 or [2001:db8::53]:5353",
    ),
    (
        r"{rfc2136: {server: ns1.example.com, tsig: {keyName: mailward, algorithm: hmac-md5, secretRef: {name: tsig, key: secret}}}}",
        "spec.rfc2136.tsig.algorithm",
        "Unsupported value: \"hmac-md5\": supported values: \"hmac-sha256\", \"hmac-sha384\", \"hmac-sha512\"",
    ),
    (
        r"{rfc2136: {server: ns1.example.com, tsig: {keyName: mailward, secretRef: {name: tsig, key: a/b}}}}",
        "spec.rfc2136.tsig.secretRef.key",
        "write a key in the Secret's data: letters, digits, `-`, `_` and `.`",
    ),
    (
        r"{route53: {accessKeyId: ASIAIOSFODNN7EXAMPLE, KEY}}",
        "spec.route53.accessKeyId",
        "use the key of an IAM user (AKIA...): one that begins with ASIA expires within hours",
    ),
    (
        r"{route53: {accessKeyId: AKIAIOSFODNN7EXAMPLE, KEY, region: Frankfurt}}",
        "spec.route53.region",
        "write a region, as in us-east-1, cn-north-1 or us-gov-west-1",
    ),
    (
        r"{route53: {accessKeyId: AKIAIOSFODNN7EXAMPLE, KEY, hostedZoneIds: [/hostedzone/Z1]}}",
        "spec.route53.hostedZoneIds[0]",
        "write the id of a hosted zone, as in Z1R8UBAEXAMPLE",
    ),
    (
        r"{route53: {accessKeyId: AKIAIOSFODNN7EXAMPLE}}",
        "spec.route53",
        "set both accessKeyId and secretAccessKeySecretRef, or neither for the identity of the operator's pod",
    ),
    (
        r"{manual: {}, zones: ['mail*.example.com']}",
        "spec.zones[0]",
        "write a domain such as example.com, or *.example.net for everything below example.net",
    ),
    (
        r"{googleCloudDns: {project: Mail DNS, serviceAccountKeySecretRef: {name: g, key: key.json}}}",
        "spec.googleCloudDns.project",
        "write the id of a project, as in mail-dns-420117, neither its name nor its number",
    ),
    (
        r"{azureDns: {subscriptionId: mail, resourceGroup: dns, tenantId: 11111111-2222-3333-4444-555555555555, clientId: 11111111-2222-3333-4444-555555555555, clientSecretSecretRef: {name: a, key: secret}}}",
        "spec.azureDns.subscriptionId",
        "write an id of Azure, as in 11111111-2222-3333-4444-555555555555, and no name",
    ),
    (
        r"{azureDns: {subscriptionId: 11111111-2222-3333-4444-555555555555, resourceGroup: dns/../x, tenantId: 11111111-2222-3333-4444-555555555555, clientId: 11111111-2222-3333-4444-555555555555, clientSecretSecretRef: {name: a, key: secret}}}",
        "spec.azureDns.resourceGroup",
        "write the name of a resource group: letters, digits, `-`, `_`, parentheses and inner dots",
    ),
    (
        r"{azureDns: {subscriptionId: 11111111-2222-3333-4444-555555555555, resourceGroup: dns, clientSecretSecretRef: {name: a, key: secret}}}",
        "spec.azureDns",
        "a client secret is of an application in a directory: set tenantId and clientId",
    ),
    (r"{manual: {}, zones: [example.com.]}", "spec.zones[0]", "DNS-G3: leave out the trailing dot"),
    (
        r"{manual: {}, verification: {nameservers: [ns1.example.com]}}",
        "spec.verification.nameservers[0]",
        "write an IP address, with a port where it is not 53: 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:5353",
    ),
];

#[tokio::test]
async fn each_bad_provider_of_either_kind_is_refused_with_one_sentence_at_the_field() {
    let mut wrong = vec![];
    for (spec, field, sentence) in ROWS {
        for kind in ["ClusterDNSProvider", "DNSProvider"] {
            let found = verdict(&object(kind, "bad", &yaml(&spec.replace("TSIG", TSIG).replace("KEY", KEY)))).await;
            if found != [((*field).to_owned(), (*sentence).to_owned())] {
                wrong.push(format!("{kind} {spec}\n  expected {field}: {sentence}\n  found    {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// P9: a token leaves the machine only encrypted, and no tenant chooses where the operator sends a request.
#[tokio::test]
async fn p9_the_address_of_an_api_is_encrypted_and_only_the_clusters_to_choose() {
    let token = "apiTokenSecretRef: {name: t, key: token}";
    address_of("azureDns", &format!("{AZURE}, clientSecretSecretRef: {{name: t, key: secret}}")).await;
    address_of("cloudflare", token).await;
    address_of("digitalocean", token).await;
    address_of("googleCloudDns", "serviceAccountKeySecretRef: {name: t, key: key.json}").await;
    address_of("route53", &format!("accessKeyId: AKIAIOSFODNN7EXAMPLE, {KEY}")).await;
}

async fn address_of(vendor: &str, fields: &str) {
    let spec = |url: &str| yaml(&format!("{{{vendor}: {{{fields}, apiUrl: '{url}'}}}}"));
    let clear = "write a URL with https, as in https://gateway.example.com/client/v4; http is for loopback addresses";
    for url in ["http://gateway.example.com/v4", "http://127.0.0.1.example.com", "gateway.example.com", "https://a b/"] {
        let found = verdict(&object("ClusterDNSProvider", "bad", &spec(url))).await;
        assert_eq!(found, [(format!("spec.{vendor}.apiUrl"), clear.to_owned())], "{url}");
    }
    for url in
        ["https://gateway.example.com/client/v4", "http://127.0.0.1:8080/client/v4", "http://[::1]:80", "http://localhost/"]
    {
        assert_eq!(verdict(&object("ClusterDNSProvider", "good", &spec(url))).await, [], "{url}");
        let found = verdict(&object("DNSProvider", "bad", &spec(url))).await;
        let sentence = "apiUrl is for a ClusterDNSProvider: a DNSProvider always talks to the vendor itself";
        assert_eq!(found, [("spec".to_owned(), sentence.to_owned())], "{url}");
    }
}

/// P9: what the operator may do in a cloud is not for every tenant to use.
#[tokio::test]
async fn p9_the_operators_own_identity_is_for_the_cluster_kind_only() {
    let google_and_azure = "the operator's own identity is for a ClusterDNSProvider: name a Secret";
    let aws = "set accessKeyId and secretAccessKeySecretRef: the operator's own AWS identity is for a ClusterDNSProvider";
    for (spec, sentence) in [
        ("{googleCloudDns: {}}".to_owned(), google_and_azure),
        (format!("{{azureDns: {{{AZURE}}}}}"), google_and_azure),
        ("{route53: {}}".to_owned(), aws),
    ] {
        assert_eq!(verdict(&object("ClusterDNSProvider", "good", &yaml(&spec))).await, [], "{spec}");
        let found = verdict(&object("DNSProvider", "bad", &yaml(&spec))).await;
        assert_eq!(found, [("spec".to_owned(), sentence.to_owned())], "{spec}");
    }
}

/// P9: no tenant chooses where the operator sends requests or writes objects.
#[tokio::test]
async fn p9_a_webhook_and_a_namespace_for_endpoints_are_only_the_clusters_to_choose() {
    let rows = [
        (
            "{externalDnsWebhook: {url: 'http://localhost:8888'}}",
            "externalDnsWebhook is for a ClusterDNSProvider: its url is an address that the operator sends requests to",
        ),
        (
            "{externalDnsEndpoint: {namespace: dns}}",
            "externalDnsEndpoint.namespace is for a ClusterDNSProvider: a DNSProvider writes in its own namespace",
        ),
    ];
    for (spec, sentence) in rows {
        assert_eq!(verdict(&object("ClusterDNSProvider", "good", &yaml(spec))).await, [], "{spec}");
        let found = verdict(&object("DNSProvider", "bad", &yaml(spec))).await;
        assert_eq!(found, [("spec".to_owned(), sentence.to_owned())], "{spec}");
    }
}

#[tokio::test]
async fn the_address_of_a_webhook_is_a_url() {
    let spec = |url: &str| yaml(&format!("{{externalDnsWebhook: {{url: '{url}', txtFormat: Plain}}}}"));
    for url in ["http://localhost:8888", "https://hook.dns.svc/base/", "http://[::1]:8888"] {
        assert_eq!(verdict(&object("ClusterDNSProvider", "good", &spec(url))).await, [], "{url}");
    }
    for url in ["localhost:8888", "ftp://localhost", "http://", "http://a b"] {
        let found = verdict(&object("ClusterDNSProvider", "bad", &spec(url))).await;
        let sentence = "write a URL, as in http://webhook.dns-webhook.svc:8888";
        assert_eq!(found, [("spec.externalDnsWebhook.url".to_owned(), sentence.to_owned())], "{url}");
    }
}
