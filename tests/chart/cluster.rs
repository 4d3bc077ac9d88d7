//! A real API server for one test: helm and kubectl against it, as the administrator.

use std::{path::Path, process::Command, time::Duration};

use mailward_sandbox::{
    control_plane::{ControlPlane, StartOptions},
    wait,
};
use serde_json::Value;

use crate::helm::{self, NAMESPACE};

/// The control plane, and the two programs that speak to it.
pub(crate) struct Cluster(ControlPlane);

impl Cluster {
    pub(crate) async fn start() -> Self {
        Self(ControlPlane::start(StartOptions::default()).await.unwrap())
    }

    /// Runs helm on the release; the first arguments are the verb and what it needs.
    pub(crate) fn helm(&self, arguments: &[&str], chart: Option<&Path>) -> String {
        let mut command = helm::command();
        command.args(arguments).args(chart).args(["--namespace", NAMESPACE]).env("KUBECONFIG", self.0.kubeconfig_path());
        helm::run(&mut command).unwrap_or_else(|error| panic!("helm {arguments:?}: {error}"))
    }

    /// Runs kubectl; `input` is what `-f -` reads.
    pub(crate) fn kubectl(&self, arguments: &[&str], input: &str) -> Result<String, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), input).unwrap();
        let mut command = Command::new(self.0.kubectl());
        command.env("KUBECONFIG", self.0.kubeconfig_path()).args(arguments);
        if !input.is_empty() {
            command.arg("--filename").arg(file.path());
        }
        helm::run(&mut command)
    }

    /// Applies manifests, each field of which the API server must know.
    pub(crate) fn apply(&self, manifests: &str) {
        self.kubectl(&["apply", "--validate=strict"], manifests).unwrap_or_else(|error| panic!("{manifests}: {error}"));
    }

    /// One object, if it is there.
    pub(crate) fn get(&self, place: &[&str]) -> Option<Value> {
        let arguments = [&["get", "--ignore-not-found", "--output=json"], place].concat();
        let text = self.kubectl(&arguments, "").unwrap();
        (!text.trim().is_empty()).then(|| serde_json::from_str(&text).unwrap())
    }

    /// Waits until the API server serves our kinds.
    pub(crate) async fn established(&self) {
        let kinds = ["maildomains", "dnsproviders", "clusterdnsproviders"];
        wait::until("our kinds to be served", Duration::from_mins(1), async || {
            kinds.iter().all(|kind| self.kubectl(&["get", &format!("{kind}.mailward.dev"), "--all-namespaces"], "").is_ok())
        })
        .await
        .unwrap();
    }

    /// Ends it.
    pub(crate) async fn stop(self) {
        self.0.stop().await.unwrap();
    }
}
