//! What a webhook refuses or cannot do, in a user's words, and when to try again.

use reqwest::StatusCode;

use super::wire::MEDIA_TYPE;
use crate::{
    dns::{Name, RecordType, Value},
    provider::{
        Error, ErrorKind,
        http::{Answer, clean, kind_of},
    },
};

/// Values named in a message.
const SHOWN: usize = 3;

/// The webhook answered, and it was a refusal. Many say nothing but the status.
pub(super) fn refused(doing: &str, answer: &Answer) -> Error {
    let status = answer.status;
    let said = match clean(&String::from_utf8_lossy(&answer.body), &[]) {
        text if text.is_empty() || text == "{}" || text.starts_with('<') => "its own log says why".to_owned(),
        text => text,
    };
    let what = format!("the external-dns webhook refused {doing} with status {}: {said}", status.as_u16());
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            Error::new(ErrorKind::Denied, format!("{what}; correct the credential where the webhook runs"))
        }
        status => Error::new(kind_of(status), what),
    }
}

/// Success, and a body that is none of the protocol's.
pub(super) fn unreadable(doing: &str, error: &serde_json::Error) -> Error {
    let why = format!("{:?} at line {}", error.classify(), error.line());
    let message = format!("the external-dns webhook gave an answer that cannot be read ({why}) to a request {doing}");
    Error::new(ErrorKind::Bug, message)
}

/// Something else listens there.
pub(super) fn no_webhook(media_type: Option<&str>) -> Error {
    let found = clean(media_type.unwrap_or("no content type"), &[]);
    let message =
        format!("no external-dns webhook of version 1 answers at this url: it answers with {found} instead of {MEDIA_TYPE}");
    Error::new(ErrorKind::Invalid, message)
}

/// The address is none.
pub(super) fn no_address() -> Error {
    Error::new(ErrorKind::Invalid, "a request to the external-dns webhook cannot be made: correct url")
}

/// A filter that cannot be applied.
pub(super) fn bad_filter(expression: &str) -> Error {
    let shown = clean(expression, &[]);
    let message =
        format!("the external-dns webhook names its domains by `{shown}`, which is no regular expression that can be read");
    Error::new(ErrorKind::Invalid, message)
}

/// Neither the webhook nor DNS says where a zone begins.
pub(super) fn no_zone(name: &Name) -> Error {
    let message = format!(
        "the zone of {name} cannot be found out: let the external-dns webhook name its zones in its domain filter, or use \
         verification.mode: Authoritative"
    );
    Error::new(ErrorKind::Invalid, message)
}

/// P1: what is listed is not what answers. No conflict of two writers: it concerns this set alone, and others may be written.
pub(super) fn differs(name: &Name, kind: RecordType, listed: &[Value], answered: &[Value]) -> Error {
    let message = format!(
        "{kind} `{name}` is not written: the external-dns webhook lists {}, and DNS answers with {}; it has to list all that \
         stands there, and DNS to show it",
        several(listed),
        several(answered)
    );
    Error::new(ErrorKind::Invalid, message)
}

/// The set has texts in another form than was said.
pub(super) fn other_format(name: &Name, said: &str, other: &str) -> Error {
    let message = format!(
        "TXT `{name}` is listed by the external-dns webhook in another form than txtFormat: {said} says, and writing it might \
         change what others put there: set {other} if the webhook also takes them like that, or correct the value by hand"
    );
    Error::new(ErrorKind::Invalid, message)
}

/// What was to be written comes back as something else.
pub(super) fn adjusted(name: &str, kind: &str, why: &str) -> Error {
    Error::new(ErrorKind::Invalid, format!("{kind} `{name}` cannot be written: the external-dns webhook {why}"))
}

/// The object holds what is no list of endpoints.
pub(super) fn unreadable_object(error: &serde_json::Error) -> Error {
    let message =
        format!("spec.endpoints of the DNSEndpoint cannot be read ({:?}): delete the object, or correct it", error.classify());
    Error::new(ErrorKind::Invalid, message)
}

/// P1: an endpoint speaks for the whole set.
pub(super) fn whole_set(name: &Name, kind: RecordType, foreign: &Value) -> String {
    format!(
        "{kind} `{name}` also holds `{}`, which is not ours: a DNSEndpoint makes the whole set its own, so external-dns would \
         take that value away or refuse the set. Put the record into that set by hand, or use another provider for this domain",
        short(&foreign.to_string())
    )
}

fn several(values: &[Value]) -> String {
    if values.is_empty() {
        return "nothing".to_owned();
    }
    let shown: Vec<String> = values.iter().take(SHOWN).map(|value| format!("`{}`", short(&value.to_string()))).collect();
    let more = values.len().saturating_sub(SHOWN);
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

fn short(text: &str) -> String {
    let text = clean(text, &[]);
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(status: u16, body: &str) -> Error {
        refused("to test", &Answer { status: StatusCode::from_u16(status).unwrap_or_default(), body: body.as_bytes().to_vec() })
    }

    #[test]
    fn only_a_status_of_500_and_above_is_worth_another_try() {
        let rows = [
            (302, ErrorKind::Bug),
            (400, ErrorKind::Invalid),
            (401, ErrorKind::Denied),
            (404, ErrorKind::Invalid),
            (500, ErrorKind::Transient),
            (510, ErrorKind::Transient),
        ];
        for (status, kind) in rows {
            assert_eq!(refusal(status, "").kind, kind, "{status}");
        }
    }

    #[test]
    fn p8_a_webhook_that_says_nothing_points_to_its_log() {
        for silent in ["", "{}", "<html>502</html>"] {
            assert!(refusal(500, silent).message.ends_with("status 500: its own log says why"), "{silent}");
        }
        assert!(refusal(422, "no such\nzone").message.ends_with("status 422: no such zone"));
    }
}
