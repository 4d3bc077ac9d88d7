//! Azure DNS.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::{SecretKeyRef, schema};

/// Public zones of a resource group in Azure.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[x_kube(
    validation = Rule::new("!has(self.clientSecretSecretRef) || (has(self.tenantId) && has(self.clientId))")
        .message("a client secret is of an application in a directory: set tenantId and clientId")
)]
#[serde(rename_all = "camelCase")]
pub struct AzureDns {
    /// Id of the subscription.
    #[schemars(schema_with = "schema::clouds::guid")]
    pub subscription_id: String,
    /// Name of the resource group that holds the zones. The application needs the role *DNS Zone Contributor* there.
    #[schemars(schema_with = "schema::clouds::resource_group")]
    pub resource_group: String,
    /// Id of the directory (tenant). Default with workload identity: the one that the platform names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::clouds::guid")]
    pub tenant_id: Option<String>,
    /// Id of the application (client), or of the managed identity. Default with workload identity: the one that the platform
    /// names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::clouds::guid")]
    pub client_id: Option<String>,
    /// Where the value of a client secret of the application is, not the secret's id. Absent: the operator's own identity
    /// (workload identity), on a ClusterDNSProvider only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret_secret_ref: Option<SecretKeyRef>,
    /// Which of Microsoft's clouds holds the subscription. Default: `Public`.
    #[serde(default)]
    pub cloud: AzureCloud,
    /// Another address of Azure Resource Manager, for a gateway between the cluster and Azure; access tokens are sent there.
    /// `https`, or `http` to a loopback address, which then stands for Microsoft Entra as well. ClusterDNSProvider only.
    /// Default: that of the cloud, as in `https://management.azure.com`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::uris::api_url")]
    pub api_url: Option<String>,
}

/// Which of Microsoft's clouds.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AzureCloud {
    /// The one that all the world uses.
    #[default]
    Public,
    /// The one that 21Vianet runs in China.
    China,
    /// That of the government of the United States.
    USGovernment,
}
