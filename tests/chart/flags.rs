//! Every flag of the binary is reachable from the values, or it is said why not; and the binary takes what is rendered.

use std::collections::BTreeSet;

use clap::{CommandFactory, Parser};
use mailward::args::{Cli, Command};

use crate::helm::{arguments, find, objects};

/// Flag, values (YAML) and the argument that they render.
type Row = (&'static str, &'static str, &'static str);

const CONTROLLER: &[Row] = &[
    ("owner-id", "{ownerId: blue}", "--owner-id=blue"),
    ("watch-namespaces", "{watchNamespaces: [mail, web]}", "--watch-namespaces=mail,web"),
    ("policy-namespace", "{policyNamespace: {name: policies}}", "--policy-namespace=policies"),
    ("policy-service", "{fullnameOverride: post}", "--policy-service=post-policy:80"),
    ("policy-servers-tls", "{policyServer: {tls: {enabled: true, secretName: a}}}", "--policy-servers-tls"),
    (
        "policy-connect-address",
        "{verification: {policyConnectAddress: '192.0.2.1:443'}}",
        "--policy-connect-address=192.0.2.1:443",
    ),
    ("resolver", "{verification: {resolvers: [192.0.2.1, '[2001:db8::1]:5353']}}", "--resolver=[2001:db8::1]:5353"),
    ("authoritative-port", "{verification: {authoritativePort: 5353}}", "--authoritative-port=5353"),
    ("ca-bundle", "{caBundle: {configMapName: roots, key: all.pem}}", "--ca-bundle=/etc/mailward/ca/ca.crt"),
    ("https-proxy", "{proxy: {https: 'http://proxy.example:3128'}}", "--https-proxy=http://proxy.example:3128"),
    ("no-proxy", "{proxy: {https: 'http://p', except: '10.0.0.0/8,.svc'}}", "--no-proxy=10.0.0.0/8,.svc"),
    ("allow-private-addresses", "{verification: {allowPrivateAddresses: true}}", "--allow-private-addresses"),
    ("allow-local-dns-servers", "{controller: {allowLocalDNSServers: true}}", "--allow-local-dns-servers"),
    ("ingress-class", "{ingress: {className: traefik}}", "--ingress-class=traefik"),
    ("cluster-issuer", "{ingress: {clusterIssuer: acme}}", "--cluster-issuer=acme"),
    ("ingress-annotation", "{ingress: {allowedAnnotations: [a, b.example/c]}}", "--ingress-annotation=b.example/c"),
    ("gateway", "{gateways: [infra/public/https, infra/other]}", "--gateway=infra/public/https"),
    ("otlp-endpoint", "{tracing: {otlpEndpoint: 'http://collector:4318'}}", "--otlp-endpoint=http://collector:4318"),
    ("trace-ratio", "{tracing: {ratio: 0.25}}", "--trace-ratio=0.25"),
    ("lease-duration", "{controller: {leaseDuration: 5m}}", "--lease-duration=5m"),
    ("drift-interval", "{controller: {driftInterval: 1h 30m}}", "--drift-interval=1h 30m"),
    ("delete-cap", "{controller: {deleteCap: 100000}}", "--delete-cap=100000"),
    ("lost-key-wait", "{controller: {lostKeyWait: 0s}}", "--lost-key-wait=0s"),
    ("deletion-patience", "{controller: {deletionPatience: 7d}}", "--deletion-patience=7d"),
    ("unreachable-after", "{controller: {unreachableAfter: 1m}}", "--unreachable-after=1m"),
    ("workers", "{controller: {workers: 1024}}", "--workers=1024"),
    ("reconcile-timeout", "{controller: {reconcileTimeout: 1h}}", "--reconcile-timeout=1h"),
];

const POLICY_SERVER: &[Row] = &[
    ("shutdown-delay", "{policyServer: {shutdownDelaySeconds: 300}}", "--shutdown-delay=300s"),
    ("max-connections", "{policyServer: {maxConnections: 1000000}}", "--max-connections=1000000"),
    (
        "tls-certificate",
        "{policyServer: {tls: {enabled: true, secretName: a}}}",
        "--tls-certificate=/etc/mailward/tls/default/tls.crt",
    ),
    ("tls-key", "{policyServer: {tls: {enabled: true, secretName: a}}}", "--tls-key=/etc/mailward/tls/default/tls.key"),
    (
        "tls-directory",
        "{policyServer: {tls: {enabled: true, hosts: {mta-sts.example.com: a}}}}",
        "--tls-directory=/etc/mailward/tls/hosts",
    ),
    (
        "tls-reload-interval",
        "{policyServer: {tls: {enabled: true, secretName: a, reloadInterval: 1m}}}",
        "--tls-reload-interval=1m",
    ),
];

const BOTH: &[Row] = &[
    ("log-format", "{log: {format: human}}", "--log-format=human"),
    ("log-filter", "{log: {filter: 'debug,kube_client=off'}}", "--log-filter=debug,kube_client=off"),
];

/// Flag and why no value leads to it.
const LEFT_OUT: &[(&str, &str)] = &[
    ("namespace", "it is the pod's own, by POD_NAMESPACE"),
    ("identity", "it is the pod's own name, by POD_NAME"),
    ("without-lease", "nobody knows that a pod is alone: its successor may begin before it has ended"),
    ("policy-endpoint", "in a cluster the EndpointSlices of the Service name the policy servers"),
    ("health-listen", "a pod has an address of its own; probes, NetworkPolicy and PodMonitor name the port"),
    ("listen", "the same, and the Service names the port"),
];

fn rendered(name: &str, values: &str) -> Vec<String> {
    arguments(find(&objects(values), "Deployment", name))
}

/// The binary's own reading of a command line in a pod.
fn parse(arguments: &[String]) -> Result<Command, clap::Error> {
    let (name, rest) = arguments.split_first().unwrap();
    let line = ["mailward", name, "--namespace=from-the-environment"].map(str::to_owned).into_iter().chain(rest.to_vec());
    Cli::try_parse_from(line).map(|cli| cli.command)
}

fn check(deployment: &str, rows: &[Row]) {
    for (flag, values, argument) in rows {
        let line = rendered(deployment, values);
        assert!(line.iter().any(|found| found == argument), "{flag}: {argument} is not in {line:?}");
        parse(&line).unwrap_or_else(|error| panic!("{values}: {error}"));
    }
}

#[test]
fn each_value_renders_a_flag_of_the_controller_that_the_binary_takes() {
    check("-controller", CONTROLLER);
    check("-controller", BOTH);
}

#[test]
fn each_value_renders_a_flag_of_the_policy_server_that_the_binary_takes() {
    check("-policy-server", POLICY_SERVER);
    check("-policy-server", BOTH);
}

#[test]
fn every_flag_of_the_binary_is_a_value_or_is_left_out_for_a_reason() {
    for (name, rows) in [("controller", CONTROLLER), ("policy-server", POLICY_SERVER)] {
        let command = Cli::command();
        let subcommand = command.get_subcommands().find(|command| command.get_name() == name).unwrap();
        let flags = command.get_arguments().chain(subcommand.get_arguments()).filter_map(clap::Arg::get_long);
        let flags: BTreeSet<&str> = flags.filter(|flag| !["help", "version"].contains(flag)).collect();
        let reached = rows.iter().chain(BOTH).map(|row| row.0);
        let known: BTreeSet<&str> = reached.chain(LEFT_OUT.iter().map(|row| row.0)).collect();
        let forgotten: Vec<_> = flags.difference(&known).collect();
        assert!(forgotten.is_empty(), "no value of the chart leads to {forgotten:?} of {name}: add it, or a reason to LEFT_OUT");
    }
}

#[test]
fn the_defaults_of_the_values_are_those_of_the_binary() {
    let Command::Controller(chart) = parse(&rendered("-controller", "{}")).unwrap() else { panic!("no controller") };
    let Command::Controller(binary) = parse(&["controller".to_owned()]).unwrap() else { panic!("no controller") };
    assert_eq!(format!("{chart:#?}"), format!("{binary:#?}"));
    let Command::PolicyServer(chart) = parse(&rendered("-policy-server", "{}")).unwrap() else { panic!("no server") };
    let Command::PolicyServer(binary) = parse(&["policy-server".to_owned()]).unwrap() else { panic!("no server") };
    assert_eq!(format!("{chart:#?}"), format!("{binary:#?}"));
}
