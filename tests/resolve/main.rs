//! Asking real name servers, and fetching policies from real TLS servers; everything on loopback.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed unwrap or panic is the failure of the test")]

mod answers;
mod delegation;
mod lab;
mod policy;
mod policy_host;
mod resolver;
mod wildcards;
