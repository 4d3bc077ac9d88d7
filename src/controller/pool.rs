//! One client per credential: made when first needed, and again when the provider object or its Secret changed.
//!
//! Every call goes through [`Counted`], so that metrics see all of them, and the limits of one credential are shared
//! by every domain that uses it.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use k8s_openapi::api::core::v1::Secret;
use kube::{Api, Client, ResourceExt};
use secrecy::SecretSlice;
use tokio::sync::Mutex;

use super::provider_view::{ProviderKey, ProviderView, local_address};
use crate::{
    api::{Backend, Rfc2136 as Rfc2136Spec, SecretKeyRef},
    dns::{Name, Zone},
    metrics::Metrics,
    provider::{Change, Error, ErrorKind, Limits, Provider, Result, Snapshot, ZoneLookup, manual::Manual, rfc2136},
};

/// What a client was made from; another version means another client.
type Version = ((String, i64), Option<String>);

/// Clients by credential.
pub struct Pool {
    client: Client,
    metrics: Arc<Metrics>,
    made: Mutex<HashMap<ProviderKey, (Version, Arc<dyn Provider>)>>,
}

impl Pool {
    /// An empty pool.
    pub fn new(client: Client, metrics: Arc<Metrics>) -> Self {
        Self { client, metrics, made: Mutex::default() }
    }

    /// The client of a provider object. Reads the Secret, so a changed one heals without a restart.
    pub async fn connect(&self, view: &ProviderView, domain: &Name) -> Result<Arc<dyn Provider>> {
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
        let provider = connect_rfc2136(view, rfc2136, &secret).await?;
        let counted: Arc<dyn Provider> = Arc::new(Counted { inner: provider, kind: "rfc2136", metrics: self.metrics.clone() });
        made.insert(view.key.clone(), (version, counted.clone()));
        Ok(counted)
    }

    async fn secret(&self, view: &ProviderView, reference: &SecretKeyRef) -> Result<Secret> {
        let place = format!("Secret {}/{}", view.secret_namespace, reference.name);
        let api: Api<Secret> = Api::namespaced(self.client.clone(), &view.secret_namespace);
        match api.get_opt(&reference.name).await {
            Ok(Some(secret)) => Ok(secret),
            Ok(None) => Err(Error::new(ErrorKind::Denied, format!("{}: {place}, key {}, does not exist", view.key, reference.key))),
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

async fn connect_rfc2136(view: &ProviderView, spec: &Rfc2136Spec, secret: &Secret) -> Result<Arc<dyn Provider>> {
    let reference = &spec.tsig.secret_ref;
    let place = format!("{}: Secret {}/{}, key {}", view.key, view.secret_namespace, reference.name, reference.key);
    let denied = |what: &str| Error::new(ErrorKind::Denied, format!("{place}, {what}"));
    let value = secret.data.as_ref().and_then(|data| data.get(&reference.key)).ok_or_else(|| denied("does not exist"))?;
    let text: Vec<u8> = value.0.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let key = STANDARD.decode(text).map_err(|_| denied("is no base64: it should hold the key's `secret` as BIND writes it"))?;
    let server = super::addresses::resolve(&spec.server, 53)
        .await
        .map_err(|error| Error::new(ErrorKind::Transient, format!("{}: spec.rfc2136.server {}: {error}", view.key, spec.server)))?;
    if !view.may_be_local
        && let Some(what) = local_address(server)
    {
        let message = format!("{}: spec.rfc2136.server {server} is {what}; namespaced providers may not use it in this install", view.key);
        return Err(Error::new(ErrorKind::Invalid, message));
    }
    let key_name = spec.tsig.key_name.parse().map_err(|error| Error::new(ErrorKind::Invalid, format!("{}: keyName: {error}", view.key)))?;
    let settings = rfc2136::Settings { server, key_name, algorithm: spec.tsig.algorithm, key: SecretSlice::from(key) };
    Ok(Arc::new(rfc2136::Rfc2136::new(settings)?))
}

/// Counts the calls of a provider by operation and result.
struct Counted {
    inner: Arc<dyn Provider>,
    kind: &'static str,
    metrics: Arc<Metrics>,
}

impl Counted {
    fn count<T>(&self, operation: &'static str, result: Result<T>) -> Result<T> {
        let label = result.as_ref().map_or_else(|error| error.kind.label(), |_| "ok");
        self.metrics.provider_call(self.kind, operation, label);
        result
    }
}

#[async_trait]
impl Provider for Counted {
    fn limits(&self) -> Limits {
        self.inner.limits()
    }

    async fn zone_of(&self, name: &Name) -> Result<ZoneLookup> {
        self.count("zone_of", self.inner.zone_of(name).await)
    }

    async fn read(&self, zone: &Zone, names: &[Name]) -> Result<Snapshot> {
        self.count("read", self.inner.read(zone, names).await)
    }

    async fn apply(&self, zone: &Zone, changes: &[Change]) -> Result<()> {
        self.count("apply", self.inner.apply(zone, changes).await)
    }
}
