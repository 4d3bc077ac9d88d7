//! The definitions, judged by a real kube-apiserver: what it takes, what it refuses and in which words.
//!
//! `MAILWARD_REGENERATE=1 cargo test --test crds fresh` writes the generated files anew.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed step is a failed test")]

mod accepted;
mod agreement;
mod changes;
mod cluster;
mod fresh;
mod kubectl;
mod refused;
mod stored;
