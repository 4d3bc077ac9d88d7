//! Providers of both kinds: what is refused.

use super::Row;
use crate::cluster::{object, verdict, yaml};

const TSIG: &str = "tsig: {keyName: mailward, secretRef: {name: tsig, key: secret}}";

/// The spec, where `TSIG` stands for a good key; the field at fault; the sentence.
const ROWS: &[Row] = &[
    (
        r"{}",
        "spec",
        "set exactly one provider: cloudflare, digitalocean, externalDnsEndpoint, externalDnsWebhook, rfc2136 or manual",
    ),
    (
        r"{manual: {}, rfc2136: {server: ns1.example.com, TSIG}}",
        "spec",
        "set exactly one provider: cloudflare, digitalocean, externalDnsEndpoint, externalDnsWebhook, rfc2136 or manual",
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
        r"{manual: {}, zones: ['mail*.example.com']}",
        "spec.zones[0]",
        "write a domain such as example.com, or *.example.net for everything below example.net",
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
            let found = verdict(&object(kind, "bad", &yaml(&spec.replace("TSIG", TSIG)))).await;
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
    for vendor in ["cloudflare", "digitalocean"] {
        address_of(vendor).await;
    }
}

async fn address_of(vendor: &str) {
    let spec = |url: &str| yaml(&format!("{{{vendor}: {{apiTokenSecretRef: {{name: t, key: token}}, apiUrl: '{url}'}}}}"));
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
