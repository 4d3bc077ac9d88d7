//! Mailward: a Kubernetes operator for mail-domain DNS.
//!
//! The library exists so that the binary, the tests and the benchmarks share one house; it is no public API.
//!
//! Arrows point one way. What a module may see of the others, and a test holds it (`tests/architecture`):
//!
//! ```text
//! api           -> nothing
//! dns           -> nothing
//! keys          -> nothing
//! serve         -> nothing
//! trust         -> nothing
//! backoff       -> nothing
//! provider      -> dns, trust
//! plan          -> dns, provider::{Atomicity, Change, Limits, Snapshot, ZoneLookup}
//! resolve       -> dns, plan::{HiddenWildcard}, trust
//! domain        -> api, dns, plan
//! status        -> api
//! metrics       -> api, keys, provider
//! telemetry     -> metrics
//! policy_server -> backoff, dns, domain, metrics, serve, telemetry
//! args          -> policy_server, serve, telemetry
//! controller    -> api, args, backoff, dns, domain, keys, metrics, plan, provider, resolve, serve, status, telemetry
//! ```
//!
//! `plan` takes from `provider` the nouns both speak of, and nothing that calls one. Nobody sees `controller`. Pure are
//! `dns`, `plan`, `domain` and `status`: no async, clock, randomness, network, log or client; those come in as arguments.

pub mod api;
pub mod args;
pub mod backoff;
pub mod controller;
pub mod dns;
pub mod domain;
pub mod keys;
pub mod metrics;
pub mod plan;
pub mod policy_server;
pub mod provider;
pub mod resolve;
pub mod serve;
pub mod status;
pub mod telemetry;
pub mod trust;
