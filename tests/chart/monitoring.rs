//! Alerts and dashboard speak of metrics and labels that there are.

use std::{collections::BTreeSet, fs, process::Command};

use mailward::metrics::{ApiObject, Metrics, PolicyAnswer, ProviderOperation, ReconcileResult, Step};
use serde_json::Value;

use crate::helm::{built, chart, find, objects, run};

const ALL: &str = "{monitoring: {podMonitor: {enabled: true}, prometheusRule: {enabled: true}, dashboard: {enabled: true}}}";

/// A page of metrics in which everything has happened that the rules speak of.
fn page() -> String {
    let metrics = Metrics::default();
    let took = std::time::Duration::from_millis(1);
    let denied = mailward::provider::ErrorKind::Denied;
    metrics.provider_call("rfc2136", ProviderOperation::Apply, Err(denied));
    for result in [ReconcileResult::Ready, ReconcileResult::Failed] {
        metrics.reconciled(result, took);
    }
    for ok in [true, false] {
        metrics.policy_check(ok);
    }
    metrics.timed_at_once(Step::Gather, || ());
    metrics.policy_answer(PolicyAnswer::Served);
    metrics.notice("DMARCHeld");
    metrics.api_write(ApiObject::Status);
    metrics.encode().unwrap()
}

/// `name{labels}` and `name` of each metric of ours in an expression: the name, and its own labels with values.
fn mentioned(expression: &str) -> Vec<(String, Vec<String>)> {
    let starts = expression.match_indices("mailward_").map(|(at, _)| at);
    starts
        .map(|at| {
            let rest = &expression[at..];
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            let (name, rest) = rest.split_at(end);
            let inside = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')).map_or("", |(inside, _)| inside);
            // Set by whoever scrapes, not by us.
            let ours = inside
                .split(',')
                .filter(|label| !label.is_empty() && !label.starts_with("namespace=") && !label.starts_with("container="));
            (name.to_owned(), ours.map(str::to_owned).collect())
        })
        .collect()
}

fn assert_there_is(page: &str, expression: &str) {
    for (name, labels) in mentioned(expression) {
        let series = page.lines().filter(|line| line.split(['{', ' ']).next() == Some(&name));
        let fits = |line: &str| labels.iter().all(|label| line.contains(label.as_str()));
        assert!(series.clone().any(fits), "{expression}: no series {name} with {labels:?}");
    }
}

fn labels_used(expression: &str) -> Vec<&str> {
    let lists = expression.split("by (").skip(1).map(|rest| rest.split_once(')').unwrap().0);
    lists.flat_map(|list| list.split(',')).map(str::trim).filter(|label| *label != "le").collect()
}

/// Every expression of the rules and of the dashboard.
fn expressions() -> Vec<String> {
    let rendered = objects(ALL);
    let rules = find(&rendered, "PrometheusRule", "mailward")["spec"]["groups"][0]["rules"].as_array().unwrap().clone();
    let board = find(&rendered, "ConfigMap", "-dashboard")["data"]["mailward.json"].as_str().unwrap().to_owned();
    let board: Value = serde_json::from_str(&board).unwrap();
    let targets = board["panels"].as_array().unwrap().iter().flat_map(|panel| panel["targets"].as_array().unwrap().clone());
    rules.iter().cloned().chain(targets).map(|holder| holder["expr"].as_str().unwrap().trim().to_owned()).collect()
}

#[test]
fn alerts_and_dashboard_name_only_metrics_and_labels_that_there_are() {
    let page = page();
    let expressions = expressions();
    assert!(expressions.len() > 15, "{expressions:#?}");
    for expression in &expressions {
        assert_there_is(&page, expression);
        for label in labels_used(expression) {
            assert!(page.contains(&format!("{label}=\"")), "{expression}: no metric has a label {label}");
        }
    }
}

/// What Prometheus's own parser says of a file; nothing if it takes it.
fn judged(what: &str, text: &str) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), text).unwrap();
    run(Command::new(built("tools/prometheus/build.sh")).arg(what).arg(file.path())).err().unwrap_or_default()
}

#[test]
fn prometheus_itself_takes_the_alerts_and_the_expressions_of_the_dashboard() {
    let rules = find(&objects(ALL), "PrometheusRule", "mailward")["spec"].to_string();
    assert_eq!(judged("rules", &rules), "");
    let expressions = expressions().join("\n").replace("$__rate_interval", "5m");
    assert_eq!(judged("expressions", &expressions), "");
    let broken = rules.replacen("absent(", "absentt(", 1);
    assert!(judged("rules", &broken).contains("unknown function"), "it would say so");
}

#[test]
fn every_metric_that_tells_of_trouble_is_on_the_dashboard_or_in_an_alert() {
    let used: BTreeSet<String> = expressions().iter().flat_map(|text| mentioned(text)).map(|(name, _)| name).collect();
    // How long a step takes is for whoever profiles; conflicts are in the gauge of records; keys are rare.
    let elsewhere = ["mailward_step_seconds", "mailward_step_cpu_seconds", "mailward_conflicts", "mailward_keys_generated"];
    for family in page().lines().filter_map(|line| line.strip_prefix("# TYPE ")).filter_map(|line| line.split(' ').next()) {
        let shown = used.iter().any(|name| name.starts_with(family));
        assert!(shown != elsewhere.contains(&family), "{family} is {}shown", if shown { "" } else { "not " });
    }
}

#[test]
fn each_alert_says_what_it_means_and_how_grave_it_is() {
    let rendered = objects(ALL);
    for rule in find(&rendered, "PrometheusRule", "mailward")["spec"]["groups"][0]["rules"].as_array().unwrap() {
        for text in [&rule["annotations"]["summary"], &rule["annotations"]["description"], &rule["for"]] {
            assert!(text.as_str().is_some_and(|text| text.len() > 1), "{rule:#}");
        }
        assert!(["info", "warning", "critical"].contains(&rule["labels"]["severity"].as_str().unwrap()), "{rule:#}");
    }
}

#[test]
fn nothing_of_monitoring_is_made_unless_asked() {
    let kinds: Vec<Value> = objects("{}").into_iter().map(|object| object["kind"].clone()).collect();
    assert!(
        kinds.iter().all(|kind| !["PodMonitor", "PrometheusRule", "ConfigMap"].contains(&kind.as_str().unwrap())),
        "{kinds:?}"
    );
}

#[test]
fn the_pod_monitor_finds_both_processes() {
    let rendered = objects(ALL);
    let monitor = &find(&rendered, "PodMonitor", "mailward")["spec"];
    for name in ["-controller", "-policy-server"] {
        let deployment = find(&rendered, "Deployment", name);
        let namespaces = monitor["namespaceSelector"]["matchNames"].as_array().unwrap();
        assert!(namespaces.contains(&deployment["metadata"]["namespace"]));
        let labels = &deployment["spec"]["template"]["metadata"]["labels"];
        assert!(monitor["selector"]["matchLabels"].as_object().unwrap().iter().all(|(key, value)| labels[key] == *value));
    }
    assert!(fs::read_to_string(chart().join("files/dashboard.json")).unwrap().ends_with("}\n"));
}
