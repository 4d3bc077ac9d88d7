//! Finding the servers of a zone as a resolver would: from what the parent delegates, not from what the zone says of itself.
//!
//! Flow: walk up from the zone until a resolver knows name servers (that is the parent zone), ask one of those for the
//! zone's NS, follow the referral, find the addresses. Assumes a resolver that can reach the parent zones.
//! Caveat: a delegation that changed within the last minutes may be answered from the cache.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, SocketAddr, UdpSocket},
};

use futures::future::join_all;
use hickory_proto::{op::Query, rr};

use super::{
    Asker, Authority, Lookup, Manner, Server, Silent,
    answer::join,
    referral::{self, Delegation, Step, ns_hosts, text},
    transport::Bits,
    wire,
};
use crate::dns::Name;

/// Most referrals followed: a name has at most 127 labels, and real chains are two or three long.
const MOST_REFERRALS: usize = 16;

/// Why the servers of a zone are not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthorityError {
    /// The parent's servers answer, and they delegate nothing: no resolver in the world sees this zone.
    #[error("{zone} is not delegated: the servers of {parent} know no name servers for it; add the NS records there")]
    NotDelegated {
        /// The zone.
        zone: Name,
        /// The parent zone as text; `.` for the root.
        parent: String,
    },
    /// The zone is delegated, but none of its name servers has an address.
    #[error("{zone} is delegated to {}, and none of these hosts has an address", names(hosts))]
    NoAddress {
        /// The zone.
        zone: Name,
        /// The hosts.
        hosts: Vec<Name>,
    },
    /// It could not be found out now. Nothing follows from it.
    #[error("the name servers of {zone} could not be found: {why}")]
    Unknown {
        /// The zone.
        zone: Name,
        /// Who failed, and how.
        why: String,
    },
}

fn names(hosts: &[Name]) -> String {
    hosts.iter().map(Name::as_str).collect::<Vec<_>>().join(", ")
}

impl Asker {
    /// The servers to ask about `zone`. `nameservers` win when there are any (hidden primary, split horizon, sandbox);
    /// else the set that the parent zone delegates to, remembered for five minutes.
    pub async fn servers_of(&self, zone: &Name, nameservers: &[SocketAddr]) -> Result<Authority, AuthorityError> {
        if !nameservers.is_empty() {
            let servers: BTreeSet<Server> = nameservers.iter().copied().map(Server::unnamed).collect();
            return Ok(authority(zone, servers, Vec::new()));
        }
        if let Some(known) = self.inner.authorities.get(zone) {
            return Ok(known);
        }
        let found = self.delegated(zone).await?;
        self.inner.authorities.put(&found);
        Ok(found)
    }

    async fn delegated(&self, zone: &Name) -> Result<Authority, AuthorityError> {
        let unknown = |why| AuthorityError::Unknown { zone: zone.clone(), why };
        let child = wire::to_wire(zone).map_err(unknown)?;
        let (mut parent, mut delegation) = self.parent_of(&child).await.map_err(unknown)?;
        for _ in 0..MOST_REFERRALS {
            let (servers, _) = self.resolve(&delegation).await;
            match self.step(&parent, &servers, &child).await {
                Step::Found(found) => return self.settle(zone, &found).await,
                Step::Closer(cut, closer) => (parent, delegation) = (cut, closer),
                Step::Nothing => return Err(AuthorityError::NotDelegated { zone: zone.clone(), parent: text(&parent) }),
                Step::Useless(why) => return Err(unknown(why)),
            }
        }
        Err(unknown("the referrals do not end".to_owned()))
    }

    /// The nearest zone above, as a resolver sees it.
    async fn parent_of(&self, child: &rr::Name) -> Result<(rr::Name, Delegation), String> {
        let mut name = child.clone();
        while !name.is_root() {
            name = name.base_name();
            match self.records(name.clone(), rr::RecordType::NS).await {
                Lookup::Found(records) => {
                    let hosts = ns_hosts(&records, &name);
                    if !hosts.is_empty() {
                        return Ok((name, Delegation { hosts, glue: BTreeMap::new() }));
                    }
                }
                Lookup::NxDomain | Lookup::NoData => {}
                Lookup::Failed(why) => return Err(format!("NS of {}: {why}", text(&name))),
            }
        }
        Err("no resolver knows the name servers of any zone above, not even of the root".to_owned())
    }

    /// Asks the parent's servers in turn until one says something of use.
    async fn step(&self, parent: &rr::Name, servers: &BTreeSet<Server>, child: &rr::Name) -> Step {
        let query = Query::query(child.clone(), rr::RecordType::NS);
        let mut silent = Vec::new();
        for server in servers {
            let why = match self.inner.transport.exchange(server.address, &query, Bits::default()).await {
                Ok(message) => match referral::read(parent, child, &message) {
                    Step::Useless(why) => why,
                    step => return step,
                },
                Err(failure) => failure.text(),
            };
            silent.push(Silent { server: server.clone(), why });
        }
        Step::Useless(format!("servers of {}: {}", text(parent), join(&silent)))
    }

    async fn settle(&self, zone: &Name, delegation: &Delegation) -> Result<Authority, AuthorityError> {
        let (servers, unresolved) = self.resolve(delegation).await;
        if servers.is_empty() {
            return Err(AuthorityError::NoAddress { zone: zone.clone(), hosts: delegation.hosts.clone() });
        }
        Ok(authority(zone, servers, unresolved))
    }

    /// Addresses of the hosts: glue where there is some, as a resolver would start; else a lookup. Also the hosts without any.
    async fn resolve(&self, delegation: &Delegation) -> (BTreeSet<Server>, Vec<Name>) {
        let found = join_all(delegation.hosts.iter().map(async |host| (host, self.host_addresses(host, delegation).await))).await;
        let (mut servers, mut unresolved) = (BTreeSet::new(), Vec::new());
        for (host, addresses) in found {
            if addresses.is_empty() {
                unresolved.push(host.clone());
            }
            servers.extend(self.servers_at(host, &addresses));
        }
        (servers, unresolved)
    }

    async fn host_addresses(&self, host: &Name, delegation: &Delegation) -> Vec<IpAddr> {
        if let Some(glue) = delegation.glue.get(host) {
            return glue.iter().copied().collect();
        }
        match self.addresses(host).await {
            Lookup::Found(addresses) => addresses,
            _ => Vec::new(),
        }
    }

    /// Leaves out addresses that this machine has no route to (no IPv6 here says nothing about the server), unless the host
    /// has no other.
    fn servers_at(&self, host: &Name, addresses: &[IpAddr]) -> Vec<Server> {
        let all: Vec<SocketAddr> = addresses.iter().map(|ip| SocketAddr::new(*ip, self.inner.authoritative_port)).collect();
        let routed: Vec<SocketAddr> = all.iter().copied().filter(|address| has_route(*address)).collect();
        let kept = if routed.is_empty() { all } else { routed };
        kept.into_iter().map(|address| Server { name: host.to_string(), address }).collect()
    }
}

fn authority(zone: &Name, servers: BTreeSet<Server>, unresolved: Vec<Name>) -> Authority {
    Authority { zone: zone.clone(), servers: servers.into_iter().collect(), manner: Manner::Authoritative, unresolved }
}

/// Connecting a UDP socket sends nothing; it only asks the routing table.
fn has_route(address: SocketAddr) -> bool {
    let local: IpAddr = if address.is_ipv4() { [0u8; 4].into() } else { [0u8; 16].into() };
    UdpSocket::bind((local, 0)).and_then(|socket| socket.connect(address)).is_ok()
}
