//! What PowerDNS refuses, in a user's words, and when to try again.

use reqwest::StatusCode;
use secrecy::{ExposeSecret, SecretString};

use super::wire::Problem;
use crate::{
    dns::Name,
    provider::{
        Error, ErrorKind,
        http::{Answer, clean, kind_of},
    },
};

/// How PowerDNS says that a CNAME and other data would share a name: somebody was faster.
const BESIDE_A_CNAME: &str = "Conflicts with pre-existing RRset";

/// The API answered, and it was a refusal.
pub(super) fn refused(doing: &str, answer: &Answer, key: &SecretString) -> Error {
    let problem: Problem = serde_json::from_slice(&answer.body).unwrap_or_default();
    let said = match problem.error.as_str() {
        "" => format!("status {}", answer.status.as_u16()),
        error => clean(error, &[key.expose_secret()]),
    };
    let what = format!("PowerDNS refused {doing}: {said}");
    match answer.status {
        StatusCode::UNAUTHORIZED => {
            Error::new(ErrorKind::Denied, format!("{what}; the Secret has to hold the api-key of the server's configuration"))
        }
        StatusCode::NOT_FOUND => Error::new(
            ErrorKind::Invalid,
            format!("{what}; there is no such zone or server, or no API: look at api=yes, server and serverId"),
        ),
        status if status.is_server_error() => Error::new(ErrorKind::Transient, format!("{what}; its log says why")),
        _ if problem.error.contains(BESIDE_A_CNAME) => Error::new(ErrorKind::Conflict, what),
        status => Error::new(kind_of(status), what),
    }
}

/// A zone that the server copies from another one.
pub(super) fn copied(apex: &Name, kind: &str) -> Error {
    let hint = "its records come from another server and changes here would be lost, so name the one they come from";
    Error::new(ErrorKind::Invalid, format!("zone {apex} is of kind {kind} at PowerDNS: {hint}"))
}

/// A zone whose signatures are stored with it.
pub(super) fn presigned(apex: &Name) -> Error {
    let hint =
        "a record added here would have no signature and no resolver that validates would take it, so name the server that signs";
    Error::new(ErrorKind::Invalid, format!("zone {apex} is signed elsewhere (pre-signed) and only held by PowerDNS: {hint}"))
}

/// A text that this server would store as another one (P1).
pub(super) fn altered(name: &str) -> Error {
    let hint = "PowerDNS from 5.1 on takes the backslashes out of texts that come through its API, so this one would become another; use \
                rfc2136 for this domain, or a text without quotes and backslashes";
    Error::new(
        ErrorKind::Invalid,
        format!("the TXT set at {} has a text with a quote or a backslash in it: {hint}", name.trim_end_matches('.')),
    )
}

/// Success, and a body that is none of the API's.
pub(super) fn unreadable(doing: &str, error: &serde_json::Error) -> Error {
    let why = format!("{:?} at line {}", error.classify(), error.line());
    Error::new(ErrorKind::Bug, format!("PowerDNS gave an answer that cannot be read ({why}) to a request {doing}"))
}

/// The address of the API is none.
pub(super) fn no_address() -> Error {
    Error::new(ErrorKind::Invalid, "a request to PowerDNS cannot be made: correct server and serverId")
}

/// What the Secret holds is no key. Nothing of it is repeated.
pub(super) fn no_key() -> Error {
    Error::new(ErrorKind::Denied, "this is no API key: one line of printable ASCII without spaces")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(status: u16, body: &str) -> Error {
        let answer = Answer { status: StatusCode::from_u16(status).unwrap_or_default(), body: body.as_bytes().to_vec() };
        refused("to test", &answer, &SecretString::from("s3cr3t"))
    }

    #[test]
    fn each_refusal_says_when_to_try_again() {
        let beside = r#"{"error": "RRset x.cafe.lab. IN CNAME: Conflicts with pre-existing RRset"}"#;
        let rows = [
            (401, "Unauthorized", ErrorKind::Denied),
            (404, "Not Found", ErrorKind::Invalid),
            (422, r#"{"error": "Name is out of zone"}"#, ErrorKind::Invalid),
            (422, beside, ErrorKind::Conflict),
            (500, "Internal Server Error", ErrorKind::Transient),
        ];
        for (status, body, kind) in rows {
            assert_eq!(error(status, body).kind, kind, "{status}");
        }
    }

    #[test]
    fn p8_the_words_are_powerdns_and_the_key_is_not_among_them() {
        assert!(error(422, r#"{"error": "no s3cr3t here"}"#).message.contains("no [credential] here"));
        assert!(error(401, "Unauthorized").message.contains("api-key"));
        assert!(error(500, "Internal Server Error").message.contains("status 500"));
    }
}
