//! BIND does what the conformance tests rely on: signed updates only, exact counters, copies told at once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may end at the first surprise")]

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use hickory_proto::op::{Message, Query, ResponseCode};
use hickory_proto::rr::RecordType::{self, MX, TXT};
use mailward_sandbox::bind::{Bind, Options, Zone};
use mailward_sandbox::query::query;
use mailward_sandbox::servfail::Servfail;
use mailward_sandbox::tsig::TsigKey;
use mailward_sandbox::{ports, wait};
use tokio::net::UdpSocket;

const SOON: Duration = Duration::from_secs(20);

async fn lab() -> Bind {
    let zone = Zone::primary("lab.", "@ TXT \"site-verification=1\"\n*.wild MX 10 mx1\n");
    Bind::start(Options { zones: vec![zone], ..Options::default() }).await.unwrap()
}

#[tokio::test]
async fn a_signed_update_is_answered_at_once_and_an_unsigned_one_is_refused() {
    let bind = lab().await;
    bind.update("update add _dmarc.lab. 60 TXT \"v=DMARC1;\" \" p=none\"").await.unwrap();
    let answer = bind.query("_dmarc.lab", TXT).await.unwrap();
    assert_eq!((answer.texts(), answer.ttl()), (vec!["v=DMARC1; p=none".to_owned()], Some(60)));
    assert!(answer.authoritative);

    let refused = bind.update_unsigned("update add x.lab. 60 TXT \"no\"").await.unwrap_err();
    assert!(refused.to_string().contains("REFUSED"), "{refused}");
    assert_eq!(bind.query("x.lab", TXT).await.unwrap().code, ResponseCode::NXDomain);
    assert_eq!(bind.query("a.wild.lab", MX).await.unwrap().values(), ["10 mx1.lab."]);
}

#[tokio::test]
async fn every_update_message_is_counted_with_its_outcome() {
    let bind = lab().await;
    assert_eq!(bind.updates_seen().await.unwrap(), 0);
    bind.update("update add a.lab. 60 TXT \"1\"\nupdate add b.lab. 60 TXT \"1\"").await.unwrap();
    bind.update("prereq nxrrset a.lab. TXT\nupdate add a.lab. 60 TXT \"2\"").await.unwrap_err();
    bind.update_unsigned("update delete a.lab. TXT").await.unwrap_err();
    let seen = bind.counters().await.unwrap();
    assert_eq!((seen.updates, seen.updates_done, seen.updates_unmet, seen.updates_rejected), (3, 1, 1, 1));
}

#[tokio::test]
async fn a_stopped_server_comes_back_with_its_records_and_a_paused_one_only_hangs() {
    let mut bind = lab().await;
    bind.update("update add kept.lab. 60 TXT \"1\"").await.unwrap();
    bind.stop().await.unwrap();
    bind.query("kept.lab", TXT).await.unwrap_err();
    bind.resume_service().await.unwrap();
    assert_eq!(bind.query("kept.lab", TXT).await.unwrap().texts(), ["1"]);

    bind.pause().unwrap();
    bind.query("kept.lab", TXT).await.unwrap_err();
    bind.unpause().unwrap();
    assert_eq!(bind.query("kept.lab", TXT).await.unwrap().texts(), ["1"]);
}

#[tokio::test]
async fn a_secondary_follows_its_primary_on_the_same_port() {
    let [first, second] = [2, 3].map(|last| IpAddr::V4(Ipv4Addr::new(127, 0, 0, last)));
    let port = ports::free_dns(&[first, second]).unwrap();
    let key = TsigKey::generate("pair").unwrap();
    let zone =
        Zone::primary("lab.", "").with_name_servers(&[("ns1", first), ("ns2", second)]).notifying(SocketAddr::new(second, port));
    let at =
        |address, zone| Options { address, port: Some(port), key: Some(key.clone()), zones: vec![zone], ..Options::default() };
    let primary = Bind::start(at(first, zone)).await.unwrap();
    let copy = Bind::start(at(second, Zone::secondary("lab.", primary.address()))).await.unwrap();

    primary.update("update add news.lab. 60 TXT \"1\"").await.unwrap();
    let arrived = async || copy.query("news.lab", TXT).await.is_ok_and(|answer| answer.texts() == ["1"]);
    wait::until("the change to reach the copy", SOON, arrived).await.unwrap();
}

#[tokio::test]
async fn questions_of_one_type_fail_before_it_over_udp_and_tcp_and_only_while_they_should() {
    let bind = lab().await;
    let outside = Servfail::before(bind.address()).await.unwrap();
    let tcp = async |record_type| query(outside.address(), "x.wild.lab", record_type).await.unwrap().code;
    assert_eq!(tcp(MX).await, ResponseCode::NoError);
    assert_eq!(udp(&outside, MX).await, ResponseCode::NoError);
    outside.fail(MX);
    assert_eq!((tcp(MX).await, tcp(TXT).await), (ResponseCode::ServFail, ResponseCode::NoError));
    assert_eq!((udp(&outside, MX).await, udp(&outside, TXT).await), (ResponseCode::ServFail, ResponseCode::NoError));
    outside.mend();
    assert_eq!((tcp(MX).await, udp(&outside, MX).await), (ResponseCode::NoError, ResponseCode::NoError));
}

/// What a datagram that asks for `x.wild.lab` is answered with.
async fn udp(server: &Servfail, record_type: RecordType) -> ResponseCode {
    let socket = UdpSocket::bind((ports::LOOPBACK, 0)).await.unwrap();
    let mut question = Message::query();
    question.queries.push(Query::query("x.wild.lab.".parse().unwrap(), record_type));
    socket.send_to(&question.to_vec().unwrap(), server.address()).await.unwrap();
    let mut answer = [0; 512];
    let length = tokio::time::timeout(SOON, socket.recv(&mut answer)).await.expect("an answer in time").unwrap();
    let answer = Message::from_vec(&answer[..length]).unwrap();
    assert_eq!((answer.metadata.id, &answer.queries), (question.metadata.id, &question.queries));
    answer.metadata.response_code
}
