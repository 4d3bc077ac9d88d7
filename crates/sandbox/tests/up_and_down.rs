//! The binary: what `up` starts stays until `down`, and what `demo` starts ends with it, however it ends.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may end at the first surprise")]

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use mailward_sandbox::process::pids::PidFile;
use mailward_sandbox::wait;
use tempfile::TempDir;
use tokio::process::{Child, Command};

const SOON: Duration = Duration::from_mins(2);

fn sandbox(state: &Path, command: &str) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_mailward-sandbox"));
    program.arg("--state").arg(state).arg(command).stdin(Stdio::null());
    program
}

fn running(state: &Path) -> Vec<String> {
    [PidFile::of(state), PidFile::of(&state.join("cluster"))].iter().flat_map(PidFile::running).collect()
}

/// Ends a kept sandbox also when an assertion fails first.
struct Up(TempDir);

impl Drop for Up {
    fn drop(&mut self) {
        let mut down = std::process::Command::new(env!("CARGO_BIN_EXE_mailward-sandbox"));
        let _ended = down.arg("--state").arg(self.0.path()).arg("down").status();
    }
}

#[tokio::test]
async fn up_leaves_everything_running_refuses_a_second_time_and_down_ends_it() {
    let up = Up(TempDir::new().unwrap());
    let state = up.0.path();
    assert!(sandbox(state, "up").status().await.unwrap().success());
    assert_eq!(
        running(state),
        [
            "dns",
            "issuer",
            "policy-server-1",
            "policy-server-2",
            "controller",
            "etcd",
            "kube-apiserver",
            "kube-controller-manager"
        ]
    );

    let script = r#". "$0/env" && kubectl get clusterdnsprovider sandbox --output name && test -s "$MAILWARD_CA" &&
        dig +short @"${MAILWARD_DNS%:*}" -p "${MAILWARD_DNS#*:}" -k "$MAILWARD_TSIG" MX example.com"#;
    let shell = Command::new("sh").args(["-c", script]).arg(state).output().await.unwrap();
    assert_eq!(String::from_utf8_lossy(&shell.stdout), "clusterdnsprovider.mailward.dev/sandbox\n10 mx1.example.com.\n");

    let again = sandbox(state, "up").output().await.unwrap();
    assert!(String::from_utf8_lossy(&again.stderr).contains("make down"), "{again:?}");
    assert!(sandbox(state, "down").status().await.unwrap().success());
    assert_eq!(running(state), [""; 0]);
}

#[tokio::test]
async fn a_demo_that_is_killed_leaves_nothing_behind() {
    let state = TempDir::new().unwrap();
    let mut demo: Child = sandbox(state.path(), "demo").spawn().unwrap();
    let started = async || running(state.path()).iter().any(|name| name == "kube-apiserver");
    wait::until("the API server to be started", SOON, started).await.unwrap();
    demo.kill().await.unwrap();
    wait::until("its children to end", SOON, async || running(state.path()).is_empty()).await.unwrap();
}
