//! Who serves which policy text for a domain right now: every policy server, and the public address as a sender sees it.

use std::{
    collections::BTreeSet,
    iter,
    net::{IpAddr, SocketAddr},
};

use futures::future::join_all;
use k8s_openapi::api::{core::v1::ConfigMap, discovery::v1::EndpointSlice, networking::v1::Ingress};
use kube::{Api, runtime::reflector::ObjectRef};

use crate::{
    api::HTTPRoute,
    controller::{context::Context, gather::dns::DnsView, settings::PolicyEndpoint},
    dns::{Name, RecordType, Value},
    domain::{objects::policy_object_name, policy::Confirmation, policy_host::check_public},
    resolve::{
        Lookup,
        policy::{FetchError, Fetched},
    },
};

/// The objects of a domain in the policy namespace.
#[derive(Clone, Debug, Default)]
pub(crate) struct PolicyObjects {
    /// Text and memory.
    pub config_map: Option<ConfigMap>,
    /// Host and address.
    pub ingress: Option<Ingress>,
    /// Host and Gateways.
    pub route: Option<HTTPRoute>,
}

/// Reads the objects. The ConfigMap is read afresh: decisions about withdrawal stand on its memory, and a watch may lag.
pub(crate) async fn objects(ctx: &Context, domain: &Name, wanted: bool) -> Result<PolicyObjects, kube::Error> {
    let name = policy_object_name(domain);
    let namespace = &ctx.settings.policy_namespace;
    let known = ctx.stores.policies.get(&ObjectRef::new(&name).within(namespace)).is_some();
    let config_map =
        if wanted || known { Api::<ConfigMap>::namespaced(ctx.client.clone(), namespace).get_opt(&name).await? } else { None };
    let ingress = ctx.stores.ingresses.get(&ObjectRef::new(&name).within(namespace)).map(|found| (*found).clone());
    let route = ctx.gateways.route(namespace, &name).map(|found| (*found).clone());
    Ok(PolicyObjects { config_map, ingress, route })
}

/// Where the address of the policy host is.
pub(crate) enum Published<'a> {
    /// Among our records: at this name, as the authoritative servers say.
    At(&'a Name, &'a DnsView),
    /// In a zone of others.
    ByOthers,
}

/// Asks everybody for the text (P4).
pub(crate) async fn confirm(
    ctx: &Context,
    host: &Name,
    text: &str,
    served_by_us: bool,
    published: &Published<'_>,
) -> Confirmation {
    if served_by_us {
        let endpoints = match endpoints(ctx) {
            Ok(endpoints) => endpoints,
            Err(none) => return Confirmation::Unknown(none),
        };
        let asked = endpoints.iter().map(|endpoint| at_endpoint(ctx, host, endpoint, text));
        if let Some(not) = all_of(join_all(asked).await) {
            return not;
        }
    }
    let found = match published {
        Published::At(name, seen) => ours(ctx, name, seen).await,
        Published::ByOthers => looked_up(ctx, host).await,
    };
    match found {
        Ok(found) => confirm_at(ctx, host, found, text).await,
        Err(why) => Confirmation::Silent(why),
    }
}

/// Asks for the text at these addresses, as a sender does.
pub(crate) async fn confirm_at(ctx: &Context, host: &Name, found: Vec<IpAddr>, text: &str) -> Confirmation {
    let addresses = match to_connect(ctx, host, found) {
        Ok(addresses) => addresses,
        Err(unasked) => return unasked,
    };
    let asked = addresses.iter().map(|address| in_public(ctx, host, *address, text));
    all_of(join_all(asked).await).unwrap_or(Confirmation::Confirmed)
}

/// Somebody who does not give the text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Refusal {
    who: String,
    why: String,
    /// Whether nothing came back at all.
    silent: bool,
}

/// Everybody who does not serve the text, in one sentence: whoever mends one should know of the others (P8).
fn all_of(refusals: Vec<Option<Refusal>>) -> Option<Confirmation> {
    // In an order of their own: the endpoints come in any, and the same fault must be the same sentence (P7).
    let refusals: BTreeSet<Refusal> = refusals.into_iter().flatten().collect();
    let silent = refusals.iter().all(|refusal| refusal.silent);
    let mut refusals = refusals.into_iter();
    let Refusal { who, why: first, .. } = refusals.next()?;
    let others = refusals.map(|Refusal { who, why, .. }| format!("; {who}: {why}"));
    let why: String = iter::once(first).chain(others).collect();
    Some(if silent { Confirmation::Silent(format!("{who}: {why}")) } else { Confirmation::Not { who, why } })
}

/// The policy servers that are ready.
fn endpoints(ctx: &Context) -> Result<Vec<PolicyEndpoint>, String> {
    if !ctx.settings.policy_endpoints.is_empty() {
        return Ok(ctx.settings.policy_endpoints.clone());
    }
    let found: Vec<PolicyEndpoint> =
        ctx.stores.endpoints.state().iter().flat_map(|slice| ready(slice, ctx.settings.policy_servers_tls)).collect();
    if found.is_empty() {
        let (service, _) = &ctx.settings.policy_service;
        let namespace = &ctx.settings.policy_namespace;
        return Err(format!("no policy server is ready: Service {namespace}/{service} has no ready endpoint"));
    }
    Ok(found)
}

fn ready(slice: &EndpointSlice, tls: bool) -> Vec<PolicyEndpoint> {
    let ports = slice.ports.iter().flatten().filter_map(|port| u16::try_from(port.port?).ok()).take(1);
    let ready = slice.endpoints.iter().filter(|endpoint| endpoint.conditions.as_ref().is_none_or(|c| c.ready != Some(false)));
    let addresses: Vec<IpAddr> =
        ready.flat_map(|endpoint| &endpoint.addresses).filter_map(|address| address.parse().ok()).collect();
    ports.flat_map(|port| addresses.iter().map(move |ip| PolicyEndpoint { address: SocketAddr::new(*ip, port), tls })).collect()
}

async fn at_endpoint(ctx: &Context, host: &Name, endpoint: &PolicyEndpoint, text: &str) -> Option<Refusal> {
    let fetched = if endpoint.tls {
        ctx.fetcher.fetch(host, endpoint.address).await
    } else {
        ctx.fetcher.fetch_plain(host, endpoint.address).await
    };
    judge(ctx, format!("policy server {}", endpoint.address), fetched, text)
}

async fn in_public(ctx: &Context, host: &Name, address: SocketAddr, text: &str) -> Option<Refusal> {
    let fetched = ctx.fetcher.fetch(host, address).await;
    judge(ctx, format!("https://{host} at {address}"), fetched, text)
}

/// Who does not serve the text, and what is there instead.
fn judge(ctx: &Context, who: String, fetched: Result<Fetched, FetchError>, text: &str) -> Option<Refusal> {
    let (why, silent) = match fetched {
        Ok(fetched) if fetched.body == text.as_bytes() => (None, false),
        Ok(_) => (Some("still serves another policy text".to_owned()), false),
        Err(error) => (Some(error.to_string()), error.problem.is_silence()),
    };
    ctx.metrics.policy_check(why.is_none());
    why.map(|why| Refusal { who, why, silent })
}

/// Where senders would connect, or where the install says that we shall.
fn to_connect(ctx: &Context, host: &Name, found: Vec<IpAddr>) -> Result<Vec<SocketAddr>, Confirmation> {
    let unfit = |why| Err(Confirmation::Unknown(why));
    if found.is_empty() {
        return unfit(format!("{host} has no address in DNS, so no sender can fetch the policy"));
    }
    if let Some(refused) = found.iter().filter(|_| !ctx.settings.allow_private_addresses).find_map(|ip| check_public(*ip).err()) {
        return unfit(format!("{host} has {refused}"));
    }
    Ok(match ctx.settings.policy_connect {
        Some(address) => vec![address],
        None => found.into_iter().map(|ip| SocketAddr::new(ip, 443)).collect(),
    })
}

/// The addresses that we published, as the first server that answers has them; the error says that none could tell.
async fn ours(ctx: &Context, name: &Name, seen: &DnsView) -> Result<Vec<IpAddr>, String> {
    let stands = |kind| seen.snapshots.first().and_then(|seen| seen.get(name, kind));
    let values = |kind| stands(kind).map(|set| set.values.clone()).unwrap_or_default();
    let mut found: Vec<IpAddr> =
        [RecordType::A, RecordType::Aaaa].into_iter().flat_map(values).filter_map(|value| ip(&value)).collect();
    if let Some(Value::Cname(target)) = values(RecordType::Cname).first() {
        found.extend(looked_up(ctx, target).await.map_err(|why| format!("{name} is a CNAME to {target}: {why}"))?);
    }
    if found.is_empty() && seen.unknown().iter().any(|(unknown, _)| unknown == name) {
        return Err(format!("no name server tells the addresses of {name}"));
    }
    Ok(found)
}

/// The addresses of a host of others.
pub(crate) async fn looked_up(ctx: &Context, host: &Name) -> Result<Vec<IpAddr>, String> {
    match ctx.asker.addresses(host).await {
        Lookup::Found(addresses) => Ok(addresses),
        Lookup::NxDomain | Lookup::NoData => Ok(vec![]),
        Lookup::Failed(why) => Err(format!("the addresses of {host} cannot be looked up: {why}")),
    }
}

fn ip(value: &Value) -> Option<IpAddr> {
    match value {
        Value::A(address) => Some((*address).into()),
        Value::Aaaa(address) => Some((*address).into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(who: &str, silent: bool) -> Refusal {
        Refusal { who: who.to_owned(), why: "no".to_owned(), silent }
    }

    #[test]
    fn p7_one_who_answers_wrong_is_news_whoever_else_is_silent() {
        let both = all_of(vec![Some(refusal("b", false)), None, Some(refusal("a", true))]);
        assert_eq!(both, Some(Confirmation::Not { who: "a".to_owned(), why: "no; b: no".to_owned() }));
        assert_eq!(all_of(vec![Some(refusal("a", true)), None]), Some(Confirmation::Silent("a: no".to_owned())));
        assert_eq!(all_of(vec![None, None]), None);
    }
}
