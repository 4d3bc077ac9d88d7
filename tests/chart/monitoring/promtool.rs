//! promtool on the metrics, the alerts and the dashboard: what Prometheus itself would make of them.
//!
//! `alerts/` has one file for each alert, with series in which it fires and in which it does not yet, and `healthy.yaml`, in which
//! none does. That these would notice is shown for each alert, by one that always fires in its place and by one that never does.

use std::{
    fs::{self, File},
    process::Command,
    sync::Arc,
};

use axum::{
    body::{Body, to_bytes},
    http::Request,
};
use mailward::telemetry::{Readiness, health_router};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{alerts, busy, expression, panels, rules};
use crate::helm::{built, repository, run};

const CASES: &str = "tests/chart/monitoring/alerts";
/// The file of cases in which no alert fires.
const HEALTHY: &str = "healthy";

fn promtool() -> Command {
    Command::new(built("tools/promtool.sh"))
}

/// What promtool complains of in these groups of rules; nothing if it takes them.
fn complaints(rules: &Value) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), rules.to_string()).unwrap();
    run(promtool().args(["check", "rules", "--lint=all", "--lint-fatal"]).arg(file.path())).err().unwrap_or_default()
}

/// How the cases of this file fail with these groups of rules; nothing if they hold.
fn failures(cases: &str, rules: &Value) -> String {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("cases.yaml");
    fs::copy(repository(CASES).join(cases).with_extension("yaml"), &copy).unwrap_or_else(|error| panic!("{cases}: {error}"));
    fs::write(folder.path().join("rules.yaml"), rules.to_string()).unwrap();
    run(promtool().args(["test", "rules"]).arg(copy)).err().unwrap_or_default()
}

/// The groups with another expression in the place of an alert's.
fn with_expression(alert: &str, expression: &str) -> Value {
    let mut changed = rules();
    let rules = changed["groups"][0]["rules"].as_array_mut().unwrap();
    let rule = rules.iter_mut().find(|rule| rule["alert"] == alert).unwrap();
    rule["expr"] = expression.into();
    changed
}

fn names() -> Vec<String> {
    alerts().iter().map(|alert| alert["alert"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_rules_are_rules() {
    assert_eq!(complaints(&rules()), "");
    let broken = with_expression("MailwardControllerAbsent", "absentt(up)");
    assert!(complaints(&broken).contains("unknown function"), "it would say so");
}

#[test]
fn every_expression_of_the_dashboard_is_one() {
    let mut recorded = vec![];
    for panel in panels() {
        for target in panel["targets"].as_array().unwrap() {
            // Grafana puts the length of four scrapes in here.
            let asked = expression(target).replace("$__rate_interval", "5m");
            assert!(!asked.contains('$'), "{asked}: a variable that nothing sets");
            let name = format!("dashboard:panel_{}:{}", panel["id"], target["refId"].as_str().unwrap());
            recorded.push(json!({"record": name, "expr": asked}));
        }
    }
    assert!(recorded.len() > 10, "{recorded:?}");
    let groups = |rules: Vec<Value>| json!({"groups": [{"name": "dashboard", "rules": rules}]});
    assert_eq!(complaints(&groups(recorded)), "");
    let broken = json!({"record": "dashboard:broken", "expr": "max by (state mailward_records"});
    assert!(complaints(&groups(vec![broken])).contains("could not parse expression"), "it would say so");
}

#[test]
fn no_alert_fires_while_all_is_well() {
    assert_eq!(failures(HEALTHY, &rules()), "");
}

#[test]
fn each_alert_fires_when_it_should_and_says_what_it_should() {
    for name in names() {
        assert_eq!(failures(&name, &rules()), "", "{name}");
    }
}

#[test]
fn the_cases_would_notice_an_alert_that_never_fires_and_one_that_always_does() {
    for name in names() {
        let never = failures(&name, &with_expression(&name, "vector(1) > 2"));
        assert!(never.contains(&name), "{CASES}/{name}.yaml holds without the alert: {never}");
        let always = failures(HEALTHY, &with_expression(&name, "vector(1)"));
        assert!(always.contains(&name), "{CASES}/{HEALTHY}.yaml does not ask for {name}: {always}");
    }
}

#[test]
fn each_file_of_cases_is_that_of_an_alert() {
    let mut found: Vec<String> = fs::read_dir(repository(CASES))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let mut wanted = [names(), vec![HEALTHY.to_owned()]].concat();
    found.sort();
    wanted.sort();
    assert_eq!(found, wanted);
}

/// What promtool complains of in a page of metrics; nothing if it takes it.
fn complaints_of_page(page: &str) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), page).unwrap();
    run(promtool().args(["check", "metrics"]).stdin(File::open(file.path()).unwrap())).err().unwrap_or_default()
}

/// The same endpoint answers for the controller and for a policy server, and both have every metric.
#[tokio::test]
async fn what_metrics_answers_has_names_types_and_help_by_the_rules_of_prometheus() {
    let router = health_router(Readiness::default(), Arc::new(busy()));
    let response = router.oneshot(Request::get("/metrics").body(Body::empty()).unwrap()).await.unwrap();
    let page = String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap();
    assert_eq!(complaints_of_page(&page), "");
    let unnamed = page.replace("mailward_reconciles_total", "mailward_reconciles");
    assert!(complaints_of_page(&unnamed).contains("\"_total\" suffix"), "it would say so");
}
