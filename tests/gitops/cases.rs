//! The objects that health is judged by: statuses as the operator makes them, of situations that a user meets.

use std::{collections::BTreeSet, fs};

use k8s_openapi::jiff::Timestamp;
use mailward::{
    api::{ConditionType, RecordState, RecordStatus, condition},
    provider::ErrorKind,
    status::{Obstacle, Picture, status},
};
use serde_json::{Value, json};

use super::{fresh, health::CASES, repository};

/// Generation of every object.
const GENERATION: i64 = 2;

fn now() -> Timestamp {
    "2026-11-22T08:00:00Z".parse().unwrap()
}

fn domain(status: &Value) -> Value {
    let spec = json!({"domain": "example.com", "providerRef": {"kind": "ClusterDNSProvider", "name": "primary"}});
    object("MailDomain", &json!({"name": "example.com", "namespace": "mail", "generation": GENERATION}), &spec, status)
}

fn object(kind: &str, metadata: &Value, spec: &Value, status: &Value) -> Value {
    json!({"apiVersion": "mailward.dev/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec, "status": status})
}

/// As the API server shows an object that no operator has seen.
fn unseen() -> Value {
    json!({"observedGeneration": -1})
}

/// The domain after a visit that saw this.
fn visited(see: impl FnOnce(&mut Picture)) -> Value {
    let mut picture = Picture::new(GENERATION, now());
    picture.records.push(record(RecordState::Verified, ""));
    see(&mut picture);
    domain(&serde_json::to_value(status(&picture, None)).unwrap())
}

fn record(state: RecordState, message: &str) -> RecordStatus {
    let (name, kind) = ("example.com".to_owned(), "TXT".to_owned());
    RecordStatus { name, kind, values: vec!["v=spf1 mx -all".to_owned()], state, message: message.to_owned() }
}

fn stopped(reason: &'static str, message: &str) -> Value {
    visited(|picture| picture.blocked = Some(Obstacle::lasting(reason, message.to_owned())))
}

fn leaving(message: &str) -> Value {
    visited(|picture| picture.blocked = Some(Obstacle::passing("Deleting", message.to_owned())))
}

fn failed(kind: ErrorKind, message: &str) -> Value {
    visited(|picture| {
        let (reason, message) = (kind.reason(), message.to_owned());
        picture.failures.push(Obstacle { reason, message, lasts: kind.needs_somebody() });
    })
}

fn deleted(mut object: Value) -> Value {
    object["metadata"]["deletionTimestamp"] = "2026-11-22T07:59:00Z".into();
    object["metadata"]["finalizers"] = json!(["mailward.dev/cleanup"]);
    object
}

fn outdated(mut object: Value) -> Value {
    object["metadata"]["generation"] = (GENERATION + 1).into();
    object
}

fn suspended(mut object: Value) -> Value {
    object["spec"]["suspend"] = true.into();
    object
}

fn domains() -> Vec<(&'static str, Value)> {
    let foreign =
        r#"example.com TXT is left alone: DNS-G4: "v=spf1 ~all" is not ours and stands where "v=spf1 mx -all" should go"#;
    vec![
        ("unseen", domain(&unseen())),
        ("healthy", visited(|_| {})),
        ("healthy_for_an_earlier_spec", outdated(visited(|_| {}))),
        ("publishing", visited(|picture| picture.records = vec![record(RecordState::Propagating, "192.0.2.53 has no TXT yet")])),
        ("dmarc_held", visited(|picture| picture.dmarc_held = Some("P5: p=reject waits: SPF is not verified".to_owned()))),
        (
            "cap_reached",
            failed(ErrorKind::RateLimited(std::time::Duration::from_mins(30)), "3 deletions wait: allowed as 0123456789ab"),
        ),
        ("provider_unreachable", failed(ErrorKind::Transient, "DNS server ns1.example.com:53 cannot be reached")),
        ("provider_denied", failed(ErrorKind::Denied, "there is no Secret mailward-system/dns-key")),
        ("conflict", visited(|picture| picture.conflicts.push(("ForeignValue".to_owned(), foreign.to_owned())))),
        ("not_accepted", visited(|picture| picture.rejected.push("DNS-R1: spec.domain is too long".to_owned()))),
        ("no_provider", stopped("ProviderNotFound", "ClusterDNSProvider primary does not exist")),
        ("suspended", suspended(stopped("Suspended", "spec.suspend is true: nothing is read, written or verified"))),
        ("suspended_unseen", suspended(outdated(visited(|_| {})))),
        ("deleting", deleted(leaving("SPF and DKIM stay until the DMARC record is gone"))),
        ("deleting_suspended", suspended(deleted(leaving("records are being taken away")))),
        ("deleting_unseen", deleted(visited(|_| {}))),
    ]
}

/// The provider after a check that ended so.
fn checked(verdict: Result<&str, (ErrorKind, &str)>) -> Value {
    let said = |kind, status, reason: &str, message: &str| {
        serde_json::to_value(condition(kind, status, reason, message, GENERATION, now())).unwrap()
    };
    let conditions = match verdict {
        Ok(message) => vec![said(ConditionType::Ready, true, "Connected", message)],
        Err((kind, message)) => {
            let then = if kind.needs_somebody() { ConditionType::Stalled } else { ConditionType::Reconciling };
            vec![said(ConditionType::Ready, false, kind.reason(), message), said(then, true, kind.reason(), message)]
        }
    };
    json!({"observedGeneration": GENERATION, "conditions": conditions})
}

fn providers(kind: &str) -> Vec<(&'static str, Value)> {
    let metadata = json!({"name": "primary", "generation": GENERATION});
    let tsig = json!({"keyName": "mailward.", "secretRef": {"name": "dns-key", "key": "secret"}});
    let spec = json!({"rfc2136": {"server": "ns1.example.com:53", "tsig": tsig}});
    let of = |status: Value| object(kind, &metadata, &spec, &status);
    let works = || of(checked(Ok("The server answers for zone example.com with this credential")));
    vec![
        ("unseen", of(unseen())),
        ("connected", works()),
        ("connected_with_an_earlier_spec", outdated(works())),
        ("denied", of(checked(Err((ErrorKind::Denied, "there is no Secret mailward-system/dns-key"))))),
        ("invalid", of(checked(Err((ErrorKind::Invalid, "spec.zones: the server does not serve example.net"))))),
        ("unreachable", of(checked(Err((ErrorKind::Transient, "DNS server ns1.example.com:53 cannot be reached"))))),
        ("held_by_a_finalizer", deleted(works())),
    ]
}

fn check(kind: &str, cases: &[(&'static str, Value)]) {
    let folder = repository(CASES).join("mailward.dev").join(kind).join("testdata");
    for (name, object) in cases {
        fresh(&folder.join(name).with_extension("yaml"), &serde_saphyr::to_string(object).unwrap());
    }
    let wanted: BTreeSet<String> = cases.iter().map(|(name, _)| format!("{name}.yaml")).collect();
    let found: BTreeSet<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(found, wanted);
}

#[test]
fn the_cases_of_health_carry_statuses_as_the_operator_makes_them() {
    check("MailDomain", &domains());
    for kind in ["DNSProvider", "ClusterDNSProvider"] {
        check(kind, &providers(kind));
    }
}
