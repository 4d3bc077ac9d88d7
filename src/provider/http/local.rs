//! Which addresses are of this machine.

use std::net::IpAddr;

use url::{Host, Url};

/// Whether a URL leads to loopback. A name is not looked up: only `localhost` is one.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => IpAddr::from(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::from(ip).is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p9_only_this_machine_is_loopback() {
        let of = |text: &str| text.parse().as_ref().is_ok_and(is_loopback);
        assert!(["http://127.0.0.1:80/", "http://127.9.9.9/", "http://[::1]/", "http://localhost/"].into_iter().all(of));
        let others = ["http://127.0.0.1.example.com/", "http://10.0.0.1/", "http://localhost.lab/", "http://[::ffff:127.0.0.1]/"];
        assert!(!others.into_iter().any(of));
    }
}
