//! What tools that sync from Git make of our objects: the health script of Argo CD and its cases, kstatus, and examples that fit the published
//! definitions of Argo CD and Flux. What Argo CD itself makes of all this is shown by `make argocd` (`tests/operator/argocd`).
//!
//! `MAILWARD_REGENERATE=1 cargo test --test gitops` writes anew what is made from other files.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed step is a failed test")]

mod cases;
mod definitions;
mod health;
mod snippet;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A file of the repository.
fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// What a program printed; what it complained of is the failure of the test.
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Compares a file that is made from others with what it should be, or writes it anew.
fn fresh(path: &Path, wanted: &str) {
    if env::var_os("MAILWARD_REGENERATE").is_some() {
        fs::write(path, wanted).unwrap();
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    assert_eq!(found, wanted, "{} is not fresh: set MAILWARD_REGENERATE=1 and look at the difference", path.display());
}
