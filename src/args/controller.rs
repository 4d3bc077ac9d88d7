//! Arguments of `mailward controller`.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use clap::Args;

use super::parse::{
    DAY, GatewayOffer, HOUR, HostPort, MINUTE, OwnerId, SECOND, address_with_port_53, between, http_url, namespace, share,
};

/// How the controller runs.
#[derive(Args, Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct ControllerArgs {
    /// Who we are in the marker record of each domain: 1 to 63 letters, digits, `.`, `-` and `_`. Two clusters with one id
    /// are one owner on purpose. Default: the UID of the namespace kube-system
    #[arg(long, env = "MAILWARD_OWNER_ID", value_name = "ID")]
    pub owner_id: Option<OwnerId>,

    /// Namespace the operator runs in; credentials of ClusterDNSProviders are read there
    #[arg(long, env = "POD_NAMESPACE", value_name = "NAME")]
    pub namespace: String,

    /// A namespace in which MailDomains and DNSProviders are looked after; may be repeated. Rights on objects with a namespace
    /// are needed there, in the operator's own and in the policy namespace only. Default: all namespaces
    #[arg(long, env = "MAILWARD_WATCH_NAMESPACES", value_name = "NAME", value_parser = namespace, value_delimiter = ',')]
    pub watch_namespaces: Vec<String>,

    /// Namespace of the policy servers, the policy ConfigMaps, Ingresses and HTTPRoutes; it should hold no credentials
    #[arg(long, env = "MAILWARD_POLICY_NAMESPACE", value_name = "NAME", default_value = "mailward-policy")]
    pub policy_namespace: String,

    /// Service of the policy servers in the policy namespace, with its port
    #[arg(long, env = "MAILWARD_POLICY_SERVICE", value_name = "NAME:PORT", default_value = "mailward-policy:80")]
    pub policy_service: HostPort,

    /// A policy server to ask, instead of those in the Service's EndpointSlices; may be repeated
    #[arg(long, env = "MAILWARD_POLICY_ENDPOINT", value_name = "HOST:PORT", value_delimiter = ',')]
    pub policy_endpoint: Vec<HostPort>,

    /// The policy servers end TLS themselves, so they are asked by HTTPS
    #[arg(long, env = "MAILWARD_POLICY_SERVERS_TLS")]
    pub policy_servers_tls: bool,

    /// Connect here when fetching a policy as a sender would, instead of to the published addresses: for clusters that do
    /// not reach their own public address. Name and certificate are checked all the same
    #[arg(long, env = "MAILWARD_POLICY_CONNECT_ADDRESS", value_name = "IP:PORT")]
    pub policy_connect_address: Option<SocketAddr>,

    /// A recursive DNS resolver, port 53 unless given; may be repeated. Default: those of the system
    #[arg(long, env = "MAILWARD_RESOLVER", value_name = "IP[:PORT]", value_parser = address_with_port_53, value_delimiter = ',')]
    pub resolver: Vec<SocketAddr>,

    /// Port on which authoritative servers are asked, 1 to 65535
    #[arg(long, env = "MAILWARD_AUTHORITATIVE_PORT", value_name = "PORT", default_value_t = 53,
          value_parser = clap::value_parser!(u16).range(1..))]
    pub authoritative_port: u16,

    /// File with further CA certificates (PEM): for providers with an HTTPS API, and for fetching policies. Senders do not know
    /// them, so for policies this is for tests and split horizons
    #[arg(long, env = "MAILWARD_CA_BUNDLE", value_name = "FILE")]
    pub ca_bundle: Option<PathBuf>,

    /// Proxy for providers with an HTTPS API, as in `http://proxy.example.com:3128`. The API server, the fetching of policies, plain
    /// HTTP and DNS never go through it, nor does a provider that may not reach local addresses
    #[arg(long, env = "HTTPS_PROXY", hide_env_values = true, value_name = "URL")]
    pub https_proxy: Option<String>,

    /// Hosts, domains and networks that are reached without the proxy, separated by commas; loopback always is
    #[arg(long, env = "NO_PROXY", value_name = "LIST")]
    pub no_proxy: Option<String>,

    /// Publish private addresses for policy hosts, too
    #[arg(long, env = "MAILWARD_ALLOW_PRIVATE_ADDRESSES")]
    pub allow_private_addresses: bool,

    /// Namespaced DNSProviders may point at loopback, link-local and cluster addresses
    #[arg(long, env = "MAILWARD_ALLOW_LOCAL_DNS_SERVERS")]
    pub allow_local_dns_servers: bool,

    /// Ingress class of policy Ingresses. Default: the cluster's default class
    #[arg(long, env = "MAILWARD_INGRESS_CLASS", value_name = "NAME")]
    pub ingress_class: Option<String>,

    /// cert-manager ClusterIssuer for policy hosts. Default: none, the Ingress controller has a certificate or someone else
    /// fills the TLS Secrets
    #[arg(long, env = "MAILWARD_CLUSTER_ISSUER", value_name = "NAME")]
    pub cluster_issuer: Option<String>,

    /// An annotation key that a MailDomain may put on its Ingress; may be repeated. Default: none
    #[arg(long, env = "MAILWARD_INGRESS_ANNOTATION", value_name = "KEY", value_delimiter = ',')]
    pub ingress_annotation: Vec<String>,

    /// A Gateway that MailDomains may be served through (`NAMESPACE/NAME`, with `/LISTENER` for one listener unless a MailDomain
    /// names another); may be repeated. The first is for those that name none. Default: none, Gateway API is not used
    #[arg(long, env = "MAILWARD_GATEWAY", value_name = "NAMESPACE/NAME", value_delimiter = ',')]
    pub gateway: Vec<GatewayOffer>,

    /// How often each domain's DNS is compared with what should be there, 10s to 7d
    #[arg(long, env = "MAILWARD_DRIFT_INTERVAL", value_name = "DURATION", default_value = "1h",
          value_parser = between(10 * SECOND, 7 * DAY))]
    pub drift_interval: Duration,

    /// Deletions of records allowed for one credential within an hour, 0 to 100000; more wait and say so
    #[arg(long, env = "MAILWARD_DELETE_CAP", value_name = "COUNT", default_value_t = 50,
          value_parser = clap::value_parser!(u32).range(..=100_000))]
    pub delete_cap: u32,

    /// How long a lost DKIM Secret is waited for before a new key is made, 0s to 7d; restores from a backup arrive late
    #[arg(long, env = "MAILWARD_LOST_KEY_WAIT", value_name = "DURATION", default_value = "10m",
          value_parser = between(0, 7 * DAY))]
    pub lost_key_wait: Duration,

    /// How long a provider, a credential or a server that cannot be reached holds up the deletion of a MailDomain, 1s to 7d;
    /// then the object goes and what is left stays
    #[arg(long, env = "MAILWARD_DELETION_PATIENCE", value_name = "DURATION", default_value = "10m",
          value_parser = between(SECOND, 7 * DAY))]
    pub deletion_patience: Duration,

    /// How long a server that gives no answer holds up a change, and changes nothing that was said before, 1m to 7d; one that
    /// answers wrong always does
    #[arg(long, env = "MAILWARD_UNREACHABLE_AFTER", value_name = "DURATION", default_value = "15m",
          value_parser = between(MINUTE, 7 * DAY))]
    pub unreachable_after: Duration,

    /// MailDomains worked on at once, 1 to 1024
    #[arg(long, env = "MAILWARD_WORKERS", value_name = "COUNT", default_value_t = 16,
          value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub workers: u16,

    /// The longest a single reconcile may take, 10s to 1h
    #[arg(long, env = "MAILWARD_RECONCILE_TIMEOUT", value_name = "DURATION", default_value = "5m",
          value_parser = between(10 * SECOND, HOUR))]
    pub reconcile_timeout: Duration,

    /// How long the Lease lasts that tells which of several controllers works, 5s to 5m; so long nobody works after the one that
    /// did is gone without a word
    #[arg(long, env = "MAILWARD_LEASE_DURATION", value_name = "DURATION", default_value = "30s",
          value_parser = between(5 * SECOND, 5 * MINUTE))]
    pub lease_duration: Duration,

    /// Work without the Lease: only where no second controller can ever run
    #[arg(long, env = "MAILWARD_WITHOUT_LEASE")]
    pub without_lease: bool,

    /// What this process is called in the Lease; something is added that makes it unique
    #[arg(long, env = "POD_NAME", value_name = "NAME", default_value = "controller")]
    pub identity: String,

    /// Base URL of an OpenTelemetry collector that takes traces by OTLP over HTTP (`http://collector:4318`). Default: what
    /// `OTEL_EXPORTER_OTLP_ENDPOINT` and its like say, or else nothing is traced
    #[arg(long, env = "MAILWARD_OTLP_ENDPOINT", value_name = "URL", value_parser = http_url)]
    pub otlp_endpoint: Option<String>,

    /// Share of the visits to MailDomains that are traced, 0 to 1
    #[arg(long, env = "MAILWARD_TRACE_RATIO", value_name = "SHARE", default_value_t = 1.0, value_parser = share)]
    pub trace_ratio: f64,

    /// Where /healthz, /readyz and /metrics are
    #[arg(long, env = "MAILWARD_HEALTH_LISTEN", value_name = "IP:PORT",
          default_value_t = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 8081))]
    pub health_listen: SocketAddr,
}
