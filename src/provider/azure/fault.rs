//! What Azure refuses, in a user's words, and when to try again.

use reqwest::StatusCode;
use secrecy::{ExposeSecret, SecretString};

use super::wire::{NotGranted, Problem, Refused};
use crate::{
    dns::Name,
    provider::{
        Error, ErrorKind,
        http::{Answer, Failure, clean, kind_of},
    },
};

/// What was being done.
#[derive(Clone, Copy, Debug)]
pub(super) enum Act<'a> {
    ListZones,
    ListSets(&'a Name),
    Write(&'a Name),
}

impl Act<'_> {
    fn sentence(self) -> String {
        match self {
            Self::ListZones => "to list the zones of the resource group".to_owned(),
            Self::ListSets(zone) => format!("to list the record sets of zone {zone}"),
            Self::Write(zone) => format!("to write record sets of zone {zone}"),
        }
    }
}

/// Azure answered, and it was a refusal.
pub(super) fn refused(act: Act<'_>, answer: &Answer, token: &SecretString) -> Failure {
    let problem = problem(answer);
    let what = format!("Azure refused {}: {}", act.sentence(), said(&problem, answer, token));
    let error = match answer.status {
        StatusCode::NOT_FOUND => return Failure::Gone(Error::new(ErrorKind::Invalid, what)),
        StatusCode::UNAUTHORIZED => {
            Error::new(ErrorKind::Denied, format!("{what}; the access token was renewed and is refused again"))
        }
        StatusCode::FORBIDDEN => {
            let hint = "the application needs the role DNS Zone Contributor on the resource group";
            Error::new(ErrorKind::Denied, format!("{what}; {hint}"))
        }
        // A lock is taken off by a person; the set did not move.
        StatusCode::CONFLICT if problem.code == "ScopeLocked" => {
            Error::new(ErrorKind::Denied, format!("{what}; take the lock off the zone or its resource group"))
        }
        status => Error::new(kind_of(status), what),
    };
    error.into()
}

/// Success, and a body that is none of the API's.
pub(super) fn unreadable(act: Act<'_>, error: &serde_json::Error) -> Error {
    let why = format!("{:?} at line {}", error.classify(), error.line());
    Error::new(ErrorKind::Bug, format!("Azure gave an answer that cannot be read ({why}) to a request {}", act.sentence()))
}

/// The next page is said to be somewhere else.
pub(super) fn led_away(act: Act<'_>) -> Error {
    let why = "the next page is at another address, and the access token is not sent there";
    Error::new(ErrorKind::Bug, format!("a request {} to Azure was not finished: {why}", act.sentence()))
}

/// No token for what proves the identity.
pub(super) fn not_granted(answer: &Answer) -> Error {
    let problem: NotGranted = serde_json::from_slice(&answer.body).unwrap_or_default();
    // What follows is different each time, and a condition is to stay the same.
    let described = problem.error_description.split(" Trace ID:").next().unwrap_or_default();
    let said = match (problem.error.as_str(), described.trim().trim_end_matches('.')) {
        ("", _) => format!("status {}", answer.status.as_u16()),
        (error, "") => clean(error, &[]),
        (error, description) => clean(&format!("{description} ({error})"), &[]),
    };
    let what = format!("Microsoft Entra gave no access token: {said}");
    match answer.status {
        StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            let hint = "check tenantId, clientId and the client secret, which may have expired, or the federated credential";
            Error::new(ErrorKind::Denied, format!("{what}; {hint}"))
        }
        status => Error::new(kind_of(status), what),
    }
}

/// Something else than a refusal kept the token away.
pub(super) fn no_token(why: &str) -> Error {
    Error::new(ErrorKind::Bug, format!("no access token of Microsoft Entra can be used: {}", clean(why, &[])))
}

/// Tenant, client or secret are none. The crate's words name which, and never the secret.
pub(super) fn no_application(why: &str) -> Error {
    Error::new(ErrorKind::Denied, format!("this is no credential of an application: {}", clean(why, &[])))
}

/// The platform says nothing of who the operator is.
pub(super) fn no_workload(why: &str) -> Error {
    let hint = "label the operator's pods azure.workload.identity/use=true and annotate its ServiceAccount with the client id, or \
                set clientSecretSecretRef";
    Error::new(ErrorKind::Denied, format!("workload identity is not set up here: {}; {hint}", clean(why, &[])))
}

/// The address of the API is none.
pub(super) fn no_address() -> Error {
    Error::new(ErrorKind::Invalid, "a request to Azure cannot be made: correct apiUrl")
}

fn problem(answer: &Answer) -> Problem {
    let refused: Refused = serde_json::from_slice(&answer.body).unwrap_or_default();
    refused.error.unwrap_or(refused.bare)
}

/// Azure's own words, and its word for programs.
fn said(problem: &Problem, answer: &Answer, token: &SecretString) -> String {
    match (problem.message.trim_end_matches('.'), problem.code.as_str()) {
        ("", "") => format!("status {}", answer.status.as_u16()),
        ("", code) => clean(code, &[token.expose_secret()]),
        (message, "") => clean(message, &[token.expose_secret()]),
        // The word first: the sentences are long, and are cut.
        (message, code) => clean(&format!("{code}: {message}"), &[token.expose_secret()]),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status: StatusCode::from_u16(status).unwrap(), body: body.as_bytes().to_vec() }
    }

    fn error(status: u16, body: &str) -> Error {
        let zone: Name = "cafe.lab".parse().unwrap();
        match refused(Act::Write(&zone), &answer(status, body), &SecretString::from("s3cr3t")) {
            Failure::Gone(error) => Error { message: format!("gone: {}", error.message), ..error },
            Failure::Other(error) => error,
        }
    }

    #[test]
    fn each_refusal_says_when_to_try_again() {
        let rows = [
            (400, r#"{"code": "BadRequest"}"#, ErrorKind::Invalid),
            (401, r#"{"error": {"code": "ExpiredAuthenticationToken"}}"#, ErrorKind::Denied),
            (403, r#"{"error": {"code": "AuthorizationFailed"}}"#, ErrorKind::Denied),
            (404, r#"{"error": {"code": "ResourceNotFound"}}"#, ErrorKind::Invalid),
            (409, r#"{"code": "Conflict"}"#, ErrorKind::Conflict),
            (409, r#"{"error": {"code": "ScopeLocked"}}"#, ErrorKind::Denied),
            (412, r#"{"code": "PreconditionFailed"}"#, ErrorKind::Conflict),
            (500, "", ErrorKind::Transient),
        ];
        for (status, body, kind) in rows {
            assert_eq!(error(status, body).kind, kind, "{status} {body}");
        }
        assert!(error(404, "").message.starts_with("gone: "));
    }

    #[test]
    fn p8_the_words_are_azures_with_and_without_the_outer_layer_and_the_token_is_not_among_them() {
        for body in [r#"{"error": {"code": "X", "message": "no s3cr3t."}}"#, r#"{"code": "X", "message": "no s3cr3t."}"#] {
            let message = error(403, body).message;
            assert!(message.contains("zone cafe.lab: X: no [credential]; the application needs the role"), "{message}");
        }
        assert!(error(502, "<html>").message.ends_with("status 502"));
    }

    #[test]
    fn p8_what_changes_with_each_refusal_of_a_token_is_left_out() {
        let body = r#"{"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret provided. Trace ID: 5 Timestamp: 6"}"#;
        let error = not_granted(&answer(401, body));
        assert_eq!(error.kind, ErrorKind::Denied);
        assert!(
            error.message.contains("AADSTS7000215: Invalid client secret provided (invalid_client); check tenantId"),
            "{error}"
        );
    }
}
