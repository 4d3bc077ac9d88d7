//! Tombstones.
