//! Files that leave Git: nothing goes before somebody says so, never more than the cap, and what goes says what it waits for.

use kube::{
    Api,
    api::{ApiResource, DynamicObject, GroupVersionKind, ListParams, Patch, PatchParams},
};
use mailward::api::MailDomain;
use serde_json::{Value, json};

use super::{Application, Repository, World, application::points_to, domain_file};
use crate::lab::{Server, Tenant, ready_message};

/// Three records each, beside the marker.
const RECORDS: usize = 3;
/// Domains of which one stays.
const DOMAINS: [&str; 5] = ["a", "b", "c", "d", "stays"];

async fn published(server: &Server) -> usize {
    let mut count = 0;
    for name in DOMAINS {
        for label in ["", "_dmarc.", "_smtp._tls."] {
            count += server.txt(&format!("{label}{name}.argo-prune.test")).await.len();
        }
    }
    count
}

fn domain(domain: &str, provider: &str, dmarc: &str) -> String {
    let annotations = json!({"annotations": {"argocd.argoproj.io/sync-options": "Prune=confirm,Delete=confirm"}});
    let spec = json!({
        "spf": {"all": "Fail"}, "dmarc": {"policy": dmarc}, "tlsRpt": {"rua": ["mailto:tls@mail.lab"]},
        "deletionPolicy": "Delete",
    });
    domain_file(domain.split('.').next().unwrap(), domain, provider, &annotations, &spec)
}

async fn live(tenant: &Tenant) -> Vec<DynamicObject> {
    let resource = ApiResource::from_gvk(&GroupVersionKind::gvk("mailward.dev", "v1alpha1", "MailDomain"));
    let api: Api<DynamicObject> = Api::namespaced_with(tenant.client.clone(), &tenant.namespace, &resource);
    api.list(&ListParams::default()).await.unwrap().items
}

/// Domains from Git, Healthy: the first part of each is its name, the namespace is the Application's name.
async fn from_git<'a>(
    world: &'a World,
    name: &str,
    provider: &str,
    dmarc: &str,
    domains: &[&str],
) -> (Tenant, Repository, Application<'a>) {
    let tenant = world.lab.tenant_with(name, provider).await;
    let repository = Repository::new();
    for one in domains {
        repository.write(&format!("domains/{}.yaml", one.split('.').next().unwrap()), &domain(one, provider, dmarc));
    }
    let (revision, url) = (repository.commit(), repository.url());
    let app = Application::of(world, "domains.yaml", |app| points_to(app, name, &url, "domains", name)).await;
    app.at(&revision, "Healthy").await;
    (tenant, repository, app)
}

fn operation(app: &Value) -> String {
    format!("{} {}", app["status"]["operationState"]["phase"], app["status"]["operationState"]["message"])
}

#[tokio::test]
#[ignore = "needs Argo CD: make argocd"]
async fn many_files_that_leave_git_at_once_wait_for_a_word_and_then_meet_the_cap() {
    let world = World::shared().await;
    // A credential of its own: its deletions are counted apart.
    let server = Server::start("argo-prune.test", "").await;
    world.lab.provider("argo-prune", &server, &[server.address()]).await;
    let domains = DOMAINS.map(|name| format!("{name}.argo-prune.test"));
    let domains = domains.each_ref().map(String::as_str);
    let (tenant, repository, app) = from_git(world, "argo-prune", "argo-prune", "None", &domains).await;
    assert_eq!(published(&server).await, RECORDS * DOMAINS.len());

    for name in ["a", "b", "c", "d"] {
        repository.remove(&format!("domains/{name}.yaml"));
    }
    let revision = repository.commit();
    app.look_hard().await;
    app.until("ask first", |app| operation(app).contains("confirmation")).await;
    assert_eq!(live(&tenant).await.iter().filter(|one| one.metadata.deletion_timestamp.is_some()).count(), 0);
    assert_eq!(published(&server).await, RECORDS * DOMAINS.len(), "nothing goes before somebody says so");

    app.approve_deletions().await;
    let waits = |one: &DynamicObject| {
        let object: MailDomain = serde_json::from_value(serde_json::to_value(one).unwrap()).unwrap();
        one.metadata.deletion_timestamp.is_some() && ready_message(&object).contains("deletions wait")
    };
    // Of five allowed, one domain takes three; the other three domains stand whole, and say so.
    world
        .lab
        .until("three domains to meet the cap", async || live(&tenant).await.iter().filter(|one| waits(one)).count() == 3)
        .await;
    assert_eq!(published(&server).await, RECORDS * 4, "P6");
    let stuck = live(&tenant).await.into_iter().find(|one| waits(one)).unwrap();
    let name = stuck.metadata.name.clone().unwrap();
    let told = app.events_of(&stuck).await;
    assert!(told.iter().any(|note| note.contains("deletions wait") && note.contains("allowed as")), "{told:#?}");
    app.until_health_of("MailDomain", &name, |health| health["status"] == "Progressing").await;

    let object: MailDomain = serde_json::from_value(serde_json::to_value(&stuck).unwrap()).unwrap();
    let message = ready_message(&object);
    let digest = message.rsplit_once("allowed as ").unwrap().1.split([';', ' ']).next().unwrap().to_owned();
    let allowed = Patch::Merge(json!({"metadata": {"annotations": {"mailward.dev/allow-deletions": digest}}}));
    tenant.api::<MailDomain>().patch(&name, &PatchParams::default(), &allowed).await.unwrap();
    world.lab.until("the allowed deletions", async || published(&server).await == RECORDS * 3).await;
    let app = app.until("go on waiting for the others", |app| app["status"]["sync"]["revision"] == revision.as_str()).await;
    assert!(operation(&app).contains("Running"), "{}", operation(&app));
}

#[tokio::test]
#[ignore = "needs Argo CD: make argocd"]
async fn a_domain_on_its_way_out_says_on_its_page_what_it_waits_for() {
    let world = World::shared().await;
    let (tenant, repository, app) =
        from_git(world, "argo-leave", "lab", "Reject", &["a.argo-leave.lab", "stays.argo-leave.lab"]).await;
    let dns = &world.lab.dns;
    repository.remove("domains/a.yaml");
    repository.commit();
    app.look_hard().await;
    app.until("ask first", |app| operation(app).contains("confirmation")).await;
    app.approve_deletions().await;
    let a = || async { live(&tenant).await.into_iter().find(|one| one.metadata.name.as_deref() == Some("a")) };
    world.lab.until("DMARC to go first", async || dns.txt("_dmarc.a.argo-leave.lab").await.is_empty()).await;
    // Argo CD shows two words of its own for whatever is being deleted; the reason is in the events and conditions below them.
    app.until_health_of("MailDomain", "a", |health| health["message"] == "Pending deletion").await;
    let object = a().await.expect("it waits for the TTL of its DMARC record");
    let mut told = vec![];
    world
        .lab
        .until("the reason among the events", async || {
            told = app.events_of(&object).await;
            told.iter().any(|note| note.contains("SPF and DKIM stay until"))
        })
        .await;
    assert_eq!(dns.txt("a.argo-leave.lab").await.len(), 1, "{told:#?}");
    world.lab.until("the object to go", async || a().await.is_none()).await;
    assert!(dns.txt("a.argo-leave.lab").await.is_empty());
}
