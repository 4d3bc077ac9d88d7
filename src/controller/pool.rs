//! One client per credential: made when first needed, and again when its Secret changed.
//!
//! With it goes one connection pool and one budget of requests, shared by every provider object that names the credential
//! and every domain that uses one of them; other credentials know nothing of it. Every call goes through `Counted`, so that
//! metrics see all of them and a refusal names the Secret.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1::Secret;
use kube::{Api, Client, ResourceExt};
use tokio::sync::Mutex;

use super::{
    connect::{Credential, connect, connect_beside_dns, connect_to_objects, credential},
    provider_view::{ProviderKey, ProviderView},
    witness::Dns,
    zone_memory::ZoneMemory,
};
use crate::{
    dns::{Name, Zone},
    domain::objects::MailDomainRef,
    metrics::{Metrics, ProviderOperation},
    provider::{Change, Error, ErrorKind, Limits, Precondition, Provider, Result, Sight, Snapshot, ZoneLookup, manual::Manual},
};

/// What a provider object's client is made from: the object's UID and generation, and the version of its Secret.
type Version = ((String, i64), Option<String>);

/// A client and the version of the Secret it was made from.
type Made = (Option<String>, Arc<dyn Provider>);

/// How long a check that went well is believed against a domain that could not reach the provider.
const TRUSTED: SignedDuration = SignedDuration::from_secs(10);

/// Clients by credential.
pub(crate) struct Pool {
    client: Client,
    metrics: Arc<Metrics>,
    dns: Dns,
    made: Mutex<HashMap<Credential, Made>>,
    /// What each provider object was last connected with, and what was told of it.
    used: std::sync::Mutex<HashMap<ProviderKey, (Version, Option<Version>)>>,
    /// Provider objects that could not be tried, because no domain names a zone yet.
    untried: std::sync::Mutex<HashSet<ProviderKey>>,
    /// What the last check of each provider object found.
    checks: std::sync::Mutex<HashMap<ProviderKey, Check>>,
}

/// A check of a provider object.
struct Check {
    at: Timestamp,
    works: bool,
    /// What was said where the credential was refused.
    refused: Option<String>,
}

impl Pool {
    /// An empty pool.
    pub(crate) fn new(client: Client, metrics: Arc<Metrics>, dns: Dns) -> Self {
        let (used, untried, checks) = Default::default();
        Self { client, metrics, dns, made: Mutex::default(), used, untried, checks }
    }

    /// The client for a domain.
    pub(crate) async fn connect(&self, view: &ProviderView, object: &MailDomainRef) -> Result<Arc<dyn Provider>> {
        if view.backend.manual.is_some() {
            return Ok(Arc::new(Manual::new(object.domain.clone())));
        }
        if let Some(made) = connect_to_objects(view, object, &self.client, &self.dns) {
            let (kind, credential) = ("externalDnsEndpoint", "the operator's own identity".to_owned());
            return Ok(Arc::new(Counted { inner: made?, kind, credential, metrics: self.metrics.clone() }));
        }
        self.client(view).await
    }

    /// The client of a provider object. Reads the Secret, so a changed one heals without a restart.
    pub(crate) async fn client(&self, view: &ProviderView) -> Result<Arc<dyn Provider>> {
        let credential = credential(view)?;
        let secret = self.secret(view, &credential).await?;
        let version = secret.as_ref().and_then(ResourceExt::resource_version);
        let mut made = self.made.lock().await;
        let provider = match made.get(&credential) {
            Some((made_from, provider)) if *made_from == version => provider.clone(),
            _ => {
                let made_now = connect_beside_dns(view, &self.dns);
                let inner = made_now.unwrap_or_else(|| connect(view, &credential, secret.as_ref()))?;
                let provider = self.wrapped(inner, &credential);
                made.insert(credential, (version.clone(), provider.clone()));
                provider
            }
        };
        self.note(view, version);
        Ok(provider)
    }

    /// Whether a provider object is connected with something else than when this was last asked. The first time after a start
    /// is no news: whoever waits for a provider is woken when it begins to work.
    pub(crate) fn news(&self, key: &ProviderKey) -> bool {
        let mut used = self.used();
        let Some((version, told)) = used.get_mut(key) else { return false };
        let before = told.replace(version.clone());
        before.is_some_and(|before| before != *version)
    }

    /// Notes what a check of a provider object found.
    pub(crate) fn checked(&self, key: &ProviderKey, failure: Option<&Error>, now: Timestamp) {
        let refused = failure.filter(|error| error.kind == ErrorKind::Denied).map(|error| error.message.clone());
        self.checks().insert(key.clone(), Check { at: now, works: failure.is_none(), refused });
    }

    /// Why a provider object's credential was refused at its last check, if it was.
    pub(crate) fn refused(&self, key: &ProviderKey) -> Option<String> {
        self.checks().get(key)?.refused.clone()
    }

    /// Whether a domain's failure is news of its provider, which is then to be checked: a credential that was good, and an outage
    /// of what worked a while ago. With a thousand domains that is still one check.
    pub(crate) fn is_news(&self, key: &ProviderKey, failure: ErrorKind, now: Timestamp) -> bool {
        let checks = self.checks();
        let last = checks.get(key);
        match failure {
            ErrorKind::Denied => last.is_none_or(|last| last.refused.is_none()),
            ErrorKind::Transient => last.is_none_or(|last| last.works && now.duration_since(last.at) >= TRUSTED),
            _ => false,
        }
    }

    fn checks(&self) -> MutexGuard<'_, HashMap<ProviderKey, Check>> {
        self.checks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a provider object could not be tried for want of a domain.
    pub(crate) fn waits_for_a_user(&self, key: &ProviderKey) {
        self.untried.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone());
    }

    /// Whether a provider object waited for a domain that uses it; once.
    pub(crate) fn was_untried(&self, key: &ProviderKey) -> bool {
        self.untried.lock().unwrap_or_else(PoisonError::into_inner).remove(key)
    }

    fn note(&self, view: &ProviderView, secret: Option<String>) {
        let version = (view.version.clone(), secret);
        let mut used = self.used();
        match used.get_mut(&view.key) {
            Some((last, _)) => *last = version,
            None => drop(used.insert(view.key.clone(), (version, None))),
        }
    }

    fn used(&self) -> MutexGuard<'_, HashMap<ProviderKey, (Version, Option<Version>)>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Outside of the counter stands the memory, so that only questions that reach the provider count.
    fn wrapped(&self, inner: Arc<dyn Provider>, credential: &Credential) -> Arc<dyn Provider> {
        let (kind, credential) = (credential.kind, credential.to_string());
        Arc::new(ZoneMemory::new(Arc::new(Counted { inner, kind, credential, metrics: self.metrics.clone() })))
    }

    async fn secret(&self, view: &ProviderView, credential: &Credential) -> Result<Option<Secret>> {
        let Some(place) = &credential.secret else { return Ok(None) };
        let api: Api<Secret> = Api::namespaced(self.client.clone(), &place.namespace);
        match api.get_opt(&place.name).await {
            Ok(Some(secret)) => Ok(Some(secret)),
            Ok(None) => Err(Error::new(ErrorKind::Denied, format!("{}: {credential}, does not exist", view.key))),
            Err(error) => {
                Err(Error::new(ErrorKind::Transient, format!("{}: {credential}, could not be read: {error}", view.key)))
            }
        }
    }
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
        self.place(result)
    }

    /// Whoever has to mend a refused credential is told where it is (P8).
    fn place<T>(&self, result: Result<T>) -> Result<T> {
        result.map_err(|error| match error.kind {
            ErrorKind::Denied => Error::new(error.kind, format!("{}; the credential is {}", error.message, self.credential)),
            _ => error,
        })
    }
}

#[async_trait]
impl Provider for Counted {
    fn limits(&self) -> Limits {
        self.inner.limits()
    }

    fn precondition(&self) -> Precondition {
        self.inner.precondition()
    }

    fn grants_by_name(&self) -> bool {
        self.inner.grants_by_name()
    }

    async fn look(&self) -> Result<Option<Sight>> {
        match self.inner.look().await {
            // Where zones cannot be listed nothing was asked.
            Ok(None) => Ok(None),
            asked => self.count(ProviderOperation::Look, asked),
        }
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
