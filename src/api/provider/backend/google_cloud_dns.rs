//! Google Cloud DNS.

use kube::KubeSchema;
use serde::{Deserialize, Serialize};

use crate::api::{SecretKeyRef, schema};

/// Public zones of a Google Cloud project.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct GoogleCloudDns {
    /// Id of the project that holds the zones. Default: the project of the service account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::clouds::google_project")]
    pub project: Option<String>,
    /// Where the key of a service account is: the JSON file that Google hands out. The account needs the role
    /// `roles/dns.reader` in the project and `roles/dns.admin` on the zones it is to serve, or on the project. Absent: the
    /// operator's own identity (Workload Identity Federation for GKE), on a ClusterDNSProvider only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_account_key_secret_ref: Option<SecretKeyRef>,
    /// Another address of the API without its path, for a private endpoint between the cluster and Google; access tokens are
    /// sent there. `https`, or `http` to a loopback address, which then stands for Google's token service as well.
    /// ClusterDNSProvider only. Default: `https://dns.googleapis.com`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::uris::api_url")]
    pub api_url: Option<String>,
}
