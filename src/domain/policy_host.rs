//! The address of the policy host, `mta-sts.<domain>`: where it comes from and which addresses are refused.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use crate::dns::{Name, Value};

/// Who publishes the address, as validated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// We do, from the status of the Ingress or of the Gateways.
    FromServing,
    /// Somebody else does.
    External,
    /// We do, as written.
    Static(Vec<Value>),
}

/// What leads senders to the policy servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// An Ingress of ours.
    Ingress,
    /// Gateways of others and an HTTPRoute of ours.
    Gateway,
    /// Nothing of ours: others serve the policy.
    External,
}

impl Way {
    fn noun(self) -> &'static str {
        match self {
            Self::Ingress => "Ingress",
            Self::Gateway => "Gateway",
            Self::External => "server of others",
        }
    }

    /// Why there is no address yet.
    fn nothing_yet(self) -> &'static str {
        match self {
            Self::Ingress => {
                "the Ingress has no address in status.loadBalancer yet; an Ingress controller sets it, or choose spec.mtaSts.address"
            }
            Self::Gateway => {
                "the Gateway has no address in status.addresses yet; its controller sets it, or choose spec.mtaSts.address"
            }
            Self::External => "others serve the policy, so choose spec.mtaSts.address",
        }
    }
}

/// One entry of an Ingress's load-balancer status, or of a Gateway's addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadBalancer {
    /// An address.
    Address(IpAddr),
    /// A host name, which becomes a CNAME.
    Host(Name),
}

/// What should answer at the policy host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyHost {
    /// These values.
    Values(Vec<Value>),
    /// Not known yet, for this reason: what is published stays.
    Waiting(String),
    /// None of our business.
    NotOurs,
}

/// The values to publish. Addresses win over host names, since nothing can stand beside a CNAME (DNS-R2).
pub fn policy_host(address: &Address, way: Way, balancers: &[LoadBalancer], allow_private: bool) -> PolicyHost {
    match address {
        Address::External => PolicyHost::NotOurs,
        Address::Static(values) => PolicyHost::Values(values.clone()),
        Address::FromServing => from_balancers(way, balancers, allow_private),
    }
}

fn from_balancers(way: Way, balancers: &[LoadBalancer], allow_private: bool) -> PolicyHost {
    let addresses = || {
        balancers.iter().filter_map(|entry| match entry {
            LoadBalancer::Address(address) => Some(*address),
            LoadBalancer::Host(_) => None,
        })
    };
    if let Some(refused) = addresses().filter(|_| !allow_private).find_map(|address| check_public(address).err()) {
        return PolicyHost::Waiting(format!("the {} has {refused}", way.noun()));
    }
    let mut values: Vec<Value> = addresses().map(value).collect();
    if values.is_empty() {
        let hosts = balancers.iter().filter_map(|entry| match entry {
            LoadBalancer::Host(host) => Some(Value::Cname(host.clone())),
            LoadBalancer::Address(_) => None,
        });
        // One name only: two CNAMEs at one name are an error (RFC 2181 10.1). The smallest, so that order does not matter.
        values = hosts.min().into_iter().collect();
    }
    values.sort();
    values.dedup();
    if values.is_empty() {
        return PolicyHost::Waiting(way.nothing_yet().to_owned());
    }
    PolicyHost::Values(values)
}

/// An address as a record value.
pub fn value(address: IpAddr) -> Value {
    match address {
        IpAddr::V4(address) => Value::A(address),
        IpAddr::V6(address) => Value::Aaaa(address),
    }
}

/// An address that senders in the internet cannot reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotPublic(IpAddr);

impl fmt::Display for NotPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "address {}, which is private or local: senders cannot reach it, and this install does not allow it", self.0)
    }
}

/// Refuses loopback, private, shared, link-local, unspecified and multicast addresses.
pub fn check_public(address: IpAddr) -> Result<(), NotPublic> {
    let local = match address {
        IpAddr::V4(v4) => is_local_v4(v4),
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or_else(|| is_local_v6(v6), is_local_v4),
    };
    if local { Err(NotPublic(address)) } else { Ok(()) }
}

fn is_local_v4(address: Ipv4Addr) -> bool {
    let shared = address.octets()[0] == 100 && address.octets()[1] & 0xc0 == 64; // RFC 6598
    let this_network = address.octets()[0] == 0; // RFC 1122 3.2.1.3
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || shared
        || this_network
}

fn is_local_v6(address: Ipv6Addr) -> bool {
    address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_unique_local()
        || address.is_unicast_link_local()
}

#[cfg(test)]
mod tests;
