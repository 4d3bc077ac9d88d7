//! Where the primary server is: the text of the settings, checked once.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    str::FromStr,
};

use crate::provider::{Error, ErrorKind};

const DNS_PORT: u16 = 53;

/// A host name or address, and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
}

impl FromStr for Server {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if let Ok(address) = text.parse::<SocketAddr>() {
            return Self::new(text, &address.ip().to_string(), address.port());
        }
        let unbracketed = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
        if let Ok(address) = unbracketed.parse::<IpAddr>() {
            return Self::new(text, &address.to_string(), DNS_PORT);
        }
        match text.split_once(':') {
            None => Self::new(text, text, DNS_PORT),
            Some((host, port)) => Self::new(text, host, port.parse().map_err(|_| invalid(text, "the port is no number"))?),
        }
    }
}

impl Server {
    fn new(text: &str, host: &str, port: u16) -> Result<Self, Error> {
        if port == 0 {
            return Err(invalid(text, "port 0 cannot be reached"));
        }
        let is_name = host.parse::<crate::dns::Name>().is_ok();
        if !is_name && host.parse::<IpAddr>().is_err() {
            return Err(invalid(text, "it names no host"));
        }
        Ok(Self { host: host.to_owned(), port })
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.parse::<Ipv6Addr>() {
            Ok(address) => write!(f, "[{address}]:{}", self.port),
            Err(_) => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

fn invalid(text: &str, reason: &str) -> Error {
    let message = format!("server `{text}` cannot be used: {reason}; write `host:port`, `[v6]:port` or `host`");
    Error::new(ErrorKind::Invalid, message)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    #[test]
    fn a_server_is_written_in_five_ways() {
        for (text, shown) in [
            ("ns1.cafe.lab", "ns1.cafe.lab:53"),
            ("ns1.cafe.lab:5353", "ns1.cafe.lab:5353"),
            ("192.0.2.1", "192.0.2.1:53"),
            ("[2001:db8::1]:5353", "[2001:db8::1]:5353"),
            ("2001:db8::1", "[2001:db8::1]:53"),
            ("[2001:db8::1]", "[2001:db8::1]:53"),
        ] {
            assert_eq!(text.parse::<Server>().unwrap().to_string(), shown);
        }
    }

    #[test]
    fn a_server_that_is_none_is_refused_with_the_text_and_the_form() {
        for text in ["", ":53", "ns1.cafe.lab:0", "ns1.cafe.lab:dns", "dns://ns1.cafe.lab", "ns1.cafe.lab:53:53"] {
            let error = text.parse::<Server>().unwrap_err();
            assert_eq!(error.kind, ErrorKind::Invalid);
            assert!(error.message.contains(&format!("`{text}`")) && error.message.contains("host:port"), "{error}");
        }
    }
}
