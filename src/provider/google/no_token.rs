//! Why there is no access token, in a user's words: the key file, the exchange, the platform.

use reqwest::StatusCode;

use super::{key_file::AUDIENCE, wire::NotGranted};
use crate::provider::{
    Error, ErrorKind,
    http::{Answer, clean, kind_of},
};

/// What is wrong with a key file.
#[derive(Debug)]
pub(super) enum KeyFault<'a> {
    /// It is something else.
    NoKeyFile,
    /// Of another kind of credential.
    Kind(&'a str),
    /// It wants its statements sent elsewhere.
    Elsewhere(&'a str),
    /// Of another universe than Google's public cloud.
    Universe(&'a str),
    /// What it calls a private key is none that can sign.
    PrivateKey,
}

/// What the Secret holds is no key of a service account. Nothing secret of it is repeated.
pub(super) fn key(fault: &KeyFault<'_>) -> Error {
    let message = match fault {
        KeyFault::NoKeyFile => {
            "this is no key of a service account: put the JSON file that Google handed out into the Secret, whole".to_owned()
        }
        KeyFault::Kind(kind) => {
            let kind = clean(kind, &[]);
            format!(
                "this is a credential of type `{kind}`: Mailward takes keys of service accounts (`service_account`), and Workload Identity without any file"
            )
        }
        KeyFault::Elsewhere(uri) => {
            let uri = clean(uri, &[]);
            format!("token_uri is `{uri}`: what is signed with the key goes to {AUDIENCE} and nowhere else")
        }
        KeyFault::Universe(universe) => format!("universe_domain is `{}`: only googleapis.com is known", clean(universe, &[])),
        KeyFault::PrivateKey => {
            "private_key is no RSA key in PEM: put the JSON file that Google handed out into the Secret, whole".to_owned()
        }
    };
    Error::new(ErrorKind::Denied, message)
}

/// No token for a statement that was signed with the key of the Secret.
pub(super) fn not_granted(answer: &Answer) -> Error {
    let problem: NotGranted = serde_json::from_slice(&answer.body).unwrap_or_default();
    let said = match (problem.error.as_str(), problem.error_description.trim_end_matches('.')) {
        ("", _) => format!("status {}", answer.status.as_u16()),
        (error, "") => clean(error, &[]),
        (error, description) => clean(&format!("{description} ({error})"), &[]),
    };
    let what = format!("Google gave no access token for the service account key: {said}");
    match answer.status {
        StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            let hint = "the key was deleted, the account is disabled, or the clock here is wrong";
            Error::new(ErrorKind::Denied, format!("{what}; {hint}"))
        }
        status => Error::new(kind_of(status), what),
    }
}

/// The platform knows the operator and does not say who it is.
pub(super) fn no_platform(answer: &Answer) -> Error {
    let said = clean(&String::from_utf8_lossy(&answer.body), &[]);
    let what = format!("the metadata server gave no access token: status {}: {said}", answer.status.as_u16());
    let kind = if answer.status.is_server_error() { ErrorKind::Transient } else { ErrorKind::Denied };
    Error::new(kind, format!("{what}; {PLATFORM}"))
}

/// Nobody answers for the platform: most likely this is not Google's.
pub(super) fn platform_away(error: &Error) -> Error {
    Error::new(error.kind, format!("the metadata server: {}; {PLATFORM}", error.message))
}

/// How to give the operator an identity.
const PLATFORM: &str =
    "on GKE, give the operator's ServiceAccount access with Workload Identity; elsewhere, set serviceAccountKeySecretRef";
