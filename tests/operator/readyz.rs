//! `/readyz` tells the truth about a cluster that lacks what the controller works on.

use std::{net::SocketAddr, time::Duration};

use k8s_openapi::api::coordination::v1::Lease;
use kube::{Api, ResourceExt};
use mailward_sandbox::{
    control_plane::{ControlPlane, StartOptions},
    plain_http,
    ports::{self, LOOPBACK},
    process::{Launch, Process},
    steps::install,
};

const WITHIN: Duration = Duration::from_secs(90);

const NAMESPACE: &str = "default";
/// What is said while no list of MailDomains can be had.
const MISSING: &str = "maildomains.mailward.dev: this cluster has no such kind";

fn controller(plane: &ControlPlane, flag: &str) -> (Process, SocketAddr) {
    let health = SocketAddr::new(LOOPBACK, ports::free_tcp().unwrap());
    let launch = Launch::new("controller", env!("CARGO_BIN_EXE_mailward"), plane.state_dir())
        .args(["controller", "--namespace", NAMESPACE, flag, "--health-listen", &health.to_string()])
        .env("KUBECONFIG", plane.kubeconfig_path());
    (launch.spawn().unwrap(), health)
}

async fn until_it_says(controller: &mut Process, health: SocketAddr, status: u16, words: &str) {
    let says = async || {
        let answer = plain_http::get(health, "/readyz").await;
        answer.is_ok_and(|(found, text)| found == status && text.contains(words))
    };
    controller.wait_ready(&format!("/readyz to say {words:?}"), WITHIN, says).await.unwrap();
}

#[tokio::test]
async fn p8_a_controller_without_its_definitions_is_not_ready_and_says_so_until_they_come() {
    let plane = ControlPlane::start(StartOptions::default()).await.unwrap();
    let (mut controller, health) = controller(&plane, "--without-lease");
    until_it_says(&mut controller, health, 503, MISSING).await;
    install::apply_kinds(&plane).await.unwrap();
    until_it_says(&mut controller, health, 200, "ready").await;
}

/// Two that took the Lease from each other while they wait would never get to work.
#[tokio::test]
async fn a_controller_that_waits_for_its_first_lists_keeps_the_lease() {
    let plane = ControlPlane::start(StartOptions::default()).await.unwrap();
    let (mut controller, health) = controller(&plane, "--lease-duration=10s");
    until_it_says(&mut controller, health, 503, MISSING).await;
    let leases: Api<Lease> = Api::namespaced(plane.client().await.unwrap(), NAMESPACE);
    let version = async || leases.get("mailward-controller").await.unwrap().resource_version();
    for _ in 0..2 {
        let before = version().await;
        let renewed = async || version().await != before;
        controller.wait_ready("the Lease to be renewed", WITHIN, renewed).await.unwrap();
    }
    until_it_says(&mut controller, health, 503, MISSING).await;
}
