//! DNSEndpoint objects as a provider: the one that lives here, because it writes to the API server and to nothing else.
//!
//! The object of a domain is what Mailward may change; external-dns makes DNS of it. So the object says what stands at the
//! names it has, and DNS what stands at all others. A set in the object is a whole one to external-dns: one that also holds
//! somebody else's value is refused (P1). Writes name the version that was read ([`Precondition::Atomic`]), so a write starts
//! from what the plan was made of: the API server refuses it when the object has changed since.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use futures::future::try_join_all;
use kube::{
    Api, Client, ResourceExt,
    api::{
        ApiResource, DeleteParams, DynamicObject, GroupVersionKind, ListParams, Patch, PatchParams, PostParams, Preconditions,
    },
};

use super::external_dns::txt_format;
use crate::{
    api::ExternalDnsEndpoint,
    controller::{FIELD_MANAGER, provider_view::ProviderView},
    dns::{Name, RecordSet, RecordType, Value, Zone},
    domain::objects::{MailDomainRef, dns_endpoint as object},
    provider::{
        Atomicity, Change, Error, ErrorKind, Limits, Provider, Result, Snapshot, ZoneLookup, changes,
        external_dns::{Endpoints, TxtFormat},
        witness::Witness,
    },
};

/// The object limits nothing, the provider behind external-dns does and is not known; a TTL of 0 means none.
const LIMITS: Limits =
    Limits { min_ttl: 1, max_ttl: i32::MAX as u32, max_txt_octets: 4096, atomicity: Atomicity::ChangeSet, publishes: true };
/// What Mailward reads at a name.
const KINDS: [RecordType; 4] = [RecordType::Txt, RecordType::Cname, RecordType::A, RecordType::Aaaa];

/// Whether the kind exists and the operator may see it wherever it would write one (`watched`: all namespaces where empty); says
/// who publishes.
pub(super) async fn check(
    client: &Client,
    view: &ProviderView,
    spec: &ExternalDnsEndpoint,
    watched: &[String],
) -> Result<String> {
    let namespace = spec.namespace.clone().or_else(|| Some(view.key.namespace.clone()).filter(|own| !own.is_empty()));
    let places: Vec<Option<&String>> = match &namespace {
        Some(namespace) => vec![Some(namespace)],
        None if watched.is_empty() => vec![None],
        None => watched.iter().map(Some).collect(),
    };
    for place in places {
        let api = match place {
            Some(namespace) => Api::namespaced_with(client.clone(), namespace, &resource()),
            None => Api::<DynamicObject>::all_with(client.clone(), &resource()),
        };
        api.list_metadata(&ListParams::default().limit(1)).await.map_err(|error| refused("list", &error))?;
    }
    let place = namespace.map_or_else(|| "each MailDomain's namespace".to_owned(), |namespace| format!("namespace {namespace}"));
    Ok(format!(
        "DNSEndpoints are written in {place}; external-dns publishes them, with source crd and record types TXT and CNAME"
    ))
}

/// The provider for one domain.
pub(super) struct DnsEndpoint {
    api: Api<DynamicObject>,
    me: MailDomainRef,
    namespace: String,
    name: String,
    format: TxtFormat,
    witness: Arc<dyn Witness>,
    /// What was read last, for the one write that follows.
    last: Mutex<Option<Stored>>,
}

/// The object, if there is one, and what stands in it.
type Stored = (Option<DynamicObject>, Endpoints);

impl DnsEndpoint {
    pub(super) fn new(client: Client, spec: &ExternalDnsEndpoint, me: &MailDomainRef, witness: Arc<dyn Witness>) -> Self {
        let (namespace, name) = object::place(spec.namespace.as_deref(), me);
        let api = Api::namespaced_with(client, &namespace, &resource());
        let (format, last) = (txt_format(spec.txt_format), Mutex::default());
        Self { api, me: me.clone(), namespace, name, format, witness, last }
    }

    /// What the next write starts from. A write that is refused leaves nothing, so its repetition reads anew.
    async fn taken(&self) -> Result<Stored> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).take();
        match last {
            Some(stored) => Ok(stored),
            None => self.stored().await,
        }
    }

    async fn stored(&self) -> Result<Stored> {
        let found = self.api.get_opt(&self.name).await.map_err(|error| refused("get", &error))?;
        if let Some(other) = found.as_ref().filter(|found| !object::is_our_dns_endpoint(&found.metadata)) {
            let message = format!("DNSEndpoint {}/{} is not Mailward's: rename or delete it", self.namespace, other.name_any());
            return Err(Error::new(ErrorKind::Invalid, message));
        }
        let list = found.as_ref().and_then(|found| found.data.pointer("/spec/endpoints"));
        let endpoints = Endpoints::read(self.format, list)?;
        Ok((found, endpoints))
    }

    /// What DNS answers where the object has nothing. TTLs are the publisher's.
    async fn beside(&self, endpoints: &Endpoints, names: &BTreeSet<&Name>) -> Result<Vec<RecordSet>> {
        let free = |name: &Name, kind| endpoints.get(name, kind).is_none() && endpoints.get(name, RecordType::Cname).is_none();
        let places = names.iter().flat_map(|name| KINDS.map(|kind| (*name, kind))).filter(|(name, kind)| free(name, *kind));
        let asked = places.map(async |(name, kind)| {
            let answered = self.witness.answered(name, kind).await?;
            let values = if answered.by_wildcard { vec![] } else { answered.values };
            Ok::<_, Error>(self.set(name, kind, values))
        });
        Ok(try_join_all(asked).await?.into_iter().flatten().collect())
    }

    /// A CNAME answers every question; it counts once, as what it is. The registry entry of our own object is nobody's value.
    fn set(&self, name: &Name, kind: RecordType, mut values: Vec<Value>) -> Option<RecordSet> {
        let ours = |text: String| object::is_registered_for(&text, &self.namespace, &self.name);
        values.retain(|value| value.kind() == kind && !value.as_text().is_some_and(ours));
        (!values.is_empty()).then(|| RecordSet::new(name.clone(), kind, 0, values))
    }

    /// P1: somebody's value beside ours at the shared name, seen in DNS only. Before our last write is published the old value
    /// of ours looks the same, and this waits.
    async fn undisturbed(&self, endpoints: &Endpoints, changes: &[Change]) -> Result<()> {
        let (name, kind) = (&self.me.domain, RecordType::Txt);
        let Some(change) = changes.iter().find(|change| change.name == *name && change.kind == kind) else { return Ok(()) };
        let Some(ours) = endpoints.get(name, kind) else { return Ok(()) };
        let registered =
            |value: &Value| value.as_text().is_some_and(|text| object::is_registered_for(&text, &self.namespace, &self.name));
        let known = |value: &Value| ours.values.contains(value) || change.add.contains(value) || registered(value);
        match self.witness.answered(name, kind).await?.values.iter().find(|value| !known(value)) {
            None => Ok(()),
            Some(other) => Err(Error::new(
                ErrorKind::Invalid,
                format!(
                    "DNS answers TXT `{name}` with `{other}`, which DNSEndpoint {} does not have: nothing is changed there \
                         until external-dns has published it, or whoever put the value there takes it away",
                    self.name
                ),
            )),
        }
    }

    async fn store(&self, found: Option<DynamicObject>, endpoints: &Endpoints) -> Result<()> {
        let version = found.as_ref().and_then(ResourceExt::resource_version);
        let wanted = object::dns_endpoint(&self.me, &self.namespace, &endpoints.written()?, version.clone());
        let stored = match (found, endpoints.is_empty()) {
            (None, true) => return Ok(()),
            (None, false) => {
                let params = PostParams { field_manager: Some(FIELD_MANAGER.to_owned()), ..PostParams::default() };
                let new = serde_json::from_value(wanted).map_err(|error| Error::new(ErrorKind::Bug, error.to_string()))?;
                self.api.create(&params, &new).await.map(drop).map_err(|error| refused("create", &error))
            }
            (Some(_), false) => {
                let params = PatchParams::apply(FIELD_MANAGER).force();
                self.api
                    .patch(&self.name, &params, &Patch::Apply(&wanted))
                    .await
                    .map(drop)
                    .map_err(|error| refused("patch", &error))
            }
            (Some(old), true) => {
                let preconditions = Preconditions { resource_version: version, uid: old.uid() };
                let params = DeleteParams::default().preconditions(preconditions);
                self.api.delete(&self.name, &params).await.map(drop).map_err(|error| refused("delete", &error))
            }
        };
        stored.map_err(|error| Error::new(error.kind, format!("{}: {}", self.namespace, error.message)))
    }
}

#[async_trait]
impl Provider for DnsEndpoint {
    fn limits(&self) -> Limits {
        LIMITS
    }

    /// external-dns serves the zones it serves; where they begin is asked in DNS.
    async fn zone_of(&self, name: &Name) -> Result<ZoneLookup> {
        let apex = self.witness.apex(name).await?.unwrap_or_else(|| self.me.domain.clone());
        Ok(ZoneLookup::Found(Zone { id: apex.to_string(), name: apex }))
    }

    async fn read(&self, _zone: &Zone, names: &[Name]) -> Result<Snapshot> {
        let (found, endpoints) = self.stored().await?;
        let mut snapshot = Snapshot::default();
        for (name, kind) in names.iter().flat_map(|name| KINDS.map(|kind| (name, kind))) {
            endpoints.get(name, kind).into_iter().for_each(|set| snapshot.insert(set));
        }
        self.beside(&endpoints, &names.iter().collect()).await?.into_iter().for_each(|set| snapshot.insert(set));
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((found, endpoints));
        Ok(snapshot)
    }

    async fn apply(&self, zone: &Zone, changes: &[Change]) -> Result<()> {
        changes::check(zone, changes, &LIMITS)?;
        let (found, endpoints) = self.taken().await?;
        let beside = self.beside(&endpoints, &changes.iter().map(|change| &change.name).collect()).await?;
        let new = endpoints.changed(&zone.name, &self.me.domain, &beside, changes)?;
        if new == endpoints {
            return Ok(());
        }
        self.undisturbed(&endpoints, changes).await?;
        self.store(found, &new).await
    }
}

fn resource() -> ApiResource {
    ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(object::GROUP, object::VERSION, object::KIND), object::PLURAL)
}

/// What the API server says, in a user's words.
fn refused(verb: &str, error: &kube::Error) -> Error {
    let kube::Error::Api(status) = error else {
        return Error::new(ErrorKind::Transient, format!("the API server cannot be asked to {verb} a DNSEndpoint: {error}"));
    };
    let (kind, hint) = match status.code {
        403 => (ErrorKind::Denied, "; install Mailward with externalDns.dnsEndpoint.enabled=true"),
        404 => (ErrorKind::Invalid, "; install external-dns' DNSEndpoint definition (externaldns.k8s.io/v1alpha1)"),
        409 => (ErrorKind::Conflict, ""),
        400..500 => (ErrorKind::Invalid, ""),
        _ => (ErrorKind::Transient, ""),
    };
    Error::new(kind, format!("the API server refused to {verb} a DNSEndpoint: {}{hint}", status.message))
}

#[cfg(test)]
mod tests {
    use kube::core::Status;

    use super::*;

    #[test]
    fn p8_a_role_or_a_kind_that_is_missing_says_what_to_install() {
        let rows = [
            (403, ErrorKind::Denied, "externalDns.dnsEndpoint.enabled=true"),
            (404, ErrorKind::Invalid, "install external-dns' DNSEndpoint definition"),
            (409, ErrorKind::Conflict, "was modified"),
            (422, ErrorKind::Invalid, "was modified"),
            (503, ErrorKind::Transient, "was modified"),
        ];
        for (code, kind, words) in rows {
            let status = Status { code, message: "the object was modified".to_owned(), ..Status::default() };
            let error = refused("patch", &kube::Error::Api(Box::new(status)));
            assert!(error.kind == kind && error.message.contains(words), "{code}: {error}");
        }
    }
}
