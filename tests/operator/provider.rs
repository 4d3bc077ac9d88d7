//! Who may use a provider, and what is said when it does not work.

use std::time::Duration;

use mailward::api::{MailDomain, RecordState};
use mailward_sandbox::{
    bind::{Options, Zone},
    tsig::TsigKey,
};
use serde_json::json;
use tokio::net::UdpSocket;

use crate::lab::{Server, Tenant, is_ready, ready_message, status};

async fn restricted_provider(tenant: &Tenant, name: &str, fields: serde_json::Value) {
    let nameservers = [tenant.dns().address().to_string()];
    let mut spec = json!({"manual": {}, "verification": {"nameservers": nameservers}});
    spec.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let metadata = json!({ "name": name });
    let object = json!({"apiVersion": "mailward.dev/v1alpha1", "kind": "ClusterDNSProvider", "metadata": metadata, "spec": spec});
    tenant.apply_object(&object).await;
}

#[tokio::test]
async fn p9_a_namespace_that_the_provider_does_not_allow_is_refused_until_its_labels_say_otherwise() {
    let tenant = Tenant::new("not-allowed").await;
    restricted_provider(&tenant, "for-team-mail", json!({"allowedNamespaces": {"matchLabels": {"team": "mail"}}})).await;
    tenant.apply("{providerRef: {name: for-team-mail}, spf: {all: Fail}}").await;
    let message = tenant.until_not_ready("ProviderNotAllowed").await;
    for part in ["ClusterDNSProvider for-team-mail", "not-allowed", "allowedNamespaces"] {
        assert!(message.contains(part), "{part:?} is not in {message:?}");
    }
    let namespace =
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "not-allowed", "labels": {"team": "mail"}}});
    tenant.apply_object(&namespace).await;
    tenant.until_not_ready("RecordsNotVerified").await;
}

#[tokio::test]
async fn p9_a_domain_outside_the_providers_zones_is_refused() {
    let tenant = Tenant::new("not-its-zone").await;
    restricted_provider(&tenant, "only-example", json!({"allowedNamespaces": {}, "zones": ["example.com", "*.example.net"]}))
        .await;
    tenant.apply("{providerRef: {name: only-example}, spf: {all: Fail}}").await;
    let message = tenant.until_not_ready("ZoneNotAllowed").await;
    for part in ["example.com", "*.example.net", "not-its-zone.lab", "spec.zones"] {
        assert!(message.contains(part), "{part:?} is not in {message:?}");
    }
    assert_eq!(tenant.dns().txt(&tenant.name("@")).await, [""; 0]);
}

#[tokio::test]
async fn a_provider_that_does_not_exist_is_named_and_found_as_soon_as_it_does() {
    let tenant = Tenant::new("no-provider").await;
    tenant.apply("{providerRef: {name: comes-later}, spf: {all: Fail}}").await;
    let message = tenant.until_not_ready("ProviderNotFound").await;
    assert!(message.contains("ClusterDNSProvider comes-later"), "{message}");
    restricted_provider(&tenant, "comes-later", json!({"allowedNamespaces": {}})).await;
    tenant.until_not_ready("RecordsNotVerified").await;
}

#[tokio::test]
async fn the_manual_provider_lists_what_to_enter_and_sees_when_somebody_did() {
    let tenant = Tenant::new("manual").await;
    restricted_provider(&tenant, "by-hand", json!({"allowedNamespaces": {}})).await;
    tenant.apply("{providerRef: {name: by-hand}, spf: {all: Fail}, dmarc: {policy: None}}").await;
    tenant.until_not_ready("RecordsNotVerified").await;
    let records = tenant.object().await.status.unwrap().records;
    let listed: Vec<_> = records.iter().map(|record| (record.name.as_str(), record.values[0].as_str())).collect();
    assert_eq!(listed, [("_dmarc.manual.lab", "v=DMARC1; p=none"), ("manual.lab", "v=spf1 -all")]);
    assert!(records.iter().all(|record| record.message.contains("enter this record")), "{records:?}");

    let by_hand = "update add manual.lab 60 TXT \"v=spf1 -all\"\nupdate add _dmarc.manual.lab 60 TXT \"v=DMARC1; p=none\"";
    tenant.dns().nsupdate(by_hand).await;
    tenant.poke().await;
    tenant.ready().await;
    assert_eq!(tenant.dns().txt("_mailward.manual.lab").await, [""; 0]);
}

#[tokio::test]
async fn a_domain_that_moves_to_another_provider_leaves_the_old_zone_as_it_is() {
    let (old, new) = (Server::start("moved.test", "").await, Server::start("moved.test", "").await);
    let tenant = Tenant::at("moved", &old, &[old.address()]).await;
    tenant.lab.provider("moved-to", &new, &[new.address()]).await;
    tenant.apply("{spf: {all: Fail}, dmarc: {policy: None}}").await;
    tenant.ready().await;
    let updates = old.bind().updates_seen().await.unwrap();

    tenant.apply("{providerRef: {name: moved-to}, spf: {ip4: [192.0.2.1], all: Fail}}").await;
    tenant.ready().await;
    assert_eq!(new.txt("moved.test").await, ["v=spf1 ip4:192.0.2.1 -all"]);
    assert_eq!(old.txt("moved.test").await, ["v=spf1 -all"]);
    assert_eq!(old.txt("_dmarc.moved.test").await, ["v=DMARC1; p=none"]);
    assert_eq!(old.bind().updates_seen().await.unwrap(), updates);
    let warns = |object: &MailDomain, words: &str| status(object).warnings.iter().any(|warning| warning.contains(words));
    let old_place = "ClusterDNSProvider moved (zone moved.test)";
    tenant.until("name the zone it left", |object| warns(object, old_place)).await;

    // Nothing lives only in the status: without it the same is said.
    tenant.wipe_status().await;
    tenant.until("name it again", |object| is_ready(object) && warns(object, old_place)).await;

    let looked_after = json!({"metadata": {"annotations": {"mailward.dev/left-providers": null}}});
    tenant.patch(&looked_after).await;
    tenant.until("say nothing of it any more", |object| is_ready(object) && !warns(object, old_place)).await;
}

#[tokio::test]
async fn p1_a_name_that_the_key_may_not_change_keeps_no_other_record_back() {
    let zone = Zone::primary("one-closed.test.", "").closing("_dmarc.one-closed.test.");
    let server = Server::start_with(Options { zones: vec![zone], ..Options::default() }, "one-closed.test").await;
    let tenant = Tenant::at("one-closed", &server, &[server.address()]).await;
    tenant.apply("{spf: {all: Fail}, dmarc: {policy: None}, tlsRpt: {rua: ['mailto:tls@one-closed.test']}}").await;
    server.until_txt("one-closed.test", &["v=spf1 -all"]).await;
    server.until_txt("_smtp._tls.one-closed.test", &["v=TLSRPTv1; rua=mailto:tls@one-closed.test"]).await;
    tenant.until_not_ready("ProviderDenied").await;
    let records = tenant.object().await.status.unwrap().records;
    let failed: Vec<_> = records.iter().filter(|record| record.state == RecordState::Failed).collect();
    assert_eq!(failed.iter().map(|record| record.name.as_str()).collect::<Vec<_>>(), ["_dmarc.one-closed.test"]);
    assert!(failed[0].message.contains(server.key().name()), "{failed:?}");
    let marker = server.txt("_mailward.one-closed.test").await.concat();
    assert!(
        marker.contains("spf") && marker.contains("tls-rpt") && !marker.contains("dmarc"),
        "what is not ours is not listed: {marker}"
    );
}

#[tokio::test]
async fn a_wrong_tsig_key_is_named_with_its_secret_and_heals_without_a_restart() {
    let server = Server::start("wrong-key.test", "").await;
    let tenant = Tenant::at("wrong-key", &server, &[server.address()]).await;
    tenant.set_tsig_key(&TsigKey::generate("wrong").unwrap().secret_base64()).await;
    tenant.apply("{spf: {all: Fail}}").await;
    let (secret, key) = (tenant.tsig_secret(), server.key().name().to_owned());
    let says_which = |object: &MailDomain| {
        let message = ready_message(object);
        message.contains(&secret) && message.contains(&key)
    };
    tenant.until("name the Secret and the key", says_which).await;
    assert_eq!(server.txt("wrong-key.test").await, [""; 0]);

    tenant.set_tsig_key(&server.key().secret_base64()).await;
    tenant.ready().await;
    assert_eq!(server.txt("wrong-key.test").await, ["v=spf1 -all"]);
}

#[tokio::test]
async fn a_key_that_is_no_base64_is_named_with_its_secret_and_never_quoted() {
    let server = Server::start("bad-key.test", "").await;
    let tenant = Tenant::at("bad-key", &server, &[server.address()]).await;
    tenant.set_tsig_key("***not base64***").await;
    tenant.apply("{spf: {all: Fail}}").await;
    let secret = tenant.tsig_secret();
    let object = tenant.until("name the Secret", |object| ready_message(object).contains(&secret)).await;
    let all = serde_saphyr::to_string(&object.status).unwrap();
    assert!(!all.contains("not base64***"), "the key is in the status: {all}");
}

#[tokio::test]
async fn a_dns_server_that_is_down_is_said_to_be_and_the_domain_heals_when_it_is_back() {
    let mut server = Server::start("down.test", "").await;
    let tenant = Tenant::at("down", &server, &[server.address()]).await;
    server.bind_mut().stop().await.unwrap();
    tenant.apply("{spf: {all: Fail}}").await;
    let address = server.address().to_string();
    tenant.until("name the server", |object| ready_message(object).contains(&address)).await;

    server.bind_mut().resume_service().await.unwrap();
    tenant.ready().await;
    assert_eq!(server.txt("down.test").await, ["v=spf1 -all"]);
}

#[tokio::test]
async fn p7_silence_is_neither_drift_nor_news_and_nothing_is_lost() {
    let mut server = Server::start("outage.test", "").await;
    let tenant = Tenant::at("outage", &server, &[server.address()]).await;
    tenant.apply("{spf: {all: Fail}, dmarc: {policy: None}}").await;
    tenant.ready().await;
    // Events are told beside the visits; after another one all are.
    server.until_asked(8).await;
    server.bind_mut().stop().await.unwrap();
    let before = tenant.object().await;
    let writes = tenant.controller_writes().await;
    questions_in_vain(&server).await;
    assert_eq!(tenant.object().await.status, before.status);
    assert_eq!(tenant.controller_writes().await, writes);

    server.bind_mut().resume_service().await.unwrap();
    // Its counters started anew with it.
    server.until_asked(8).await;
    assert_eq!(server.bind().updates_seen().await.unwrap(), 0);
    assert_eq!(server.txt("_dmarc.outage.test").await, ["v=DMARC1; p=none"]);
    tenant.ready().await;
}

/// Takes the place of a stopped server and answers nothing, until a visit got nowhere and another one began.
async fn questions_in_vain(server: &Server) {
    // A visit asks twice before it gives up.
    const MORE_THAN_A_VISIT: usize = 5;
    let socket = UdpSocket::bind(server.address()).await.unwrap();
    let mut question = [0; 512];
    for _ in 0..MORE_THAN_A_VISIT {
        let asked = tokio::time::timeout(Duration::from_mins(1), socket.recv_from(&mut question)).await;
        asked.expect("nobody asks any more").unwrap();
    }
}
