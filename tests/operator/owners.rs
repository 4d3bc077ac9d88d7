//! P1: whose a domain is, when more than one wants it.

use k8s_openapi::jiff::Timestamp;
use mail_records::marker::Marker;

use crate::lab::{Tenant, is_ready};

const OTHER: &str = "other-cluster/mail/example";

async fn marker(tenant: &Tenant) -> Marker {
    tenant.dns().txt(&tenant.name("_mailward")).await[0].parse().unwrap()
}

async fn mark_as_others(tenant: &Tenant) {
    let (marker, dmarc) = (tenant.name("_mailward"), tenant.name("_dmarc"));
    let text = format!("heritage=mailward; v=1; owner={OTHER}; uid=0b6c3b0e; has=dmarc");
    let commands = format!("update add {marker} 300 TXT \"{text}\"\nupdate add {dmarc} 300 TXT \"v=DMARC1; p=reject\"");
    tenant.dns().nsupdate(&commands).await;
}

#[tokio::test]
async fn p1_a_domain_marked_by_another_owner_is_left_alone_until_that_owner_is_named() {
    let tenant = Tenant::new("marked").await;
    mark_as_others(&tenant).await;
    let before = marker(&tenant).await;
    tenant.apply("{adoption: Adopt, spf: {all: Fail}, dmarc: {policy: None}}").await;
    let conflict = tenant.until_true("Conflict").await;
    assert_eq!(conflict.reason, "OwnedByOther");
    assert!(conflict.message.contains(OTHER), "{}", conflict.message);
    assert_eq!(tenant.dns().txt(&tenant.name("@")).await, [""; 0]);
    assert_eq!(marker(&tenant).await, before);

    let take = |from: &str| format!("{{adoption: Adopt, takeOverFrom: {from}, spf: {{all: Fail}}, dmarc: {{policy: None}}}}");
    tenant.apply(&take("somebody/else/entirely")).await;
    assert_eq!(tenant.until_true("Conflict").await.reason, "OwnedByOther");
    assert_eq!(marker(&tenant).await, before);

    tenant.apply(&take(OTHER)).await;
    let object = tenant.ready().await;
    let after = marker(&tenant).await;
    assert_eq!(Some(after.owner()), object.status.unwrap().owner.as_deref());
    assert!(after.owner().ends_with("/marked/mail"), "{}", after.owner());
    assert_eq!(tenant.dns().txt(&tenant.name("_dmarc")).await, ["v=DMARC1; p=none"]);
}

#[tokio::test]
async fn p1_a_marker_of_a_later_release_is_not_read_as_none() {
    let tenant = Tenant::new("later").await;
    let (dns, name) = (tenant.dns(), tenant.name("_mailward"));
    let text = "heritage=mailward; v=2; owner=a/b/c; uid=d";
    dns.nsupdate(&format!("update add {name} 300 TXT \"{text}\"")).await;
    tenant.apply("{spf: {all: Fail}}").await;
    let conflict = tenant.until_true("Conflict").await;
    assert_eq!(conflict.reason, "MarkerUnreadable");
    assert!(conflict.message.contains("upgrade"), "{}", conflict.message);
    assert_eq!(dns.txt(&name).await, [text]);
    assert_eq!(dns.txt(&tenant.name("@")).await, [""; 0]);
}

#[tokio::test]
async fn of_two_maildomains_for_one_domain_the_one_that_has_it_keeps_it_and_the_other_says_who() {
    let tenant = Tenant::new("twins").await;
    tenant.apply_as("mail", "{dmarc: {policy: None}}").await;
    tenant.ready().await;
    tenant.apply_as("younger", "{dmarc: {policy: None, rua: ['mailto:younger@twins.lab']}}").await;
    let message = tenant.until_not_ready_of("younger", "AnotherMailDomain").await;
    assert!(message.contains("/twins/mail"), "{message}");
    tenant.poke().await;
    tenant.ready().await;
    assert_eq!(tenant.dns().txt(&tenant.name("_dmarc")).await, ["v=DMARC1; p=none"]);
}

#[tokio::test]
async fn of_two_maildomains_the_older_wins_before_anything_is_written() {
    let tenant = Tenant::new("elder").await;
    tenant.apply_as("mail", "{suspend: true, dmarc: {policy: None}}").await;
    tenant.until_not_ready("Suspended").await;
    // Ages are told in whole seconds; within one, the UIDs decide.
    let born = tenant.object().await.metadata.creation_timestamp.unwrap().0.as_second();
    assert!(tenant.eventually(async || Timestamp::now().as_second() > born).await);
    tenant.apply_as("younger", "{dmarc: {policy: None, rua: ['mailto:younger@elder.lab']}}").await;
    let message = tenant.until_not_ready_of("younger", "AnotherMailDomain").await;
    assert!(message.contains("/elder/mail"), "{message}");
    assert_eq!(tenant.dns().txt(&tenant.name("_dmarc")).await, [""; 0]);

    tenant.delete().await;
    tenant.until_of("younger", "be ready", is_ready).await;
    assert_eq!(tenant.dns().txt(&tenant.name("_dmarc")).await, ["v=DMARC1; p=none; rua=mailto:younger@elder.lab"]);
}

#[tokio::test]
async fn a_renamed_maildomain_inherits_the_records_of_the_one_that_is_gone() {
    let tenant = Tenant::new("renamed").await;
    tenant.apply("{spf: {ip4: [192.0.2.1], all: Fail}, dmarc: {policy: None}}").await;
    tenant.ready().await;
    let first = marker(&tenant).await;
    tenant.apply_as("other-name", "{spf: {ip4: [192.0.2.2], all: Fail}, dmarc: {policy: None}}").await;
    tenant.until_not_ready_of("other-name", "AnotherMailDomain").await;

    tenant.delete().await;
    tenant.until_of("other-name", "be ready", is_ready).await;
    let second = marker(&tenant).await;
    assert!(second.owner().ends_with("/renamed/other-name"), "{}", second.owner());
    assert_eq!(second.has, first.has);
    assert_eq!(tenant.dns().txt(&tenant.name("@")).await, ["v=spf1 ip4:192.0.2.2 -all"]);
}

#[tokio::test]
async fn p1_a_deleted_maildomain_retains_its_records_unless_it_says_otherwise() {
    let tenant = Tenant::new("retained").await;
    tenant.apply("{spf: {all: Fail}, dmarc: {policy: None}}").await;
    tenant.ready().await;
    tenant.delete().await;
    assert_eq!(tenant.dns().txt(&tenant.name("@")).await, ["v=spf1 -all"]);
    assert_eq!(tenant.dns().txt(&tenant.name("_dmarc")).await, ["v=DMARC1; p=none"]);
    // Made again, it picks up what is still marked as its own.
    tenant.apply("{deletionPolicy: Delete, spf: {all: Fail}, dmarc: {policy: None}}").await;
    tenant.ready().await;
    tenant.delete().await;
    assert_eq!(tenant.dns().txt(&tenant.name("@")).await, [""; 0]);
    assert_eq!(tenant.dns().txt(&tenant.name("_dmarc")).await, [""; 0]);
    assert_eq!(tenant.dns().txt(&tenant.name("_mailward")).await, [""; 0]);
}
