//! The generated files under `crds/` and `docs/` are what the types say.
//!
//! `MAILWARD_REGENERATE=1 cargo test --test crds fresh` writes them anew.

use std::{env, fs, path::Path};

use mailward::api;

/// Writes the file when asked to, and otherwise compares it.
fn fresh(path: &str, expected: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if env::var_os("MAILWARD_REGENERATE").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, expected).unwrap();
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    assert!(found == expected, "{path} is stale: run `MAILWARD_REGENERATE=1 cargo test --test crds fresh` and commit it");
}

#[test]
fn the_committed_definitions_are_those_of_the_types() {
    for crd in api::crds() {
        fresh(&format!("crds/{}.yaml", crd.spec.names.plural), &api::crd_yaml(&crd).unwrap());
    }
}

#[test]
fn the_committed_reference_is_that_of_the_types() {
    fresh("docs/reference.md", &api::reference::markdown());
}
