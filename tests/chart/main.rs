//! The Helm chart, rendered by the real helm and judged by a real API server: what it refuses, what it renders, and that
//! installing, upgrading, rolling back and uninstalling lose nothing.
//!
//! `MAILWARD_REGENERATE=1 cargo test --test chart -- fresh golden` writes anew what is made from other files.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed step is a failed test")]

mod cluster;
mod flags;
mod fresh;
mod gateways;
mod helm;
mod hub;
mod life;
mod monitoring;
mod pods;
mod refused;
mod rights;
mod schema;
mod values;
