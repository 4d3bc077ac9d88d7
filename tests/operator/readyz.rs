//! `/readyz` tells the truth about a cluster that lacks what a program works on, or does not show it.

use std::{fmt::Debug, net::SocketAddr, time::Duration};

use k8s_openapi::{
    NamespaceResourceScope,
    api::{
        coordination::v1::Lease,
        rbac::v1::{Role, RoleBinding},
    },
};
use kube::{Api, Resource, ResourceExt, api::PostParams};
use mailward_sandbox::{
    control_plane::{ControlPlane, StartOptions},
    plain_http,
    ports::{self, LOOPBACK},
    process::{Launch, Process},
    steps::install,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio::net::TcpStream;

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

async fn create<K>(plane: &ControlPlane, object: Value)
where
    K: Resource<DynamicType = (), Scope = NamespaceResourceScope> + Clone + Debug + DeserializeOwned + Serialize,
{
    let api: Api<K> = Api::namespaced(plane.client().await.unwrap(), NAMESPACE);
    api.create(&PostParams::default(), &serde_json::from_value(object).unwrap()).await.unwrap();
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

/// "No policy is served for this host" would be untrue of a server that has not read its list yet, as one that was killed and starts.
#[tokio::test]
async fn p4_a_policy_server_takes_no_connection_before_it_knows_its_policies() {
    let plane = ControlPlane::start(StartOptions::default()).await.unwrap();
    let [listen, health] = [(); 2].map(|()| SocketAddr::new(LOOPBACK, ports::free_tcp().unwrap()));
    let launch = Launch::new("policy-server", env!("CARGO_BIN_EXE_mailward"), plane.state_dir())
        .args([
            "policy-server",
            "--namespace",
            NAMESPACE,
            "--listen",
            &listen.to_string(),
            "--health-listen",
            &health.to_string(),
        ])
        .env("KUBECONFIG", plane.service_account_kubeconfig(NAMESPACE, "default").await.unwrap());
    let mut server = launch.spawn().unwrap();
    until_it_says(&mut server, health, 503, "the first full list has not been read yet").await;
    let refused = TcpStream::connect(listen).await.unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);

    let role = json!({
        "metadata": {"name": "reads"},
        "rules": [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["list", "watch"]}],
    });
    let binding = json!({
        "metadata": {"name": "reads"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reads"},
        "subjects": [{"kind": "ServiceAccount", "namespace": NAMESPACE, "name": "default"}],
    });
    create::<Role>(&plane, role).await;
    create::<RoleBinding>(&plane, binding).await;
    until_it_says(&mut server, health, 200, "ready").await;
    assert_eq!(plain_http::get(listen, "/.well-known/mta-sts.txt").await.unwrap().0, 404);
}
