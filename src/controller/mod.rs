//! The controller: gathers, applies, observes and reports. With `policy_server` the only holder of a kube `Client`.
//!
//! Decisions live in the pure modules; what is here moves data between them, the API server, the providers and DNS.

mod absence;
mod addresses;
mod announcer;
mod apply;
mod cleanup;
mod connect;
mod context;
mod driver;
mod error;
mod former_providers;
mod gateways;
mod gather;
mod index;
mod key_orders;
mod lease;
mod line;
mod memory;
mod pool;
mod provider_check;
mod provider_view;
mod refused_watch;
mod report;
mod rivals;
mod run;
mod settings;
mod start;
mod steps;
mod together;
mod tombstone;
mod triggers;
mod visit;
mod watch;
mod witness;
mod zone_memory;

pub use start::start;

/// Field manager of every server-side apply.
const FIELD_MANAGER: &str = "mailward";
