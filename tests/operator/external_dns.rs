//! What is reached through external-dns: a webhook of its protocol, and an external-dns that alone may touch DNS.

pub(crate) mod endpoint;
mod webhook;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// The path that a script below `tools/external-dns` prints.
fn built(script: &str, arguments: &[&str]) -> PathBuf {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/external-dns").join(script);
    let output = Command::new(script).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    PathBuf::from(String::from_utf8(output.stdout).unwrap().trim())
}
