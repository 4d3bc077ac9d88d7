//! Cloudflare.

use kube::KubeSchema;
use serde::{Deserialize, Serialize};

use crate::api::{SecretKeyRef, schema};

/// Zones at Cloudflare.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Cloudflare {
    /// Where the API token is (not the Global API Key). It needs the permissions Zone / Zone / Read and Zone / DNS / Edit for
    /// the zones it is to serve, and no other.
    pub api_token_secret_ref: SecretKeyRef,
    /// Another address of the API with its path, for a gateway between the cluster and Cloudflare; the token is sent there.
    /// `https`, or `http` to a loopback address. ClusterDNSProvider only. Default: `https://api.cloudflare.com/client/v4`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::uris::api_url")]
    pub api_url: Option<String>,
}
