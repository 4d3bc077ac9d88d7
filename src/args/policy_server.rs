//! Arguments of `mailward policy-server`.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use clap::Args;

use super::parse::{HOUR, MINUTE, SECOND, between};
use crate::{
    policy_server::Options,
    serve::{CertificatePaths, Limits},
};

/// How a policy server runs.
#[derive(Args, Clone, Debug)]
pub struct PolicyServerArgs {
    /// Namespace of the policy ConfigMaps
    #[arg(long, env = "POD_NAMESPACE", value_name = "NAME")]
    pub namespace: String,

    /// Where policies are served: plain HTTP, or HTTPS with --tls-certificate or --tls-directory
    #[arg(long, env = "MAILWARD_LISTEN", value_name = "IP:PORT",
          default_value_t = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 8080))]
    pub listen: SocketAddr,

    /// Where /healthz, /readyz and /metrics are
    #[arg(long, env = "MAILWARD_HEALTH_LISTEN", value_name = "IP:PORT",
          default_value_t = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 8081))]
    pub health_listen: SocketAddr,

    /// Certificate chain (PEM) for every host that has none in --tls-directory
    #[arg(long, env = "MAILWARD_TLS_CERTIFICATE", value_name = "FILE", requires = "tls_key")]
    pub tls_certificate: Option<PathBuf>,

    /// Private key (PEM) of --tls-certificate
    #[arg(long, env = "MAILWARD_TLS_KEY", value_name = "FILE", requires = "tls_certificate")]
    pub tls_key: Option<PathBuf>,

    /// Directory with one directory a host (mta-sts.example.com), each holding tls.crt and tls.key (PEM)
    #[arg(long, env = "MAILWARD_TLS_DIRECTORY", value_name = "DIRECTORY")]
    pub tls_directory: Option<PathBuf>,

    /// How often certificate files are looked at, 1s to 1h; changed ones are read again
    #[arg(long, env = "MAILWARD_TLS_RELOAD_INTERVAL", value_name = "DURATION", default_value = "10s",
          value_parser = between(SECOND, HOUR))]
    pub tls_reload_interval: Duration,

    /// How long connections are still accepted after SIGTERM, 0s to 5m, until load balancers have noticed that the server is
    /// not ready any more
    #[arg(long, env = "MAILWARD_SHUTDOWN_DELAY", value_name = "DURATION", default_value = "5s",
          value_parser = between(0, 5 * MINUTE))]
    pub shutdown_delay: Duration,

    /// Connections at a time, 1 to 1000000; more wait
    #[arg(long, env = "MAILWARD_MAX_CONNECTIONS", value_name = "COUNT", default_value_t = Limits::default().connections,
          value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub max_connections: u32,
}

impl From<PolicyServerArgs> for Options {
    fn from(args: PolicyServerArgs) -> Self {
        let default = args.tls_certificate.zip(args.tls_key);
        let paths = CertificatePaths { default, directory: args.tls_directory };
        Self {
            namespace: args.namespace,
            listen: args.listen,
            health_listen: args.health_listen,
            tls: (paths != CertificatePaths::default()).then_some(paths),
            tls_reload: args.tls_reload_interval,
            shutdown_delay: args.shutdown_delay,
            limits: Limits { connections: args.max_connections, ..Limits::default() },
        }
    }
}
