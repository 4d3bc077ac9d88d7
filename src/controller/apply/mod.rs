//! Carrying out what was decided: the only place that writes, but for the status.

pub(crate) mod keys;
pub(super) mod lag;
pub(crate) mod objects;
pub(crate) mod policy;
pub(crate) mod records;
mod session;
