//! Carrying out what was decided: the only place that writes, but for the status.

pub mod keys;
pub mod objects;
pub mod policy;
pub mod records;
