//! The licences and the SBOM.

use std::{collections::BTreeSet, fs, process::Command};

use serde_json::Value;

use crate::archive::{repository, run};

/// The SBOM and the list of licences for what the image holds.
fn made() -> (Value, String) {
    let folder = tempfile::tempdir().unwrap();
    run(Command::new(repository("tools/image/materials.py")).arg("x86_64-unknown-linux-musl").arg(folder.path()));
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    (serde_json::from_str(&read("sbom.cdx.json")).unwrap(), read("THIRD-PARTY.txt"))
}

fn names(sbom: &Value) -> BTreeSet<&str> {
    array(&sbom["components"]).iter().map(|component| component["name"].as_str().unwrap()).collect()
}

fn array(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

#[test]
fn the_sbom_names_what_is_compiled_in_and_nothing_else() {
    let (sbom, _) = made();
    let names = names(&sbom);
    for name in ["aws-lc-sys", "kube-client", "hickory-proto", "mail-records", "rustls", "tokio"] {
        assert!(names.contains(name), "{name} is missing in {names:?}");
    }
    // Tests, macros, build scripts, other systems, and what deny.toml forbids.
    for name in ["proptest", "hickory-server", "mailward-sandbox", "serde_derive", "cc", "windows-sys", "ring", "openssl-sys"] {
        assert!(!names.contains(name), "{name} is not in the program");
    }
}

#[test]
fn each_crate_of_the_sbom_has_a_version_a_licence_and_its_checksum() {
    let (sbom, _) = made();
    for component in array(&sbom["components"]) {
        let name = component["name"].as_str().unwrap();
        assert_eq!(component["purl"], format!("pkg:cargo/{name}@{}", component["version"].as_str().unwrap()));
        assert!(component["licenses"][0]["expression"].is_string(), "{component}");
        assert!(name == "mail-records" || component["hashes"][0]["content"].as_str().unwrap().len() == 64, "{component}");
    }
    let references: BTreeSet<&str> = array(&sbom["components"]).iter().map(|part| part["bom-ref"].as_str().unwrap()).collect();
    let entries = array(&sbom["dependencies"]).iter().flat_map(|entry| array(&entry["dependsOn"]));
    let needed: Vec<&str> = entries.map(|reference| reference.as_str().unwrap()).collect();
    assert!(needed.len() > references.len() && needed.iter().all(|reference| references.contains(reference)));
}

#[test]
fn every_crate_is_in_the_list_of_licences_with_a_text_of_its_licence() {
    let (sbom, list) = made();
    for component in array(&sbom["components"]) {
        let (name, version) = (component["name"].as_str().unwrap(), component["version"].as_str().unwrap());
        assert!(list.contains(&format!("\n{name} {version}: ")), "{name} is not listed");
    }
    for text in
        ["Apache License", "Permission is hereby granted, free of charge", "Redistribution and use in source and binary forms"]
    {
        assert!(list.contains(text), "no text says {text:?}");
    }
}
