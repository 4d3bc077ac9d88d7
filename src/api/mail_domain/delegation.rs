//! The `delegation` block.

use kube::KubeSchema;
use serde::{Deserialize, Serialize};

use crate::api::schema;

/// Where the records stand when the domain's own zone only points to them.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct DelegationSpec {
    /// A name in a zone that the provider may write: the records of `example.com` then stand at `example.com.<zone>` and below.
    #[schemars(schema_with = "schema::names::domain")]
    pub zone: String,
}
