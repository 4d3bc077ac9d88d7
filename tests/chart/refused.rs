//! Values that are refused, with the sentence that says so.

use crate::helm::{chart, command, run, template};

/// Values (YAML), and what the message says.
const REFUSED: &[(&str, &[&str])] = &[
    ("{replicaCount: 2}", &["additional properties 'replicaCount' not allowed"]),
    ("{controller: {driftIntervall: 1h}}", &["/controller", "additional properties 'driftIntervall' not allowed"]),
    ("{policyServer: {tls: {certificate: a}}}", &["/policyServer/tls", "additional properties 'certificate' not allowed"]),
    ("{controller: {resources: {limit: {cpu: 1}}}}", &["/controller/resources", "'limit' not allowed"]),
    ("{controller: {tolerations: [{efect: NoSchedule}]}}", &["/controller/tolerations/0", "'efect' not allowed"]),
    (
        "{networkPolicy: {policyServerFrom: [{podselector: {}}]}}",
        &["/networkPolicy/policyServerFrom/0", "'podselector' not allowed"],
    ),
    ("{controller: {driftInterval: soon}}", &["/controller/driftInterval", "does not match pattern"]),
    ("{controller: {driftInterval: 3600}}", &["/controller/driftInterval", "want string"]),
    ("{controller: {deleteCap: -1}}", &["/controller/deleteCap", "minimum: got -1, want 0"]),
    ("{controller: {workers: 0}}", &["/controller/workers", "minimum: got 0, want 1"]),
    ("{policyServer: {shutdownDelaySeconds: 301}}", &["/policyServer/shutdownDelaySeconds", "maximum: got 301, want 300"]),
    ("{image: {digest: sha256:abc}}", &["/image/digest", "does not match pattern"]),
    ("{ownerId: 'a/b'}", &["/ownerId", "does not match pattern"]),
    ("{log: {format: xml}}", &["/log/format", "must be one of"]),
    ("{runAsUser: 0}", &["/runAsUser", "minimum: got 0, want 1"]),
    ("{verification: {resolvers: [dns.example.com]}}", &["/verification/resolvers/0", "does not match pattern"]),
    ("{commonLabels: {app.kubernetes.io/name: x}}", &["invalid propertyName 'app.kubernetes.io/name'"]),
    ("{caBundle: {pem: 'not a certificate'}}", &["/caBundle/pem", "does not match pattern"]),
    ("{gateways: [public]}", &["/gateways/0", "does not match pattern"]),
    ("{tracing: {otlpEndpoint: 'collector:4318'}}", &["/tracing/otlpEndpoint", "does not match pattern"]),
    ("{tracing: {ratio: 2}}", &["/tracing/ratio", "maximum: got 2, want 1"]),
    ("{controller: {leaseDuration: 30}}", &["/controller/leaseDuration", "want string"]),
    ("{externalDns: {dnsEndpoints: {enabled: true}}}", &["/externalDns", "'dnsEndpoints' not allowed"]),
    ("{policyNamespace: {name: mailward-system}}", &["policyNamespace.name is the release's namespace mailward-system"]),
    ("{watchNamespaces: mail}", &["/watchNamespaces", "want array"]),
    ("{watchNamespaces: ['*']}", &["/watchNamespaces/0", "does not match pattern"]),
    ("{watchNamespaces: [mail, mailward-policy]}", &["watchNamespaces names the policy namespace mailward-policy"]),
    ("{proxy: {https: 'proxy.example:3128'}}", &["/proxy/https", "does not match pattern"]),
    ("{policyServer: {tls: {enabled: true}}}", &["policyServer.tls.enabled is true without a certificate"]),
    (
        "{caBundle: {pem: '-----BEGIN CERTIFICATE-----', configMapName: a}}",
        &["caBundle.pem and caBundle.configMapName are both set"],
    ),
];

#[test]
fn a_value_that_is_unknown_or_wrong_is_refused_and_named() {
    for (values, parts) in REFUSED {
        let message = template(values).expect_err(values);
        for part in *parts {
            assert!(message.contains(part), "{values}: {part:?} is not in {message}");
        }
    }
}

#[test]
fn helm_finds_nothing_to_mend() {
    let report = run(command().args(["lint", "--strict"]).arg(chart())).unwrap();
    assert!(!report.contains("[WARNING]"), "{report}");
}
