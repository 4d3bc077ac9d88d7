//! One client per credential: made when first needed, and again when the provider object or its Secret changed.
//!
//! Every call goes through [`Counted`], so that metrics see all of them and a refusal names the Secret, and the limits of one credential are shared
//! by every domain that uses it.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use k8s_openapi::api::core::v1::Secret;
use kube::{Api, Client, ResourceExt};
use tokio::sync::Mutex;

use super::{
    provider_view::{ProviderKey, ProviderView},
    zone_memory::ZoneMemory,
};
use crate::{
    api::{Backend, Rfc2136 as Rfc2136Spec, SecretKeyRef, TsigAlgorithm},
    dns::{Name, Zone},
    domain::policy_host::check_public,
    metrics::{Metrics, ProviderOperation},
    provider::{Change, Error, ErrorKind, Limits, Provider, Result, Snapshot, ZoneLookup, manual::Manual, rfc2136},
};

/// What a client was made from; another version means another client.
pub(crate) type Version = ((String, i64), Option<String>);

/// A client and what it was made from.
type Made = (Version, Arc<dyn Provider>);

/// Clients by credential.
pub(crate) struct Pool {
    client: Client,
    metrics: Arc<Metrics>,
    made: Mutex<HashMap<ProviderKey, Made>>,
}

impl Pool {
    /// An empty pool.
    pub(crate) fn new(client: Client, metrics: Arc<Metrics>) -> Self {
        Self { client, metrics, made: Mutex::default() }
    }

    /// The client of a provider object. Reads the Secret, so a changed one heals without a restart.
    pub(crate) async fn connect(&self, view: &ProviderView, domain: &Name) -> Result<Arc<dyn Provider>> {
        let Some(rfc2136) = &view.backend.rfc2136 else {
            return backend_without_secret(&view.backend, domain);
        };
        let secret = self.secret(view, &rfc2136.tsig.secret_ref).await?;
        let version = (view.version.clone(), secret.resource_version());
        let mut made = self.made.lock().await;
        if let Some((made_from, provider)) = made.get(&view.key)
            && *made_from == version
        {
            return Ok(provider.clone());
        }
        let provider = connect_rfc2136(view, rfc2136, &secret)?;
        let reference = &rfc2136.tsig.secret_ref;
        let counted = Arc::new(Counted {
            inner: provider,
            kind: "rfc2136",
            credential: format!("Secret {}/{}, key {}", view.secret_namespace, reference.name, reference.key),
            metrics: self.metrics.clone(),
        });
        // Outside of the counter, so that only questions that reach the provider count.
        let client: Arc<dyn Provider> = Arc::new(ZoneMemory::new(counted));
        made.insert(view.key.clone(), (version, client.clone()));
        Ok(client)
    }

    /// What the client of a credential was made from, if there is one.
    pub(crate) async fn version(&self, key: &ProviderKey) -> Option<Version> {
        self.made.lock().await.get(key).map(|(version, _)| version.clone())
    }

    async fn secret(&self, view: &ProviderView, reference: &SecretKeyRef) -> Result<Secret> {
        let place = format!("Secret {}/{}", view.secret_namespace, reference.name);
        let api: Api<Secret> = Api::namespaced(self.client.clone(), &view.secret_namespace);
        match api.get_opt(&reference.name).await {
            Ok(Some(secret)) => Ok(secret),
            Ok(None) => {
                Err(Error::new(ErrorKind::Denied, format!("{}: {place}, key {}, does not exist", view.key, reference.key)))
            }
            Err(error) => Err(Error::new(ErrorKind::Transient, format!("{}: {place} could not be read: {error}", view.key))),
        }
    }
}

fn backend_without_secret(backend: &Backend, domain: &Name) -> Result<Arc<dyn Provider>> {
    match backend {
        Backend { manual: Some(_), .. } => Ok(Arc::new(Manual::new(domain.clone()))),
        _ => Err(Error::new(ErrorKind::Invalid, "the provider object names no backend this build knows")),
    }
}

fn connect_rfc2136(view: &ProviderView, spec: &Rfc2136Spec, secret: &Secret) -> Result<Arc<dyn Provider>> {
    let reference = &spec.tsig.secret_ref;
    let place = format!("{}: Secret {}/{}, key {}", view.key, view.secret_namespace, reference.name, reference.key);
    let denied = |what: String| Error::new(ErrorKind::Denied, format!("{place}, {what}"));
    let value =
        secret.data.as_ref().and_then(|data| data.get(&reference.key)).ok_or_else(|| denied("does not exist".to_owned()))?;
    let key = rfc2136::decode_key(&value.0).map_err(|error| denied(error.message))?;
    let key_name =
        spec.tsig.key_name.parse().map_err(|error| Error::new(ErrorKind::Invalid, format!("{}: keyName: {error}", view.key)))?;
    let algorithm = match spec.tsig.algorithm {
        TsigAlgorithm::HmacSha256 => rfc2136::Algorithm::HmacSha256,
        TsigAlgorithm::HmacSha384 => rfc2136::Algorithm::HmacSha384,
        TsigAlgorithm::HmacSha512 => rfc2136::Algorithm::HmacSha512,
    };
    let client = rfc2136::Rfc2136::new(rfc2136::Settings { server: spec.server.clone(), key_name, algorithm, key })?;
    // A tenant may not make the operator talk to addresses that only the operator can reach (P9).
    Ok(Arc::new(if view.may_be_local { client } else { client.with_reach(|ip| check_public(ip).is_ok()) }))
}

/// Counts the calls of a provider by operation and result.
struct Counted {
    inner: Arc<dyn Provider>,
    kind: &'static str,
    /// Where the credential is kept.
    credential: String,
    metrics: Arc<Metrics>,
}

impl Counted {
    fn count<T>(&self, operation: ProviderOperation, result: Result<T>) -> Result<T> {
        self.metrics.provider_call(self.kind, operation, result.as_ref().map(drop).map_err(|error| error.kind));
        result.map_err(|error| self.place(error))
    }

    /// Whoever has to mend a refused credential is told where it is (P8).
    fn place(&self, error: Error) -> Error {
        match error.kind {
            ErrorKind::Denied => Error::new(error.kind, format!("{}; it was read from {}", error.message, self.credential)),
            _ => error,
        }
    }
}

#[async_trait]
impl Provider for Counted {
    fn limits(&self) -> Limits {
        self.inner.limits()
    }

    async fn zone_of(&self, name: &Name) -> Result<ZoneLookup> {
        self.count(ProviderOperation::ZoneOf, self.inner.zone_of(name).await)
    }

    async fn read(&self, zone: &Zone, names: &[Name]) -> Result<Snapshot> {
        self.count(ProviderOperation::Read, self.inner.read(zone, names).await)
    }

    async fn apply(&self, zone: &Zone, changes: &[Change]) -> Result<()> {
        self.count(ProviderOperation::Apply, self.inner.apply(zone, changes).await)
    }
}
