//! From `host`, `host:port`, `[v6]:port` to socket addresses.

use std::net::{IpAddr, SocketAddr};

/// An address, a host name is looked up with the system's resolver.
pub async fn resolve(text: &str, default_port: u16) -> Result<SocketAddr, String> {
    if let Ok(address) = literal(text, default_port) {
        return Ok(address);
    }
    let target = if text.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok()) {
        text.to_owned()
    } else {
        format!("{text}:{default_port}")
    };
    let mut found = tokio::net::lookup_host(&target).await.map_err(|error| format!("the name cannot be resolved: {error}"))?;
    found.next().ok_or_else(|| "the name has no address".to_owned())
}

/// An address written as digits.
pub fn literal(text: &str, default_port: u16) -> Result<SocketAddr, String> {
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Ok(address);
    }
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<IpAddr>()
        .map(|ip| SocketAddr::new(ip, default_port))
        .map_err(|_| format!("`{text}` is no address: write `ip`, `ip:port` or `[v6]:port`"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    #[test]
    fn addresses_are_read_with_and_without_a_port() {
        assert_eq!(literal("192.0.2.1", 53).unwrap(), "192.0.2.1:53".parse().unwrap());
        assert_eq!(literal("192.0.2.1:5353", 53).unwrap(), "192.0.2.1:5353".parse().unwrap());
        assert_eq!(literal("[2001:db8::1]:5353", 53).unwrap(), "[2001:db8::1]:5353".parse().unwrap());
        assert_eq!(literal("2001:db8::1", 53).unwrap(), "[2001:db8::1]:53".parse().unwrap());
        assert!(literal("ns1.example.com", 53).is_err());
    }
}
