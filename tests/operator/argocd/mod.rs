//! What Argo CD makes of all this: the real one, each of its servers a process beside the test API server, syncing from `file://`
//! repositories by the Applications of `examples/gitops/argocd` and the health of `deploy/argocd`.
//!
//! Building it takes minutes, so these tests wait for `make argocd`.

mod application;
mod argo;
mod chart;
mod deletions;
mod health;
mod order;
mod repository;
mod sync;

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::lab::Lab;
use application::Application;
use argo::Argo;
use repository::Repository;

/// An operator and an Argo CD.
struct World {
    lab: Arc<Lab>,
    argo: Argo,
}

impl World {
    async fn start(flags: &[&str]) -> Self {
        let lab = Lab::start(flags).await;
        let argo = Argo::start(&lab).await;
        Self { lab, argo }
    }

    /// The one of the tests that disturb nobody; five deletions an hour for each credential.
    async fn shared() -> &'static Self {
        static WORLD: OnceCell<World> = OnceCell::const_new();
        let flags = ["--drift-interval=10s", "--delete-cap=5", "--deletion-patience=1h"];
        WORLD.get_or_init(async || Self::start(&flags).await).await
    }
}

/// A file with one MailDomain whose metadata and spec have these fields besides.
fn domain_file(name: &str, domain: &str, provider: &str, metadata: &Value, spec: &Value) -> String {
    let mut object = json!({
        "apiVersion": "mailward.dev/v1alpha1",
        "kind": "MailDomain",
        "metadata": {"name": name},
        "spec": {"domain": domain, "providerRef": {"name": provider}, "ttl": 30},
    });
    for (part, more) in [("metadata", metadata), ("spec", spec)] {
        object[part].as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    }
    serde_saphyr::to_string(&object).unwrap()
}
