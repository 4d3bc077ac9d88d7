//! What DigitalOcean refuses, in a user's words, and when to try again.

use reqwest::StatusCode;
use secrecy::{ExposeSecret, SecretString};

use super::wire::Problem;
use crate::provider::{
    Error, ErrorKind,
    http::{Answer, Failure, clean, kind_of},
};

/// The API answered, and it was a refusal. `by_id`: of a request that named a record, which may be gone.
pub(super) fn refused(doing: &str, answer: &Answer, token: &SecretString, by_id: bool) -> Failure {
    let problem: Problem = serde_json::from_slice(&answer.body).unwrap_or_default();
    let said = match problem.message.trim_end_matches('.') {
        "" => format!("status {}", answer.status.as_u16()),
        message => clean(&format!("{message} ({})", problem.id), &[token.expose_secret()]),
    };
    let what = format!("DigitalOcean refused {doing}: {said}");
    let error = match answer.status {
        StatusCode::NOT_FOUND if by_id => Error::new(ErrorKind::Conflict, what),
        StatusCode::NOT_FOUND => return Failure::Gone(Error::new(ErrorKind::Invalid, what)),
        StatusCode::UNAUTHORIZED => {
            Error::new(ErrorKind::Denied, format!("{what}; the token is wrong or has expired: put another into the Secret"))
        }
        StatusCode::FORBIDDEN => {
            let scopes = "domain:read, domain:create, domain:update and domain:delete";
            Error::new(ErrorKind::Denied, format!("{what}; the token needs the scopes {scopes}"))
        }
        status => Error::new(kind_of(status), what),
    };
    error.into()
}

/// Success, and a body that is none of the API's.
pub(super) fn unreadable(doing: &str, error: &serde_json::Error) -> Error {
    let why = format!("{:?} at line {}", error.classify(), error.line());
    Error::new(ErrorKind::Bug, format!("DigitalOcean gave an answer that cannot be read ({why}) to a request {doing}"))
}

/// The address of the API is none.
pub(super) fn no_address() -> Error {
    Error::new(ErrorKind::Invalid, "a request to DigitalOcean cannot be made: correct apiUrl")
}

/// What the Secret holds is no token. Nothing of it is repeated.
pub(super) fn no_token() -> Error {
    Error::new(ErrorKind::Denied, "this is no DigitalOcean access token: one line of letters, digits and `_`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(status: u16, body: &str, by_id: bool) -> Error {
        let answer = Answer { status: StatusCode::from_u16(status).unwrap_or_default(), body: body.as_bytes().to_vec() };
        refused("to test", &answer, &SecretString::from("s3cr3t"), by_id).into_error()
    }

    #[test]
    fn each_refusal_says_when_to_try_again() {
        let rows = [
            (401, false, ErrorKind::Denied),
            (403, false, ErrorKind::Denied),
            (404, false, ErrorKind::Invalid),
            (404, true, ErrorKind::Conflict),
            (422, true, ErrorKind::Invalid),
            (500, false, ErrorKind::Transient),
        ];
        for (status, by_id, kind) in rows {
            assert_eq!(error(status, "{}", by_id).kind, kind, "{status}");
        }
    }

    #[test]
    fn p8_the_words_are_digitaloceans_and_the_token_is_not_among_them() {
        let message = error(401, r#"{"id": "unauthorized", "message": "Unable to authenticate s3cr3t."}"#, false).message;
        assert!(message.contains("Unable to authenticate [credential] (unauthorized)"), "{message}");
        assert!(error(502, "<html>", false).message.ends_with("status 502"));
    }
}
