//! What is known before anything is decided: read only.

pub mod dns;
pub mod keys;
pub mod policy;
pub mod spf;
