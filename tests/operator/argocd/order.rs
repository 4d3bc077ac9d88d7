//! Providers before domains, teams beside each other, and a domain that somebody stopped.

use k8s_openapi::api::core::v1::Secret;
use kube::{
    Api,
    api::{ObjectMeta, PostParams},
};
use mailward_sandbox::steps::operator::NAMESPACE;
use serde_json::json;

use super::{
    Application, Repository, World,
    application::{points_to, read},
    argo, domain_file,
};
use crate::lab::Server;

fn provider(server: &Server) -> String {
    let tsig = json!({"keyName": server.key().name(), "secretRef": {"name": "argo-order-key", "key": "secret"}});
    let address = server.address().to_string();
    let spec = json!({
        "rfc2136": {"server": address, "tsig": tsig}, "zones": ["argo-order.test"],
        "allowedNamespaces": {}, "verification": {"nameservers": [address]},
    });
    let metadata = json!({"name": "argo-order"});
    let object = json!({"apiVersion": "mailward.dev/v1alpha1", "kind": "ClusterDNSProvider", "metadata": metadata, "spec": spec});
    serde_saphyr::to_string(&object).unwrap()
}

/// What the app of apps finds: the examples of providers and of domains, pointed to this repository.
fn apps(repository: &Repository) {
    for (file, path) in [("providers.yaml", "providers"), ("domains.yaml", "domains")] {
        let mut app = read(file);
        points_to(&mut app, &format!("argo-order-{path}"), &repository.url(), path, "argo-order");
        repository.write(&format!("apps/{file}"), &serde_saphyr::to_string(&app).unwrap());
    }
}

#[tokio::test]
#[ignore = "needs Argo CD: make argocd"]
async fn domains_come_after_a_provider_that_works_and_a_suspended_one_holds_nothing_up() {
    let world = World::shared().await;
    let (server, repository) = (Server::start("argo-order.test", "").await, Repository::new());
    apps(&repository);
    repository.write("providers/primary.yaml", &provider(&server));
    let domain = |spec| domain_file("mail", "argo-order.test", "argo-order", &json!({}), &spec);
    repository.write("domains/mail.yaml", &domain(json!({"spf": {"all": "Fail"}})));
    let (first, url) = (repository.commit(), repository.url());
    let root = Application::of(world, "root.yaml", |app| points_to(app, "argo-order", &url, "apps", "argocd")).await;

    let providers = Application::named(world, "argo-order-providers").await;
    let domains = Application::named(world, "argo-order-domains").await;
    providers.until("be Degraded", |app| app["status"]["health"]["status"] == "Degraded").await;
    let said = providers.health_of("ClusterDNSProvider", "argo-order").await["message"].to_string();
    assert!(said.contains("ProviderDenied: ") && said.contains("mailward-system/argo-order-key"), "{said}");
    root.until("give its first try up", |app| app["status"]["operationState"]["retryCount"].as_u64().is_some()).await;
    assert!(domains.seen().await.is_none(), "the next wave waits for the provider");

    let key = json!({"secret": server.key().secret_base64()});
    let metadata = ObjectMeta { name: Some("argo-order-key".to_owned()), ..ObjectMeta::default() };
    let secret = Secret { metadata, string_data: serde_json::from_value(key).unwrap(), ..Secret::default() };
    let secrets: Api<Secret> = Api::namespaced(argo::client(&world.lab).await, NAMESPACE);
    secrets.create(&PostParams::default(), &secret).await.unwrap();
    providers.at(&first, "Healthy").await;
    root.at(&first, "Healthy").await;
    domains.at(&first, "Healthy").await;

    repository.write("domains/mail.yaml", &domain(json!({"spf": {"all": "Fail"}, "suspend": true})));
    let second = repository.commit();
    domains.look_hard().await;
    domains.at(&second, "Suspended").await;
    repository.write("domains/mail.yaml", &domain(json!({"spf": {"all": "SoftFail"}})));
    let third = repository.commit();
    domains.look_hard().await;
    domains.at(&third, "Healthy").await;
    assert_eq!(server.txt("argo-order.test").await, ["v=spf1 ~all"]);
}

#[tokio::test]
#[ignore = "needs Argo CD: make argocd"]
async fn waves_among_domains_would_hold_the_next_commit_until_each_is_healthy_so_the_examples_have_none() {
    let (world, repository) = (World::shared().await, Repository::new());
    let wave = |number: &str| json!({"annotations": {"argocd.argoproj.io/sync-wave": number}});
    let stopped = json!({"spf": {"all": "Fail"}, "suspend": true});
    repository.write("domains/one.yaml", &domain_file("one", "one.argo-waves.lab", "lab", &wave("0"), &stopped));
    repository.write("domains/two.yaml", &domain_file("two", "two.argo-waves.lab", "lab", &wave("1"), &json!({})));
    let (first, url) = (repository.commit(), repository.url());
    let app = Application::of(world, "domains.yaml", |app| points_to(app, "argo-waves", &url, "domains", "argo-waves")).await;
    let held = |app: &serde_json::Value| {
        let operation = &app["status"]["operationState"];
        let waits = operation["message"].as_str().is_some_and(|text| text.contains("waiting for healthy state of"));
        operation["phase"] == "Running" && waits && operation["operation"]["sync"]["revision"] == first.as_str()
    };
    app.until("wait for the suspended domain", held).await;
    repository.write("domains/one.yaml", &domain_file("one", "one.argo-waves.lab", "lab", &wave("0"), &json!({})));
    let second = repository.commit();
    let app = app.look_hard().await;
    assert_eq!(app["status"]["sync"]["revision"], second, "the commit is seen");
    assert!(held(&app), "and not applied: {:#}", app["status"]["operationState"]);
}

#[tokio::test]
#[ignore = "needs Argo CD: make argocd"]
async fn every_directory_of_a_team_becomes_an_application_and_one_that_is_gone_takes_no_domain_along() {
    let (world, repository) = (World::shared().await, Repository::new());
    let teams = ["argo-team-a", "argo-team-b"];
    for team in teams {
        for name in ["one", "two"] {
            let file = domain_file(name, &format!("{name}.{team}.lab"), "lab", &json!({}), &json!({"spf": {"all": "Fail"}}));
            repository.write(&format!("teams/{team}/{name}.yaml"), &file);
        }
    }
    let (revision, url) = (repository.commit(), repository.url());
    let mut set = read("teams.yaml");
    set["spec"]["generators"][0]["git"]["repoURL"] = url.clone().into();
    set["spec"]["template"]["spec"]["source"]["repoURL"] = url.into();
    world.argo.apply(&set).await;
    for team in teams {
        Application::named(world, &format!("mail-{team}")).await.at(&revision, "Healthy").await;
        assert_eq!(world.lab.dns.txt(&format!("one.{team}.lab")).await, ["v=spf1 -all"]);
    }

    for name in ["one", "two"] {
        repository.remove(&format!("teams/argo-team-b/{name}.yaml"));
    }
    repository.commit();
    let refresh =
        ["--namespace", "argocd", "annotate", "applicationset", "mail-teams", "argocd.argoproj.io/application-set-refresh=true"];
    world.argo.kubectl().run(&refresh).await.unwrap();
    world
        .lab
        .until("the set to look again", async || {
            let seen = world
                .argo
                .kubectl()
                .run(&["--namespace", "argocd", "get", "applicationset", "mail-teams", "--output=yaml"])
                .await;
            !seen.unwrap().contains("application-set-refresh")
        })
        .await;
    assert!(Application::named(world, "mail-argo-team-b").await.seen().await.is_some());
    assert_eq!(world.lab.dns.txt("one.argo-team-b.lab").await, ["v=spf1 -all"]);
}
