//! The controller: gathers, applies, observes and reports. With `policy_server` the only holder of a kube `Client`.
//!
//! Decisions live in the pure modules; what is here moves data between them, the API server, the providers and DNS.

mod memory;
mod provider_view;
mod rivals;
mod settings;

pub use settings::{PolicyEndpoint, Settings};
