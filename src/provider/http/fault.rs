//! From an HTTP status to the kind of error, where a vendor's own code says nothing better.

use reqwest::StatusCode;

use crate::provider::ErrorKind;

/// The kind of a status that is no success.
pub fn kind_of(status: StatusCode) -> ErrorKind {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => ErrorKind::Denied,
        StatusCode::CONFLICT | StatusCode::PRECONDITION_FAILED => ErrorKind::Conflict,
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY => ErrorKind::Transient,
        status if status.is_server_error() => ErrorKind::Transient,
        status if status.is_client_error() => ErrorKind::Invalid,
        _ => ErrorKind::Bug,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_status_says_when_to_try_again() {
        let rows = [
            (400, ErrorKind::Invalid),
            (401, ErrorKind::Denied),
            (403, ErrorKind::Denied),
            (404, ErrorKind::Invalid),
            (408, ErrorKind::Transient),
            (409, ErrorKind::Conflict),
            (412, ErrorKind::Conflict),
            (422, ErrorKind::Invalid),
            (500, ErrorKind::Transient),
            (503, ErrorKind::Transient),
            (524, ErrorKind::Transient),
            (302, ErrorKind::Bug),
        ];
        for (status, kind) in rows {
            assert_eq!(StatusCode::from_u16(status).map(kind_of).ok(), Some(kind), "{status}");
        }
    }
}
