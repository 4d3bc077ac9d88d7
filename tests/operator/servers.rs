//! One of two authoritative servers is dead, lame, or answers the old value.

use std::net::SocketAddr;

use mailward_sandbox::{
    bind::{Options, Zone},
    ports::{self, LOOPBACK},
};

use crate::lab::{Server, Tenant, condition, ready_message};

const SPEC: &str = "{spf: {all: Fail}, dmarc: {policy: Quarantine}}";

#[tokio::test]
async fn a_second_server_that_answers_an_old_value_blocks_what_rests_on_it_and_is_named() {
    let first = Server::start("stale.test", "").await;
    let second = Server::start("stale.test", "@ TXT \"v=spf1 include:old.example -all\"").await;
    let tenant = Tenant::at("stale", &first, &[first.address(), second.address()]).await;
    tenant.apply(SPEC).await;
    let message = tenant.until_true("DMARCHeld").await.message;
    assert!(message.contains(&second.address().to_string()), "{message}");
    assert_eq!(first.txt("stale.test").await, ["v=spf1 -all"]);
    assert_eq!(first.txt("_dmarc.stale.test").await, [""; 0]);

    let caught_up = "update delete stale.test TXT\nupdate add stale.test 2 TXT \"v=spf1 -all\"";
    second.nsupdate(caught_up).await;
    tenant.poke().await;
    first.until_txt("_dmarc.stale.test", &["v=DMARC1; p=quarantine"]).await;
}

#[tokio::test]
async fn a_second_server_that_copies_the_first_makes_the_domain_ready() {
    let first = Server::start("copied.test", "").await;
    let zones = vec![Zone::secondary("copied.test.", first.address())];
    let options = Options { zones, key: Some(first.key().clone()), ..Options::default() };
    let second = Server::start_with(options, "copied.test").await;
    let tenant = Tenant::at("copied", &first, &[first.address(), second.address()]).await;
    tenant.apply(SPEC).await;
    tenant.ready().await;
    assert_eq!(second.txt("_dmarc.copied.test").await, ["v=DMARC1; p=quarantine"]);
}

/// What `Ready` says when one of two servers gives no usable answer: the other decides, and this one is named.
async fn named_while_ready(name: &str, other: SocketAddr, first: &Server) {
    let tenant = Tenant::at(name, first, &[first.address(), other]).await;
    tenant.apply("{spf: {all: Fail}, dmarc: {policy: None}}").await;
    let object = tenant.ready().await;
    let message = ready_message(&object);
    assert!(message.contains(&other.to_string()) && !message.contains("every authoritative server"), "{message}");
}

#[tokio::test]
async fn a_dead_second_server_is_named_and_holds_up_no_record() {
    let first = Server::start("dead.test", "").await;
    let dead = SocketAddr::new(LOOPBACK, ports::free_dns(&[LOOPBACK]).unwrap());
    named_while_ready("dead", dead, &first).await;
}

#[tokio::test]
async fn a_lame_second_server_is_named_and_holds_up_no_record() {
    let first = Server::start("lame.test", "").await;
    let lame = Server::start("elsewhere.test", "").await;
    named_while_ready("lame", lame.address(), &first).await;
}

#[tokio::test]
async fn p5_what_a_dead_second_server_might_still_say_holds_a_stricter_dmarc_record() {
    let first = Server::start("half.test", "").await;
    let dead = SocketAddr::new(LOOPBACK, ports::free_dns(&[LOOPBACK]).unwrap());
    let tenant = Tenant::at("half", &first, &[first.address(), dead]).await;
    tenant.apply(SPEC).await;
    let names_it = |object: &_| condition(object, "DMARCHeld").is_some_and(|held| held.message.contains(&dead.to_string()));
    tenant.until("be held because of the dead server", names_it).await;
    assert_eq!(first.txt("_dmarc.half.test").await, [""; 0]);
}
