//! Domains from Git: Healthy, in sync for good, and healed where somebody deletes them.

use kube::{ResourceExt, api::DeleteParams};
use mailward::api::MailDomain;
use serde_json::{Value, json};

use super::{Application, Repository, World, application::points_to, domain_file};
use crate::{
    lab::Tenant,
    policy::{policy, servers},
    withdrawal::serves_none,
};

/// Every kind of record and object; what the spec leaves out has defaults, which Git does not know.
fn everything(tenant: &Tenant, mode: &str) -> Value {
    let mut spec = policy(mode, 86_400, &[&tenant.name("mx1")]);
    let others = json!({
        "spf": {"ip4": ["192.0.2.1"], "all": "Fail"},
        "dkim": {"keys": [{"name": "main", "secretName": "dkim"}]},
        "dmarc": {"policy": "Quarantine", "rua": ["mailto:dmarc@mail.lab"]},
        "tlsRpt": {"rua": ["mailto:tls@mail.lab"]},
    });
    spec.as_object_mut().unwrap().extend(others.as_object().unwrap().clone());
    spec
}

/// The Application of `domains.yaml` for one tenant, whose domain is all there is in Git.
async fn synced<'a>(world: &'a World, tenant: &Tenant, spec: &Value) -> (Repository, Application<'a>) {
    let repository = Repository::new();
    repository.write("domains/mail.yaml", &domain_file("mail", &tenant.domain, "lab", &json!({}), spec));
    let revision = repository.commit();
    let (url, namespace) = (repository.url(), &tenant.namespace);
    let app = Application::of(world, "domains.yaml", |app| points_to(app, namespace, &url, "domains", namespace)).await;
    app.at(&revision, "Healthy").await;
    (repository, app)
}

#[tokio::test]
#[ignore = "needs Argo CD: make argocd"]
async fn domains_from_git_become_healthy_and_nothing_the_operator_does_puts_them_out_of_sync() {
    let world = World::shared().await;
    let tenant = world.lab.tenant("argo-sync").await;
    let mut spec = everything(&tenant, "Testing");
    spec["deletionPolicy"] = "Delete".into();
    let (_repository, app) = synced(world, &tenant, &spec).await;
    let (synced, found) = (app.seen().await.unwrap(), app.times_out_of_sync().await);
    assert!(app.health_of("MailDomain", "mail").await["message"].as_str().unwrap().contains("records answer"));

    // A finalizer and annotations of ours are on the object by now; then a record heals, a status is written anew, time passes.
    let (dns, dmarc) = (&world.lab.dns, tenant.name("_dmarc"));
    let before = dns.txt(&dmarc).await;
    dns.nsupdate(&format!("update delete {dmarc} TXT")).await;
    tenant.poke().await;
    dns.until_txt(&dmarc, &before.iter().map(String::as_str).collect::<Vec<_>>()).await;
    tenant.wipe_status().await;
    tenant.ready().await;
    for _ in 0..2 {
        dns.until_asked(20).await;
        let seen = app.look_hard().await;
        assert_eq!(seen["status"]["sync"]["status"], "Synced", "{:#}", seen["status"]);
    }
    let after = app.at(synced["status"]["sync"]["revision"].as_str().unwrap(), "Healthy").await;
    assert_eq!(app.times_out_of_sync().await, found, "it was out of sync, if only for a moment");
    assert_eq!(after["status"]["operationState"]["startedAt"], synced["status"]["operationState"]["startedAt"]);
}

#[tokio::test]
#[ignore = "needs Argo CD: make argocd"]
async fn a_domain_deleted_by_hand_comes_back_and_loses_no_key_no_policy_and_no_record() {
    let world = World::shared().await;
    let tenant = world.lab.tenant("argo-heal").await;
    tenant.has_mx(&tenant.name("mx1")).await;
    let (_repository, app) = synced(world, &tenant, &everything(&tenant, "Enforce")).await;
    let revision = app.seen().await.unwrap()["status"]["sync"]["revision"].as_str().unwrap().to_owned();
    let (zone, selector) = (tenant.zone().await, tenant.selector().await);
    let keys = || async { tenant.secrets().await.iter().map(|secret| secret.uid().unwrap()).collect::<Vec<_>>() };
    let (secrets, uid) = (keys().await, tenant.object().await.uid().unwrap());
    let text = world.lab.policy(servers(&world.lab)[0], &tenant.domain).await.unwrap();

    tenant.api::<MailDomain>().delete("mail", &DeleteParams::default()).await.unwrap();
    let another =
        async || tenant.api::<MailDomain>().get_opt("mail").await.unwrap().is_some_and(|new| new.uid() != Some(uid.clone()));
    world.lab.until("Argo CD to make the object again", another).await;
    tenant.ready().await;
    app.at(&revision, "Healthy").await;
    assert_eq!((tenant.zone().await, tenant.selector().await), (zone, selector));
    assert_eq!(keys().await, secrets, "the very same Secrets");
    assert_eq!(world.lab.policy(servers(&world.lab)[1], &tenant.domain).await.unwrap(), text);
    assert!(!serves_none(&tenant).await);
}
