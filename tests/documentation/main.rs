//! The pages below `docs` name what there is: flags, metrics, reasons and files.
//!
//! `MAILWARD_REGENERATE=1 cargo test --test documentation` writes the tables of flags anew.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed step is a failed test")]

mod costs;
#[allow(dead_code, unreachable_pub, reason = "the conformance suite's, which counts")]
#[path = "../conformance/documented.rs"]
mod documented;
mod flags;
mod links;
mod providers;
mod release;
mod security;
mod words;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The page for whoever runs Mailward.
const OPERATIONS: &str = "docs/operations.md";

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn read(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Every file below a folder whose name ends so.
fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = vec![];
    for entry in fs::read_dir(path(folder)).unwrap() {
        let entry = entry.unwrap().path();
        let name = entry.strip_prefix(path("")).unwrap().to_string_lossy().into_owned();
        if entry.is_dir() {
            found.extend(files(&name, extension));
        } else if entry.extension().is_some_and(|found| found == extension) {
            found.push(entry);
        }
    }
    found.sort();
    found
}
