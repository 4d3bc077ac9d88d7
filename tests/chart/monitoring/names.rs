//! Alerts, dashboard and documentation speak of metrics and labels that there are.

use std::{collections::BTreeSet, fs};

use super::{alerts, busy, expression, expressions, questions};
use crate::helm::repository;

fn page() -> String {
    busy().encode().unwrap()
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

#[test]
fn alerts_and_dashboard_name_only_metrics_and_labels_that_there_are() {
    let (page, expressions) = (page(), expressions());
    assert!(expressions.len() > 15, "{expressions:#?}");
    for expression in &expressions {
        assert_there_is(&page, expression);
        for label in labels_used(expression) {
            assert!(page.contains(&format!("{label}=\"")), "{expression}: no metric has a label {label}");
        }
    }
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
    for rule in alerts() {
        for text in [&rule["annotations"]["summary"], &rule["annotations"]["description"], &rule["for"]] {
            assert!(text.as_str().is_some_and(|text| text.len() > 1), "{rule:#}");
        }
        assert!(["info", "warning", "critical"].contains(&rule["labels"]["severity"].as_str().unwrap()), "{rule:#}");
    }
}

#[test]
fn each_legend_names_labels_that_its_expression_keeps() {
    for question in questions() {
        let (legend, expression) = (question["legendFormat"].as_str().unwrap().to_owned(), expression(&question));
        let named: BTreeSet<&str> = legend.split("{{").skip(1).map(|rest| rest.split_once("}}").unwrap().0).collect();
        let kept: BTreeSet<&str> = labels_used(&expression).into_iter().collect();
        assert_eq!(named, kept, "{legend}: {expression}");
    }
}

#[test]
fn each_alert_is_explained_where_operators_look() {
    let page = fs::read_to_string(repository("docs/operations.md")).unwrap();
    for alert in alerts() {
        let (name, grave) = (alert["alert"].as_str().unwrap(), alert["labels"]["severity"].as_str().unwrap());
        let row = format!("| `{name}` | {grave} | {} |", alert["for"].as_str().unwrap());
        assert!(page.contains(&row), "docs/operations.md has no row {row}");
    }
}
