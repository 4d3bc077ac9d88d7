//! Every answer of a server has its kind and a sentence.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]

use super::*;
use crate::provider::rfc2136::tsig::{Algorithm, decode_key};

fn with_peer<T>(speak: impl FnOnce(Peer<'_>) -> T) -> T {
    let key = decode_key(b"c2VjcmV0").unwrap();
    let key = Key::new(&"mailward".parse().unwrap(), Algorithm::HmacSha256, key).unwrap();
    speak(Peer { server: &"ns1.cafe.lab".parse().unwrap(), key: &key })
}

fn update(code: ResponseCode) -> Error {
    with_peer(|peer| peer.refused_update(&"cafe.lab".parse().unwrap(), code))
}

#[test]
fn every_response_code_of_an_update_has_a_kind_and_names_the_server() {
    use ErrorKind::{Bug, Conflict, Denied, Invalid, Transient};
    for (code, kind) in [
        (ResponseCode::NXRRSet, Conflict),
        (ResponseCode::YXRRSet, Conflict),
        (ResponseCode::YXDomain, Conflict),
        (ResponseCode::NXDomain, Conflict),
        (ResponseCode::Refused, Denied),
        (ResponseCode::NotAuth, Invalid),
        (ResponseCode::NotZone, Invalid),
        (ResponseCode::NotImp, Invalid),
        (ResponseCode::ServFail, Transient),
        (ResponseCode::FormErr, Bug),
        (ResponseCode::Unknown(4000), Bug),
    ] {
        let error = update(code);
        assert_eq!(error.kind, kind, "{error}");
        assert!(error.message.starts_with("DNS server ns1.cafe.lab:53 "), "{error}");
    }
}

#[test]
fn codes_are_written_as_in_the_registry() {
    assert!(update(ResponseCode::YXRRSet).message.contains("(YXRRSET)"));
    assert!(update(ResponseCode::Unknown(4000)).message.ends_with("response code 4000"));
}

#[test]
fn a_refused_query_is_denied_and_a_failed_one_transient() {
    let query = |code| with_peer(|peer| peer.refused_query(&"cafe.lab".parse().unwrap(), code));
    assert_eq!(query(ResponseCode::Refused).kind, ErrorKind::Denied);
    assert_eq!(query(ResponseCode::ServFail).kind, ErrorKind::Transient);
    assert_eq!(query(ResponseCode::FormErr).kind, ErrorKind::Bug);
}

#[test]
fn an_unreachable_server_is_transient_whatever_the_system_says() {
    for kind in [io::ErrorKind::ConnectionReset, io::ErrorKind::HostUnreachable, io::ErrorKind::NotFound] {
        let error = with_peer(|peer| peer.unreachable(&io::Error::from(kind)));
        assert_eq!(error.kind, ErrorKind::Transient);
    }
}

#[test]
fn each_rejected_signature_says_what_to_check() {
    for (rejection, hint) in [
        (Rejection::Reported(TsigError::BadKey), "name and algorithm"),
        (Rejection::Reported(TsigError::BadSig), "secret"),
        (Rejection::Reported(TsigError::BadTime), "clocks"),
        (Rejection::Reported(TsigError::BadTrunc), "error 22"),
        (Rejection::Forged, "secret"),
        (Rejection::Unsigned, "without a signature"),
    ] {
        let error = with_peer(|peer| peer.rejected(&rejection));
        assert_eq!(error.kind, ErrorKind::Denied);
        assert!(error.message.contains(hint) && error.message.contains("`mailward`"), "{error}");
    }
    let told = with_peer(|peer| peer.refused_key().to_string());
    assert!(told.contains("`mailward`") && told.contains("algorithm and secret, the clocks"), "{told}");
}
