//! DigitalOcean.

use kube::KubeSchema;
use serde::{Deserialize, Serialize};

use crate::api::{SecretKeyRef, schema};

/// Domains at DigitalOcean.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct DigitalOcean {
    /// Where the personal access token is. It needs the scopes `domain:read`, `domain:create`, `domain:update` and
    /// `domain:delete`, and no other.
    pub api_token_secret_ref: SecretKeyRef,
    /// Another address of the API with its path, for a gateway between the cluster and DigitalOcean; the token is sent there.
    /// `https`, or `http` to a loopback address. ClusterDNSProvider only. Default: `https://api.digitalocean.com/v2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::uris::api_url")]
    pub api_url: Option<String>,
}
