//! The chart as an Application: in sync with itself for good, and gone without a definition, a policy or a domain.

use kube::ResourceExt;
use serde_json::json;

use super::{Application, Repository, World, application::points_to};

/// What deleting the Application, resources and all, has to leave.
const KEPT: [&str; 5] = [
    "crd/maildomains.mailward.dev",
    "crd/dnsproviders.mailward.dev",
    "crd/clusterdnsproviders.mailward.dev",
    "namespace/mailward-policy",
    "clusterdnsprovider/lab",
];

async fn uids(world: &World) -> Vec<String> {
    let mut uids = vec![];
    for object in KEPT {
        uids.push(world.lab.kubectl(&["get", object, "--output=jsonpath={.metadata.uid} {.metadata.deletionTimestamp}"]).await);
    }
    uids
}

#[tokio::test]
#[ignore = "needs Argo CD: make argocd"]
async fn the_chart_from_git_stays_in_sync_and_leaves_definitions_policies_and_domains_when_it_goes() {
    let world = World::start(&["--drift-interval=10s"]).await;
    let tenant = world.lab.tenant("argo-chart").await;
    tenant.apply("{spf: {all: Fail}}").await;
    tenant.ready().await;
    let (repository, before) = (Repository::new(), uids(&world).await);
    repository.copy("charts/mailward");
    let (revision, url) = (repository.commit(), repository.url());
    let app = Application::of(&world, "mailward.yaml", |app| {
        points_to(app, "mailward", &url, "charts/mailward", "mailward-system");
    })
    .await;
    // No node runs its pods here, so its Deployments are never Healthy.
    let synced = |app: &serde_json::Value| {
        let status = &app["status"];
        status["operationState"]["phase"] == "Succeeded"
            && status["sync"]["status"] == "Synced"
            && status["sync"]["revision"] == revision.as_str()
    };
    let first = app.until("be Synced", synced).await;
    let found = app.times_out_of_sync().await;
    // With what the chart installed, definitions and roles among it, the operator goes on.
    tenant.apply("{spf: {all: SoftFail}, dmarc: {policy: None}}").await;
    tenant.ready().await;
    for _ in 0..2 {
        world.lab.dns.until_asked(10).await;
        let seen = app.look_hard().await;
        assert!(synced(&seen), "{:#}", seen["status"]);
    }
    assert_eq!(
        app.seen().await.unwrap()["status"]["operationState"]["startedAt"],
        first["status"]["operationState"]["startedAt"]
    );
    assert_eq!(app.times_out_of_sync().await, found, "it was out of sync, if only for a moment");

    let uid = tenant.object().await.uid();
    app.merge(&json!({"metadata": {"finalizers": ["resources-finalizer.argocd.argoproj.io"]}})).await;
    world.lab.kubectl(&["--namespace", "argocd", "delete", "application", "mailward", "--timeout=180s"]).await;
    let left = world.lab.kubectl(&["--namespace", "mailward-system", "get", "deployments", "--output=name"]).await;
    assert_eq!(left, "", "the operator is gone");
    assert_eq!(uids(&world).await, before, "and nothing of the users' with it");
    assert_eq!(tenant.object().await.uid(), uid);
    assert_eq!(world.lab.dns.txt(&tenant.domain).await, ["v=spf1 ~all"]);
}
