//! From words to values, checked here once.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    str::FromStr,
    time::Duration,
};

use jiff::{SignedDuration, Span, SpanRelativeTo};
use url::Url;

/// Seconds.
pub(super) const SECOND: u64 = 1;
/// A minute in seconds.
pub(super) const MINUTE: u64 = 60;
/// An hour in seconds.
pub(super) const HOUR: u64 = 60 * MINUTE;
/// A day in seconds.
pub(super) const DAY: u64 = 24 * HOUR;

/// A parser of durations (`20s`, `1h 30m`, `7d`) between two bounds in seconds, both included.
pub(super) fn between(least: u64, most: u64) -> impl Fn(&str) -> Result<Duration, String> + Clone {
    let (least, most) = (Duration::from_secs(least), Duration::from_secs(most));
    move |text| {
        let found = duration(text).ok_or_else(|| format!("`{text}` is no duration: write it like 20s, 10m, 1h 30m or 7d"))?;
        if (least..=most).contains(&found) {
            return Ok(found);
        }
        Err(format!("`{text}` is not between {least:#} and {most:#}", least = Shown(least), most = Shown(most)))
    }
}

/// A day has 24 hours here: what is meant is how long to wait, not a date.
fn duration(text: &str) -> Option<Duration> {
    let span: Span = text.parse().ok()?;
    Duration::try_from(span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?).ok()
}

struct Shown(Duration);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match SignedDuration::try_from(self.0) {
            Ok(duration) => duration.fmt(f),
            Err(_) => write!(f, "{}s", self.0.as_secs()),
        }
    }
}

/// Name of a namespace: an RFC 1123 label.
pub(super) fn namespace(text: &str) -> Result<String, String> {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let fits = (1..=63).contains(&text.len()) && text.chars().all(inner) && !text.starts_with('-') && !text.ends_with('-');
    fits.then(|| text.to_owned())
        .ok_or_else(|| format!("`{text}` is no namespace: 1 to 63 lower-case letters, digits and `-`, with no `-` at either end"))
}

/// An address, with port 53 unless it says another.
pub(super) fn address_with_port_53(text: &str) -> Result<SocketAddr, String> {
    let with_port = text.parse().ok();
    let bare = || text.parse::<IpAddr>().ok().map(|address| SocketAddr::new(address, 53));
    with_port.or_else(bare).ok_or_else(|| format!("`{text}` is neither an IP address nor IP:PORT"))
}

/// A URL that requests can be sent to; what stands in it is shown in logs, so it holds no password.
pub(super) fn http_url(text: &str) -> Result<String, String> {
    let url: Url = text.parse().map_err(|why| format!("`{text}` is no URL: {why}"))?;
    let plain = url.username().is_empty() && url.password().is_none() && url.query().is_none();
    if ["http", "https"].contains(&url.scheme()) && url.has_host() && plain {
        return Ok(text.to_owned());
    }
    Err(format!("`{text}` is not like http://collector:4318: http or https, a host, no user and no query"))
}

/// A number between 0 and 1.
pub(super) fn share(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| (0.0..=1.0).contains(number));
    number.ok_or_else(|| format!("`{text}` is not a number between 0 and 1"))
}

/// A host, Service or address with a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPort {
    /// Name or address; an IPv6 address without brackets.
    pub host: String,
    /// Port.
    pub port: u16,
}

impl FromStr for HostPort {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let error = || format!("`{text}` is not HOST:PORT");
        let (host, port) = text.rsplit_once(':').ok_or_else(error)?;
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let port = port.parse().ok().filter(|port| *port > 0).ok_or_else(error)?;
        if host.is_empty() { Err(error()) } else { Ok(Self { host: host.to_owned(), port }) }
    }
}

impl fmt::Display for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// A Gateway that MailDomains may be served through: `NAMESPACE/NAME`, or `NAMESPACE/NAME/LISTENER`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewayOffer {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The listener for MailDomains that name none.
    pub section: Option<String>,
}

impl FromStr for GatewayOffer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('/').collect();
        let fits = |part: &&str| !part.is_empty() && part.bytes().all(|c| c.is_ascii_alphanumeric() || b".-".contains(&c));
        match parts.as_slice() {
            [namespace, name, section @ ..] if section.len() < 2 && parts.iter().all(fits) => Ok(Self {
                namespace: (*namespace).to_owned(),
                name: (*name).to_owned(),
                section: section.first().map(|section| (*section).to_owned()),
            }),
            _ => Err(format!("`{text}` is neither NAMESPACE/NAME nor NAMESPACE/NAME/LISTENER")),
        }
    }
}

/// An owner id: what stands first in the owner string of a marker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerId(String);

impl OwnerId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for OwnerId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fits = (1..=63).contains(&text.len());
        if fits && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')) {
            return Ok(Self(text.to_owned()));
        }
        Err(format!("`{text}` is no owner id: use 1 to 63 letters, digits, `.`, `-` and `_`"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    #[test]
    fn hosts_with_ports_are_read_and_shown_alike() {
        for text in ["mailward-policy:80", "127.0.0.1:8443", "[::1]:8443"] {
            assert_eq!(text.parse::<HostPort>().unwrap().to_string(), text);
        }
        for text in ["mailward-policy", ":80", "a:0", "a:99999", ""] {
            assert!(text.parse::<HostPort>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_gateway_is_a_namespace_and_a_name_and_perhaps_a_listener() {
        let offer: GatewayOffer = "infra/public/https".parse().unwrap();
        assert_eq!((offer.namespace.as_str(), offer.name.as_str(), offer.section.as_deref()), ("infra", "public", Some("https")));
        assert_eq!("infra/public".parse::<GatewayOffer>().unwrap().section, None);
        for text in ["public", "infra/", "/public", "a/b/c/d", "a/b/", "a/b c", ""] {
            assert!(text.parse::<GatewayOffer>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_collector_is_a_url_without_secrets() {
        for text in ["http://collector:4318", "https://otel.example.com/base"] {
            assert_eq!(http_url(text).as_deref(), Ok(text));
        }
        for text in ["collector:4318", "grpc://a:1", "http://user:pass@a", "http://a/?token=x", ""] {
            assert!(http_url(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_share_is_between_nothing_and_everything() {
        assert_eq!(share("0.25"), Ok(0.25));
        for text in ["-0.1", "1.1", "NaN", "all"] {
            assert!(share(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_owner_id_cannot_break_the_marker() {
        assert_eq!("cluster-1.prod".parse::<OwnerId>().unwrap().as_str(), "cluster-1.prod");
        for text in ["", "a/b", "a b", "a;b", &"x".repeat(64)] {
            assert!(text.parse::<OwnerId>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_negative_duration_is_none() {
        assert!(between(0, DAY)("-5s").is_err());
        assert_eq!(between(0, DAY)("0s"), Ok(Duration::ZERO));
    }

    #[test]
    fn days_are_read_and_months_are_not() {
        assert_eq!(between(0, 7 * DAY)("7d"), Ok(Duration::from_secs(7 * DAY)));
        assert_eq!(between(0, 7 * DAY)("1d 2h"), Ok(Duration::from_secs(26 * HOUR)));
        assert!(between(0, u64::MAX)("1mo").is_err());
    }
}
