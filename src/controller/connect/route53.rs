//! An access key or the operator's own identity, and where it is used.

use std::sync::Arc;

use super::{api_url::address, token};
use crate::{
    api::{ProviderKind, Route53 as Spec},
    provider::{
        Error, ErrorKind, Provider, Result,
        route53::{Identity, Route53, Settings},
    },
};

pub(super) fn connect(spec: &Spec, key: Option<&[u8]>, kind: ProviderKind) -> Result<Arc<dyn Provider>> {
    let api = spec.api_url.as_deref().map(address).transpose()?;
    let identity = identity(spec, key, kind)?;
    let settings = Settings { identity, region: spec.region.clone(), api, zones: spec.hosted_zone_ids.clone() };
    Ok(Arc::new(Route53::new(settings)?))
}

/// The definitions say the same; an object may be older than they are.
fn identity(spec: &Spec, key: Option<&[u8]>, kind: ProviderKind) -> Result<Identity> {
    let refuse = |why: &str| Err(Error::new(ErrorKind::Invalid, why));
    match (spec.access_key_id.as_ref(), key) {
        (Some(id), Some(key)) => Ok(Identity::Keys { id: id.clone(), secret: token(key.trim_ascii())? }),
        (None, None) if kind == ProviderKind::ClusterDNSProvider => Ok(Identity::Ambient),
        // The operator may write zones that this namespace may not (P9).
        (None, None) => {
            refuse("set accessKeyId and secretAccessKeySecretRef: a DNSProvider never uses the operator's own identity")
        }
        _ => refuse("set both accessKeyId and secretAccessKeySecretRef, or neither"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    fn made(spec: &str, key: Option<&[u8]>, kind: ProviderKind) -> Result<Identity> {
        identity(&serde_saphyr::from_str(spec).unwrap(), key, kind)
    }

    #[test]
    fn p9_only_a_cluster_provider_may_use_the_operators_own_identity() {
        assert!(matches!(made("{}", None, ProviderKind::ClusterDNSProvider), Ok(Identity::Ambient)));
        let error = made("{}", None, ProviderKind::DNSProvider).unwrap_err();
        assert!(error.kind == ErrorKind::Invalid && error.message.contains("accessKeyId"), "{error}");
    }

    #[test]
    fn a_key_has_two_halves() {
        let keys = "{accessKeyId: AKIAIOSFODNN7EXAMPLE}";
        for kind in [ProviderKind::ClusterDNSProvider, ProviderKind::DNSProvider] {
            assert!(matches!(made(keys, Some(b" key\n"), kind), Ok(Identity::Keys { .. })));
            assert!(made(keys, None, kind).is_err());
            assert!(made("{}", Some(b"key"), kind).is_err());
        }
    }
}
