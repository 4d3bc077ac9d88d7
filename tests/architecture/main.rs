//! The house is what its table says: which module may see which, what stays pure, and that every file is part of it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed step is a failed test")]

mod arrows;
mod files;
mod paths;
mod purity;
mod source;
mod table;
