//! What leads senders to the policy servers, as it stands and as it is wanted; and, while the one differs from the other, whether the
//! wanted one serves the policy yet.

use std::{collections::BTreeSet, net::IpAddr};

use k8s_openapi::api::networking::v1::Ingress;
use kube::ResourceExt;

use super::{
    dns::{DnsView, POLICY_HOST_TYPES},
    policy::{self, PolicyObjects},
};
use crate::{
    controller::context::Context,
    dns::{Name, Ttl, Value},
    domain::{
        attachment,
        policy::Confirmation,
        policy_host::{LoadBalancer, Way, value},
        validate::{StsServing, StsSpec, Validated},
    },
};

/// What was found.
pub(crate) struct WayView {
    /// The wanted way.
    pub way: Way,
    /// Where it is reached, or why nobody knows.
    pub target: Result<Vec<LoadBalancer>, String>,
    /// What stands of other ways, as messages name it.
    pub leftovers: Vec<String>,
    /// Whether the wanted way serves the text; asked only while something is left over.
    pub arrival: Confirmation,
}

/// Looks; `text` is the stored policy.
pub(crate) async fn look(ctx: &Context, validated: &Validated, objects: &PolicyObjects, text: Option<&str>) -> Option<WayView> {
    let spec = validated.mta_sts.accepted()?;
    let (way, leftovers) = (spec.serving.way(), leftovers(spec, objects));
    let target = target(ctx, spec, objects);
    let arrival = match (&target, text) {
        _ if leftovers.is_empty() => Confirmation::Unknown("nothing moves".to_owned()),
        (_, None) => Confirmation::Unknown("no policy text is stored yet".to_owned()),
        (Err(why), _) => Confirmation::Unknown(why.clone()),
        (Ok(target), Some(text)) => arrival(ctx, &validated.names.sts_host, target, text).await,
    };
    Some(WayView { way, target, leftovers, arrival })
}

fn leftovers(spec: &StsSpec, objects: &PolicyObjects) -> Vec<String> {
    let way = spec.serving.way();
    let ingress = objects.ingress.as_ref().filter(|_| way != Way::Ingress).map(|found| ("Ingress", found.name_any()));
    let route = objects.route.as_ref().filter(|_| way != Way::Gateway).map(|found| ("HTTPRoute", found.name_any()));
    ingress.into_iter().chain(route).map(|(kind, name)| format!("{kind} {name}")).collect()
}

fn target(ctx: &Context, spec: &StsSpec, objects: &PolicyObjects) -> Result<Vec<LoadBalancer>, String> {
    match &spec.serving {
        StsServing::External => Ok(vec![]),
        StsServing::Ingress(_) => Ok(of_ingress(objects.ingress.as_ref())),
        StsServing::Gateway(parents) => {
            ctx.gateways.missing().map_or(Ok(()), Err)?;
            let found = ctx.gateways.target(parents)?;
            let route = objects.route.as_ref().filter(|route| route.spec.parent_refs == *parents);
            let route = route.ok_or("the HTTPRoute is not there yet")?;
            attachment::trouble(route).map_or(Ok(found), Err)
        }
    }
}

/// What the Ingress controller reports.
fn of_ingress(ingress: Option<&Ingress>) -> Vec<LoadBalancer> {
    let status = ingress.and_then(|ingress| ingress.status.as_ref()?.load_balancer.as_ref()?.ingress.as_ref());
    let entries = status.into_iter().flatten();
    let found = entries.flat_map(|entry| {
        let address = entry.ip.as_deref().and_then(|ip| ip.parse::<IpAddr>().ok()).map(LoadBalancer::Address);
        let host = entry.hostname.as_deref().and_then(|name| name.parse::<Name>().ok()).map(LoadBalancer::Host);
        [address, host]
    });
    found.flatten().collect()
}

async fn arrival(ctx: &Context, host: &Name, target: &[LoadBalancer], text: &str) -> Confirmation {
    let mut found = vec![];
    for balancer in target {
        match balancer {
            LoadBalancer::Address(address) => found.push(*address),
            LoadBalancer::Host(name) => match policy::looked_up(ctx, name).await {
                Ok(addresses) => found.extend(addresses),
                Err(why) => return Confirmation::Silent(why),
            },
        }
    }
    if found.is_empty() {
        return Confirmation::Unknown("it has no address yet".to_owned());
    }
    policy::confirm_at(ctx, host, found, text).await
}

impl WayView {
    /// The values that lead to the wanted way.
    pub(crate) fn values(&self) -> BTreeSet<Value> {
        let target = self.target.as_deref().unwrap_or_default();
        let values = target.iter().map(|balancer| match balancer {
            LoadBalancer::Address(address) => value(*address),
            LoadBalancer::Host(host) => Value::Cname(host.clone()),
        });
        values.collect()
    }

    /// Why the Gateways do not lead to the policy servers, if they are what is wanted.
    pub(crate) fn unattached(&self) -> Option<&str> {
        self.target.as_ref().err().filter(|_| self.way == Way::Gateway).map(String::as_str)
    }
}

/// What each name server answers at the policy host, and the longest time that any of it is remembered, in seconds.
pub(crate) fn published(dns: &DnsView, host: &Name) -> (Vec<BTreeSet<Value>>, Ttl) {
    let sets = dns.snapshots.iter().map(|snapshot| POLICY_HOST_TYPES.iter().filter_map(|kind| snapshot.get(host, *kind)));
    let ttl = sets.clone().flatten().map(|set| set.ttl).max().unwrap_or_default();
    (sets.map(|sets| sets.flat_map(|set| set.values.iter().cloned()).collect()).collect(), ttl)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use serde_json::json;

    use super::*;

    #[test]
    fn an_ingress_leads_to_what_its_controller_reports() {
        let ingress: Ingress = serde_json::from_value(json!({"status": {"loadBalancer": {"ingress": [
            {"ip": "203.0.113.7"}, {"hostname": "lb.test"}, {"ip": "none"}, {},
        ]}}}))
        .unwrap();
        let found = of_ingress(Some(&ingress));
        let address = LoadBalancer::Address("203.0.113.7".parse().unwrap());
        assert_eq!(found, [address, LoadBalancer::Host("lb.test".parse().unwrap())]);
        assert!(of_ingress(None).is_empty());
    }
}
