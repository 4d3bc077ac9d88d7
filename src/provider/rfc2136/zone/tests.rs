//! Answers that a well-kept BIND does not give, and other servers do.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]

use hickory_proto::{
    op::{MessageType, OpCode},
    rr::{Name as WireName, RData, rdata::NS},
};

use super::*;

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn answer(authoritative: bool) -> Message {
    let mut message = Message::new(0, MessageType::Response, OpCode::Query);
    message.metadata.authoritative = authoritative;
    message
}

fn ns(owner: &str) -> Record {
    let host = WireName::from_ascii("ns.elsewhere.lab.").unwrap();
    Record::from_rdata(WireName::from_ascii(owner).unwrap(), 300, RData::NS(NS(host)))
}

#[test]
fn a_referral_to_the_root_is_no_delegation() {
    let mut referral = answer(false);
    referral.add_authority(ns("."));
    assert_eq!(told(&name("cafe.lab"), &referral), Told::Nothing);
}

#[test]
fn a_referral_for_another_name_says_nothing() {
    let mut referral = answer(false);
    referral.add_authority(ns("other.lab."));
    assert_eq!(told(&name("cafe.lab"), &referral), Told::Nothing);
}

#[test]
fn a_referral_above_the_name_is_a_cut() {
    let mut referral = answer(false);
    referral.add_authority(ns("cafe.lab."));
    assert_eq!(told(&name("_dmarc.cafe.lab"), &referral), Told::Cut(name("cafe.lab")));
}

#[test]
fn an_empty_authoritative_answer_says_nothing() {
    assert_eq!(told(&name("cafe.lab"), &answer(true)), Told::Nothing);
}
