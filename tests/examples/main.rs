//! Each example is what it says: it reads as our types without a field left over, and explains itself.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed step is a failed test")]

mod golden;
mod world;

use std::{
    fs,
    path::{Path, PathBuf},
};

use k8s_openapi::api::core::v1::Secret;
use mailward::api::{ClusterDNSProvider, DNSProvider, MailDomain};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// Folders below `examples`: what the demo applies, what serves them, what needs somebody else besides, and what stands in Git.
const FOLDERS: [&str; 6] = ["", "providers", "delegation", "gateway", "gitops/providers", "gitops/domains"];

/// The manifests in a folder below `examples`, by file name.
fn manifests(folder: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(folder);
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    files.sort();
    files.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

fn documents(text: &str) -> Vec<Value> {
    text.split("\n---\n").map(|document| serde_saphyr::from_str(document).unwrap()).collect()
}

/// Reads the document as `K` and requires that nothing of it was passed over.
fn reads_as<K: DeserializeOwned + Serialize>(document: &Value) {
    let typed: K = serde_json::from_value(document.clone()).unwrap_or_else(|error| panic!("{error} in {document}"));
    within(document, &serde_json::to_value(typed).unwrap(), "");
}

/// Every value of `part` is in `whole`, unless it is a default that is left out when written.
fn within(part: &Value, whole: &Value, path: &str) {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => part.iter().for_each(|(key, value)| match whole.get(key) {
            Some(found) => within(value, found, &format!("{path}.{key}")),
            None => assert!(key == "size" && value == 2048, "{path}.{key} is no field"),
        }),
        (Value::Array(part), Value::Array(whole)) if part.len() == whole.len() => {
            part.iter().zip(whole).for_each(|(value, found)| within(value, found, &format!("{path}[]")));
        }
        _ => assert_eq!(part, whole, "{path}"),
    }
}

fn check(document: &Value) {
    match document["kind"].as_str().unwrap() {
        "MailDomain" => reads_as::<MailDomain>(document),
        "DNSProvider" => reads_as::<DNSProvider>(document),
        "ClusterDNSProvider" => reads_as::<ClusterDNSProvider>(document),
        "Secret" => reads_as::<Secret>(document),
        other => panic!("an example holds a {other}"),
    }
}

#[test]
fn every_example_reads_as_our_types_without_a_field_left_over() {
    for folder in FOLDERS {
        for (path, text) in manifests(folder) {
            println!("{}", path.display());
            documents(&text).iter().for_each(check);
        }
    }
}

#[test]
fn every_situation_named_in_the_documentation_has_one_mail_domain() {
    let names: Vec<_> = manifests("").iter().map(|(path, _)| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    assert_eq!(names, ["google-workspace", "mailchimp", "manual", "microsoft-365", "own-mta", "parked", "subdomain"]);
    for (path, text) in manifests("") {
        let domains = documents(&text).iter().filter(|document| document["kind"] == "MailDomain").count();
        assert_eq!(domains, 1, "{}", path.display());
    }
}

#[test]
fn every_example_begins_with_a_word_to_its_reader() {
    for (path, text) in FOLDERS.into_iter().flat_map(manifests) {
        assert!(text.starts_with("# "), "{} begins without a comment", path.display());
    }
}
