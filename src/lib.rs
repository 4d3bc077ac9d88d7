//! Mailward: a Kubernetes operator for mail-domain DNS.
//!
//! The library exists so that the binary, the tests and the benchmarks share one house; it is no public API.
//! Arrows point one way: `api` and `mail-records` import nothing of ours; `dns` <- `plan` <- `provider`;
//! `domain` sees `api`, `dns` and `plan`; `controller` sees all and nobody sees `controller`.

pub mod api;
pub mod args;
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
