//! What an install decides for every domain.

use std::{net::SocketAddr, time::Duration};

use jiff::SignedDuration;

use crate::{domain::validate::OfferedGateway, status::Pace};

/// Settings of the controller process; each one has a command-line flag that documents it.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// First part of every owner string.
    pub owner_id: String,
    /// The operator's own namespace: credentials of `ClusterDNSProvider` objects live here.
    pub namespace: String,
    /// Where `MailDomain` and `DNSProvider` objects are looked after; everywhere where empty.
    pub watch_namespaces: Vec<String>,
    /// Policy ConfigMaps, Ingresses and HTTPRoutes live here, and no credential does.
    pub policy_namespace: String,
    /// The policy servers' Service: name and port.
    pub policy_service: (String, u16),
    /// Policy servers to ask, where EndpointSlices cannot name them.
    pub policy_endpoints: Vec<PolicyEndpoint>,
    /// Whether the policy servers end TLS themselves.
    pub policy_servers_tls: bool,
    /// Where to connect instead of the published address of a policy host.
    pub policy_connect: Option<SocketAddr>,
    /// Recursive resolvers; the system's where empty.
    pub resolvers: Vec<SocketAddr>,
    /// Port at which authoritative servers are asked.
    pub authoritative_port: u16,
    /// PEM certificates trusted besides the system's.
    pub ca_bundle: Option<Vec<u8>>,
    /// Whether the address of a policy host may be a private one.
    pub allow_private_addresses: bool,
    /// Whether a namespaced provider may point at loopback, link-local or cluster addresses.
    pub allow_local_dns_servers: bool,
    /// `ingressClassName`.
    pub ingress_class: Option<String>,
    /// cert-manager ClusterIssuer for policy hosts.
    pub cluster_issuer: Option<String>,
    /// Ingress annotations that a MailDomain may set.
    pub ingress_annotations: Vec<String>,
    /// Gateways that a MailDomain may be served through.
    pub gateways: Vec<OfferedGateway>,
    /// How often and how fast.
    pub pace: Pace,
    /// Deletions per credential and hour.
    pub delete_cap: usize,
    /// How long a lost key Secret is waited for.
    pub lost_key_wait: Duration,
    /// How long something that cannot be reached holds a deletion.
    pub deletion_patience: Duration,
    /// How long a server that cannot be reached blocks.
    pub unreachable_after: SignedDuration,
    /// Longest time one pass may take: kube has no read timeout of its own, so a hanging request would hold a domain for ever.
    pub reconcile_timeout: Duration,
    /// How long the Lease lasts; `None` works without one.
    pub lease: Option<Duration>,
    /// What this process is called in the Lease.
    pub identity: String,
    /// Domains worked on at the same time.
    pub workers: u16,
}

impl Settings {
    /// Where credentials of providers live: beside the `DNSProvider` objects, and in our own namespace.
    pub(crate) fn credential_namespaces(&self) -> Vec<String> {
        let mut namespaces = self.watch_namespaces.clone();
        if !namespaces.is_empty() && !namespaces.contains(&self.namespace) {
            namespaces.push(self.namespace.clone());
        }
        namespaces
    }
}

/// One policy server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PolicyEndpoint {
    /// Where it listens.
    pub address: SocketAddr,
    /// Whether it ends TLS itself.
    pub tls: bool,
}
