//! The real parts Mailward is tried against, all on loopback and without root: a Kubernetes control plane, BIND, PowerDNS, an
//! embedded primary DNS server and a certificate authority. Tests use them as a library; `make demo` and `make up`
//! use them through the binary.
//!
//! Nothing here knows Mailward's objects, except [`steps::operator`], which starts its binary, [`issuer`], [`mod@bench`] and
//! [`demo`].

pub mod balancer;
pub mod bench;
pub mod bind;
pub mod commands;
pub mod control_plane;
pub mod demo;
pub mod dns;
pub mod https;
pub mod issuer;
pub mod judge;
pub mod kubectl;
pub mod pdns;
pub mod pki;
pub mod plain_http;
pub mod ports;
pub mod process;
pub mod programs;
pub mod progress;
pub mod query;
pub mod relay;
pub mod scratch;
pub mod servfail;
pub mod steps;
pub mod tsig;
pub mod update;
pub mod wait;
pub mod zone_file;
