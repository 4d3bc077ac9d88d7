//! Each right of the operator, and what fails without it.

use super::scenario::{Change, Scenario, Write};

/// Where the API server's refusal is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// In the log of the process.
    Log,
    /// In the status of the MailDomain.
    Status,
    /// In the status of the provider.
    Provider,
    /// In the API server's audit log alone, beside a counter: an event that cannot be written is told to nobody.
    Audit,
}

/// One right, and the scenario that fails without it.
pub(super) struct Need {
    /// As `Right` prints it.
    pub(super) right: &'static str,
    /// What does not happen without it.
    pub(super) fails: &'static str,
    pub(super) scenario: Scenario,
    pub(super) told: Told,
}

const fn need(right: &'static str, scenario: Scenario, told: Told, fails: &'static str) -> Need {
    Need { right, fails, scenario, told }
}

use Scenario::{Claims, Hears, Starts, Writes};
use Told::{Audit, Log, Provider, Status};

/// The order spares restarts: what needs one comes first.
pub(super) const TABLE: &[Need] = &[
    need("mailward-controller: get namespaces", Starts, Log, "the owner id is not known, so the controller ends"),
    need("mailward-controller: create leases.coordination.k8s.io", Claims, Log, "no controller ever begins to work"),
    need("mailward-controller: get leases.coordination.k8s.io", Claims, Log, "no controller ever begins to work"),
    need("mailward-controller: update leases.coordination.k8s.io", Claims, Log, "the Lease of a stopped controller is not taken"),
    need("mailward-controller: list maildomains.mailward.dev", Starts, Log, "the controller is never ready"),
    need("mailward-controller: list dnsproviders.mailward.dev", Starts, Log, "the controller is never ready"),
    need("mailward-controller: list clusterdnsproviders.mailward.dev", Starts, Log, "the controller is never ready"),
    need("mailward-controller: list namespaces", Starts, Log, "the controller is never ready"),
    need("mailward-controller: list secrets", Starts, Log, "the controller is never ready"),
    need("mailward-controller: list configmaps", Starts, Log, "the controller is never ready"),
    need("mailward-controller: list ingresses.networking.k8s.io", Starts, Log, "the controller is never ready"),
    need("mailward-controller: list endpointslices.discovery.k8s.io", Starts, Log, "the controller is never ready"),
    need(
        "mailward-controller: watch endpointslices.discovery.k8s.io",
        Hears(Change::Endpoint),
        Log,
        "a policy server that came is not asked",
    ),
    need("mailward-controller: watch maildomains.mailward.dev", Hears(Change::Domain), Log, "a new MailDomain is not seen"),
    need(
        "mailward-controller: watch dnsproviders.mailward.dev",
        Hears(Change::Provider),
        Log,
        "a new DNSProvider is not checked",
    ),
    need(
        "mailward-controller: watch clusterdnsproviders.mailward.dev",
        Hears(Change::ClusterProvider),
        Log,
        "a new ClusterDNSProvider is not checked",
    ),
    need("mailward-controller: watch namespaces", Hears(Change::Label), Log, "a label that allows a provider is not seen"),
    need("mailward-controller: watch secrets", Hears(Change::Credential), Log, "a credential that came is not tried at once"),
    need("mailward-controller: watch configmaps", Hears(Change::Policy), Log, "a deleted policy does not come back at once"),
    need(
        "mailward-controller: watch ingresses.networking.k8s.io",
        Hears(Change::Ingress),
        Log,
        "a deleted Ingress does not come back at once",
    ),
    need(
        "mailward-controller: list httproutes.gateway.networking.k8s.io",
        Hears(Change::Route),
        Log,
        "which HTTPRoutes there are is not known, so none is written",
    ),
    need(
        "mailward-controller: watch httproutes.gateway.networking.k8s.io",
        Hears(Change::Route),
        Log,
        "a deleted HTTPRoute does not come back at once",
    ),
    need(
        "mailward-controller: list gateways.gateway.networking.k8s.io",
        Hears(Change::Gateway),
        Log,
        "the address of a policy host behind it is not known",
    ),
    need(
        "mailward-controller: watch gateways.gateway.networking.k8s.io",
        Hears(Change::Gateway),
        Log,
        "another address of it is not seen",
    ),
    need(
        "mailward-controller: patch maildomains.mailward.dev",
        Writes(Write::Finalizer),
        Log,
        "deletionPolicy Delete gets no finalizer",
    ),
    need(
        "mailward-controller: patch maildomains.mailward.dev/status",
        Writes(Write::Report),
        Log,
        "nothing is said on a MailDomain",
    ),
    need(
        "mailward-controller: patch dnsproviders.mailward.dev/status",
        Writes(Write::ProviderReport),
        Log,
        "nothing is said on a DNSProvider",
    ),
    need(
        "mailward-controller: patch clusterdnsproviders.mailward.dev/status",
        Writes(Write::ClusterProviderReport),
        Log,
        "nothing is said on a ClusterDNSProvider",
    ),
    need("mailward-controller: create events.events.k8s.io", Writes(Write::Event), Audit, "a change is told by no event"),
    need(
        "mailward-controller: patch events.events.k8s.io",
        Writes(Write::EventAgain),
        Audit,
        "what happens again is not counted",
    ),
    need(
        "mailward-controller: get secrets",
        Writes(Write::Key),
        Status,
        "whether there is a DKIM key is not known, so none is made",
    ),
    need("mailward-controller: create secrets", Writes(Write::Key), Status, "no DKIM key is stored"),
    need("mailward-controller: patch secrets", Writes(Write::ActiveKey), Status, "signers get no key"),
    need(
        "mailward-controller: delete secrets",
        Writes(Write::KeyRemoval),
        Log,
        "deletionPolicy Delete leaves the object with its keys",
    ),
    need("mailward-controller: get configmaps", Writes(Write::Policy), Status, "no policy is served"),
    need("mailward-controller: create configmaps", Writes(Write::Policy), Status, "no policy is served"),
    need("mailward-controller: patch configmaps", Writes(Write::Policy), Status, "no policy is served"),
    need("mailward-controller: create ingresses.networking.k8s.io", Writes(Write::Ingress), Status, "no policy host is exposed"),
    need("mailward-controller: patch ingresses.networking.k8s.io", Writes(Write::Ingress), Status, "no policy host is exposed"),
    need(
        "mailward-controller: create httproutes.gateway.networking.k8s.io",
        Writes(Write::Route),
        Status,
        "no policy host is exposed at the Gateway",
    ),
    need(
        "mailward-controller: patch httproutes.gateway.networking.k8s.io",
        Writes(Write::Route),
        Status,
        "no policy host is exposed at the Gateway",
    ),
    need("mailward-controller: delete configmaps", Writes(Write::PolicyRemoval), Status, "a withdrawn policy stays"),
    need(
        "mailward-controller: delete ingresses.networking.k8s.io",
        Writes(Write::IngressRemoval),
        Status,
        "the host of a withdrawn policy stays",
    ),
    need(
        "mailward-controller: delete httproutes.gateway.networking.k8s.io",
        Writes(Write::RouteRemoval),
        Status,
        "the host of a withdrawn policy stays at the Gateway",
    ),
    need(
        "mailward-controller: list dnsendpoints.externaldns.k8s.io",
        Writes(Write::EndpointProvider),
        Provider,
        "the provider is not ready",
    ),
    need(
        "mailward-controller: get dnsendpoints.externaldns.k8s.io",
        Writes(Write::Endpoint),
        Status,
        "nothing is given to external-dns",
    ),
    need(
        "mailward-controller: create dnsendpoints.externaldns.k8s.io",
        Writes(Write::Endpoint),
        Status,
        "nothing is given to external-dns",
    ),
    need(
        "mailward-controller: patch dnsendpoints.externaldns.k8s.io",
        Writes(Write::EndpointChange),
        Status,
        "a change is not given to external-dns",
    ),
    need(
        "mailward-controller: delete dnsendpoints.externaldns.k8s.io",
        Writes(Write::EndpointRemoval),
        Status,
        "what was given to external-dns stays",
    ),
    need("mailward-policy-server: list configmaps", Scenario::Serves, Log, "a policy server is never ready"),
    need("mailward-policy-server: watch configmaps", Hears(Change::Served), Log, "a new policy is not served"),
];
