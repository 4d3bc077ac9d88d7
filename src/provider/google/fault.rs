//! What Cloud DNS refuses, in a user's words, and when to try again. What keeps a token away is in `no_token`.

use reqwest::StatusCode;
use secrecy::{ExposeSecret, SecretString};

use super::wire::{Problem, Refused};
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
    pub(super) fn sentence(self) -> String {
        match self {
            Self::ListZones => "to list the zones of the project".to_owned(),
            Self::ListSets(zone) => format!("to list the record sets of zone {zone}"),
            Self::Write(zone) => format!("to change zone {zone}"),
        }
    }

    /// The permissions in the words of IAM.
    fn permissions(self) -> &'static str {
        match self {
            Self::ListZones => "dns.managedZones.list",
            Self::ListSets(_) => "dns.resourceRecordSets.list",
            Self::Write(_) => {
                "dns.changes.create, dns.resourceRecordSets.create, dns.resourceRecordSets.update and \
                 dns.resourceRecordSets.delete"
            }
        }
    }
}

/// A limit that the API tells with a 403.
const LIMITS: [&str; 4] = ["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded"];

/// Whether a refusal is one of a limit.
pub(super) fn is_a_limit(answer: &Answer) -> bool {
    // A full zone is no matter of waiting: it says so of itself, with the same word.
    let problem = problem(answer);
    let is_resource = problem.message.contains("entity.") || problem.message.contains("per managed zone");
    answer.status == StatusCode::FORBIDDEN && !is_resource && problem.is(&LIMITS)
}

/// Google answered, and it was a refusal.
pub(super) fn refused(act: Act<'_>, answer: &Answer, token: &SecretString) -> Failure {
    let problem = problem(answer);
    let said = said(&problem, answer, token);
    let what = format!("Google Cloud DNS refused {}: {said}", act.sentence());
    let about_a_set = problem.message.contains("entity.change");
    let error = match answer.status {
        StatusCode::NOT_FOUND if !about_a_set => return Failure::Gone(Error::new(ErrorKind::Invalid, what)),
        // To be deleted, to be added, or to be as it was read: somebody was faster.
        StatusCode::NOT_FOUND => Error::new(ErrorKind::Conflict, what),
        StatusCode::UNAUTHORIZED => {
            let hint = "the access token was renewed and is refused again: is the service account disabled?";
            Error::new(ErrorKind::Denied, format!("{what}; {hint}"))
        }
        StatusCode::FORBIDDEN if problem.is(&["accessNotConfigured", "SERVICE_DISABLED"]) => {
            Error::new(ErrorKind::Denied, format!("{what}; enable the API dns.googleapis.com in the project"))
        }
        StatusCode::FORBIDDEN if problem.is(&LIMITS) => Error::new(ErrorKind::Invalid, what),
        StatusCode::FORBIDDEN => {
            Error::new(ErrorKind::Denied, format!("{what}; the service account needs {}", act.permissions()))
        }
        // Another type came to the name, or a CNAME.
        _ if problem.is(&["cnameResourceRecordSetConflict"]) => Error::new(ErrorKind::Conflict, what),
        status => Error::new(kind_of(status), what),
    };
    error.into()
}

/// Success, and a body that is none of the API's.
pub(super) fn unreadable(doing: &str, error: &serde_json::Error) -> Error {
    let why = format!("{:?} at line {}", error.classify(), error.line());
    Error::new(ErrorKind::Bug, format!("Google gave an answer that cannot be read ({why}) to a request {doing}"))
}

/// Neither the provider object nor the identity names a project.
pub(super) fn no_project() -> Error {
    Error::new(ErrorKind::Invalid, "googleCloudDns: name the project that holds the zones in `project`, by its id")
}

/// The address of the API is none.
pub(super) fn no_address() -> Error {
    Error::new(ErrorKind::Invalid, "a request to Google Cloud DNS cannot be made: correct apiUrl")
}

fn problem(answer: &Answer) -> Problem {
    serde_json::from_slice::<Refused>(&answer.body).unwrap_or_default().error
}

impl Problem {
    fn is(&self, reasons: &[&str]) -> bool {
        self.errors.iter().any(|error| reasons.contains(&error.reason.as_str()))
    }
}

/// Google's own words, and its word for programs.
fn said(problem: &Problem, answer: &Answer, token: &SecretString) -> String {
    let reason = problem.errors.first().map(|error| error.reason.as_str()).filter(|reason| !reason.is_empty());
    match (problem.message.trim_end_matches('.'), reason) {
        ("", _) => format!("status {}", answer.status.as_u16()),
        (message, None) => clean(message, &[token.expose_secret()]),
        (message, Some(reason)) => clean(&format!("{message} ({reason})"), &[token.expose_secret()]),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use serde_json::json;

    use super::*;

    fn answer(status: u16, message: &str, reason: &str) -> Answer {
        let body = json!({"error": {"code": status, "message": message, "errors": [{"reason": reason}]}});
        Answer { status: StatusCode::from_u16(status).unwrap(), body: body.to_string().into_bytes() }
    }

    fn error(status: u16, message: &str, reason: &str) -> Error {
        let zone: Name = "cafe.lab".parse().unwrap();
        match refused(Act::Write(&zone), &answer(status, message, reason), &SecretString::from("s3cr3t")) {
            Failure::Gone(error) => Error { message: format!("gone: {}", error.message), ..error },
            Failure::Other(error) => error,
        }
    }

    #[test]
    fn each_refusal_says_when_to_try_again() {
        let set = "The 'entity.change.deletions[0]' resource named 'cafe.lab. (TXT)' does not exist.";
        let rows = [
            (409, "exists", "alreadyExists", ErrorKind::Conflict),
            (412, "Precondition not met for 'entity.change.deletions[0]'", "conditionNotMet", ErrorKind::Conflict),
            (404, set, "notFound", ErrorKind::Conflict),
            (404, "The 'parameters.managedZone' resource named 'x' does not exist.", "notFound", ErrorKind::Invalid),
            (400, "Invalid value", "invalid", ErrorKind::Invalid),
            (400, "either one CNAME or others", "cnameResourceRecordSetConflict", ErrorKind::Conflict),
            (401, "Invalid Credentials", "authError", ErrorKind::Denied),
            (403, "Forbidden", "forbidden", ErrorKind::Denied),
            (403, "The quota for 'entity.managedZone.rrsets' is used up", "quotaExceeded", ErrorKind::Invalid),
            (500, "", "backendError", ErrorKind::Transient),
        ];
        for (status, message, reason, kind) in rows {
            assert_eq!(error(status, message, reason).kind, kind, "{status} {reason}");
        }
        assert!(error(404, "The 'parameters.managedZone' resource", "notFound").message.starts_with("gone"));
    }

    #[test]
    fn a_limit_of_requests_is_told_from_a_zone_that_is_full() {
        assert!(is_a_limit(&answer(403, "Rate Limit Exceeded", "rateLimitExceeded")));
        assert!(is_a_limit(&answer(403, "Quota exceeded for quota metric 'Queries'", "quotaExceeded")));
        assert!(!is_a_limit(&answer(403, "The 'entity.managedZone' quota is exceeded", "quotaExceeded")));
        assert!(!is_a_limit(&answer(403, "Forbidden", "forbidden")));
    }

    #[test]
    fn p8_the_words_are_googles_the_permission_is_named_and_the_token_is_not() {
        let message = error(403, "The caller s3cr3t does not have permission.", "forbidden").message;
        assert!(message.contains("zone cafe.lab: The caller [credential] does not have permission (forbidden)"), "{message}");
        assert!(message.contains("dns.changes.create"), "{message}");
        let disabled = error(403, "Cloud DNS API has not been used in project 1 before", "accessNotConfigured").message;
        assert!(disabled.contains("enable the API dns.googleapis.com"), "{disabled}");
        assert!(error(502, "", "").message.ends_with("status 502"));
    }
}
