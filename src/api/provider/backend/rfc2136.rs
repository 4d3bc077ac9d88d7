//! DNS UPDATE with TSIG.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::{SecretKeyRef, schema};

/// A primary server that takes DNS UPDATE.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Rfc2136 {
    /// The primary server: `host:port`, `[v6]:port`, or only the host or address for port 53. Asked and written over TCP.
    #[schemars(schema_with = "schema::addresses::server")]
    pub server: String,
    /// The key that signs requests to it and its answers.
    pub tsig: Tsig,
}

/// A TSIG key (RFC 8945).
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Tsig {
    /// Name of the key, as the server knows it.
    #[schemars(schema_with = "schema::names::tsig_key_name")]
    pub key_name: String,
    /// MAC algorithm of the key (RFC 8945 6): `hmac-sha256` (default), `hmac-sha384` or `hmac-sha512`.
    #[serde(default)]
    pub algorithm: TsigAlgorithm,
    /// Where the key itself is, in base64 as `tsig-keygen` prints it.
    pub secret_ref: SecretKeyRef,
}

/// MAC algorithms (RFC 8945 6).
#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TsigAlgorithm {
    /// hmac-sha256.
    #[default]
    #[serde(rename = "hmac-sha256")]
    HmacSha256,
    /// hmac-sha384.
    #[serde(rename = "hmac-sha384")]
    HmacSha384,
    /// hmac-sha512.
    #[serde(rename = "hmac-sha512")]
    HmacSha512,
}
