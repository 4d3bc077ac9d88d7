//! Keys are read tolerantly and kept quiet; answers are believed only as RFC 8945 5.3 says. The answers are signed by
//! hickory's own signer, so that a mistake of ours cannot cancel itself out.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
use hickory_proto::{
    op::{MessageType, OpCode},
    rr::{TSigResponseContext, TSigner},
};

use super::*;

#[test]
fn a_key_may_be_wrapped_and_end_in_a_newline() {
    let key = decode_key(b"  c2Vj\r\ncmV0\n").unwrap();
    assert_eq!(key.expose_secret(), b"secret");
}

#[test]
fn a_key_that_is_none_is_denied_and_never_shown() {
    for text in ["", " \n", "key \"mailward\" { secret \"c2VjcmV0\"; };", "c2VjcmV0!"] {
        let error = decode_key(text.as_bytes()).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Denied);
        assert!(!error.message.contains("c2V") && error.message.contains("base64 text"), "{error}");
    }
}

#[test]
fn p9_a_key_is_not_in_its_debug_text() {
    let name = "mailward".parse().unwrap();
    let key = Key::new(&name, Algorithm::default(), decode_key(b"c2VjcmV0").unwrap()).unwrap();
    assert!(!format!("{key:?}").contains("115, 101, 99"), "{key:?}");
    assert_eq!(key.label(), "`mailward` (hmac-sha256)");
}

const NOW: u64 = 1_800_000_000;

fn key(secret: &[u8]) -> Key {
    Key::new(&"mailward".parse().unwrap(), Algorithm::HmacSha256, decode_key(secret).unwrap()).unwrap()
}

/// A signed request of ours, and the octets of an answer to it that `secret` signed at `time`.
fn exchange(secret: &[u8], time: u64) -> (Signed, Vec<u8>) {
    let mut request = Message::new(7, MessageType::Query, OpCode::Update);
    let signed = key(b"c2VjcmV0").sign(&mut request, NOW).unwrap();
    let name = WireName::from_ascii("mailward.").unwrap();
    let server_key = TSigner::new(secret.to_vec(), TsigAlgorithm::HmacSha256, name, FUDGE).unwrap();
    let mut answer = Message::new(7, MessageType::Response, OpCode::Update);
    let context = TSigResponseContext::new(7, time, server_key, signed.mac.clone(), None);
    answer.set_signature(context.sign(&answer.to_vec().unwrap()).unwrap());
    (signed, answer.to_vec().unwrap())
}

fn check(request: &Signed, octets: &[u8]) -> std::result::Result<(), Rejection> {
    key(b"c2VjcmV0").check(&Message::from_vec(octets).unwrap(), octets, request)
}

#[test]
fn an_answer_signed_with_our_key_is_believed() {
    let (request, octets) = exchange(b"secret", NOW + u64::from(FUDGE));
    assert_eq!(check(&request, &octets), Ok(()));
}

#[test]
fn an_answer_signed_with_another_secret_is_forged() {
    let (request, octets) = exchange(b"guess", NOW);
    assert_eq!(check(&request, &octets), Err(Rejection::Forged));
}

#[test]
fn an_answer_changed_on_its_way_is_forged() {
    let (request, mut octets) = exchange(b"secret", NOW);
    // The response code: success made of a refusal, or the other way round.
    octets[3] ^= 5;
    assert_eq!(check(&request, &octets), Err(Rejection::Forged));
}

#[test]
fn an_answer_to_another_request_or_of_another_time_is_forged() {
    let (request, octets) = exchange(b"secret", NOW);
    let other = Signed { mac: vec![0; 32], time: request.time };
    assert_eq!(check(&other, &octets), Err(Rejection::Forged));
    let (request, octets) = exchange(b"secret", NOW + u64::from(FUDGE) + 1);
    assert_eq!(check(&request, &octets), Err(Rejection::Forged));
}

#[test]
fn an_answer_without_a_signature_is_told_apart() {
    let (request, _) = exchange(b"secret", NOW);
    let bare = Message::new(7, MessageType::Response, OpCode::Update).to_vec().unwrap();
    assert_eq!(check(&request, &bare), Err(Rejection::Unsigned));
}
