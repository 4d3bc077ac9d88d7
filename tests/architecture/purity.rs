//! What pure modules may not name, and who may hold a client of the API server.

use super::source::{Source, line, product};

/// They get time, randomness and facts as arguments.
const PURE: [&str; 4] = ["dns", "plan", "domain", "status"];
/// Words that have no business there.
const IMPURE: [&str; 14] = [
    "async",
    "await",
    "tokio",
    "futures",
    "tracing",
    "println",
    "eprintln",
    "rand",
    "SystemTime",
    "Instant",
    "kube",
    "reqwest",
    "std::fs",
    "std::net::Udp",
];
/// The clock, in the only form that we use.
const CLOCK: &str = "Timestamp::now";
/// Modules that may talk to the API server; the controller's tests and the two subcommands make it work.
const CLIENTS: [&str; 3] = ["controller", "policy_server", "main"];

#[test]
fn pure_modules_name_no_clock_no_network_no_client_and_no_log() {
    let found: Vec<String> = product()
        .iter()
        .filter(|source| PURE.contains(&source.module.as_str()))
        .flat_map(|source| [&IMPURE[..], &[CLOCK]].concat().into_iter().filter_map(|word| sentence(source, word)))
        .collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn the_clock_of_the_controller_is_read_in_one_place() {
    let sources = product();
    let readers: Vec<&str> =
        sources.iter().filter(|source| word(&source.code, CLOCK).is_some()).map(|source| source.path.as_str()).collect();
    assert_eq!(readers, ["src/controller/run.rs"]);
}

#[test]
fn only_controller_and_policy_server_hold_a_client() {
    let names_client = |source: &&Source| word(&source.code, "kube").is_some() && word(&source.code, "Client").is_some();
    let sources = product();
    let strangers: Vec<&str> = sources
        .iter()
        .filter(names_client)
        .filter(|source| !CLIENTS.contains(&source.module.as_str()))
        .map(|source| source.path.as_str())
        .collect();
    assert!(strangers.is_empty(), "{strangers:?} name a Kubernetes client; only {CLIENTS:?} may");
}

fn sentence(source: &Source, forbidden: &str) -> Option<String> {
    let at = word(&source.code, forbidden)?;
    Some(format!("{}:{}: `{}` is pure and must not name `{forbidden}`", source.path, line(&source.code, at), source.module))
}

/// Where a word stands by itself, not as a part of another one.
fn word(code: &str, word: &str) -> Option<usize> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word)
        .map(|(at, _)| at)
        .find(|at| !code[..*at].ends_with(part) && !code[at + word.len()..].starts_with(part))
}

#[test]
fn the_records_crate_needs_no_runtime_no_network_and_nothing_of_ours() {
    let manifest = include_str!("../../crates/mail-records/Cargo.toml");
    let dependencies = manifest.split("[dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    let names: Vec<&str> =
        dependencies.lines().filter_map(|line| line.split(['.', ' ', '=']).next()).filter(|name| !name.is_empty()).collect();
    assert!(!names.is_empty());
    for forbidden in ["tokio", "kube", "hickory", "mailward", "tracing", "reqwest", "jiff"] {
        assert!(!names.iter().any(|name| name.starts_with(forbidden)), "mail-records depends on {forbidden}");
    }
}
