//! A primary server and its TSIG key.

use std::sync::Arc;

use crate::{
    api::{Rfc2136 as Spec, TsigAlgorithm},
    domain::policy_host::check_public,
    provider::{Error, ErrorKind, Provider, Result, rfc2136},
};

pub(super) fn connect(spec: &Spec, value: &[u8], may_be_local: bool) -> Result<Arc<dyn Provider>> {
    let key = rfc2136::decode_key(value).map_err(|error| Error::new(ErrorKind::Denied, error.message))?;
    let key_name = spec.tsig.key_name.parse().map_err(|error| Error::new(ErrorKind::Invalid, format!("keyName: {error}")))?;
    let algorithm = match spec.tsig.algorithm {
        TsigAlgorithm::HmacSha256 => rfc2136::Algorithm::HmacSha256,
        TsigAlgorithm::HmacSha384 => rfc2136::Algorithm::HmacSha384,
        TsigAlgorithm::HmacSha512 => rfc2136::Algorithm::HmacSha512,
    };
    let client = rfc2136::Rfc2136::new(rfc2136::Settings { server: spec.server.clone(), key_name, algorithm, key })?;
    // A tenant may not make the operator talk to addresses that only the operator can reach (P9).
    Ok(Arc::new(if may_be_local { client } else { client.with_reach(|ip| check_public(ip).is_ok()) }))
}
