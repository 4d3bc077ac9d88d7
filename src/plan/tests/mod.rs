//! Tests of the plan as a whole. Each line of the tables in `decide` and `withdraw` has a test here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed unwrap is the failure of the test")]

mod caps;
mod changes;
mod display;
mod meaning;
mod model;
mod names;
mod promises;
mod truth_table;
mod withdrawal;
mod world;
