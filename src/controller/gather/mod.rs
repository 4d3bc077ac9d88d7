//! What is known before anything is decided: read only.

pub(crate) mod dns;
pub(crate) mod keys;
pub(crate) mod pointers;
pub(crate) mod policy;
pub(crate) mod spf;
pub(crate) mod way;
