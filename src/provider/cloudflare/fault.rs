//! What Cloudflare refuses, in a user's words, and when to try again.

use reqwest::StatusCode;
use secrecy::{ExposeSecret, SecretString};

use super::wire::Problem;
use crate::{
    dns::Name,
    provider::{
        Error, ErrorKind,
        http::{Failure, clean, kind_of},
    },
};

/// What was being done.
#[derive(Clone, Copy, Debug)]
pub(super) enum Act<'a> {
    ListZones,
    ListRecords(&'a Name),
    Write(&'a Name),
}

impl Act<'_> {
    fn sentence(self) -> String {
        match self {
            Self::ListZones => "to list the zones of the token".to_owned(),
            Self::ListRecords(zone) => format!("to list the records of zone {zone}"),
            Self::Write(zone) => format!("to write records of zone {zone}"),
        }
    }

    /// The permission in the words of Cloudflare's dashboard.
    fn permission(self) -> &'static str {
        match self {
            Self::ListZones => "Zone / Zone / Read",
            Self::ListRecords(_) | Self::Write(_) => "Zone / DNS / Edit",
        }
    }
}

/// The token is wrong, expired, or of the wrong kind.
const BAD_TOKEN: [u32; 7] = [1000, 6003, 6111, 9103, 9106, 9107, 9109];
/// The token is good and may not do this.
const NOT_ALLOWED: [u32; 2] = [10000, 9999];
/// Record gone, host taken by another type, record there already: somebody was faster, or sees something that we do not.
const MOVED: [u32; 5] = [81044, 81053, 81054, 81057, 81058];
/// No such zone.
const NO_ZONE: [u32; 3] = [1001, 7000, 7003];

/// Cloudflare answered, and it was a refusal.
pub(super) fn refused(act: Act<'_>, status: StatusCode, problems: &[Problem], token: &SecretString) -> Failure {
    let codes = codes(problems);
    let has = |known: &[u32]| codes.iter().any(|code| known.contains(code));
    let said = said(status, problems, token);
    let what = format!("Cloudflare refused {}: {said}", act.sentence());
    if has(&MOVED) {
        return Error::new(ErrorKind::Conflict, what).into();
    }
    if status == StatusCode::NOT_FOUND || has(&NO_ZONE) {
        return Failure::Gone(Error::new(ErrorKind::Invalid, what));
    }
    if has(&BAD_TOKEN) || status == StatusCode::UNAUTHORIZED {
        let hint = "make an API token (not the Global API Key) and put it into the Secret";
        return Error::new(ErrorKind::Denied, format!("{what}; {hint}")).into();
    }
    if has(&NOT_ALLOWED) || status == StatusCode::FORBIDDEN {
        let hint = format!("the token is wrong or lacks the permission {}", act.permission());
        return Error::new(ErrorKind::Denied, format!("{what}; {hint}")).into();
    }
    // A refusal that travels as success is one of the request itself.
    let kind = if status.is_success() { ErrorKind::Invalid } else { kind_of(status) };
    Error::new(kind, what).into()
}

/// What came back is no answer of the API: a gateway's page, or something new.
pub(super) fn unreadable(act: Act<'_>, status: StatusCode, error: &serde_json::Error) -> Error {
    let (kind, what) = if status.is_success() {
        let why = format!("an answer that cannot be read ({:?} at line {})", error.classify(), error.line());
        (ErrorKind::Bug, why)
    } else {
        (kind_of(status), format!("status {} without a reason", status.as_u16()))
    };
    Error::new(kind, format!("Cloudflare gave {what} to a request {}", act.sentence()))
}

/// Success, and nothing in it.
pub(super) fn without_result(act: Act<'_>) -> Error {
    Error::new(ErrorKind::Bug, format!("Cloudflare gave an answer without a result to a request {}", act.sentence()))
}

/// The address of the API is none.
pub(super) fn unsendable(error: &reqwest::Error) -> Error {
    Error::new(ErrorKind::Invalid, format!("a request to Cloudflare cannot be made: {error}: correct apiUrl"))
}

/// What the Secret holds is no token. Nothing of it is repeated.
pub(super) fn no_token() -> Error {
    Error::new(ErrorKind::Denied, "this is no Cloudflare API token: one line of letters, digits, `-` and `_`")
}

fn codes(problems: &[Problem]) -> Vec<u32> {
    problems.iter().flat_map(|problem| std::iter::once(problem.code).chain(codes(&problem.error_chain))).collect()
}

/// Cloudflare's own words, the innermost too: `Invalid request headers` says little without them.
fn said(status: StatusCode, problems: &[Problem], token: &SecretString) -> String {
    let words = problems.iter().flat_map(|problem| std::iter::once(problem).chain(&problem.error_chain));
    let list: Vec<String> =
        words.map(|problem| format!("{} ({})", problem.message.trim_end_matches('.'), problem.code)).collect();
    if list.is_empty() {
        return format!("status {}", status.as_u16());
    }
    clean(&list.join("; "), &[token.expose_secret()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(code: u32, message: &str) -> Problem {
        Problem { code, message: message.to_owned(), error_chain: vec![] }
    }

    fn error(status: u16, problems: &[Problem]) -> Error {
        let token = SecretString::from("s3cr3t");
        let status = StatusCode::from_u16(status).unwrap_or_default();
        let zone = Name::try_from("cafe.lab".to_owned());
        let act = zone.as_ref().map_or(Act::ListZones, Act::Write);
        match refused(act, status, problems, &token) {
            Failure::Gone(error) | Failure::Other(error) => error,
        }
    }

    #[test]
    fn each_refusal_says_when_to_try_again() {
        let rows = [
            (400, 6003, ErrorKind::Denied),
            (403, 9109, ErrorKind::Denied),
            (403, 10000, ErrorKind::Denied),
            (401, 0, ErrorKind::Denied),
            (400, 81058, ErrorKind::Conflict),
            (400, 81053, ErrorKind::Conflict),
            (404, 81044, ErrorKind::Conflict),
            (404, 7003, ErrorKind::Invalid),
            (400, 9005, ErrorKind::Invalid),
            (500, 0, ErrorKind::Transient),
            (200, 9005, ErrorKind::Invalid),
        ];
        for (status, code, kind) in rows {
            assert_eq!(error(status, &[problem(code, "why")]).kind, kind, "{status} {code}");
        }
    }

    #[test]
    fn p8_the_words_are_cloudflares_the_permission_is_named_and_the_token_is_not() {
        let chain = Problem { error_chain: vec![problem(6111, "Invalid format: s3cr3t")], ..problem(6003, "Invalid headers.") };
        let message = error(400, &[chain]).message;
        assert!(message.contains("Invalid headers (6003); Invalid format: [credential] (6111)"), "{message}");
        let message = error(403, &[problem(10000, "Authentication error")]).message;
        assert!(message.contains("zone cafe.lab") && message.contains("Zone / DNS / Edit"), "{message}");
    }

    #[test]
    fn a_refusal_without_words_shows_its_status() {
        assert!(error(502, &[]).message.ends_with("status 502"));
    }
}
