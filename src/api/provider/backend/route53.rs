//! Amazon Route 53.

use kube::KubeSchema;
use serde::{Deserialize, Serialize};

use crate::api::{SecretKeyRef, schema};

pub(in crate::api::provider) const OWN_KEYS: &str = "!has(self.route53) || has(self.route53.accessKeyId)";
pub(in crate::api::provider) const OWN_KEYS_MESSAGE: &str =
    "set accessKeyId and secretAccessKeySecretRef: the operator's own AWS identity is for a ClusterDNSProvider";

/// Hosted zones at Amazon Route 53.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[x_kube(validation = Rule::new("has(self.accessKeyId) == has(self.secretAccessKeySecretRef)")
    .message("set both accessKeyId and secretAccessKeySecretRef, or neither for the identity of the operator's pod"))]
#[serde(rename_all = "camelCase")]
pub struct Route53 {
    /// Region that requests are signed for; it says which partition of AWS the zones are in. Default: `us-east-1`, for `aws`. For
    /// China `cn-north-1` or `cn-northwest-1`, for the government's `us-gov-west-1`.
    #[serde(default = "us_east_1")]
    #[schemars(schema_with = "schema::aws::region")]
    pub region: String,
    /// Id of an access key of an IAM user. Without it the operator signs with the identity that EKS gives its pod (IRSA or
    /// Pod Identity): ClusterDNSProvider only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::aws::access_key_id")]
    pub access_key_id: Option<String>,
    /// Where the secret access key of that id is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_access_key_secret_ref: Option<SecretKeyRef>,
    /// Ids of the hosted zones that may be used. Needed where two public zones have one name: only one can be the one that the
    /// parent zone delegates to. Empty: all that the identity sees.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "schema::aws::hosted_zone_ids")]
    pub hosted_zone_ids: Vec<String>,
    /// Another address of the API, for a gateway or an interface endpoint between the cluster and Route 53; signed requests
    /// are sent there. `https`, or `http` to a loopback address. ClusterDNSProvider only. Default: that of the region's partition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::uris::api_url")]
    pub api_url: Option<String>,
}

fn us_east_1() -> String {
    "us-east-1".to_owned()
}
