//! The `tlsRpt` block (RFC 8460).

use kube::KubeSchema;
use serde::{Deserialize, Serialize};

use crate::api::schema;

/// The TLS-RPT record.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct TlsRptSpec {
    /// `rua` (RFC 8460 3): where reports go, as `mailto:` or `https:` URIs, at least one.
    ///
    /// A mailbox in the domain itself may be out of reach just when TLS is broken; name another beside it (TLSRPT-W1).
    #[schemars(schema_with = "schema::uris::tls_reports")]
    #[x_kube(validation = Rule::new("self.size() > 0").message("TLSRPT-R1: name at least one place for reports"))]
    pub rua: Vec<String>,
}
