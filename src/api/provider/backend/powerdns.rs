//! PowerDNS Authoritative Server.

use kube::KubeSchema;
use serde::{Deserialize, Serialize};

use crate::api::{SecretKeyRef, schema};

/// Zones of a PowerDNS Authoritative Server, through its HTTP API.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct PowerDns {
    /// Address of the server's web server, or of what stands in front of it: `https://dns.example.com`, `http://pdns.dns.svc:8081`.
    /// Over `http` the key can be read on the way: only on a ClusterDNSProvider, unless the install allows local servers.
    #[schemars(schema_with = "schema::uris::server_url")]
    pub server: String,
    /// Id of the server within the API. Default: `localhost`, which is what the server calls itself.
    #[serde(default = "localhost")]
    #[schemars(schema_with = "schema::names::server_id")]
    pub server_id: String,
    /// Where the API key is: the `api-key` of the server's configuration.
    pub api_key_secret_ref: SecretKeyRef,
}

fn localhost() -> String {
    "localhost".to_owned()
}
