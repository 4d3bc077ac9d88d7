//! Addresses of providers' APIs.

use url::Url;

use crate::provider::{Error, ErrorKind, Result, http::is_loopback};

/// The definitions say the same; an object may be older than they are. In clear the token goes nowhere but to this machine.
pub(super) fn address(text: &str) -> Result<Url> {
    let refuse = |why: &str| Error::new(ErrorKind::Invalid, format!("apiUrl: {why}"));
    let url: Url = text.parse().map_err(|_| refuse("write a URL, as in https://gateway.example.com/client/v4"))?;
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        _ => Err(refuse("https is required, since the token is sent there; http only to a loopback address")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p9_a_token_leaves_the_machine_only_encrypted() {
        for good in
            ["https://gateway.example.com/client/v4", "http://127.0.0.1:8080/client/v4", "http://[::1]/", "http://localhost/"]
        {
            assert!(address(good).is_ok(), "{good}");
        }
        for bad in
            ["http://gateway.example.com/", "http://10.0.0.1/", "ftp://127.0.0.1/", "gateway", "http://127.0.0.1.example.com/"]
        {
            assert!(address(bad).is_err_and(|error| error.kind == ErrorKind::Invalid), "{bad}");
        }
    }
}
