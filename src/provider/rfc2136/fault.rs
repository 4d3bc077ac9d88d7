//! Every sentence a user can read when the server does not do it: the same fault, the same text, never the key.

use std::io;

use hickory_proto::{op::ResponseCode, rr::rdata::tsig::TsigError};

use super::{
    server::Server,
    tsig::{FUDGE, Key, Rejection},
};
use crate::{
    dns::Name,
    provider::{Error, ErrorKind},
};

/// Who the sentences speak of.
#[derive(Clone, Copy)]
pub(super) struct Peer<'a> {
    pub(super) server: &'a Server,
    pub(super) key: &'a Key,
}

impl Peer<'_> {
    pub(super) fn unreachable(self, error: &io::Error) -> Error {
        // The system's own text differs between systems and may name a port of ours.
        let reason = match error.kind() {
            io::ErrorKind::ConnectionRefused => "refuses TCP connections",
            io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionAborted => {
                "broke off the TCP connection"
            }
            io::ErrorKind::UnexpectedEof => "closed the TCP connection without an answer",
            io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable => "has no route from here",
            io::ErrorKind::TimedOut => "does not answer",
            io::ErrorKind::PermissionDenied => "may not be reached from here: look for a network policy or firewall",
            _ => "cannot be reached: check its name, address and port",
        };
        self.error(ErrorKind::Transient, reason)
    }

    pub(super) fn out_of_reach(self) -> Error {
        let reason = "has an address that this provider may not connect to: name a server outside the cluster";
        self.error(ErrorKind::Invalid, reason)
    }

    pub(super) fn timed_out(self, seconds: u64) -> Error {
        self.error(ErrorKind::Transient, &format!("did not answer over TCP within {seconds} s"))
    }

    pub(super) fn garbled(self) -> Error {
        self.error(ErrorKind::Bug, "sent an answer that is no DNS message to our question")
    }

    pub(super) fn rejected(self, rejection: &Rejection) -> Error {
        let key = self.key.label();
        let reason = match rejection {
            Rejection::Reported(TsigError::BadKey) => {
                format!("does not know TSIG key {key} (BADKEY): check the key's name and algorithm")
            }
            Rejection::Reported(TsigError::BadSig) => {
                format!("refuses the signature of TSIG key {key} (BADSIG): the secret is not the server's")
            }
            Rejection::Reported(TsigError::BadTime) => {
                format!("refuses the time of TSIG key {key} (BADTIME): the clocks differ by more than {FUDGE} s, check both")
            }
            Rejection::Reported(other) => {
                format!("refuses TSIG key {key} with error {}: check the server's log", u16::from(*other))
            }
            Rejection::Forged => format!("signed its answer with something else than TSIG key {key}: check the secret"),
            Rejection::Unsigned => format!("answered an update without a signature by TSIG key {key}: nothing is known of it"),
        };
        self.error(ErrorKind::Denied, &reason)
    }

    /// A refusal without a signature, of a kind that speaks of the key.
    pub(super) fn refused_key(self) -> Error {
        let key = self.key.label();
        let reason = format!(
            "does not take TSIG key {key} and does not say why: check the key's name, algorithm and secret, the clocks of both, and that updates are allowed from here"
        );
        self.error(ErrorKind::Denied, &reason)
    }

    /// An UPDATE that was not carried out (RFC 2136 2.2, 3).
    pub(super) fn refused_update(self, zone: &Name, code: ResponseCode) -> Error {
        let key = self.key.label();
        let (kind, reason) = match code {
            ResponseCode::NXRRSet | ResponseCode::YXRRSet | ResponseCode::YXDomain | ResponseCode::NXDomain => (
                ErrorKind::Conflict,
                format!("refuses the update of zone `{zone}` ({}): a set changed since it was read", label(code)),
            ),
            ResponseCode::Refused => (
                ErrorKind::Denied,
                format!(
                    "refuses updates of zone `{zone}` by TSIG key {key}: allow the key these names and types, and check that the server is the primary"
                ),
            ),
            ResponseCode::NotAuth => {
                (ErrorKind::Invalid, format!("is not authoritative for zone `{zone}` (NOTAUTH): name the zone's primary"))
            }
            ResponseCode::NotZone => (ErrorKind::Invalid, format!("finds a name outside zone `{zone}` (NOTZONE)")),
            ResponseCode::NotImp => {
                (ErrorKind::Invalid, "does not implement DNS UPDATE (NOTIMP): name the zone's primary".to_owned())
            }
            ResponseCode::ServFail => {
                (ErrorKind::Transient, format!("failed to update zone `{zone}` (SERVFAIL): check the server's log"))
            }
            other => (ErrorKind::Bug, format!("answered an update of zone `{zone}` with {}", label(other))),
        };
        self.error(kind, &reason)
    }

    /// A query that got no usable answer.
    pub(super) fn refused_query(self, name: &Name, code: ResponseCode) -> Error {
        let (kind, reason) = match code {
            ResponseCode::Refused | ResponseCode::NotAuth => (
                ErrorKind::Denied,
                format!("refuses queries for `{name}` by TSIG key {}: allow the key to query", self.key.label()),
            ),
            ResponseCode::ServFail => {
                (ErrorKind::Transient, format!("failed to answer for `{name}` (SERVFAIL): check the server's log"))
            }
            other => (ErrorKind::Bug, format!("answered a query for `{name}` with {}", label(other))),
        };
        self.error(kind, &reason)
    }

    /// An answer that is not the zone's own: a delegation or another server's data.
    pub(super) fn not_authoritative(self, name: &Name, zone: &Name) -> Error {
        let reason = format!("no longer answers for `{name}` from zone `{zone}`: find the zone again");
        self.error(ErrorKind::Conflict, &reason)
    }

    fn error(self, kind: ErrorKind, reason: &str) -> Error {
        Error::new(kind, format!("DNS server {} {reason}", self.server))
    }
}

/// The mnemonic of the registry, upper-case.
fn label(code: ResponseCode) -> String {
    match code {
        ResponseCode::Unknown(number) => format!("response code {number}"),
        known => format!("{known:?}").to_ascii_uppercase(),
    }
}

#[cfg(test)]
mod tests;
