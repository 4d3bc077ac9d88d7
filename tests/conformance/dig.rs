//! `dig`, which asks a server as anybody may.

use std::{ffi::OsStr, net::SocketAddr, process::Command};

/// What it prints over TCP, answer section only.
pub fn dig(server: SocketAddr, question: &[impl AsRef<OsStr>]) -> String {
    let output = Command::new("dig")
        .args([&format!("@{}", server.ip()), "-p", &server.port().to_string()])
        .args(["+tcp", "+norecurse", "+noall", "+answer", "+onesoa"])
        .args(question)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}
