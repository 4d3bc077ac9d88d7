//! What `make bench` measures: speeds and sizes as counts and ratios, never a pass or a fail.
//!
//! One file a question: [`keys`], [`single`], [`cold`], [`settled`], [`policy`]. They run in one [`world`], read the
//! process's own counters ([`metrics`]) and the kernel's ([`usage`]), and answer with rows of one [`table`].

pub mod cold;
pub mod domains;
pub mod keys;
pub mod load;
pub mod metrics;
pub mod policy;
pub mod settled;
pub mod single;
pub mod stats;
pub mod table;
pub mod usage;
pub mod world;
