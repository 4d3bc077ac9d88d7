//! Why a policy fetch failed, as sentences for the person who runs the policy host.

use std::{error::Error as StdError, fmt, io, net::SocketAddr};

use rustls::CertificateError;

use crate::dns::Name;

/// A fetch that a sending server would count as failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the policy of {host} at {address}: {problem}")]
pub struct FetchError {
    /// The policy host, `mta-sts.<domain>`.
    pub host: Name,
    /// Where it was asked.
    pub address: SocketAddr,
    /// What was wrong.
    pub problem: Problem,
}

/// What was wrong with the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// No connection.
    Unreachable(String),
    /// Not finished in time; the seconds it had.
    TimedOut(u64),
    /// The certificate does not verify for the host.
    Certificate(String),
    /// TLS failed for another reason than the certificate.
    Tls(String),
    /// A redirect, which senders must not follow (RFC 8461 3.3); status and where it points.
    Redirect(u16, String),
    /// Another status than 200.
    Status(u16),
    /// Another media type than `text/plain`; empty when there is none.
    MediaType(String),
    /// More than this many octets.
    TooLarge(usize),
    /// The connection broke or spoke no HTTP.
    Broken(String),
}

impl Problem {
    /// Whether nothing came back that says anything about the policy, as in an outage that may be over in a moment.
    pub fn is_silence(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::TimedOut(_) | Self::Broken(_))
    }

    /// Short name, for a metric label.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "unreachable",
            Self::TimedOut(_) => "timed_out",
            Self::Certificate(_) => "certificate",
            Self::Tls(_) => "tls",
            Self::Redirect(..) => "redirect",
            Self::Status(_) => "status",
            Self::MediaType(_) => "media_type",
            Self::TooLarge(_) => "too_large",
            Self::Broken(_) => "broken",
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(why) => write!(f, "cannot connect: {why}"),
            Self::TimedOut(seconds) => write!(f, "no complete answer within {seconds} s"),
            Self::Certificate(why) => write!(f, "the certificate {why}"),
            Self::Tls(why) => write!(f, "no TLS connection: {why}"),
            Self::Redirect(status, target) => {
                write!(
                    f,
                    "status {status} redirects to {target}, which senders do not follow; serve the policy at this address itself"
                )
            }
            Self::Status(404) => f.write_str("status 404 instead of 200: nothing serves /.well-known/mta-sts.txt there"),
            Self::Status(status) => write!(f, "status {status} instead of 200"),
            Self::MediaType(found) if found.is_empty() => f.write_str("no media type, it has to be text/plain"),
            Self::MediaType(found) => write!(f, "media type {found:?}, it has to be text/plain"),
            Self::TooLarge(octets) => write!(f, "more than {octets} octets, senders stop reading there"),
            Self::Broken(why) => write!(f, "the answer broke off: {why}"),
        }
    }
}

/// Finds the cause in the library's chain of errors. The order matters: a certificate error is also a connect error.
pub(super) fn classify(error: &reqwest::Error, seconds: u64) -> Problem {
    if error.is_timeout() {
        return Problem::TimedOut(seconds);
    }
    match chain(error).find_map(tls_error) {
        Some(rustls::Error::InvalidCertificate(why)) => return Problem::Certificate(certificate(why)),
        Some(other) => return Problem::Tls(other.to_string()),
        None => {}
    }
    let root = chain(error).last().map(ToString::to_string).unwrap_or_default();
    if error.is_connect() { Problem::Unreachable(root) } else { Problem::Broken(root) }
}

fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// An `io::Error` hides what it wraps from `source()` (it gives the source of the wrapped error instead), and here one wraps another.
fn tls_error<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    error.downcast_ref().or_else(|| tls_error(error.downcast_ref::<io::Error>()?.get_ref()?))
}

fn certificate(error: &CertificateError) -> String {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "has expired".to_owned(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => "is not valid yet".to_owned(),
        CertificateError::NotValidForName => "is for another name".to_owned(),
        CertificateError::NotValidForNameContext { expected, presented } => {
            format!("is not for {}: it names {}", expected.to_str(), presented_names(presented))
        }
        CertificateError::UnknownIssuer => {
            "is signed by nobody that senders trust (self-signed, a private CA, or a missing intermediate)".to_owned()
        }
        CertificateError::BadSignature => "is not signed by the authority it names".to_owned(),
        CertificateError::Revoked => "has been revoked".to_owned(),
        other => format!("does not verify: {other}"),
    }
}

/// The library writes each name as `DnsName("x")`.
fn presented_names(presented: &[String]) -> String {
    let plain = presented.iter().map(|name| name.trim_start_matches("DnsName(\"").trim_end_matches("\")"));
    match plain.collect::<Vec<_>>().join(", ") {
        none if none.is_empty() => "no host at all".to_owned(),
        names => names,
    }
}
