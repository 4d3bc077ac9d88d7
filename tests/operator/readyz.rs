//! `/readyz` tells the truth about a cluster that lacks what the controller works on.

use std::{net::SocketAddr, time::Duration};

use mailward_sandbox::{
    control_plane::{ControlPlane, StartOptions},
    plain_http,
    ports::{self, LOOPBACK},
    process::{Launch, Process},
    steps::install,
};

const WITHIN: Duration = Duration::from_secs(90);

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
    let health = SocketAddr::new(LOOPBACK, ports::free_tcp().unwrap());
    let launch = Launch::new("controller", env!("CARGO_BIN_EXE_mailward"), plane.state_dir())
        .args(["controller", "--namespace", "default", "--without-lease", "--health-listen", &health.to_string()])
        .env("KUBECONFIG", plane.kubeconfig_path());
    let mut controller = launch.spawn().unwrap();
    let missing = "maildomains.mailward.dev: this cluster has no such kind";
    until_it_says(&mut controller, health, 503, missing).await;
    install::apply_kinds(&plane).await.unwrap();
    until_it_says(&mut controller, health, 200, "ready").await;
}
