//! Changes of stored objects: what may not change, and what several managers may change together.

use kube::api::{DeleteParams, DynamicObject, Patch, PatchParams, PostParams};
use serde_json::json;

use crate::cluster::{api_of, causes, mail_domain, yaml};

async fn stored(name: &str, fields: &str) -> kube::Api<DynamicObject> {
    let api = api_of("MailDomain").await;
    let mut object = mail_domain(fields);
    object.metadata.name = Some(name.to_owned());
    api.create(&PostParams::default(), &object).await.unwrap();
    api
}

/// What one manager applies: only its own fields, the domain among them since it is required.
fn applied(name: &str, fields: &str) -> Patch<DynamicObject> {
    let mut object = mail_domain(fields);
    object.metadata.name = Some(name.to_owned());
    Patch::Apply(object)
}

#[tokio::test]
async fn the_domain_is_immutable() {
    let api = stored("immutable", "domain: a.example").await;
    let change = Patch::Merge(json!({"spec": {"domain": "b.example"}}));
    let Err(kube::Error::Api(status)) = api.patch("immutable", &PatchParams::default(), &change).await else {
        panic!("the change was taken");
    };
    let sentence = "domain is immutable: create another MailDomain for another domain";
    assert_eq!(causes(&status), [("spec.domain".to_owned(), sentence.to_owned())]);
    api.delete("immutable", &DeleteParams::default()).await.unwrap();
}

#[tokio::test]
async fn the_provider_may_change() {
    let api = stored("provider", "domain: a.example").await;
    let change = Patch::Merge(json!({"spec": {"providerRef": {"kind": "DNSProvider", "name": "other"}}}));
    api.patch("provider", &PatchParams::default(), &change).await.unwrap();
    api.delete("provider", &DeleteParams::default()).await.unwrap();
}

#[tokio::test]
async fn two_managers_own_their_own_selectors_and_includes() {
    let api = api_of("MailDomain").await;
    let (mail, news) = (PatchParams::apply("mail-team"), PatchParams::apply("newsletter-team"));
    let of_mail = "{domain: two.example, dkim: {delegated: [{selector: s1, target: s1.example.net}]}, \
        spf: {all: Fail, include: [_spf.example.net]}}";
    let of_news = "{domain: two.example, dkim: {delegated: [{selector: k2, target: dkim2.example.org}]}, \
        spf: {include: [news.example.org]}}";
    api.patch("two", &mail, &applied("two", of_mail)).await.unwrap();
    let both = api.patch("two", &news, &applied("two", of_news)).await.unwrap();
    assert_eq!(both.data["spec"]["spf"]["include"], yaml("[_spf.example.net, news.example.org]"));
    assert_eq!(both.data["spec"]["dkim"]["delegated"].as_array().unwrap().len(), 2);

    let only_mail = api.patch("two", &news, &applied("two", "domain: two.example")).await.unwrap();
    assert_eq!(only_mail.data["spec"]["spf"]["include"], yaml("[_spf.example.net]"));
    assert_eq!(only_mail.data["spec"]["dkim"]["delegated"], yaml("[{selector: s1, target: s1.example.net}]"));
    api.delete("two", &DeleteParams::default()).await.unwrap();
}

#[tokio::test]
async fn two_managers_own_their_own_conditions_and_records() {
    let api = stored("status", "domain: status.example").await;
    let status = |manager: &str, status: &str| {
        let patch = Patch::Apply(json!({"apiVersion": "mailward.dev/v1alpha1", "kind": "MailDomain", "status": yaml(status)}));
        (PatchParams::apply(manager), patch)
    };
    let ready = "{observedGeneration: 1, conditions: [{type: Ready, status: 'True', reason: Settled, message: '', \
        lastTransitionTime: '2026-01-01T00:00:00Z'}], records: [{name: status.example, type: TXT, state: Verified, values: [v=spf1 -all]}]}";
    let seen =
        "{conditions: [{type: Seen, status: 'True', reason: Seen, message: '', lastTransitionTime: '2026-01-01T00:00:00Z'}]}";
    let (mailward, patch) = status("mailward", ready);
    api.patch_status("status", &mailward, &patch).await.unwrap();
    let (other, patch) = status("other", seen);
    let both = api.patch_status("status", &other, &patch).await.unwrap();
    assert_eq!(both.data["status"]["conditions"].as_array().unwrap().len(), 2);
    assert_eq!(both.data["status"]["records"].as_array().unwrap().len(), 1);
    assert_eq!(both.data["status"]["observedGeneration"], 1);
    api.delete("status", &DeleteParams::default()).await.unwrap();
}
