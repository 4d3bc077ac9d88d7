//! A PowerDNS server, its key, and how far it may be away.

use std::sync::Arc;

use url::Url;

use super::token;
use crate::{
    api::PowerDns as Spec,
    domain::policy_host::check_public,
    provider::{Error, ErrorKind, Provider, Result, powerdns},
};

pub(super) fn connect(spec: &Spec, value: &[u8], may_be_local: bool) -> Result<Arc<dyn Provider>> {
    let server = server(&spec.server, may_be_local)?;
    let settings = powerdns::Settings { server, server_id: spec.server_id.clone(), key: token(value)? };
    let client = powerdns::PowerDns::new(&settings)?;
    // A tenant may not make the operator talk to addresses that only the operator can reach (P9).
    Ok(Arc::new(if may_be_local { client } else { client.with_reach(|ip| check_public(ip).is_ok())? }))
}

/// The definitions say the same, but for this: a key in clear is for networks that the cluster's own administrator knows.
fn server(text: &str, may_be_local: bool) -> Result<Url> {
    let refuse = |why: &str| Error::new(ErrorKind::Invalid, format!("server: {why}"));
    let url: Url = text.parse().map_err(|_| refuse("write a URL, as in https://dns.example.com"))?;
    match url.scheme() {
        _ if !url.has_host() => Err(refuse("write a URL with a host, as in https://dns.example.com")),
        "https" => Ok(url),
        "http" if may_be_local => Ok(url),
        "http" => Err(refuse("https is required, since the API key is sent there; http is for a ClusterDNSProvider")),
        _ => Err(refuse("write a URL with https or http")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;
    use crate::api::SecretKeyRef;

    #[test]
    fn p9_a_tenants_key_leaves_only_encrypted() {
        for (text, cluster, tenant) in [
            ("https://dns.example.com/pdns", true, true),
            ("http://pdns.dns.svc:8081", true, false),
            ("http://127.0.0.1:8081", true, false),
            ("ftp://dns.example.com", false, false),
            ("dns.example.com:8081", false, false),
        ] {
            assert_eq!((server(text, true).is_ok(), server(text, false).is_ok()), (cluster, tenant), "{text}");
        }
    }

    #[tokio::test]
    async fn p9_a_tenants_server_is_a_public_one() {
        let reference = SecretKeyRef { name: "pdns".to_owned(), key: "api-key".to_owned() };
        let spec = |server: &str| Spec {
            server: server.to_owned(),
            server_id: "localhost".to_owned(),
            api_key_secret_ref: reference.clone(),
        };
        for server in ["https://127.0.0.1:1", "https://[::ffff:10.0.0.1]", "https://localhost:1"] {
            let client = connect(&spec(server), b"key", false).unwrap();
            let error = client.look().await.unwrap_err();
            assert_eq!(error.kind, ErrorKind::Invalid, "{server}: {error}");
        }
        let allowed = connect(&spec("https://127.0.0.1:1"), b"key", true).unwrap();
        assert_eq!(allowed.look().await.unwrap_err().kind, ErrorKind::Transient);
    }
}
