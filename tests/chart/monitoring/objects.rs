//! The objects themselves: made when asked for, and finding our pods.

use std::fs;

use serde_json::Value;

use super::ALL;
use crate::helm::{chart, find, objects};

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
