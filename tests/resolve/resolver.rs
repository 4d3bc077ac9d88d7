//! What a recursive resolver is asked: texts anywhere, addresses, and whether a zone's DNSSEC is broken.

use std::net::SocketAddr;

use hickory_proto::op::{Message, OpCode, ResponseCode};
use mailward::{
    dns::RecordType,
    resolve::{Lookup, Validation},
};
use tokio::net::UdpSocket;

use crate::lab::{DEAD, LAME, Lab, ip, name, question};

#[tokio::test]
async fn spf_g2_a_text_lookup_tells_found_from_the_two_kinds_of_void_and_from_failure() {
    let lab = Lab::new()
        .with_parent("_spf TXT \"v=spf1 \" \"-all\"\n_alias CNAME _spf\nhost A 192.0.2.7")
        .await
        .with(LAME, Vec::new())
        .await;
    let asker = lab.asker();
    let found = Lookup::Found(vec!["v=spf1 -all".to_owned()]);
    assert_eq!(asker.txt(&name("_spf.lab")).await, found);
    assert_eq!(asker.txt(&name("_alias.lab")).await, found);
    assert_eq!(asker.txt(&name("host.lab")).await, Lookup::NoData);
    assert_eq!(asker.txt(&name("gone.lab")).await, Lookup::NxDomain);
    for server in [LAME, DEAD] {
        let failing = lab.asker_with(vec![lab.address(server)]);
        assert!(matches!(failing.txt(&name("_spf.lab")).await, Lookup::Failed(_)));
    }
}

#[tokio::test]
async fn the_next_resolver_is_asked_when_the_first_is_dead() {
    let lab = Lab::new().with_parent("_spf TXT \"v=spf1 -all\"").await;
    let asker = lab.asker_with(vec![lab.address(DEAD), lab.address(crate::lab::PARENT)]);
    assert!(matches!(asker.txt(&name("_spf.lab")).await, Lookup::Found(_)));
    assert_eq!(asker.dnssec(&question("_spf.lab", RecordType::Txt)).await, Validation::Passes);
}

#[tokio::test]
async fn addresses_are_of_both_families() {
    let lab = Lab::new().with_parent("host A 192.0.2.7\nhost AAAA 2001:db8::7\nsix AAAA 2001:db8::6\ntext TXT x").await;
    let asker = lab.asker();
    let both = ["192.0.2.7", "2001:db8::7"].map(|text| text.parse().unwrap()).to_vec();
    assert_eq!(asker.addresses(&name("host.lab")).await, Lookup::Found(both));
    assert_eq!(asker.addresses(&name("six.lab")).await, Lookup::Found(vec!["2001:db8::6".parse().unwrap()]));
    assert_eq!(asker.addresses(&name("text.lab")).await, Lookup::NoData);
}

/// A resolver that answers every query with the code that `answer` makes of its CD bit. BIND would need a zone signed and
/// broken on purpose for the same two answers.
async fn resolver(answer: fn(bool) -> ResponseCode) -> SocketAddr {
    let socket = UdpSocket::bind((ip(1), 0)).await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut buffer = [0; 1500];
        while let Ok((length, client)) = socket.recv_from(&mut buffer).await {
            let query = Message::from_vec(&buffer[..length]).unwrap();
            let mut response = Message::response(query.id, OpCode::Query);
            response.metadata.response_code = answer(query.checking_disabled);
            response.add_queries(query.queries.clone());
            let _ = socket.send_to(&response.to_vec().unwrap(), client).await;
        }
    });
    address
}

async fn validation(answer: fn(bool) -> ResponseCode) -> Validation {
    let asker = Lab::new().asker_with(vec![resolver(answer).await]);
    asker.dnssec(&question("post.lab", RecordType::Ns)).await
}

#[tokio::test]
async fn a_zone_that_answers_only_without_checking_is_bogus() {
    let bogus = |checking_disabled| if checking_disabled { ResponseCode::NoError } else { ResponseCode::ServFail };
    assert_eq!(validation(bogus).await, Validation::Bogus);
}

#[tokio::test]
async fn a_zone_that_fails_either_way_is_broken_for_another_reason_and_not_called_bogus() {
    assert!(matches!(validation(|_| ResponseCode::ServFail).await, Validation::Unknown(_)));
    assert!(matches!(validation(|_| ResponseCode::Refused).await, Validation::Unknown(_)));
    assert_eq!(validation(|_| ResponseCode::NXDomain).await, Validation::Passes);
}
