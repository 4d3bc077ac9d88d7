//! The Gateways that the install offers, and our HTTPRoutes: kinds that a cluster may lack, or that we may not see.
//!
//! Without `--gateway` neither is looked at. Each Gateway is watched by its name, so that the right to see it can be given for it alone.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use futures::{StreamExt, stream, stream::BoxStream};
use kube::{
    Api, Client, ResourceExt,
    runtime::{
        PredicateConfig, WatchStreamExt,
        reflector::{ObjectRef, Store},
        watcher,
    },
};

use super::{absence::Absence, settings::Settings, watch::Told};
use crate::{
    api::{Gateway, HTTPRoute, MailDomain, ParentReference},
    domain::{
        attachment,
        objects::{label, part},
        policy_host::LoadBalancer,
        validate::OfferedGateway,
    },
};

/// What the watches told.
#[derive(Default)]
pub(crate) struct Gateways {
    routes: Option<(Store<HTTPRoute>, Absence)>,
    gateways: Vec<Offered>,
}

/// One Gateway and its watch.
struct Offered {
    gateway: OfferedGateway,
    store: Store<Gateway>,
    absence: Absence,
}

/// The streams behind them.
pub(crate) struct Streams {
    /// Our HTTPRoutes.
    pub routes: BoxStream<'static, watcher::Result<HTTPRoute>>,
    /// Gateways whose addresses changed.
    pub gateways: BoxStream<'static, watcher::Result<Gateway>>,
}

impl Gateways {
    /// Begins to watch what `settings` offer, if anything.
    pub(crate) fn watch(told: &mut Told, client: &Client, settings: &Settings) -> (Self, Streams) {
        if settings.gateways.is_empty() {
            return (Self::default(), Streams { routes: stream::empty().boxed(), gateways: stream::empty().boxed() });
        }
        let namespace = &settings.policy_namespace;
        let ours = format!("{}={},{}={}", label::MANAGED_BY, label::MAILWARD, label::PART, part::POLICY);
        let absence = Absence::of(format!("HTTPRoutes in namespace {namespace}"));
        let config = watcher::Config::default().labels(&ours);
        let (routes, stream) = told.reflected_if_there(Api::namespaced(client.clone(), namespace), config, absence.clone());
        let (gateways, streams): (Vec<_>, Vec<_>) =
            settings.gateways.iter().map(|gateway| Offered::watch(told, client, gateway.clone())).unzip();
        let changed = stream::select_all(streams).predicate_filter(addresses, PredicateConfig::default());
        (Self { routes: Some((routes, absence)), gateways }, Streams { routes: stream, gateways: changed.boxed() })
    }

    /// The HTTPRoute of this name in the policy namespace.
    pub(crate) fn route(&self, namespace: &str, name: &str) -> Option<Arc<HTTPRoute>> {
        self.routes.as_ref()?.0.get(&ObjectRef::new(name).within(namespace))
    }

    /// Why no HTTPRoute can be written, if so.
    pub(crate) fn missing(&self) -> Option<String> {
        match &self.routes {
            Some((_, absence)) => absence.why(),
            None => Some("this install serves no policy through a Gateway: --gateway offers none".to_owned()),
        }
    }

    /// Where the Gateways that these parents name are reached, or why nobody knows.
    pub(crate) fn target(&self, parents: &[ParentReference]) -> Result<Vec<LoadBalancer>, String> {
        let mut found = vec![];
        for parent in parents {
            let gateway = self.gateway(parent)?;
            found.extend(attachment::addresses(&gateway));
        }
        Ok(found)
    }

    fn gateway(&self, parent: &ParentReference) -> Result<Arc<Gateway>, String> {
        let namespace = parent.namespace.as_deref().unwrap_or_default();
        let missing = || format!("Gateway {namespace}/{} does not exist", parent.name);
        let same = |offered: &&Offered| offered.gateway.namespace == namespace && offered.gateway.name == parent.name;
        let offered = self.gateways.iter().find(same).ok_or_else(missing)?;
        match offered.absence.why() {
            Some(why) => Err(why),
            None => offered.store.get(&ObjectRef::new(&parent.name).within(namespace)).ok_or_else(missing),
        }
    }
}

impl Offered {
    fn watch(told: &mut Told, client: &Client, gateway: OfferedGateway) -> (Self, BoxStream<'static, watcher::Result<Gateway>>) {
        let absence = Absence::of(format!("Gateway {gateway}"));
        let config = watcher::Config::default().fields(&format!("metadata.name={}", gateway.name));
        let api = Api::namespaced(client.clone(), &gateway.namespace);
        let (store, stream) = told.reflected_if_there(api, config, absence.clone());
        (Self { gateway, store, absence }, stream)
    }
}

/// The rest of a Gateway's status changes with every route of everybody.
#[allow(clippy::unnecessary_wraps, reason = "a predicate may say that it has no opinion, and this one always has one")]
fn addresses(gateway: &Gateway) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    gateway.metadata.uid.hash(&mut hasher);
    gateway.metadata.deletion_timestamp.is_some().hash(&mut hasher);
    gateway.status.iter().flat_map(|status| &status.addresses).for_each(|address| address.hash(&mut hasher));
    Some(hasher.finish())
}

/// The MailDomains that a Gateway may serve.
pub(crate) fn served_by(domains: &Store<MailDomain>, gateway: &Gateway) -> Vec<ObjectRef<MailDomain>> {
    let served = domains.state().into_iter().filter(|domain| names(domain, gateway));
    served.map(|domain| ObjectRef::from_obj(&*domain)).collect()
}

/// Whoever names none may have got this one from the install.
fn names(domain: &MailDomain, gateway: &Gateway) -> bool {
    let serving = domain.spec.mta_sts.as_ref().and_then(|policy| policy.serving.gateway.as_ref());
    let place = (gateway.namespace().unwrap_or_default(), gateway.name_any());
    serving.is_some_and(|serving| {
        let mut named = serving.parent_refs.iter();
        serving.parent_refs.is_empty() || named.any(|parent| (&parent.namespace, &parent.name) == (&place.0, &place.1))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use serde_json::json;

    use super::*;

    fn gateway(attached: u32, address: &str) -> Gateway {
        serde_json::from_value(json!({
            "apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway",
            "metadata": {"name": "public", "namespace": "infra", "uid": "u"},
            "spec": {},
            "status": {"addresses": [{"value": address}], "listeners": [{"attachedRoutes": attached}]},
        }))
        .unwrap()
    }

    fn domain(serving: &serde_json::Value) -> MailDomain {
        serde_json::from_value(json!({
            "apiVersion": "mailward.dev/v1alpha1", "kind": "MailDomain", "metadata": {"name": "a", "namespace": "mail"},
            "spec": {"domain": "cafe.lab", "providerRef": {"name": "lab"}, "mtaSts": {"mode": "None", "serving": serving}},
        }))
        .unwrap()
    }

    #[test]
    fn p7_routes_of_others_at_a_gateway_make_nobody_worth_a_visit() {
        assert_eq!(addresses(&gateway(1, "203.0.113.7")), addresses(&gateway(2, "203.0.113.7")));
        assert_ne!(addresses(&gateway(1, "203.0.113.7")), addresses(&gateway(1, "203.0.113.8")));
    }

    #[test]
    fn a_gateway_concerns_those_who_name_it_and_those_who_leave_it_to_the_install() {
        let rows = [
            (json!({"gateway": {}}), true),
            (json!({"gateway": {"parentRefs": [{"namespace": "infra", "name": "public"}]}}), true),
            (json!({"gateway": {"parentRefs": [{"namespace": "infra", "name": "other"}]}}), false),
            (json!({"ingress": {}}), false),
        ];
        for (serving, concerned) in rows {
            assert_eq!(names(&domain(&serving), &gateway(0, "203.0.113.7")), concerned, "{serving}");
        }
    }
}
