//! What Route 53 refuses, in a user's words, and when to try again.

use aws_sdk_route53::error::BuildError;
use reqwest::StatusCode;

use crate::{
    dns::{Name, RecordSet},
    provider::{
        Change, Error, ErrorKind,
        http::{clean, kind_of},
    },
};

/// What a refused request says.
#[derive(Debug)]
pub(super) struct Refusal {
    pub status: u16,
    /// The API's word for it, as in `AccessDenied`.
    pub code: String,
    /// Its sentences.
    pub message: String,
}

impl Refusal {
    /// Too many requests for the account. Comes with status 400.
    pub(super) fn is_throttled(&self) -> bool {
        matches!(self.code.as_str(), "Throttling" | "ThrottlingException" | "RequestLimitExceeded" | "TooManyRequestsException")
    }

    /// The zone is none of this account, or no longer.
    pub(super) fn is_gone(&self) -> bool {
        self.code == "NoSuchHostedZone"
    }
}

/// The API answered, and it was a refusal.
pub(super) fn refused(doing: &str, refusal: &Refusal, secrets: &[&str]) -> Error {
    let said = match (refusal.code.as_str(), refusal.message.as_str()) {
        ("", _) => format!("status {}", refusal.status),
        (code, "") => code.to_owned(),
        (code, message) => clean(&format!("{} ({code})", message.trim_end_matches('.')), secrets),
    };
    let (kind, advice) = verdict(refusal);
    Error::new(kind, format!("Route 53 refused {doing}: {said}{advice}"))
}

fn verdict(refusal: &Refusal) -> (ErrorKind, &'static str) {
    match refusal.code.as_str() {
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" => (
            ErrorKind::Denied,
            "; the IAM policy must allow route53:ListHostedZones, and for the zone route53:ListResourceRecordSets and \
             route53:ChangeResourceRecordSets",
        ),
        "RequestTimeTooSkewed" | "RequestExpired" => (ErrorKind::Denied, CLOCK),
        "SignatureDoesNotMatch" | "InvalidSignatureException" if is_late(&refusal.message) => (ErrorKind::Denied, CLOCK),
        "ExpiredToken" | "ExpiredTokenException" => {
            (ErrorKind::Denied, "; these keys were for a limited time: put keys of an IAM user into the Secret")
        }
        "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "InvalidAccessKeyId"
        | "SignatureDoesNotMatch"
        | "InvalidSignatureException"
        | "IncompleteSignature"
        | "MissingAuthenticationToken"
        | "AuthFailure" => (
            ErrorKind::Denied,
            "; accessKeyId and the key in the Secret do not belong together, or AWS does not know them any more",
        ),
        "InvalidChangeBatch" => (if has_moved(&refusal.message) { ErrorKind::Conflict } else { ErrorKind::Invalid }, ""),
        "PriorRequestNotComplete" => (ErrorKind::Transient, "; tried again by itself"),
        "NoSuchHostedZone" => (ErrorKind::Invalid, "; the zones are listed again"),
        _ => (StatusCode::from_u16(refusal.status).map_or(ErrorKind::Bug, kind_of), ""),
    }
}

const CLOCK: &str = "; the clock of the node and that of AWS differ by more than five minutes: set the node's";

fn is_late(message: &str) -> bool {
    message.contains("expired") || message.contains("not yet current")
}

/// A batch names what stands there. These are the ways to say that it does not, or that something stands where a set would be new.
fn has_moved(message: &str) -> bool {
    ["but it was not found", "do not match the current values", "but it already exists", "conflicts with other records"]
        .iter()
        .any(|said| message.contains(said))
}

/// No answer, or none that could be read, and the transport has nothing to say about it.
pub(super) fn unanswered(doing: &str, why: &str) -> Error {
    Error::new(ErrorKind::Bug, format!("Route 53 gave an answer that cannot be read to a request {doing}: {}", clean(why, &[])))
}

/// Pages without a last one.
pub(super) fn endless(doing: &str) -> Error {
    unanswered(doing, "a list without an end")
}

/// The platform gave the operator's pod no keys.
pub(super) fn no_identity(why: &str) -> Error {
    let message = format!(
        "the operator's pod gets no keys from AWS: {}; its service account needs a role (IRSA or EKS Pod Identity), or the \
         provider object accessKeyId and secretAccessKeySecretRef",
        clean(why, &[])
    );
    Error::new(ErrorKind::Denied, message)
}

/// What the Secret holds is no key. Nothing of it is repeated.
pub(super) fn no_key() -> Error {
    Error::new(ErrorKind::Denied, "this is no AWS secret access key: one line of letters, digits, `/`, `+` and `=`")
}

/// The name is only in private zones.
pub(super) fn private(zone: &Name, id: &str) -> Error {
    let message = format!(
        "zone {zone} ({id}) is private: only its VPCs see it, so no mail server would find the records; make a public zone of \
         this name, or name the provider that holds it"
    );
    Error::new(ErrorKind::Invalid, message)
}

/// Several public zones have the name.
pub(super) fn several(zone: &Name, ids: &[&str]) -> Error {
    let message = format!(
        "{} public zones are called {zone} ({}), and the world sees only the one whose name servers the parent zone names: \
         name that one in hostedZoneIds, or delete the others",
        ids.len(),
        ids.join(", ")
    );
    Error::new(ErrorKind::Invalid, message)
}

/// The set that is to change is more than a list of values.
pub(super) fn peculiar(change: &Change, why: &str) -> Error {
    let message = format!(
        "{} `{}` is a set {why}, which Mailward never changes: put a plain set in its place, or take it away",
        change.kind, change.name
    );
    Error::new(ErrorKind::Invalid, message)
}

/// A text that fits DNS and not Route 53.
pub(super) fn long_text(set: &RecordSet, length: usize, most: usize) -> Error {
    let message = format!("{} `{}` has a value of {length} characters, Route 53 takes {most}", set.kind, set.name);
    Error::new(ErrorKind::Invalid, message)
}

/// A set with too many values, those of others included.
pub(super) fn many_values(set: &RecordSet, count: usize, most: usize) -> Error {
    let message = format!("{} `{}` would have {count} values, Route 53 takes {most}: take some away", set.kind, set.name);
    Error::new(ErrorKind::Invalid, message)
}

/// A change of one domain that does not fit into one batch, which is the only way to make it in one act.
pub(super) fn large_batch(zone: &Name, is: (usize, usize), most: (usize, usize)) -> Error {
    let message = format!(
        "the change in zone {zone} has {} values of {} characters, those that stand at the same names included; Route 53 takes \
         {} and {} in one act: take values away at the domain's name",
        is.0, is.1, most.0, most.1
    );
    Error::new(ErrorKind::Invalid, message)
}

/// The SDK takes every set that we build; this is for the day when it does not.
pub(super) fn unbuilt(error: &BuildError) -> Error {
    Error::new(ErrorKind::Bug, format!("a request to Route 53 cannot be made: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(code: &str, message: &str) -> Error {
        let refusal = Refusal { status: 400, code: code.to_owned(), message: message.to_owned() };
        refused("to test", &refusal, &["s3cr3t"])
    }

    #[test]
    fn each_refusal_says_when_to_try_again() {
        let rows = [
            ("AccessDenied", ErrorKind::Denied),
            ("InvalidClientTokenId", ErrorKind::Denied),
            ("SignatureDoesNotMatch", ErrorKind::Denied),
            ("ExpiredToken", ErrorKind::Denied),
            ("RequestTimeTooSkewed", ErrorKind::Denied),
            ("PriorRequestNotComplete", ErrorKind::Transient),
            ("NoSuchHostedZone", ErrorKind::Invalid),
            ("InvalidInput", ErrorKind::Invalid),
        ];
        for (code, kind) in rows {
            assert_eq!(error(code, "words").kind, kind, "{code}");
        }
        let refusal = Refusal { status: 500, code: String::new(), message: String::new() };
        let broken = refused("to test", &refusal, &[]);
        assert_eq!((broken.kind, broken.message.as_str()), (ErrorKind::Transient, "Route 53 refused to test: status 500"));
    }

    #[test]
    fn p1_a_set_that_moved_is_a_conflict_and_any_other_bad_batch_is_not() {
        for moved in [
            "[Tried to delete resource record set [name='cafe.lab.', type='TXT'] but it was not found]",
            "[Tried to delete resource record set [name='a.', type='TXT'] but the values provided do not match the current values]",
            "[Tried to create resource record set [name='cafe.lab.', type='TXT'] but it already exists]",
            "[RRSet of type TXT with DNS name a. is not permitted as it conflicts with other records with the same DNS name in zone b.]",
        ] {
            assert_eq!(error("InvalidChangeBatch", moved).kind, ErrorKind::Conflict, "{moved}");
        }
        let bad = error("InvalidChangeBatch", "[Invalid Resource Record: 'FATAL problem: InvalidCharacterString']");
        assert_eq!(bad.kind, ErrorKind::Invalid);
    }

    #[test]
    fn a_clock_that_is_wrong_is_told_from_a_key_that_is_wrong() {
        let late = error("SignatureDoesNotMatch", "Signature expired: 20261122T100000Z is now earlier than 20261122T110000Z");
        assert!(late.message.contains("clock"), "{late}");
        let wrong = error("SignatureDoesNotMatch", "The request signature we calculated does not match");
        assert!(wrong.message.contains("do not belong together"), "{wrong}");
    }

    #[test]
    fn p8_the_words_are_route_53s_and_the_secret_is_not_among_them() {
        let message = error("AccessDenied", "User: arn:aws:iam::1:user/m is not authorized with s3cr3t.").message;
        assert!(message.contains("user/m is not authorized with [credential] (AccessDenied); the IAM policy"), "{message}");
    }
}
