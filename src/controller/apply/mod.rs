//! Carrying out what was decided: the only place that writes, but for the status.

pub mod objects;
pub mod records;
