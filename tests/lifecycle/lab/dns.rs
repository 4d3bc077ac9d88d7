//! DNS and the policy as everybody sees them, and changes by somebody who is not the operator.

use std::net::SocketAddr;

use hickory_proto::rr::RecordType;
use reqwest::{Certificate, Client};
use rustls::crypto::aws_lc_rs::default_provider;

use super::Lab;

impl Lab {
    /// All TXT values at a name, sorted.
    pub(crate) async fn txt(&self, name: &str) -> Vec<String> {
        self.bind.query(name, RecordType::TXT).await.unwrap().texts()
    }

    /// All values of a type at a name, in zone file form.
    pub(crate) async fn values(&self, name: &str, kind: RecordType) -> Vec<String> {
        self.bind.query(name, kind).await.unwrap().values()
    }

    /// Writes as somebody else, in `nsupdate`'s language, one message.
    pub(crate) async fn nsupdate(&self, commands: &str) {
        self.bind.update(&format!("zone lab.\n{commands}")).await.unwrap();
    }

    /// The policy text of a domain as one policy server gives it to senders, certificate verified.
    pub(crate) async fn policy(&self, server: SocketAddr, domain: &str) -> Result<String, String> {
        // The first test of the process installs it.
        drop(default_provider().install_default());
        let host = format!("mta-sts.{domain}");
        let client = Client::builder()
            .tls_built_in_root_certs(false)
            .add_root_certificate(Certificate::from_pem(self.authority.certificate().as_bytes()).unwrap())
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .resolve(&host, server)
            .build()
            .unwrap();
        let url = format!("https://{host}:{}/.well-known/mta-sts.txt", server.port());
        let answer = client.get(url).send().await.and_then(reqwest::Response::error_for_status);
        answer.map_err(|error| error.to_string())?.text().await.map_err(|error| error.to_string())
    }
}
