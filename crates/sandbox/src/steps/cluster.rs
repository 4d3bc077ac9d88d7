//! Step: the control plane.

use anyhow::Result;

use super::Sandbox;
use crate::control_plane::{ControlPlane, StartOptions};

/// Starts etcd, kube-apiserver and kube-controller-manager, and waits until they work.
pub async fn start(sandbox: &Sandbox) -> Result<ControlPlane> {
    let options = StartOptions { state_dir: Some(sandbox.cluster()), keep: sandbox.detached() };
    ControlPlane::start(options).await
}
