//! What Artifact Hub shows of the chart is what the chart holds.

use std::fs;

use mailward::api::{self, DNSProvider, MailDomain};
use serde_json::Value;

use crate::helm::chart;

/// An annotation of `Chart.yaml`, which holds YAML.
fn annotation(name: &str) -> Vec<Value> {
    let chart: Value = serde_saphyr::from_str(&fs::read_to_string(chart().join("Chart.yaml")).unwrap()).unwrap();
    let text = chart["annotations"][format!("artifacthub.io/{name}")].as_str().unwrap().to_owned();
    serde_saphyr::from_str(&text).unwrap()
}

#[test]
fn the_kinds_shown_are_those_of_the_definitions() {
    let mut shown: Vec<(String, String, String)> = annotation("crds")
        .iter()
        .map(|kind| ["name", "kind", "version"].map(|key| kind[key].as_str().unwrap().to_owned()).into())
        .collect();
    let defined =
        api::crds().into_iter().map(|crd| (crd.metadata.name.unwrap(), crd.spec.names.kind, crd.spec.versions[0].name.clone()));
    let mut defined: Vec<_> = defined.collect();
    shown.sort();
    defined.sort();
    assert_eq!(shown, defined);
}

#[test]
fn the_examples_shown_are_objects_of_these_kinds() {
    for example in annotation("crdsExamples") {
        let read = match example["kind"].as_str().unwrap() {
            "MailDomain" => serde_json::from_value::<MailDomain>(example.clone()).map(drop),
            "DNSProvider" => serde_json::from_value::<DNSProvider>(example.clone()).map(drop),
            other => panic!("{other} is no kind of ours"),
        };
        read.unwrap_or_else(|error| panic!("{error}: {example}"));
    }
}
